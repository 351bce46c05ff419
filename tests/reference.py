"""The tables of the reference, made of the code: what each setting, variable, filter and function is, from the comment
or docstring where it is defined, with an example and what that gives on a real site."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from inspect import getdoc, getsource
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image as Pillow

from recto import builder, config, model, pictures
from recto.diagnostics import BuildError, Location, format_text
from recto.memo import Store
from recto.model import Page, Template
from recto.renderer import FILTERS, FUNCTIONS, Renderer
from recto.words import COUNTED, PHRASES

THEME = builder.theme_folder()

# ---- pages with tables in them ------------------------------------------------------------------------------

_REGION = r"(^#+ {heading}\n(?:(?!#).*\n)*?)((?:[|-] ?.*\n(?:  .*\n)*)+)"


class UndocumentedError(AssertionError):
    """Something is without its words: what to write, and where."""


def placed(page: str, heading: str, lines: str) -> str:
    """The page with these lines in place of the first table or list below a heading."""
    region = re.compile(_REGION.format(heading=re.escape(heading)), re.MULTILINE)
    if not region.search(page):
        raise UndocumentedError(f'the page needs a heading "{heading}" with a table below it')
    return region.sub(lambda found: found[1] + lines, page, count=1)


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, *rows]
    if barred := [cell for line in lines for cell in line if "|" in cell]:
        raise UndocumentedError(f"a table cannot show a bar: {barred}")
    top, *below = (f"| {' | '.join(line)} |\n" for line in lines)
    return "".join((top, f"{'|---' * len(head)}|\n", *below))


# ---- settings -----------------------------------------------------------------------------------------------

_TOP = "The site"


def settings() -> dict[str, str]:
    """The tables of site.yaml, by the headings above them."""
    rows = list(config.reference())
    chapters: dict[str, list[config.Row]] = {}
    for row in rows:
        section = row.name.rpartition(".")[0].removesuffix(".NAME")
        kind = f" with `type: {row.of}`" if row.of else ""
        chapters.setdefault(f"`{section}`{kind}" if section else _TOP, []).append(row)
    head = ("Key", "Default", "Means", "For example")
    return {name: table(head, map(_setting, found)) for name, found in chapters.items()}


def _setting(row: config.Row) -> tuple[str, ...]:
    default = f"`{row.default}`" if row.default else ""
    return (f"`{row.name}`", default, row.description, f"`{row.example}`")


def words() -> dict[str, str]:
    """The list of the theme's words, and of those that are counted, by the heading above them."""
    listed = [f"- the counted ones: {', '.join(f'`{word}`' for word in COUNTED)}"]
    listed += [f"- `{word}`" for word in PHRASES]
    return {"`theme.words`": "".join(f"{line}\n" for line in listed)}


# ---- a real site --------------------------------------------------------------------------------------------


def _picture(color: str) -> bytes:
    file = BytesIO()
    Pillow.new("RGB", (900, 600), color).save(file, "png")
    return file.getvalue()


