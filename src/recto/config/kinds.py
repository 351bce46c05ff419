"""The kinds of value that site.yaml has: how each is read, and what a message calls it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from recto.config.permalinks import PermalinkError, translate
from recto.diagnostics import did_you_mean
from recto.located import Fields
from recto.located.places import KEY
from recto.model import Target
from recto.text import quote


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """`words` complete "a value is ..."; `read` returns the value, or None after a complaint."""

    words: str
    read: Callable[[Fields, str, object], object]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Key:
    """A key of site.yaml. Its default is that of the model's field of the same name."""

    name: str
    kind: Kind
    description: str
    example: str
    keys: tuple["Key", ...] = ()  # what a mapping under it holds
    within: Target | None = None  # the target, as yet empty, of the one type that has it


TEXT = Kind("text", Fields.text)
LANGUAGE = Kind("a language", Fields.language)
BOOLEAN = Kind("true or false", Fields.boolean)


def number(low: int, high: int, hint: str = "") -> Kind:
    """A whole number within bounds."""
    return Kind(
        f"a number from {low} to {high}", lambda f, path, value: f.integer(path, value, low, high, hint)
    )


def choice(*words: str) -> Kind:
    """One of some words."""

    def read(fields: Fields, path: str, value: object) -> object:
        text = fields.written(path, value)
        if text in words:
            return text
        fields.must_be(path, _either(words), value, did_you_mean(str(text), words))
        return None

    return Kind(_either(words), read)


def several(*words: str, hint: str) -> Kind:
    """Some of these words, in this order and each once."""
    wanted = f"a list of {' and '.join(words)}"

    def read(fields: Fields, path: str, value: object) -> object:
        said = []
        for place, item in fields.items(path, value):
            said.append(fields.written(place, item))
            if said[-1] not in words:
                fields.must_be(path, wanted, item, did_you_mean(str(item), words) or hint, item=place)
                return None
        return tuple(word for word in words if word in said)

    return Kind(wanted, read)


def numbers(low: int, high: int, hint: str) -> Kind:
    """Whole numbers within bounds, from low to high and each once."""
    wanted = f"a list of numbers from {low} to {high}"

    def read(fields: Fields, path: str, value: object) -> object:
        said: set[int] = set()
        for place, item in fields.items(path, value):
            if not isinstance(item, int) or isinstance(item, bool) or not low <= item <= high:
                fields.must_be(path, wanted, item, hint, item=place)
                return None
            said.add(item)
        return tuple(sorted(said))

    return Kind(wanted, read)


def _either(words: tuple[str, ...]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]])


# ---- mappings with known keys -------------------------------------------------------------------------------


def section(
    model: Any, keys: tuple[Key, ...], *, short: str = "", moved: Mapping[str, str] = MappingProxyType({})
) -> Kind:
    """A mapping that becomes a `model`; `short` is the key whose value a bare text gives. Only `keys` may be in it;
    `moved` says where the author finds what others may look for there."""
    words = "text or a mapping" if short else "a mapping"

    def read(fields: Fields, path: str, value: object) -> object:
        if short and not isinstance(value, dict | list):
            meant = next(key for key in keys if key.name == short).kind.read(fields, path, value)
            return None if meant is None else model(**{short: meant})
        if not isinstance(value, dict):
            fields.must_be(path, words, value, f"indent its keys below it, such as {keys[0].example}")
            return None
        return model(**members(fields, path, value, keys, moved))

    return Kind(words, read)


def members(
    fields: Fields, path: str, value: Mapping[str, object], keys: tuple[Key, ...], moved: Mapping[str, str]
) -> dict[str, object]:
    """What a mapping says, by key; unknown keys are reported, empty ones and wrong ones left to their defaults."""
    prefix = f"{path}." if path else ""
    known = {key.name: key for key in keys}
    said = {}
    for name, item in value.items():
        place = prefix + name
        if name not in known:
            _unknown(fields, place, known, moved)
        elif item is not None and (meant := known[name].kind.read(fields, place, item)) is not None:
            said[name] = meant
    return said


