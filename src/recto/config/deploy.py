"""Where a site is deployed to, in site.yaml: targets by name, each with the keys of its type. No secret may stand there."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from recto.config.kinds import Kind, members
from recto.config.targets import DEPLOY_KEYS, MEANT, SHARED, TYPE, TYPES, Type
from recto.located import Fields
from recto.located.places import KEY
from recto.model import Target

__all__ = ["DEPLOY", "DEPLOY_KEYS"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_EXAMPLE = "deploy: {default: {type: github-pages}}"


def _deploy(fields: Fields, path: str, value: object) -> dict[str, Target] | None:
    if not isinstance(value, dict):
        fields.must_be(path, "a mapping of names to targets", value, f"write {_EXAMPLE}")
        return None
    if isinstance(value.get("type"), str):
        fields.complain(f"{path}.type", "this target has no name", f"write {_EXAMPLE}")
        return None
    before = len(fields.diagnostics)
    made = [_target(fields, f"{path}.{name}", name, about) for name, about in value.items()]
    _hide(fields, before)
    return {target.name: target for target in made if target}


def _target(fields: Fields, path: str, name: str, value: object) -> Target | None:
    if not _NAME.fullmatch(name):
        hint = "use small letters, digits and hyphens, such as default"
        fields.complain(path + KEY, f'"{name}" cannot be the name of a target', hint)
    about = {} if value is None else value
    if not isinstance(about, dict):
        fields.must_be(path, "a mapping", value, f"write {name}: {{type: github-pages}}")
        return None
    kind = _type(fields, path, about)
    where = kind.secrets if kind else "secrets come from the environment, or from the system's own files"
    open_ = {key: item for key, item in about.items() if not _is_secret(fields, path, key, item, where)}
    if kind is None:
        return None
    said: dict[str, Any] = members(fields, path, open_, (*SHARED, *kind.keys), _elsewhere(kind))
    missing = [key for key in kind.keys if key.name in kind.needs and not open_.get(key.name)]
    if missing:
        names, examples = (
            " and ".join(words) for words in zip(*((k.name, k.example) for k in missing), strict=True)
        )
        fields.complain(f"{path}.type", f"{path} needs {names} too", f"write {examples}")
    return replace(kind.empty, **{**said, "name": name})


def _type(fields: Fields, path: str, about: Mapping[str, object]) -> Type | None:
    said = about.get("type")
    if said is None:
        fields.complain(path, f"{path} has no type", f"write type: and one of {', '.join(TYPES)}")
        return None
    meant = MEANT.get(str(said).lower())
    if meant:
        fields.must_be(f"{path}.type", TYPE.words, said, f'did you mean "{meant}"?')
        return None
    return TYPES.get(str(TYPE.read(fields, f"{path}.type", said)))


def _elsewhere(kind: Type) -> dict[str, str]:
    """Where keys of other types belong."""
    owners: dict[str, list[str]] = {}
    for name, other in TYPES.items():
        for key in other.keys:
            owners.setdefault(key.name, []).append(name)
    own = kind.empty.type
    return {
        key: f"targets of type {' or '.join(names)} have it, not those of type {own}"
        for key, names in owners.items()
    }


# ---- secrets ------------------------------------------------------------------------------------------------

_SECRET_NAME = re.compile(
    r"(?i).*(?:token|passw|passphrase|secret|credential|private|api_?-?key|access_?-?key|identity).*"
    r"|(?:.*[_-])?keys?(?:[_-].*)?|pass|pat|auth(?:orization)?"
)
_SECRET_IN_ADDRESS = re.compile(r"https?://[^/\s@]*@|//[^/\s@]*:[^/\s]*@")


def _is_secret(fields: Fields, path: str, key: str, value: object, where: str) -> bool:
    """Whether it is nothing for a file that others read; complains if so. `where` says where it belongs."""
    path = f"{path}.{key}"
    if _SECRET_NAME.fullmatch(key):
        place, message = path + KEY, f"{path} looks like a secret, which {fields.places.path} cannot keep"
    elif isinstance(value, str) and _SECRET_IN_ADDRESS.search(value):
        place, message = path, f"{path} has a password in it, which {fields.places.path} cannot keep"
    else:
        return False
    hint = f"{where}; if this file was ever published, have a new one made"
    fields.complain(place, message, hint, code="config-secret")
    return True


def _hide(fields: Fields, start: int) -> None:
    """Show no line that has a secret in it, in whatever complaint since that one."""
    told = fields.diagnostics[start:]
    lines = {found.location.line for found in told if found.code == "config-secret" and found.location}
    fields.diagnostics[start:] = [
        replace(found, location=replace(found.location, text=""))
        if found.location and found.location.line in lines
        else found
        for found in told
    ]


DEPLOY = Kind("a mapping of names to targets", _deploy)