SITE: Mapping[str, str | bytes] = {
    "site.yaml": """
title: Long way home
url: https://example.com/blog
description: Slow notes on walking.
timezone: Europe/Stockholm
paginate: 1
author: {name: Kim, email: kim@example.com, url: /about/, avatar: /images/kim.png, bio: Walks.}
authors: {Robin: {bio: Draws the maps., avatar: /images/kim.png, url: https://example.net, email: robin@example.com}}
nav: [{About: /about/}]
images: {sizes: 90vw}
taxonomies: {categories: {feed: true, terms: {Walking: On foot}}, tags: }
theme:
  social: [{Mastodon: https://example.social/@kim}]
  edit: https://example.org/blog/edit/{path}
  comments: {provider: giscus, repo: kim/blog, repo_id: R_123, category: Letters, category_id: DIC_456}
  words: {Older posts: Earlier}
  fonts: {text: fonts/charis.woff2, display: "Georgia, serif", ui: system-ui, code: Menlo}
  features: {search: false}
""",
    "posts/2026-11-14-long-way-home.md": """---
title: Long way home
updated: 2026-11-20
author: Robin
categories: [Walking]
tags: [coast, autumn]
excerpt: The last bus had gone.
image: /images/tide.png
image_alt: Wet sand
cover: {style: waves}
series: On foot
pinned: true
template: photo
toc: true
aliases: [/home/]
mood: quiet
---

## The bus

It had gone.
""",
    "posts/2026-10-03-half-a-map.md": """---
title: Half a map
categories: [Walking]
series: On foot
---

![Wet sand](/images/tide.png) The other half was in the rain.
""",
    "posts/2026-09-01-a-secret.md": "---\ntitle: A secret\nunlisted: true\n---\n\nTell nobody.\n",
    "posts/2025-08-01-a-hill.md": "---\ntitle: A hill\ncategories: [Walking]\n---\n\nUp, and down.\n",
    "pages/about.md": "---\ntitle: About\n---\n\nWho walks here.\n",
    "urls.lock": (
        "home\thttps://example.com/blog\n"
        "/home/\tis\tposts/2026-11-14-long-way-home.md\t2026-11-14\t-\t-\n"
        "/long.html\twas\tposts/2026-11-14-long-way-home.md\n"
    ),
    "data/books.yaml": "- {title: Middlemarch}\n",
    "images/tide.png": _picture("#a0b0c0"),
    "images/kim.png": _picture("#304050"),
    "static/fonts/charis.woff2": b"",
    "templates/photo.html": '{% extends "default/post.html" %}\n',
    "templates/assets/letter.css": "p { margin: 0 }\n",
}


POST, LIST, TOPICS = "/posts/long-way-home/", "/categories/walking/page/2/", "/categories/"
WHERE = {"page.feeds": LIST}  # in whose templates an example stands, if not in those of the post


@dataclass(frozen=True, slots=True)
class Sample:
    """The site as built."""

    plan: builder.Plan

    def render(self, example: str, where: str = POST) -> str:
        """What it gives in the templates of a page; in those of the post, names of the others are known too."""
        contexts = {page.url: page.context for page in self.plan.pages}
        asked = Template(name="example.html", path="example.html", text=example)
        page = Page(
            path="x",
            url="/x",
            template="example.html",
            context={**contexts[TOPICS], **contexts[LIST], **contexts[where]},
            origin=Location(path="example.html"),
        )
        return Renderer((asked,), self.plan.site, self.plan.assets).render(page).decode()


def build(folder: Path) -> Sample:
    """Build the sample site in an empty folder."""
    for name, content in SITE.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    with Store.open(folder) as store:
        plan = builder.build(folder, store=store, now=datetime(2026, 11, 23, 12, tzinfo=UTC), jobs=1)
    assert format_text(plan.diagnostics) == []
    return Sample(plan)


