"""Read site.yaml into a checked Config. KEYS is the one table that parsing, checking and the reference page share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from recto import located
from recto.config.deploy import DEPLOY, DEPLOY_KEYS
from recto.config.editors import EDITOR
from recto.config.kinds import (
    BOOLEAN,
    FOLDER,
    LANGUAGE,
    PATTERNS,
    PERMALINK,
    TEXT,
    TIMEZONE,
    URL,
    AddressError,
    Key,
    address,
    choice,
    members,
    number,
    numbers,
    section,
    several,
)
from recto.config.navigation import NAV
from recto.config.people import AUTHOR, AUTHOR_KEYS, AUTHORS, writer
from recto.config.permalinks import PARTS, PermalinkError, translate
from recto.config.redirects import REDIRECTS
from recto.config.taxonomies import TAXONOMIES, TAXONOMY_KEYS
from recto.config.theme import THEME_KEYS, THEME_MOVED
from recto.diagnostics import Diagnostic, Location, error
from recto.model import Config, FeedOptions, Folders, ImageOptions, MarkdownOptions, Theme

__all__ = [
    "KEYS",
    "PARTS",
    "AddressError",
    "PermalinkError",
    "Row",
    "address",
    "load",
    "parse",
    "reference",
    "translate",
]

MAX_BYTES = 1_000_000


def _each(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """The keys of a mapping that stands below a name of the author's choice."""
    return tuple(replace(key, name=f"NAME.{key.name}") for key in keys)


# fmt: off
_FEED = (
    Key(name="items", kind=number(1, 1000), description="how many posts", example="items: 20"),
    Key(name="full", kind=BOOLEAN, description="whole posts, or excerpts", example="full: false"),
    Key(name="atom", kind=BOOLEAN, description="whether there is `/feed.xml`", example="atom: true"),
    Key(name="json", kind=BOOLEAN, description="whether there is `/feed.json`", example="json: false"),
)

_MARKDOWN = (
    Key(name="smart", kind=BOOLEAN, description="typographic quotes, dashes and ellipses", example="smart: false"),
    Key(name="line_numbers", kind=BOOLEAN, description="line numbers in code blocks that do not say",
        example="line_numbers: true"),
    Key(name="anchors", kind=BOOLEAN, description="a link beside each heading", example="anchors: false"),
    Key(name="toc_depth", kind=number(1, 6), description="the deepest heading level in contents lists",
        example="toc_depth: 2"),
)

_IMAGES = (
    Key(name="widths", kind=numbers(16, 10_000, "in pixels, such as widths: [480, 960]"),
        description="the widths in pixels that are made of a picture, as far as it is that wide; `[]` for none",
        example="widths: [600, 1200]"),
    Key(name="formats", kind=several("avif", "webp", hint="the kind that a picture has already is always made"),
        description="what they are made in beside the picture's own kind: `avif`, `webp`",
        example="formats: [avif, webp]"),
    Key(name="quality", kind=number(1, 100), description="1 to 100: smaller files, or finer ones", example="quality: 70"),
    Key(name="strip", kind=BOOLEAN,
        description="take out of the files where and with what a picture was taken; which way up it is stays",
        example="strip: false"),
    Key(name="sizes", kind=TEXT, description="how wide pictures of a text are shown, as HTML has it",
        example='sizes: "(min-width: 50rem) 45rem, 100vw"'),
)

_FOLDERS = tuple(
    Key(name=name, kind=FOLDER, description=description, example=f"{name}: {example}")
    for name, description, example in (
        ("posts", "posts", "_posts"),
        ("pages", "standalone pages; `.` is the site's folder itself", "content"),
        ("data", "YAML and JSON for templates, as `site.data`", "_data"),
        ("images", "pictures, copied to `/images/`", "img"),
        ("static", "files copied to the top of the site", "public"),
        ("templates", "your own templates", "layouts"),
    )
)

