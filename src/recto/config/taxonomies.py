"""The taxonomies in site.yaml: what each is called, and which terms it may have."""

import re
from dataclasses import replace
from typing import Any

from recto.config.kinds import BOOLEAN, TEXT, Key, Kind, members
from recto.located import Fields
from recto.located.places import KEY
from recto.model import DEFAULT_TAXONOMIES, Taxonomy
from recto.text import slugify

_NAME = re.compile(r"\w[\w-]*")
_KNOWN = {taxonomy.name: taxonomy for taxonomy in DEFAULT_TAXONOMIES}


def _terms(fields: Fields, path: str, value: object) -> dict[str, str] | None:
    if isinstance(value, dict):
        return {name: fields.text(f"{path}.{name}", text) or "" for name, text in value.items()}
    if isinstance(value, list):
        return {name: "" for place, item in fields.items(path, value) if (name := fields.name(place, item))}
    fields.must_be(path, "a mapping of names to descriptions", value, "write terms: {Walking: On foot}")
    return None


TAXONOMY_KEYS = (
    Key(name="title", kind=TEXT, description="how it is headed", example="title: Places"),
    Key(name="singular", kind=TEXT, description="the word for one of its terms", example="singular: place"),
    Key(name="feed", kind=BOOLEAN, description="whether each term has an Atom feed", example="feed: true"),
    Key(
        name="terms",
        kind=Kind("a mapping", _terms),
        description="the complete list of its terms with their descriptions; any other is an error",
        example="terms: {Walking: On foot, Coast: The edge of things}",
    ),
)


def _taxonomies(fields: Fields, path: str, value: object) -> tuple[Taxonomy, ...] | None:
    if not isinstance(value, dict | list):
        fields.must_be(path, "a list of names, or a mapping", value, "write taxonomies: [categories, tags]")
        return None
    if isinstance(value, dict):
        entries = [(f"{path}.{name}", name, options) for name, options in value.items()]
    else:
        listed = [(place, fields.name(place, item)) for place, item in fields.items(path, value)]
        entries = [(place, name, None) for place, name in listed if name]
    made = (_taxonomy(fields, *entry) for entry in entries)
    return tuple({taxonomy.name: taxonomy for taxonomy in made if taxonomy}.values())


def _taxonomy(fields: Fields, path: str, name: str, options: object) -> Taxonomy | None:
    if not _NAME.fullmatch(name):
        fields.complain(path, f'"{name}" cannot be the name of a taxonomy', "use letters, digits and hyphens")
        return None
    if slugify(name) == "authors":
        message = f'"{name}" cannot be a taxonomy: authors have pages of their own at /authors/'
        fields.complain(path + KEY if options else path, message, "remove it, or call it otherwise")
        return None
    taxonomy = _KNOWN.get(name) or Taxonomy(name=name, title=_headline(name), singular=_singular(name))
    if options is None:
        return taxonomy
    if not isinstance(options, dict):
        fields.must_be(path, "a mapping", options, f"write {name}: {{title: {_headline(name)}}}")
        return None
    said: dict[str, Any] = members(fields, path, options, TAXONOMY_KEYS, {})
    terms = said.pop("terms", None)
    return replace(taxonomy, **said, descriptions=terms or {}, closed=terms is not None)


def _headline(name: str) -> str:
    text = name.replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:]


def _singular(name: str) -> str:
    """`stories` is `story`, `topics` is `topic`, `series` and `glass` are their own."""
    if name.endswith("ies") and name != "series":
        return name.removesuffix("ies") + "y"
    return name if name.endswith(("ss", "series")) else name.removesuffix("s")


TAXONOMIES = Kind("a list of names, or a mapping", _taxonomies)
