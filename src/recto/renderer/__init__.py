"""Make the bytes of a page from values alone: templates come as text, the context as the model's objects.

A page's key says what its bytes depend on: the texts of all templates that its own can reach, the files it names and the
parts of the context those templates name. The folder below which the site is deployed is put before the addresses of a
finished HTML page, in one place, so no template can get it wrong.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes

from recto.diagnostics import BuildError, Diagnostic, Location
from recto.memo import Step
from recto.model import Asset, Page, Site, Template
from recto.recall import Recall
from recto.renderer import blocks, keys, needs, reading, trouble
from recto.renderer.environment import THEME, Lookup, Surroundings
from recto.renderer.filters import FILTERS, FUNCTIONS
from recto.renderer.misuse import MisuseError
from recto.renderer.outlines import Outline, outline
from recto.renderer.rebase import rebase
from recto.text import encode_path

__all__ = ["FILTERS", "FUNCTIONS", "MisuseError", "Outline", "Renderer", "outline"]

_ASSET_FOLDERS = ("templates/assets/", THEME + "assets/")
_OURSELVES = Step(  # for its salt only: pages are remembered by their keys, not by a step's
    name="render",
    run=str,
    input=object,
    output=str,
    modules=("recto.drawing", "recto.renderer", "recto.model", "recto.pictures", "recto.text", "recto.words"),
    libraries=("babel", "jinja2", "markupsafe"),
)
_CONTROLS = bytes(
    {*range(0x20), 0x7F} - {*b"\t\n\r"}
)  # control characters, which neither HTML nor XML may have
_OUTSIDE_XML = ("\ufffe".encode(), "\uffff".encode())


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a template's pages depend on: what is the same for all of them, and the parts of each one's context
    (None: all of it), sorted by name."""

    fixed: bytes
    views: Mapping[str, keys.View] | None


