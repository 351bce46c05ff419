"""Turn addresses as authors write them into addresses of the built site.

What has a scheme or another host stays as it is. An address that ends in ".md" names a source file, from the folder of
the file it stands in, or from the site's folder if it begins with "/". Another relative one names a file beside the
source if there is one, else it means what a browser makes of it on the post's own page. "#part" stays.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from unicodedata import normalize
from urllib.parse import quote

from recto.diagnostics import Diagnostic, Location, error, warning
from recto.model import Omission
from recto.text import ELSEWHERE, Names, unquote_path
from recto.text import quote as quote_path

_PARTS = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_SETTLED = re.compile(
    r"(?:/[\w~-]+(?:\.[\w~-]+)*)+/?", re.ASCII
)  # root-relative, and nothing to encode or to follow
_SOURCE_ENDINGS = (".md", ".markdown")
_WHY = {
    "draft": "it is a draft",
    "unpublished": "it is not published",
    "scheduled": "its date is in the future",
    "expired": "it has expired",
    "ignored": "its name, or ignore in site.yaml, keeps it out",
}
_HOW = {
    "draft": "publish it, or take the link out; --drafts shows both",
    "unpublished": "publish it, or take the link out; --drafts shows both",
    "scheduled": "wait for its day, or take the link out; --future shows both",
    "expired": "take the link out",
    "ignored": "rename it, or take the link out",
}


@dataclass(frozen=True, kw_only=True)
class References:
    """What can be referred to: `documents` by source file, `files` by where they stand, both giving URLs; and the source
    files that were left out. `home` is the site's absolute address or ""."""

    home: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, Omission] = field(default_factory=dict)

    def resolve(self, address: str, *, folder: str = "", url: str = "/") -> str:
        """The address as a page at `url`, made from a source in `folder`, must give it; encoded once."""
        address = address.strip()
        if ELSEWHERE.match(address) or (
            _SETTLED.fullmatch(address) and not address.endswith(_SOURCE_ENDINGS)
        ):
            return address
        path, suffix = _split(address)
        if not path:
            return (url if suffix.startswith("?") else "") + _encode_suffix(suffix)
        target = self._target(path, folder)
        return (target or "/" + quote_path(_join(url[1 : url.rindex("/")], path))) + _encode_suffix(suffix)

    def narrowed(self, names: Iterable[str]) -> "References":
        """These, as far as addresses with those names (see `named`) are concerned."""
        return References(
            home=self.home,
            documents={name: self.documents[name] for name in names if name in self.documents},
            files={name: self.files[name] for name in names if name in self.files},
        )

    def _target(self, path: str, folder: str) -> str | None:
        name = _join(folder, unquote_path(path))
        if path.lower().endswith(_SOURCE_ENDINGS) and name in self.documents:
            return self.documents[name]
        return None if path.startswith("/") else self.files.get(name)

    def absolute(self, link: str, permalink: str) -> str:
        """A resolved address as it must be given elsewhere, for one on the page at `permalink`."""
        if not self.home or ELSEWHERE.match(link):
            return link
        return self.home + link if link.startswith("/") else permalink + link

    def problems(self, address: str, *, folder: str, place: Location) -> Iterator[Diagnostic]:
        """What is wrong with an address that names a source file which is missing."""
        name = self.missing(address, folder=folder)
        if name in self.left_out:
            reason = self.left_out[name].reason
            message = f'"{name}" is left out of this build: {_WHY[reason]}'
            yield warning("link-left-out", message, place, hint=_HOW[reason])
        elif name:
            near = self._names.nearest(name)
            hint = (
                f'did you mean "{_relative(near, folder, address)}"?'
                if near
                else "mend the link, or write the file"
            )
            yield error("link-source", f'there is no post or page "{name}"', place, hint=hint)

    def missing(self, address: str, *, folder: str) -> str:
        """The source file that an address names although no such file is built; "" for every other address."""
        if ".m" not in address.lower():  # true of most, and found out faster than anything else
            return ""
        path, _ = _split(address.strip())
        if not path.lower().endswith(_SOURCE_ENDINGS) or ELSEWHERE.match(address.strip()):
            return ""
        name = _join(folder, unquote_path(path))
        return "" if name in self.documents or name in self.files or f"/{name}" in self._urls else name

    @cached_property
    def _urls(self) -> frozenset[str]:
        return frozenset(map(unquote_path, self.files.values()))

    @cached_property
    def _names(self) -> Names:
        return Names(self.documents)


def named(address: str, folder: str) -> str:
    """The name of a file that an address may mean, written in a file of that folder; "" where it means none by a name."""
    address = address.strip()
    if ELSEWHERE.match(address):
        return ""
    path, _ = _split(address)
    if not path or (path.startswith("/") and not path.lower().endswith(_SOURCE_ENDINGS)):
        return ""
    return _join(folder, unquote_path(path))


def is_source(name: str) -> bool:
    """Whether a name is one of posts and pages."""
    return name.lower().endswith(_SOURCE_ENDINGS)


def _split(address: str) -> tuple[str, str]:
    match = _PARTS.match(address)
    return (match[1], match[2]) if match else (address, "")


# Whatever RFC 3986 does not allow in a query or fragment; a "%" that encodes something is allowed.
_UNSAFE = re.compile(r"[^\w/?:@!$&'()*+,;=.~#%-]|%(?![0-9A-Fa-f]{2})", re.ASCII)


def _encode_suffix(suffix: str) -> str:
    return _UNSAFE.sub(lambda match: quote(match[0], safe="", errors="replace"), normalize("NFC", suffix))


def _join(folder: str, path: str) -> str:
    """The path that `path` means in a folder, as browsers read it: ".." goes up, but not out."""
    parts = [] if path.startswith("/") else folder.split("/")
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    kept = [part for part in parts if part]
    ends_in_folder = path.rpartition("/")[2] in ("", ".", "..")
    return "/".join([*kept, ""] if kept and ends_in_folder else kept)


def _relative(name: str, folder: str, address: str) -> str:
    """A source file's name as one would write it in a file of that folder."""
    if address.startswith("/"):
        return "/" + name
    here, there = [part for part in folder.split("/") if part], name.split("/")
    while here and len(there) > 1 and here[0] == there[0]:
        del here[0], there[0]
    return "/".join([".."] * len(here) + there)
