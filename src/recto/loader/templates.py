"""Read the site's own templates and those of the default theme, with the files that go with them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import NamedTuple

from recto.diagnostics import Diagnostic, warning
from recto.loader.looks import Look, Looks
from recto.loader.reading import asset, text
from recto.loader.walk import Found
from recto.memo import Store
from recto.model import Asset, Source, Template
from recto.recall import Recall

_TEXT = (".html", ".xml", ".json", ".txt", ".svg")
_ASSETS = "assets/"
THEME = "default/"
_OWN = "templates/"
_USUAL = {"post", "page", "default", "home"}  # Jekyll's layouts that recto's own templates stand for


def load(
    folder: str, own: tuple[Found, ...], theme: tuple[Found, ...], looks: Looks, store: Store, recall: Recall
) -> tuple[tuple[Template, ...], list[Asset], list[Diagnostic]]:
    """The templates, the assets among them, and what is wrong: an own file stands for the theme's of the same name."""
    mine = _Folder(f"{folder}/", f"{folder}/", "", _OWN)
    given = _Folder("", THEME, THEME, THEME)
    found: list[Template | Diagnostic | None] = []
    assets: dict[str, Asset] = {}
    for place, files in ((mine, own), (given, theme)):
        part = recall.part(place)
        made = part.each(_read, files, looks.of(f"templates {place.prefix}", files), shared=(place, store))
        found += [item for item in made if not isinstance(item, Asset)]
        assets = {
            item.origin.removeprefix(place.assets): item for item in made if isinstance(item, Asset)
        } | assets
    templates = sorted((t for t in found if isinstance(t, Template)), key=lambda template: template.name)
    problems = [problem for problem in found if isinstance(problem, Diagnostic)]
    return recall.same("templates", tuple(templates)), list(assets.values()), problems


class _Folder(NamedTuple):
    """A folder of templates: what the paths of its files begin with, how they are shown, and the names of its templates and
    of its assets begin."""

    start: str
    shown: str
    prefix: str
    assets: str


def _read(found: Found, look: Look, place: _Folder, store: Store) -> Template | Asset | Diagnostic | None:
    """What a file of such a folder is: a template, an asset, or nothing to us."""
    name = found.path.removeprefix(place.start)
    if name.startswith(_ASSETS):
        made = asset(found, name, place.assets + name, store)
        return replace(made, path=_with_digest(made)) if isinstance(made, Asset) else made
    if not name.lower().endswith(_TEXT):
        return None
    path = place.shown + name
    written = text(replace(found, path=path))
    return (
        Template(name=place.prefix + name, path=path, text=written) if isinstance(written, str) else written
    )


def _with_digest(asset: Asset) -> str:
    path = PurePosixPath(asset.path)
    return str(path.with_name(f"{path.stem}.{asset.digest[:8]}{path.suffix}"))


def usual_layouts(
    sources: Sequence[Source], templates: Iterable[Template], recall: Recall
) -> tuple[tuple[Source, ...], list[Diagnostic]]:
    """The sources, of which those with a `layout:` that this site does not have use the usual template.

    A blog that comes from Jekyll names layouts everywhere; a `template:` is meant for recto, and must be there.
    """
    known = frozenset(template.name.removeprefix(THEME).removesuffix(".html") for template in templates)
    kept = recall.each(_usual, sources, shared=(known,))
    missing: dict[str, list[Source]] = {}
    for source, plain in zip(sources, kept, strict=True):
        if plain is not source:
            missing.setdefault(source.front.template, []).append(source)
    return tuple(kept), [_no_layout(name, lost) for name, lost in missing.items() if name not in _USUAL]


def _usual(source: Source, known: frozenset[str]) -> Source:
    named = source.front.template
    if not named or named in known or not _is_layout(source):
        return source
    return replace(source, front=replace(source.front, template=""))


def _is_layout(source: Source) -> bool:
    places = source.front.places
    return places.get("layout") == places.get("template")


def _no_layout(name: str, sources: list[Source]) -> Diagnostic:
    posts = "1 file uses" if len(sources) == 1 else f"{len(sources):,} files use"
    message = f'there is no template "{name}", so {posts} the usual one'
    hint = f"make templates/{name}.html, or remove the line"
    return warning("no-template", message, sources[0].place("layout"), hint=hint)