KEYS = (
    Key(name="title", kind=TEXT, description="the site's name", example="title: Long way home"),
    Key(name="url", kind=URL,
        description="the address at which it will live, with the folder if there is one; without it, what needs "
                    "absolute addresses is left out",
        example="url: https://example.com/blog"),
    Key(name="description", kind=TEXT, description="a sentence about the site, for search engines and feeds",
        example="description: Slow notes on walking, light and the tools we keep."),
    Key(name="language", kind=LANGUAGE, description="the language of the site and of posts that do not say",
        example="language: pt-BR"),
    Key(name="timezone", kind=TIMEZONE,
        description="an IANA name such as `Europe/Stockholm`; rules dates without a zone of their own",
        example="timezone: Europe/Stockholm"),
    Key(name="author", kind=AUTHOR, keys=AUTHOR_KEYS,
        description="who writes: a name, or a mapping",
        example="author: {name: The author, url: /about/}"),
    Key(name="authors", kind=AUTHORS, keys=_each(AUTHOR_KEYS),
        description="those who write, if they are several: a mapping of the names that posts call them to authors",
        example="authors: {Robin: {bio: Draws the maps.}}"),
    Key(name="nav", kind=NAV, description="the main navigation: a list of `{Title: address}`",
        example="nav: [{Posts: /}, {Archive: /archive/}]"),
    Key(name="permalink", kind=PERMALINK,
        description="the address of posts: a pattern, or one of Jekyll's styles `date`, `pretty`, `ordinal`, "
                    "`weekdate`, `none`",
        example="permalink: /{year}/{month}/{slug}/"),
    Key(name="paginate", kind=number(1, 1000), description="posts on a list page", example="paginate: 7"),
    Key(name="pagination", kind=choice("stable", "plain"),
        description="`stable` numbers list pages from the oldest post, `plain` from the newest",
        example="pagination: plain"),
    Key(name="taxonomies", kind=TAXONOMIES, keys=_each(TAXONOMY_KEYS),
        description="ways to group posts: a list of names, or a mapping of names to options",
        example="taxonomies: {categories: {feed: true}, tags: {}, places: {singular: place}}"),
    Key(name="feed", kind=section(FeedOptions, _FEED), keys=_FEED, description="the feeds",
        example="feed: {items: 50, full: false}"),
    Key(name="markdown", kind=section(MarkdownOptions, _MARKDOWN), keys=_MARKDOWN,
        description="how posts are converted", example="markdown: {smart: false}"),
    Key(name="images", kind=section(ImageOptions, _IMAGES), keys=_IMAGES, description="what is made of pictures",
        example="images: {formats: [avif, webp], quality: 70}"),
    Key(name="ignore", kind=PATTERNS, description="shell patterns of paths to pass over",
        example='ignore: ["posts/old/*", "*.psd"]'),
    Key(name="folders", kind=section(Folders, _FOLDERS), keys=_FOLDERS,
        description="where the site keeps its sources, relative to its own folder",
        example="folders: {posts: _posts, data: _data}"),
    Key(name="editor", kind=EDITOR,
        description="the editor that the preview opens a file in: `vscode`, `cursor`, `idea`, `subl`, `zed`, or an address "
                    "with `{path}` in it; nothing of it is in the built site",
        example="editor: vscode"),
    Key(name="redirects", kind=REDIRECTS,
        description="old addresses, each with where it leads: to a path of the site, or to a whole URL",
        example="redirects: {/old/: /posts/new/, /talks/: https://example.org/talks/}"),
    Key(name="deploy", kind=DEPLOY, keys=_each(DEPLOY_KEYS),
        description="where the site is deployed to: a mapping of names to targets; `recto deploy` takes the one called "
                    "`default`, or the only one",
        example="deploy: {default: {type: github-pages}}"),
    Key(name="theme", kind=section(Theme, THEME_KEYS, moved=THEME_MOVED), keys=THEME_KEYS, description="the look",
        example="theme: {hue: 250}"),
)
# fmt: on

