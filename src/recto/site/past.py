"""Say of each post which addresses it had, and what feeds know it by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from recto.ledger import Trace, fingerprint, followed
from recto.model import Content, Known, Ledger, Source, Sources
from recto.recall import Recall
from recto.site.selection import readable
from recto.text import slugify


def follow(
    ledger: Ledger | None, sources: Sources, contents: Mapping[str, Content], recall: Recall
) -> Ledger | None:
    """The ledger with its posts under the names that their files have now, of all that were found; `contents` are those that
    are built, by path. While no file is missing, none is looked for."""
    if ledger is None:
        return None
    every = (*sources.posts, *sources.pages)
    paths = recall.same("paths", tuple(source.path for source in every))
    if not recall.once(_missing, ledger, paths, sources.passed_over):
        return ledger
    texts = recall.once(_texts, ledger)
    traces = recall.each(_trace, every, (contents.get(path) for path in paths), shared=(texts,))
    return recall.once(followed, ledger, tuple(traces))


def _missing(ledger: Ledger, paths: tuple[str, ...], passed_over: tuple[str, ...]) -> bool:
    there = {*paths, *passed_over}
    return any(known.source not in there for known in ledger.posts)


def _texts(ledger: Ledger) -> frozenset[str]:
    return frozenset(known.text for known in ledger.posts)


def _trace(source: Source, content: Content | None, texts: frozenset[str]) -> Trace:
    """What a file is known again by. A text that no post had tells nothing, so writing on changes nothing."""
    title = source.front.title or (content.title if content else "") or readable(source.stem)
    text = fingerprint(source.body.text)
    return Trace(
        source=source.path,
        day=str(source.date.day) if source.date else "",
        text=text if text in texts else "",
        title=fingerprint(" ".join(title.split())),
        slug=slugify(source.front.slug or source.stem),
    )


class Past(NamedTuple):
    """What a post was: the addresses that it had, perhaps with the one it has, and its id; "" where that is its permalink."""

    urls: tuple[str, ...] = ()
    id: str = ""


def pasts(
    ledger: Ledger | None, paths: Sequence[str], permalinks: Sequence[str], recall: Recall
) -> list[Past]:
    """What each of the posts was that come from these files and are at these addresses now."""
    if ledger is None:
        return [_NOTHING] * len(paths)
    return recall.each(_past, paths, permalinks, shared=(recall.once(_index, ledger),))


_NOTHING = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """The posts of a ledger, by their files, and the ids of them all."""

    posts: Mapping[str, Known]
    ids: frozenset[str]


def _index(ledger: Ledger) -> _Index:
    return _Index(
        posts={known.source: known for known in ledger.posts},
        ids=frozenset(known.id for known in ledger.posts),
    )


def _past(path: str, permalink: str, index: _Index) -> Past:
    """A new post at the address that another had when feeds first told of it needs an id of its own."""
    if known := index.posts.get(path):
        return Past(known.urls, known.id)
    return Past(id=f"{permalink}#{fingerprint(path)}") if permalink and permalink in index.ids else _NOTHING