# ---- variables ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The variables of a kind: the heading above their table, the name they go by, how an example shows one of them
    (`NAME`), and what its parts are called in the table."""

    heading: str
    kind: type
    root: str
    shown: str


_EACH = "{{% for {0} in {1} %}}{{{{ {0}.NAME }}}} {{% endfor %}}"

CHAPTERS = (
    Chapter(heading="`site`", kind=model.Site, root="site", shown="{{ site.NAME }}"),
    Chapter(heading="`post`", kind=model.Post, root="post", shown="{{ post.NAME }}"),
    Chapter(heading="`page`", kind=model.Meta, root="page", shown="{{ page.NAME }}"),
    Chapter(heading="`paginator`", kind=model.Paginator, root="paginator", shown="{{ paginator.NAME }}"),
    Chapter(heading="`term`", kind=model.Term, root="term", shown="{{ term.NAME }}"),
    Chapter(heading="`taxonomy`", kind=model.TermIndex, root="taxonomy", shown="{{ taxonomy.NAME }}"),
    Chapter(heading="A label", kind=model.Label, root="label", shown=_EACH.format("label", "post.tags")),
    Chapter(heading="An author", kind=model.Author, root="author", shown=_EACH.format("author", "post.authors")),
    Chapter(heading="A picture", kind=pictures.Image, root="image", shown="{{ post.image.NAME }}"),
    Chapter(heading="A file of a picture", kind=pictures.Variant, root="variant",
            shown=_EACH.format("variant", "post.image.variants")),
    Chapter(heading="A heading", kind=model.Heading, root="heading", shown=_EACH.format("heading", "post.toc")),
    Chapter(heading="A link", kind=model.NavItem, root="item", shown=_EACH.format("item", "site.nav")),
    Chapter(heading="A year", kind=model.Year, root="year", shown=_EACH.format("year", "site.years")),
)  # fmt: skip

HIDDEN = {
    *(
        f"post.{name}"
        for name in (
            "body",
            "links",
            "permalinks",
            "excerpt_html",
            "places",
        )
    ),
    "item.location",
}  # what the others are made of


def _titles(of: str) -> str:
    return f"{{% for each in {of} %}}{{{{ each.title }}}}; {{% endfor %}}"


def _names(of: str) -> str:
    return f"{{% for each in {of} %}}{{{{ each.name }}}}; {{% endfor %}}"


def _url(of: str) -> str:
    return f"{{% if {of} %}}{{{{ {of}.url }}}}{{% endif %}}"


EXAMPLES = {
    "site.social": _url("site.social"),
    "post.social": _url("post.social"),
    "page.social": _url("page.social"),
    "post.cover": _url("site.posts[-1].cover"),
    "post.picture": _url("site.posts[-1].picture"),
    "page.image": _url("page.image"),
    "site.author": "{{ site.author.name }}",
    "site.nav": _titles("site.nav"),
    "site.feed": "{{ site.feed.items }}",
    "site.theme": "{{ site.theme.hue }}",
    "site.posts": _titles("site.posts"),
    "site.unlisted": _titles("site.unlisted"),
    "site.pages": _titles("site.pages"),
    "site.taxonomies": _titles("site.taxonomies"),
    "site.categories": _names("site.categories"),
    "site.tags": _names("site.tags"),
    "site.terms": _names('site.terms("tags")'),
    "site.authors": _names("site.authors"),
    "site.years": "{% for each in site.years %}{{ each.year }}; {% endfor %}",
    "site.data": "{% for book in site.data.books %}{{ book.title }}; {% endfor %}",
    "post.authors": _names("post.authors"),
    "post.terms": _names("post.terms.tags"),
    "post.categories": _names("post.categories"),
    "post.tags": _names("post.tags"),
    "post.image": "{{ post.image.url }}",
    "post.images": "{% for each in older.images if each %}{{ each.url }}; {% endfor %}",
    "post.toc": "{% for each in post.toc %}{{ each.text }}; {% endfor %}",
    "post.cover_options": "{{ post.cover_options.style }}",
    "author.image": "{% for each in post.authors %}{% if each.image %}{{ each.image.url }}{% endif %}{% endfor %}",
    "post.aliases": "{% for url in post.aliases %}{{ url }}; {% endfor %}",
    "post.former": "{% for url in post.former %}{{ url }}; {% endfor %}",
    "post.extra": "{{ post.extra.mood }}{% if post.extra.weather %}, {{ post.extra.weather }}{% endif %}",
    "page.feeds": "{% for title, url in page.feeds %}{{ url }}; {% endfor %}",
    "paginator.posts": _titles("paginator.posts"),
    "term.author": "{% for each in site.authors %}{{ each.author.bio }}; {% endfor %}",
    "term.posts": _titles("term.posts"),
    "taxonomy.terms": _names("taxonomy.terms"),
    "image.variants": "{% for each in post.image.variants %}{{ each.width }}; {% endfor %}",
    "year.posts": "{% for each in site.years %}{{ each.posts[0].title }}; {% endfor %}",
    "site.theme.social": _titles("site.theme.social"),
    "site.theme.words": '{{ site.theme.words["Older posts"] }}',
}  # of what does not show by its name alone


SETTINGS = (model.Theme, model.FeedOptions)  # told in a table of their own
_TOLD = {*SETTINGS, model.CoverOptions, *(chapter.kind for chapter in CHAPTERS)}
_ROOTS = {chapter.kind: chapter.root for chapter in CHAPTERS}


def untold(value: object) -> set[str]:
    """The kinds of value that a template can reach from here and that no table tells of."""
    if isinstance(value, Mapping):
        return {kind for item in value.values() for kind in untold(item)}
    if isinstance(value, tuple | list):
        return {kind for item in value for kind in untold(item)}
    if not is_dataclass(value):
        return set()
    if type(value) not in _TOLD:
        return {type(value).__name__}
    root = _ROOTS.get(type(value), "")
    seen = (field.name for field in fields(value) if root and f"{root}.{field.name}" not in HIDDEN)
    return {kind for name in seen for kind in untold(getattr(value, name))}


def parts(kind: type) -> Iterator[str]:
    """What a template may ask a value of the kind for: its fields, then its properties and methods."""
    assert is_dataclass(kind)
    yield from (field.name for field in fields(kind))
    yield from (
        name
        for name, value in vars(kind).items()
        if not name.startswith("_") and (isinstance(value, property) or callable(value))
    )


@cache
def described(kind: type) -> Mapping[str, str]:
    """What is said of each part where it is defined: the comment at a field, the docstring of a property."""
    source = getsource(kind)
    lines = source.splitlines()
    [body] = ast.parse(source).body
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = _comment(lines, node.lineno - 1, (node.end_lineno or node.lineno) - 1)
        elif isinstance(node, ast.FunctionDef):
            said = " ".join((ast.get_docstring(node) or "").split())
            found[node.name] = said[:1].lower() + said[1:].rstrip(".")
    return found


def _comment(lines: list[str], first: int, last: int) -> str:
    """The comment at the end of a statement's last line, else on the lines above it."""
    if "  # " in lines[last]:
        return lines[last].partition("  # ")[2]
    above: list[str] = []
    while lines[first - 1].lstrip().startswith("# "):
        first -= 1
        above.insert(0, lines[first].strip()[2:])
    return " ".join(above)