_MOVED = {
    "baseurl": 'write it at the end of "url": https://example.com/blog',
    "base_url": 'did you mean "url"?',
    "categories": "write taxonomies: {categories: {terms: ...}, tags: {}}",
    "tags": "write taxonomies: {categories: {}, tags: {terms: ...}}",
    "exclude": 'did you mean "ignore"?',
    "lang": 'did you mean "language"?',
    "locale": 'did you mean "language"?',
    "name": 'did you mean "title"?',
    "tagline": 'did you mean "description"?',
    "navigation": 'did you mean "nav"?',
    "menu": 'did you mean "nav"?',
    **{
        name: f'write "{name}" below "theme"'
        for name in ("hue", "mode", "fonts", "social", "comments", "features")
    },
}


def parse(text: str, *, path: str = "site.yaml") -> tuple[Config, tuple[Diagnostic, ...]]:
    """The configuration that a text says, with defaults for the rest and for what is wrong."""
    value, places, diagnostics = located.parse(text, path=path)
    found = located.Fields(places, diagnostics, code="config-type")
    if isinstance(value, dict):
        said: dict[str, Any] = members(found, "", value, KEYS, _MOVED)
        config = Config(**said, places=places)
        config = replace(config, author=writer(config.author, config.authors))
        _check_folders(found, config.folders)
        return config, tuple(found.diagnostics)
    if value is not None:
        message, hint = f"{path} must be lines of keys and values", "write title: My blog"
        found.diagnostics.append(error("config-type", message, places.location(0, len(text)), hint=hint))
    return Config(), tuple(found.diagnostics)


def _check_folders(found: located.Fields, folders: Folders) -> None:
    """Two kinds of source in one folder would both claim its files."""
    seen: dict[str, str] = {}
    for field in fields(folders):
        folder = getattr(folders, field.name)
        if folder in seen:
            message = f'folders.{seen[folder]} and folders.{field.name} are both "{folder}"'
            claimants = (f"folders.{field.name}", f"folders.{seen[folder]}")
            written = next((path for path in claimants if path in found.places), "folders")
            found.complain(written, message, "give each a folder of its own")
        seen[folder] = field.name


def load(root: Path) -> tuple[Config, tuple[Diagnostic, ...]]:
    """The configuration of the site in `root`; all defaults where it has no site.yaml (or site.yml)."""
    for name in ("site.yaml", "site.yml"):
        try:
            with (root / name).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as problem:
            reason = (problem.strerror or "it cannot be opened").lower()
            return Config(), (error("unreadable", f"{name} cannot be read: {reason}", Location(path=name)),)
        text = located.decode(data, name)
        return parse(text, path=name) if isinstance(text, str) else (Config(), (text,))
    return Config(), ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the reference: a key with its full name, and its default as YAML ("" where there is none). `of` is the type
    of deploy target that has it, "" for all."""

    name: str
    type: str
    default: str
    description: str
    example: str
    of: str = ""


def reference() -> Iterator[Row]:
    """Every key of site.yaml, those of mappings after the mapping."""
    return _rows(KEYS, "", Config())


def _rows(keys: Iterable[Key], prefix: str, defaults: object) -> Iterator[Row]:
    for key in keys:
        default = getattr(key.within or defaults, key.name.rpartition(".")[2], "")
        yield Row(
            name=prefix + key.name,
            type=key.kind.words,
            default="" if key.keys else _shown(default),
            description=key.description,
            example=key.example,
            of=key.within.type if key.within else "",
        )
        yield from _rows(key.keys, f"{prefix}{key.name}.", default)


def _shown(default: object) -> str:
    """A default as YAML; "" where there is none, or none that a line could show."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        plain = all(isinstance(item, str | int) for item in default)
        return f"[{', '.join(map(str, default))}]" if default and plain else ""
    return str(default) if default else ""