class Renderer:
    """Renders pages of a site with the given templates and files; keeps what it learned about both."""

    def __init__(
        self,
        templates: Iterable[Template],
        site: Site,
        assets: Iterable[Asset] = (),
        recall: Recall | None = None,
    ) -> None:
        self._site = site
        self._recall = recall or Recall()
        self._templates = tuple(templates)
        self._lookup = Lookup(self._templates)
        self._files = dict(self._recall.each(_address, assets))
        self._environment = Surroundings(
            self._lookup,
            address=site.url,
            files=self._files,
            language=site.language,
            words=site.theme.words,
        )
        self._encoder = keys.Encoder(self._environment)
        self._views = keys.Views()
        self._trees = self._recall.own(dict[Template, nodes.Template], "trees")
        for gone in self._trees.keys() - set(self._templates):
            del self._trees[gone]
        self._reaches: dict[str, _Reach] = {}

    # ---- what is wrong with the templates ----

    def check(self, pages: Iterable[Page]) -> tuple[Diagnostic, ...]:
        """What keeps these pages' templates from being used: one is not there, or cannot be read."""
        pages = tuple(pages)
        first = dict(zip((page.template for page in reversed(pages)), reversed(pages), strict=True))
        asked = tuple((name, page.origin) for name, page in reversed(first.items()))
        return self._recall.revise(
            lambda value, before: self._checked(value[0]), (asked, self._templates), name="templates checked"
        )

    def _checked(self, asked: Iterable[tuple[str, Location]]) -> tuple[Diagnostic, ...]:
        found: dict[str, list[Diagnostic]] = {}
        for name, origin in asked:
            if self._lookup.find(name) is None:
                missing = trouble.unknown("template", name, self._lookup.names, origin)
                found.setdefault(name, []).append(missing)
            else:
                self._check(name, found)
        return tuple(diagnostic for problems in found.values() for diagnostic in problems)

    def _check(self, name: str, found: dict[str, list[Diagnostic]]) -> None:
        template = self._lookup.find(name)
        if template is None or template.name in found:
            return
        found[template.name] = []
        try:
            tree = self._parsed(template)
        except TemplateSyntaxError as problem:
            found[template.name].append(trouble.from_syntax(problem, template))
            return
        found[template.name] += self._unknown_names(template, tree)
        found[template.name] += blocks.said_in_vain(template, tree, self._tree)
        for other, line in needs.references(tree):
            if self._lookup.find(other) is None:
                at = trouble.place(template, line, re.escape(other))
                found[template.name].append(trouble.unknown("template", other, self._lookup.names, at))
            self._check(other, found)

    def _unknown_names(self, template: Template, tree: nodes.Template) -> Iterator[Diagnostic]:
        kinds: tuple[tuple[str, type[nodes.Filter | nodes.Test], Iterable[str]], ...] = (
            ("filter", nodes.Filter, self._environment.filters),
            ("test", nodes.Test, self._environment.tests),
        )
        for kind, node_type, known in kinds:
            for node in tree.find_all(node_type):
                if node.name not in known:
                    at = trouble.place(template, node.lineno, rf"(?<!\w){re.escape(node.name)}(?!\w)")
                    yield trouble.unknown(kind, node.name, known, at)

    # ---- what a page depends on ----

    def key(self, page: Page) -> str:
        """A digest of all that the page's bytes depend on: equal keys, equal bytes."""
        reach = self._reach(page.template)
        context = self._context(page)
        views = dict.fromkeys(sorted(context), keys.WHOLE) if reach.views is None else reach.views
        named = [
            self._encoder.encode(context[name], view) if name in context else keys.ABSENT
            for name, view in views.items()
        ]
        return keys.digest(reach.fixed, *named).hex()

    def _context(self, page: Page) -> dict[str, object]:
        return {"site": self._site, **page.context}

    def _reach(self, name: str) -> _Reach:
        if name not in self._reaches:
            self._reaches[name] = self._read(name)
        return self._reaches[name]

    def _read(self, name: str) -> _Reach:
        read = reading.read(name, self._tree, self._lookup.names)
        texts = sorted(self._lookup.names if read.templates is None else read.templates)
        files = sorted(self._files if read.files is None else read.files)
        fixed = (
            (_OURSELVES.salt, name, self._site.url, self._site.base_path),
            (self._site.language, self._site.theme.words),
            tuple(self._lookup.find(other) for other in texts),
            tuple((file, self._files.get(file)) for file in files),
        )
        views = None
        if read.context is not None:
            views = {root: self._views.of(need) for root, need in sorted(read.context.items())}
        return _Reach(keys.digest(self._encoder.encode(fixed)), views)

    def _tree(self, name: str) -> nodes.Template | None:
        template = self._lookup.find(name)
        with suppress(TemplateSyntaxError):  # `check` reports it; its text is in the key
            return self._parsed(template) if template else None
        return None

    def _parsed(self, template: Template) -> nodes.Template:
        if template not in self._trees:
            self._trees[template] = self._environment.parse(template.text, template.name)
        return self._trees[template]

    # ---- the bytes ----

    def render(self, page: Page) -> bytes:
        """The page's bytes. Raises BuildError, with located problems, for what its templates do wrong."""
        context = self._context(page)
        try:
            text = self._environment.get_template(page.template).render(context)
        except Exception as problem:
            names = {**self._environment.globals, **context}
            raise BuildError([trouble.from_rendering(problem, self._lookup, names, page.origin)]) from problem
        return _encoded(page.template, rebase(text, self._site.base_path) if self._moves(page) else text)

    def _moves(self, page: Page) -> bool:
        return bool(self._site.base_path) and page.template.endswith(".html")


def _encoded(template: str, text: str) -> bytes:
    written = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    if template.endswith((".xml", ".svg")):
        for character in _OUTSIDE_XML:
            written = written.replace(character, b"")
    return written


def _address(file: Asset) -> tuple[str, str]:
    """A file's name as `asset()` knows it, and its address."""
    folder = next((folder for folder in _ASSET_FOLDERS if file.origin.startswith(folder)), "")
    return file.origin.removeprefix(folder) if folder else file.path, "/" + encode_path(file.path)
