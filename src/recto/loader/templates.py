"""Read the site's own templates and those of the default theme, with the files that go with them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from recto.diagnostics import Diagnostic, warning
from recto.loader.reading import Reading
from recto.loader.walk import Found
from recto.model import Asset, Source, Template

_TEXT = (".html", ".xml", ".json", ".txt", ".svg")
_ASSETS = "assets/"
THEME = "default/"
_OWN = "templates/"
_USUAL = {"post", "page", "default", "home"}  # Jekyll's layouts that recto's own templates stand for


def load(
    reading: Reading, folder: str, own: Iterable[Found], theme: Iterable[Found]
) -> tuple[tuple[Template, ...], list[Asset]]:
    """The templates, and the assets among them: an own file stands for the theme's of the same name."""
    mine = {found.path.removeprefix(f"{folder}/"): found for found in own}
    given = {found.path: found for found in theme}
    templates = [*_templates(reading, mine, "", f"{folder}/"), *_templates(reading, given, THEME, THEME)]
    assets = {**_assets(reading, given, THEME), **_assets(reading, mine, _OWN)}
    return tuple(sorted(templates, key=lambda template: template.name)), list(assets.values())


def _templates(reading: Reading, files: dict[str, Found], prefix: str, shown: str) -> Iterator[Template]:
    for name, found in files.items():
        if not name.startswith(_ASSETS) and name.lower().endswith(_TEXT):
            text = reading.text(replace(found, path=shown + name))
            if text is not None:
                yield Template(name=prefix + name, path=shown + name, text=text)


def _assets(reading: Reading, files: dict[str, Found], prefix: str) -> dict[str, Asset]:
    """Assets by name; their output names hold their digest, so that a browser may keep them for ever."""
    found = {name: file for name, file in files.items() if name.startswith(_ASSETS)}
    assets = {name: reading.asset(file, name, origin=prefix + name) for name, file in found.items()}
    return {name: replace(asset, path=_with_digest(asset)) for name, asset in assets.items() if asset}


def _with_digest(asset: Asset) -> str:
    path = PurePosixPath(asset.path)
    return str(path.with_name(f"{path.stem}.{asset.digest[:8]}{path.suffix}"))


def usual_layouts(
    sources: tuple[Source, ...], templates: Iterable[Template]
) -> tuple[tuple[Source, ...], list[Diagnostic]]:
    """The sources, of which those with a `layout:` that this site does not have use the usual template.

    A blog that comes from Jekyll names layouts everywhere; a `template:` is meant for recto, and must be there.
    """
    known = {template.name.removeprefix(THEME).removesuffix(".html") for template in templates}
    missing: dict[str, list[Source]] = {}
    for source in sources:
        if source.front.template and source.front.template not in known and _is_layout(source):
            missing.setdefault(source.front.template, []).append(source)
    plain = {source.path for lost in missing.values() for source in lost}
    kept = (replace(s, front=replace(s.front, template="")) if s.path in plain else s for s in sources)
    return tuple(kept), [_no_layout(name, lost) for name, lost in missing.items() if name not in _USUAL]


def _is_layout(source: Source) -> bool:
    places = source.front.places
    return places.get("layout") == places.get("template")


def _no_layout(name: str, sources: list[Source]) -> Diagnostic:
    posts = "1 file uses" if len(sources) == 1 else f"{len(sources):,} files use"
    message = f'there is no template "{name}", so {posts} the usual one'
    hint = f"make templates/{name}.html, or remove the line"
    return warning("no-template", message, sources[0].place("layout"), hint=hint)
