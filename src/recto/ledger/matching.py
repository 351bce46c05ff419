"""Know a post again whose file has another name: by its text, else by what is said of it. Never guess between two."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from recto.ledger.keeping import joined
from recto.memo import digest_bytes
from recto.model import Known, Ledger
from recto.text import unquote_path


def fingerprint(text: str) -> str:
    """A short name for a text; "" for none. White space around it does not count."""
    text = text.strip()
    return digest_bytes(text.encode("utf-8", "replace"))[:10] if text else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a file is known again by. `text` and `title` are fingerprints."""

    source: str
    day: str = ""
    text: str = ""
    title: str = ""
    slug: str = ""


def followed(ledger: Ledger, traces: Sequence[Trace]) -> Ledger:
    """The ledger with its posts under the names that their files have now, of which `traces` are all.

    A text that was in one file and is in one file now has moved with its post; so names come after texts: where a.md became
    b.md and b.md became c.md, the name would tell the wrong one.
    """
    now = _pairs(ledger.posts, traces)
    posts: dict[str, Known] = {}
    for known in sorted(ledger.posts, key=lambda known: known.source not in now):
        source = now.get(known.source, known.source)
        posts[source] = joined(posts[source], known) if source in posts else replace(known, source=source)
    return replace(ledger, posts=tuple(posts[source] for source in sorted(posts)))


_Value = TypeVar("_Value")
_Key = tuple[str, ...]  # nothing is known by a key of which a part is ""
_RULES: tuple[tuple[Callable[[Known], _Key], Callable[[Trace], _Key]], ...] = (
    (lambda known: (known.text,), lambda trace: (trace.text,)),
    (lambda known: (known.source,), lambda trace: (trace.source,)),
    (lambda known: (known.title, known.day), lambda trace: (trace.title, trace.day)),
    (lambda known: (_slug(known),), lambda trace: (trace.slug,)),
    (lambda known: (known.title,), lambda trace: (trace.title,)),
)


def _pairs(posts: Iterable[Known], traces: Iterable[Trace]) -> dict[str, str]:
    """For each post that is found again its file's name then, and now."""
    lost, free = list(posts), list(traces)
    found: dict[str, str] = {}
    for of_known, of_trace in _RULES:
        old, new = _single(lost, of_known), _single(free, of_trace)
        pairs = {old[key].source: new[key].source for key in old.keys() & new.keys()}
        taken = set(pairs.values())
        lost = [known for known in lost if known.source not in pairs]
        free = [trace for trace in free if trace.source not in taken]
        found |= pairs
    return found


def _single(values: Iterable[_Value], key: Callable[[_Value], _Key]) -> dict[_Key, _Value]:
    """The values by their keys, of those that have one for themselves."""
    found: dict[_Key, list[_Value]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return {name: those[0] for name, those in found.items() if len(those) == 1 and all(name)}


def _slug(known: Known) -> str:
    """The last part of the address that a post had."""
    return unquote_path(known.urls[0]).rstrip("/").rpartition("/")[2].removesuffix(".html").lower()
