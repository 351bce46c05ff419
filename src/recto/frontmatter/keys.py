"""The keys of front matter as data: what each is called, what it means, and how its value is read.

The reference page is made of this table, so that it cannot say anything else than what is done. Categories and tags
are not in it: they are read by the site's taxonomies (terms.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from recto.diagnostics import Diagnostic
from recto.frontmatter.covers import cover
from recto.frontmatter.moments import DateError, moment
from recto.located import Fields, Places
from recto.located.places import KEY
from recto.model import Author, Config, Moment
from recto.text import distance

DATE_HINT = "write the date as YYYY-MM-DD"


class Front(Fields):
    """A post's front matter while it is read; `values` is what it says by key."""

    def __init__(
        self, places: Places, diagnostics: Iterable[Diagnostic], values: Mapping[str, object], config: Config
    ) -> None:
        super().__init__(places, diagnostics, code="front-matter")
        self.values = values
        self.config = config


Read = Callable[[Front, str, object], object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Key:
    """A key of front matter. `field` is its name in FrontMatter; `blank` are the values that say nothing; of its
    names, the first that says something counts."""

    name: str
    type: str
    description: str
    example: str
    read: Read
    aliases: tuple[str, ...] = ()
    field: str = ""
    blank: tuple[object, ...] = (None, "", [], {})

    @property
    def target(self) -> str:
        return self.field or self.name

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def _title(front: Front, path: str, value: object) -> str | None:
    return front.name(path, value) or None  # "null" is a title, nothing is none


def _moment(front: Front, path: str, value: object) -> Moment | None:
    text = front.written(path, value)
    if not isinstance(text, str):
        front.must_be(path, "a date", value, DATE_HINT)
        return None
    try:
        return moment(text, front.config.timezone)
    except DateError as problem:
        front.complain(path, f"{path}: {problem}", DATE_HINT)
        return None


def _published(front: Front, path: str, value: object) -> object:
    """true or false say whether; a date says when, as in Hugo."""
    text = front.written(path, value)
    if isinstance(text, str) and text[:1].isdigit():
        return _moment(front, path, value)
    if isinstance(text, str) and text.strip().lower() in ("true", "false", "yes", "no", "on", "off"):
        return front.boolean(path, value)
    front.must_be(path, "true, false or a date", value, "write published: false, or remove the line")
    return None


def _texts(front: Front, path: str, value: object) -> tuple[str, ...]:
    return tuple(filter(None, (front.text(place, item) for place, item in front.items(path, value))))


def _image(front: Front, path: str, value: object) -> object:
    """An address, or a mapping with its path and alt."""
    if not isinstance(value, Mapping):
        return "" if value is False else front.text(path, value)
    key = next((key for key in ("path", "src", "url", "feature") if value.get(key)), None)
    if key is None:
        front.warn(
            path + KEY, f"{path} has no path, so it is not used", "write image: {path: /images/tide.jpg}"
        )
        return None
    return front.text(f"{path}.{key}", value[key])


def _authors(front: Front, path: str, value: object) -> tuple[Author, ...]:
    authors = (_author(front, place, item) for place, item in front.items(path, value))
    return tuple(author for author in authors if author)


_ALSO = {"url": ("uri", "link", "web", "homepage"), "avatar": ("image", "picture"), "bio": ("description",)}


def _author(front: Front, path: str, value: object) -> Author | None:
    """A name, or a mapping; those whom site.yaml describes are found by their key there, or by their name."""
    if isinstance(value, Mapping):
        said: dict[str, Any] = {}
        for field in ("name", "email", "url", "avatar", "bio"):
            key = next((key for key in (field, *_ALSO.get(field, ())) if value.get(key)), field)
            said[field] = front.text(f"{path}.{key}", value.get(key)) or ""
        return Author(**said) if any(said.values()) else None
    name = front.name(path, value)
    if not name:
        return None
    described = _described(front.config)
    if name not in described and (meant := _meant(name, frozenset(described))):
        hint = f'write "{meant}", or add "{name}" under authors: in site.yaml'
        front.warn(path, f'there is no author "{name}"; did you mean "{meant}"?', hint, code="author-unknown")
    return described.get(name) or Author(name=name)


def _described(config: Config) -> dict[str, Author]:
    """The authors of site.yaml by what posts may call them."""
    names = {author.name: author for author in (*config.authors.values(), config.author) if author.name}
    return names | dict(config.authors)


@lru_cache(maxsize=2048)
def _meant(name: str, known: frozenset[str]) -> str:
    """The known author of whose name this is plainly a slip: two letters, or one in a short name, or their case."""
    near = [(distance(name.casefold(), other.casefold()), other) for other in sorted(known)]
    return min(((d, other) for d, other in near if d <= min(2, len(other) // 4)), default=(0, ""))[1]


def _template(front: Front, path: str, value: object) -> str | None:
    name = front.text(path, value)
    return "" if name is None or name.lower() in ("none", "null") else name.removesuffix(".html")


# fmt: off
KEYS = (
    Key(name="title", type="text", read=_title, blank=(),
        description="the title; without it, the first heading of the text, else the file name",
        example="title: What the tide leaves"),
    Key(name="date", type="date", read=_moment,
        description="when it was published; without it, the date in the file name, else that of the file's first "
                    "commit in git, else none",
        example="date: 2026-11-02"),
    Key(name="updated", aliases=("last_modified_at",), type="date", read=_moment,
        description="when it last changed in substance",
        example="updated: 2026-11-20 18:30"),
    Key(name="published", type="true, false or a date", read=_published,
        description="`false` hides the post; a date is a `date`",
        example="published: false"),
    Key(name="draft", type="true or false", read=Front.boolean,
        description="a draft is not built",
        example="draft: true"),
    Key(name="expires", type="date", read=_moment,
        description="not built from then on",
        example="expires: 2027-01-31"),
    Key(name="unlisted", type="true or false", read=Front.boolean,
        description="built, but in no list, feed or sitemap",
        example="unlisted: true"),
    Key(name="pinned", type="true or false", read=Front.boolean,
        description="stands first on the front page",
        example="pinned: true"),
    Key(name="slug", type="text", read=Front.text,
        description="the last part of the address, in place of that of the file name",
        example="slug: low-tide"),
    Key(name="permalink", type="text", read=Front.text,
        description="the whole address, or a pattern as in site.yaml",
        example="permalink: /coast/low-tide/"),
    Key(name="aliases", aliases=("redirect_from",), type="list or text", read=_texts,
        description="old addresses, which lead to this post",
        example="aliases: [/2015/tide.html, /tide/]"),
    Key(name="excerpt", aliases=("description", "summary"), type="text", read=Front.text,
        description="the opening that lists show, and the description for search engines",
        example="excerpt: What lies on the sand when the sea has gone."),
    Key(name="image", type="text, or a mapping with path and alt", read=_image,
        description="the post's picture",
        example="image: /images/tide.jpg"),
    Key(name="image_alt", type="text", read=Front.text, blank=(None,),
        description="what is on it",
        example="image_alt: Wet sand with a line of shells"),
    Key(name="cover", type="false, a style, or a mapping with style and hue", read=cover,
        description="the cover that is drawn for a post without a picture: its style is hills, tiles, rings, waves or dots, "
                    "its hue 0 to 360; `false` for none",
        example="cover: {style: tiles, hue: 150}"),
    Key(name="author", aliases=("authors",), field="authors", type="text, mapping or list", read=_authors,
        description="who wrote it, if not the site's author: a key or a name of `authors` in site.yaml, or someone else",
        example="author: {name: The author, url: /about/}"),
    Key(name="template", aliases=("layout",), type="text", read=_template,
        description="the template, without `.html`",
        example="template: photo"),
    Key(name="toc", type="true or false", read=Front.boolean,
        description="whether to show a list of contents",
        example="toc: true"),
    Key(name="comments", type="true or false", read=Front.boolean,
        description="`false` closes the post to comments, where the site has them",
        example="comments: false"),
    Key(name="lang", aliases=("language",), field="language", type="language", read=Front.language,
        description="the language, such as `de` or `pt-BR`",
        example="lang: de"),
    Key(name="series", type="text", read=Front.name,
        description="the name of a series: posts with the same name know one another",
        example="series: A year by the sea"),
)
# fmt: on

BY_NAME = {name: key for key in KEYS for name in key.names}
