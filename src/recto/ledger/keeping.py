"""Put together what is known of addresses, and give some up: pure functions from ledgers to ledgers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from recto.diagnostics import BuildError, Diagnostic, Location, error
from recto.ledger.lines import NAME
from recto.model import Known, Ledger
from recto.text import Names, quote


def public(ledger: Ledger) -> Iterator[str]:
    """Every address that was public, those that are given up apart; some come more than once."""
    for known in ledger.posts:
        yield from known.urls
    yield from (*ledger.lists, *ledger.files, *ledger.strays)


def merged(mine: Ledger, theirs: Ledger) -> Ledger:
    """What at least one of two ledgers knows; where both know a thing and differ, what the first one says."""
    posts = {known.source: known for known in theirs.posts}
    posts |= {known.source: joined(known, posts.get(known.source)) for known in mine.posts}
    return Ledger(
        home=mine.home or theirs.home,
        posts=tuple(posts[source] for source in sorted(posts)),
        lists=united(mine.lists, theirs.lists),
        files=dict(sorted({**theirs.files, **mine.files}.items())),
        strays=united(mine.strays, theirs.strays),
        gone=united(mine.gone, theirs.gone),
        lines=mine.lines,
    )


def joined(mine: Known, theirs: Known | None) -> Known:
    if theirs is None:
        return mine
    return Known(
        source=mine.source,
        day=mine.day or theirs.day,
        text=mine.text or theirs.text,
        title=mine.title or theirs.title,
        urls=in_order((*mine.urls, *theirs.urls)),
        id=mine.id or theirs.id,
    )


def united(*groups: Iterable[str]) -> tuple[str, ...]:
    """All addresses of some groups, sorted and each once."""
    return tuple(sorted({url for group in groups for url in group}))


def in_order(urls: Iterable[str]) -> tuple[str, ...]:
    """The addresses of a post, each once: the first one first, the others sorted."""
    first, *others = dict.fromkeys(urls) or ("",)
    return (first, *sorted(others)) if first else ()


def give_up(ledger: Ledger, urls: Iterable[str]) -> Ledger:
    """The ledger in which these addresses are gone for good. BuildError for those that it does not know."""
    known = {*public(ledger), *ledger.gone}
    meant = {url: _meant(url, ledger.home, known) for url in urls}
    if unknown := [url for url, found in meant.items() if not found]:
        names = Names(sorted(known))
        raise BuildError(_unknown(url, names) for url in unknown)
    return without(replace(ledger, gone=united(ledger.gone, meant.values())), set(meant.values()))


def without(ledger: Ledger, urls: Iterable[str]) -> Ledger:
    """The ledger in which nothing stands behind these addresses."""
    out = frozenset(urls)
    posts = (
        replace(known, urls=tuple(url for url in known.urls if url not in out)) for known in ledger.posts
    )
    return replace(
        ledger,
        posts=tuple(known for known in posts if known.urls),
        lists=tuple(url for url in ledger.lists if url not in out),
        files={url: mark for url, mark in ledger.files.items() if url not in out},
        strays=tuple(url for url in ledger.strays if url not in out),
    )


def _meant(url: str, home: str, known: Iterable[str]) -> str:
    """The address that somebody means, who may leave out its last slash, or write it in full; "" where none is known."""
    written = url.removeprefix(home) if home else url
    forms = (quote("/" + written.lstrip("/")), quote(f"/{written.strip('/')}/"))
    return next((form for form in forms if form in known), "")


def _unknown(url: str, names: Names) -> Diagnostic:
    near = names.nearest(url)
    hint = f'did you mean "{near}"?' if near else "recto ledger list tells those that it knows"
    return error("ledger-unknown", f'the site never had the address "{url}"', Location(path=NAME), hint=hint)
