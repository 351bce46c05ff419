"""Tell what readers will see of a deploy: a pure comparison of the site that is there and the one to come."""

from collections.abc import Mapping
from dataclasses import dataclass

from recto.deploy.planning import Sending, is_page
from recto.deploy.snapshot import File, Snapshot
from recto.text import encode_path, old_path

MANY = 0.1  # of the pages; more are not removed unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page, or an entry of the feed, as a person is told of it; `title` is "" where that is not known any more."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a deploy would change for readers.

    `first` where nothing is known of what is there. `new`, `changed` and `gone` are pages; `entries` those that feed readers
    would show as new; `redirects` the old addresses that come to lead somewhere ("" for a farewell), with where to. `weight` is by how
    many bytes the site grows. `sent` files of `sent_bytes` bytes travel, `removed` are deleted. `pages` is how many there were.
    """

    first: bool
    new: tuple[Shown, ...] = ()
    changed: tuple[Shown, ...] = ()
    gone: tuple[Shown, ...] = ()
    entries: tuple[Shown, ...] = ()
    redirects: Mapping[str, str]
    weight: int = 0
    sent: int = 0
    sent_bytes: int = 0
    removed: int = 0
    pages: int = 0

    @property
    def nothing(self) -> bool:
        """Whether the target has it all."""
        return not (self.sent or self.removed)

    @property
    def many(self) -> bool:
        """Whether so many pages would go that somebody should be asked."""
        return len(self.gone) > MANY * self.pages


def difference(
    before: Snapshot | None,
    after: Snapshot,
    sending: Sending,
    *,
    titles: Mapping[str, str],
    entries: Mapping[str, Shown],
) -> Difference:
    """What becomes of `before`. `titles` are those of the pages, by path; `entries` those of the feed, by id."""
    old, new = _pages(before), _pages(after)
    redirects = before.redirects if before else {}
    moved = {url: target for url, target in after.redirects.items() if redirects.get(url) != target}
    known = set(before.feed) if before else set[str]()
    there = before.files.values() if before else ()
    led = {old_path(url) for url, target in after.redirects.items() if target}
    return Difference(
        first=before is None,
        new=_shown(new.keys() - old.keys(), titles),
        changed=_shown({path for path in new.keys() & old.keys() if new[path] != old[path]}, titles),
        gone=_shown(old.keys() - new.keys() - led, {}),
        entries=tuple(shown for name, shown in entries.items() if name not in known),
        redirects=dict(sorted(moved.items())),
        weight=sum(file.size for file in after.files.values()) - sum(file.size for file in there),
        sent=len(sending.sent),
        sent_bytes=sum(after.files[path].size for path in sending.sent),
        removed=len(sending.removed),
        pages=len(old),
    )


def url_of(path: str) -> str:
    """The address at which a file of the site is asked for."""
    return "/" + encode_path(path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path)


def _pages(snapshot: Snapshot | None) -> dict[str, File]:
    """The pages that people read: redirect pages are none."""
    if snapshot is None:
        return {}
    led = {old_path(url) for url in snapshot.redirects}
    return {path: file for path, file in snapshot.files.items() if is_page(path) and path not in led}


def _shown(paths: set[str], titles: Mapping[str, str]) -> tuple[Shown, ...]:
    shown = (Shown(url=url_of(path), title=titles.get(path, "")) for path in paths)
    return tuple(sorted(shown, key=lambda page: page.url))