def _unknown(fields: Fields, place: str, known: Mapping[str, Key], moved: Mapping[str, str]) -> None:
    name = place.rpartition(".")[2]
    hint = moved.get(name) or did_you_mean(name, known) or f"there are {', '.join(sorted(known))}"
    fields.complain(place + KEY, f'unknown key "{place}" in {fields.places.path}', hint, code="config-key")


# ---- texts of a certain shape -------------------------------------------------------------------------------

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s@:\[\]]+)((?::\d{1,5})?)")


class AddressError(ValueError):
    """An address cannot be used: what is wrong, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def address(text: str) -> str:
    """The address of a site without a slash at its end; raises AddressError."""
    scheme, _, rest = text.strip().rpartition("://")
    if scheme.lower() not in ("http", "https"):
        raise AddressError(f'url has no scheme: "{text}"', f"write url: https://{rest.lstrip('/')}")
    if re.search(r"[?#\s\\]", rest):
        raise AddressError(f'url has more than an address in it: "{text}"', "write url: https://example.com")
    netloc, _, path = rest.partition("/")
    folders = quote("/".join(filter(None, path.split("/"))))
    return f"{scheme.lower()}://{_netloc(netloc)}" + (f"/{folders}" if folders else "")


def _netloc(netloc: str) -> str:
    """A host with its port, as the network knows it: "bücher.example" is "xn--bcher-kva.example"."""
    host = _HOST.fullmatch(netloc)
    try:
        name = host[1] if host and host[1].isascii() else host[1].encode("idna").decode() if host else ""
    except UnicodeError:
        name = ""
    if not (host and name):
        raise AddressError(f'url has no host: "{netloc}"', "write url: https://example.com")
    return name.lower() + host[2]


def _url(fields: Fields, path: str, value: object) -> str | None:
    text = fields.text(path, value)
    try:
        return address(text) if text else text
    except AddressError as problem:
        key = path.rpartition(".")[2]
        message, hint = str(problem).replace("url", key, 1), problem.hint.replace("url", key, 1)
        fields.complain(path, message, hint, code="config-url")
        return None


def _timezone(fields: Fields, path: str, value: object) -> str | None:
    name = fields.name(path, value)
    if not name or _is_zone(name):
        return name or None
    hint = did_you_mean(name, available_timezones()) or "write a name such as Europe/Stockholm"
    fields.complain(path, f'there is no time zone "{name}"', hint)
    return None


def _is_zone(name: str) -> bool:
    try:
        return name == "UTC" or bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


def _permalink(fields: Fields, path: str, value: object) -> str | None:
    text = fields.name(path, value)
    if not text:
        return None
    try:
        return translate(text)
    except PermalinkError as problem:
        fields.complain(path, str(problem), problem.hint)
        return None


def _folder(fields: Fields, path: str, value: object) -> str | None:
    text = fields.name(path, value)
    parts = [part for part in (text or "").split("/") if part not in ("", ".")]
    if text and not text.startswith("/") and ".." not in parts and "\\" not in text and ":" not in text:
        return "/".join(parts) or "."
    if text is not None:
        hint = f"write {path.rpartition('.')[2]}: {path.rpartition('.')[2]}"
        fields.must_be(path, "a folder within the site's folder", value, hint)
    return None


def _patterns(fields: Fields, path: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, str | list):
        fields.must_be(path, "a list of patterns", value, 'write ignore: ["posts/old/*"]')
        return ()
    return tuple(filter(None, (fields.name(place, item) for place, item in fields.items(path, value))))


URL = Kind("an address", _url)
TIMEZONE = Kind("a time zone", _timezone)
PERMALINK = Kind("a pattern", _permalink)
FOLDER = Kind("a folder", _folder)
PATTERNS = Kind("a list of patterns", _patterns)
