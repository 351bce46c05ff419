"""What is known of every address that the site ever had."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recto.diagnostics import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A post or standalone page, as it was when it was last public. `urls` are all addresses that it had, the last one
    first; `id` names it in feeds for ever. `day` ("2017-05-01"), `text` and `title` (fingerprints, see `recto.ledger`) are what it is known again by when its
    file has another name."""

    source: str
    day: str = ""
    text: str = ""
    title: str = ""
    urls: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every public address (root-relative, without the deployment folder) and what stood behind it.

    `home` is the address of the site. `lists` are the addresses of pages that nobody wrote: lists, archives, feeds.
    `files` are those of documents, each with a fingerprint of its bytes. `strays` were public before recto and belong to no post
    that is known. `gone` are given up. `lines` says on which line an address or a source stands, for messages.
    """

    home: str = ""
    posts: tuple[Known, ...] = ()
    lists: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    strays: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An old address of the site, and where it leads: `target` is a URL of the site, an address elsewhere, or "" where what
    was there is gone for good. `origin` is what says so."""

    url: str
    target: str
    origin: Location