def variables(chapter: Chapter, sample: Sample) -> str:
    """The table of a chapter."""
    return table(("Name", "Is", "For example", "Gives"), described_rows(chapter, sample))


def described_rows(chapter: Chapter, sample: Sample) -> Iterator[tuple[str, ...]]:
    """The rows of a chapter's table."""
    said = described(chapter.kind)
    if bare := [part for part in parts(chapter.kind) if not _said_of(chapter, part, said)]:
        where = f"{chapter.kind.__module__}.{chapter.kind.__name__}"
        message = (
            f"say in comments in {where}, for docs/reference/templates.md, what these are: {', '.join(bare)}"
        )
        raise UndocumentedError(message)
    for part in parts(chapter.kind):
        name = f"{chapter.root}.{part}"
        if name in HIDDEN:
            continue
        example = EXAMPLES.get(name) or chapter.shown.replace("NAME", part)
        call = f"{name}(…)" if callable(getattr(chapter.kind, part, None)) else name
        yield (f"`{call}`", _said_of(chapter, part, said), f"`{example}`", shown(sample, name, example))


def _said_of(chapter: Chapter, part: str, said: Mapping[str, str]) -> str:
    return said[part] or ("internal" if f"{chapter.root}.{part}" in HIDDEN else "")


def shared_settings(sample: Sample) -> str:
    """The table of those settings that templates see, in the words of the reference of site.yaml."""
    rows = [row for row in config.reference() if row.name.startswith(("theme.", "feed."))]
    above = {row.name.rpartition(".")[0] for row in rows}
    examples = {f"site.{row.name}": row.description for row in rows if row.name not in above}
    lines = (
        (
            f"`{name}`",
            said,
            f"`{(example := EXAMPLES.get(name, f'{{{{ {name} }}}}'))}`",
            shown(sample, name, example),
        )
        for name, said in examples.items()
    )
    return table(("Name", "Is", "For example", "Gives"), lines)


