"""The main navigation in site.yaml, in each form that people write it."""

import re

from recto.config.kinds import Kind
from recto.located import Fields
from recto.model import NavItem
from recto.text import slugify

_LINK = re.compile(r"/(?!/)|#|[A-Za-z][A-Za-z0-9+.-]*:")


def _nav(fields: Fields, path: str, value: object) -> tuple[NavItem, ...] | None:
    if isinstance(value, dict):
        entries = [(f"{path}.{title}", title, url) for title, url in value.items()]
    elif isinstance(value, list):
        entries = [
            entry for place, item in fields.items(path, value) for entry in _entries(fields, place, item)
        ]
    else:
        fields.must_be(path, "a list of titles and addresses", value, "write nav: [{About: /about/}]")
        return None
    items = (_nav_item(fields, *entry) for entry in entries)
    return tuple(item for item in items if item)


def _entries(fields: Fields, path: str, item: object) -> list[tuple[str, str, object]]:
    """The (place, title, address) of `About: /about/`, of `{title: About, url: /about/}` and of `About`."""
    if isinstance(item, dict) and {"title", "url"} == item.keys():
        return [(f"{path}.url", fields.name(f"{path}.title", item["title"]) or "", item["url"])]
    if isinstance(item, dict):
        return [(f"{path}.{title}", title, url) for title, url in item.items()]
    text = fields.name(path, item)
    if not text:
        return []
    if _LINK.match(text):
        return [(path, text.strip("/").rpartition("/")[2].replace("-", " ").capitalize() or "Home", text)]
    return [(path, text, f"/{slugify(text)}/")]


def _nav_item(fields: Fields, path: str, title: str, value: object) -> NavItem | None:
    url = fields.written(path, value)
    if isinstance(url, str) and _LINK.match(url):
        return NavItem(title=title, url=url.strip(), location=fields.place(path))
    hint = 'it begins with "/", or with "https://" for another site'
    fields.complain(path, f'the address of "{title}" in the navigation must be a path or a URL', hint)
    return None


NAV = Kind("a list of titles and addresses", _nav)
