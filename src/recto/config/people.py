"""Who writes, in site.yaml: one author, or several by the names that posts call them."""

from collections.abc import Mapping
from dataclasses import replace

from recto.config.kinds import TEXT, Key, Kind, section
from recto.located import Fields
from recto.located.places import KEY
from recto.model import Author
from recto.text import slugify

# fmt: off
AUTHOR_KEYS = (
    Key(name="name", kind=TEXT, description="the name", example="name: The author"),
    Key(name="email", kind=TEXT, description="an address for mail", example="email: me@example.com"),
    Key(name="url", kind=TEXT, description="a page about the author; may begin with `/`", example="url: /about/"),
    Key(name="avatar", kind=TEXT, description="a small picture; may begin with `/`", example="avatar: /images/me.jpg"),
    Key(name="bio", kind=TEXT, description="a sentence or two", example="bio: Walks, and writes about it."),
)
# fmt: on

AUTHOR = section(Author, AUTHOR_KEYS, short="name")


def _authors(fields: Fields, path: str, value: object) -> dict[str, Author] | None:
    """Each author by name; one that is not told otherwise is shown under that name."""
    if not isinstance(value, dict | list):
        hint = "write authors: {Robin: {bio: Draws the maps.}}"
        fields.must_be(path, "a mapping of names to authors", value, hint)
        return None
    if isinstance(value, dict):
        entries = [(f"{path}.{name}", name, about) for name, about in value.items()]
    else:
        listed = [(place, fields.name(place, item)) for place, item in fields.items(path, value)]
        entries = [(place, name, None) for place, name in listed if name]
    _check_addresses(
        fields, [(place + KEY if about is not None else place, name) for place, name, about in entries]
    )
    return {name: _author(fields, place, name, about) for place, name, about in entries}


def _check_addresses(fields: Fields, keys: list[tuple[str, str]]) -> None:
    """Each author has a page, whose address is made of the key."""
    first: dict[str, str] = {}
    for place, name in keys:
        slug = slugify(name)
        if not slug:
            message = f'author "{name}" has no letter or digit to make an address of'
            fields.complain(place, message, 'give it another key, and its name below that: name: "…"')
        elif first.setdefault(slug, name) != name:
            message = f'authors "{first[slug]}" and "{name}" would share the address /authors/{slug}/'
            fields.complain(place, message, "rename one of them")


def _author(fields: Fields, path: str, name: str, about: object) -> Author:
    said = None if about is None else AUTHOR.read(fields, path, about)
    author = said if isinstance(said, Author) else Author()
    return author if author.name else replace(author, name=name)


def writer(author: Author, authors: Mapping[str, Author]) -> Author:
    """The site's author, who may be called by the key of one of the authors."""
    return authors.get(author.name, author) if author == Author(name=author.name) else author


AUTHORS = Kind("a mapping of names to authors", _authors)