_DIGEST = re.compile(r"\.[0-9a-f]{8}\.")  # of bytes that another version of a library may make differently


def shown(sample: Sample, name: str, example: str) -> str:
    """What an example gives, as a page shows it."""
    try:
        given = sample.render(example, WHERE.get(name, POST))
    except BuildError as problem:
        said = "; ".join(d.message for d in problem.diagnostics)
        raise UndocumentedError(
            f"write an example of {name} that works, in tests/reference.py: {said}"
        ) from None
    text = _DIGEST.sub(".1a2b3c4d.", " ".join(given.split()))
    if not text:
        raise UndocumentedError(f"write an example of {name} that shows something, in tests/reference.py")
    return f"`{text}`"


# ---- filters and functions ----------------------------------------------------------------------------------

_EXAMPLE = re.compile(r"`(\{[{%].*?[%}]\})`(?: is `([^`]+)`)?")
_LONGEST = 160  # characters of a result that are shown


def callables(known: Mapping[str, Callable[..., Any]], sample: Sample) -> str:
    """A list of filters or functions: the words of their docstrings, whose examples must give what they say, and what
    the others give."""
    return "".join(line for name in sorted(known) for line in _lines(name, known[name], sample))


def _lines(name: str, function: Callable[..., Any], sample: Sample) -> Iterator[str]:
    words = " ".join((getdoc(function) or "").split())
    examples = _EXAMPLE.findall(words)
    if not examples:
        where = f"{function.__module__}.{function.__name__}"
        raise UndocumentedError(f"write an example in the docstring of {where}: `{{{{ … }}}}` is `…`")
    yield f"- `{name}`: {words[:1].lower() + words[1:]}\n"
    for example, result in examples:
        given = shown(sample, name, example)
        if result and given != f"`{result}`":
            raise UndocumentedError(f"{name}: `{example}` is {given}, not `{result}` as its docstring says")
        if not result:
            yield f"  - `{example}` gives {given if len(given) <= _LONGEST else f'{given[:_LONGEST]}…`'}\n"


HELPERS = {"Filters": FILTERS, "Functions": FUNCTIONS}  # by the headings above their lists

# ---- blocks -------------------------------------------------------------------------------------------------

_BLOCK = re.compile(r"\{%-? block (\w+)")
_INCLUDES = re.compile(r'\{%-? (?:include|from|import) "([^"]+)"')
_EXTENDS = re.compile(r'\{%-? extends "([^"]+)"')


def blocks() -> dict[str, str]:
    """The tables of blocks and of parts, by the headings above them."""
    head = ("Template", "Extends", "Blocks of its own, in the order of the page")
    return {"Blocks": table(head, _blocks()), "Parts": table(("Part", "Stands in"), _parts())}


def _blocks() -> Iterator[tuple[str, ...]]:
    """Each template that has blocks or extends another, with those blocks that this one has not."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(THEME.glob("*.html"))}
    bases = {name: found[1] for name, text in texts.items() if (found := _EXTENDS.search(text))}
    own = {name: dict.fromkeys(_BLOCK.findall(text)) for name, text in texts.items()}
    for name in sorted(texts, key=lambda name: (name in bases, name)):
        inherited, base = set[str](), bases.get(name, "")
        while base:
            inherited |= own[base].keys()
            base = bases.get(base, "")
        listed = ", ".join(f"`{block}`" for block in own[name] if block not in inherited)
        if own[name] or name in bases:
            yield (f"`{name}`", f"`{bases[name]}`" if name in bases else "", listed)


def _parts() -> Iterator[tuple[str, ...]]:
    """Each smaller file, with the templates that include it."""
    pages = {
        path.relative_to(THEME).as_posix(): path.read_text("utf-8") for path in sorted(THEME.rglob("*.*ml"))
    }
    for part in pages:
        users = [name for name, text in pages.items() if part in _INCLUDES.findall(text)]
        if part.startswith("parts/"):
            yield (f"`{part}`", ", ".join(f"`{name}`" for name in users))
