"""Links in site.yaml, of the navigation and to places elsewhere, in each of the forms that people write them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from recto.config.kinds import Kind
from recto.located import Fields
from recto.model import NavItem
from recto.text import slugify


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """A kind of links: how an address begins, what a bare text means (title, address), and what is said of others."""

    address: re.Pattern[str]
    bare: Callable[[str], tuple[str, str]]
    example: str
    place: str
    must: str
    hint: Callable[[str], str]

    def read(self, fields: Fields, path: str, value: object) -> tuple[NavItem, ...] | None:
        """`[{About: /about/}]`, `{About: /about/}`, `[{title: About, url: /about/}]` and `[/about/]`."""
        if isinstance(value, dict):
            entries = [(f"{path}.{title}", title, url) for title, url in value.items()]
        elif isinstance(value, list):
            entries = [
                entry
                for place, item in fields.items(path, value)
                for entry in self._entries(fields, place, item)
            ]
        else:
            fields.must_be(path, "a list of titles and addresses", value, f"write {self.example}")
            return None
        items = (self._item(fields, *entry) for entry in entries)
        return tuple(item for item in items if item)

    def _entries(self, fields: Fields, path: str, item: object) -> list[tuple[str, str, object]]:
        """The (place, title, address) of each link that an item of a list says."""
        if isinstance(item, dict) and {"title", "url"} == item.keys():
            return [(f"{path}.url", fields.name(f"{path}.title", item["title"]) or "", item["url"])]
        if isinstance(item, dict):
            return [(f"{path}.{title}", title, url) for title, url in item.items()]
        text = fields.name(path, item)
        return [(path, *self.bare(text))] if text else []

    def _item(self, fields: Fields, path: str, title: str, value: object) -> NavItem | None:
        url = fields.written(path, value)
        if isinstance(url, str) and self.address.match(url):
            return NavItem(title=title, url=url.strip(), location=fields.place(path))
        message = f'the address of "{title}" in {self.place} must be {self.must}'
        fields.complain(path, message, self.hint(str(url)))
        return None


# ---- the navigation -----------------------------------------------------------------------------------------

_LINK = re.compile(r"/(?!/)|#|[A-Za-z][A-Za-z0-9+.-]*:")


def _page(text: str) -> tuple[str, str]:
    """`About` and `/about/` both mean the page About."""
    if _LINK.match(text):
        return text.strip("/").rpartition("/")[2].replace("-", " ").capitalize() or "Home", text
    return text, f"/{slugify(text)}/"


_NAV = _Links(
    address=_LINK,
    bare=_page,
    example="nav: [{About: /about/}]",
    place="the navigation",
    must="a path or a URL",
    hint=lambda _: 'it begins with "/", or with "https://" for another site',
)

# ---- places elsewhere ---------------------------------------------------------------------------------------

_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")
_HANDLE = re.compile(r"@([^\s@:/]+)@([^\s@:/]+)")


def _elsewhere(text: str) -> tuple[str, str]:
    """`https://www.example.com/me` is a place on example.com, `mailto:me@example.com` is for mail."""
    return (urlsplit(text).hostname or "Mail").removeprefix("www."), text


def _whole(text: str) -> str:
    if _MAIL.fullmatch(text.strip()):
        return f"write mailto:{text.strip()}"
    if handle := _HANDLE.fullmatch(text.strip()):
        return f"write https://{handle[2]}/@{handle[1]}"
    return 'it begins with "https://", or with "mailto:" for mail'


_SOCIAL = _Links(
    address=re.compile(r"https?://[^\s/]|mailto:[^\s@]+@[^\s@]+\Z", re.IGNORECASE),
    bare=_elsewhere,
    example="social: [{Mastodon: https://example.social/@me}]",
    place="theme.social",
    must="a whole URL",
    hint=_whole,
)

NAV = Kind("a list of titles and addresses", _NAV.read)
SOCIAL = Kind("a list of titles and addresses", _SOCIAL.read)
