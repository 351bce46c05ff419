"""What documents of another site say was public, as values; and how a page's address, title and day are read from their words."""

import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate
from typing import Literal
from urllib.parse import urljoin

from recto.text import plain_text

ADDRESS = re.compile(r"(?:https?://|/(?!/))\S+|/", re.IGNORECASE)
LONGEST = 2_000  # characters of an address, an id, a title

_DAY = re.compile(r"\d{4}-\d\d-\d\d(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page that was public: its full address (or one from the root, where a list has those), and what a feed says of it. `day`
    ("2017-05-01") is when it was published, `id` what feed readers know it by; "" where no feed tells."""

    address: str
    title: str = ""
    day: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a document says was public. `more` are addresses of documents that go on: the sitemaps of an index, the next page
    of a feed. `flaw` is why nothing, or no more, could be read, in words that follow its name and a colon; "" if all was."""

    kind: Literal["sitemap", "feed", "list", ""] = ""
    entries: tuple[Entry, ...] = ()
    more: tuple[str, ...] = ()
    flaw: str = ""


def joined(base: str, address: str) -> str:
    """The full address of one that stands in a document found at `base`; "" where there is none."""
    try:
        return urljoin(base, address.strip()) if address.strip() else ""
    except ValueError:
        return ""


def listed(address: str) -> Entry | None:
    """A page of which only the address is told; None where that is none of the web."""
    whole = address.partition("#")[0]
    return Entry(address=whole) if len(whole) <= LONGEST and ADDRESS.fullmatch(whole) else None


def told(address: str, *, title: str, day: str, id: str) -> Entry | None:
    """A page that a feed has. What stands for a part of a page, as a comment does, tells nothing of the page but that it is
    there. An entry without an id is known by its address."""
    found, name = listed(address), "".join(filter(str.isprintable, " ".join(id.split())))
    if found is None or "#" in address:
        return found
    whole = found.address
    title = plain_text(title[:LONGEST])
    return Entry(address=whole, title=title, day=day, id=(name if len(name) <= LONGEST else "") or whole)


def day_of(text: str) -> str:
    """The day of a moment as it was written, by RFC 3339 or RFC 822; "" for anything else."""
    text = text.strip()[:100]
    found = _DAY.match(text)
    moment = None if found else parsedate(text)
    try:
        day = date(*moment[:3]) if moment else date.fromisoformat(found[0] if found else "")
    except ValueError:
        return ""
    return day.isoformat()
