"""Take over the addresses of a site that was there before, and the ids of its feeds: find the posts that they belong to, and
never guess between two."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from recto.ledger.keeping import in_order, public, united
from recto.ledger.placing import Old, each_once
from recto.model import Known, Ledger
from recto.text import Names, slugify, unquote_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """The ledger that knows the old addresses too. `posts` are those of posts, with the source of each; `there` are others that the
    site has an answer for; `strays` those that lead nowhere; `ids` are the sources of which a feed told the id."""

    ledger: Ledger
    posts: Mapping[str, str]
    there: tuple[str, ...]
    strays: tuple[str, ...]
    ids: tuple[str, ...]


def adopt(ledger: Ledger, now: Ledger, olds: Iterable[Old], titles: Mapping[str, str]) -> Adoption:
    """The ledger with these addresses, none of which it drops. `now` is what the site has; `titles` are those of its sources."""
    told_of = each_once((*olds, *(Old(url=url) for url in ledger.strays)))
    asked = {url: old for url, old in told_of.items() if url not in ledger.gone}
    found = _belonging(list(asked.values()), [_subject(known, titles) for known in now.posts])
    known = {*public(replace(ledger, strays=())), *now.files}
    rest = asked.keys() - found.keys()
    told: dict[str, list[Old]] = {}
    for url, source in found.items():
        told.setdefault(source, []).append(asked[url])
    lists = {url for url in rest if url in now.lists or (url not in known and _NUMBERED.search(url))}
    strays = rest - known - lists
    lost = strays - {*now.strays}
    return Adoption(
        ledger=replace(
            ledger,
            home=ledger.home or now.home,
            posts=tuple(_taught(ledger, now, told)),
            lists=united(ledger.lists, lists),
            files={**ledger.files, **{url: now.files[url] for url in rest if url in now.files}},
            strays=tuple(sorted(strays)),
        ),
        posts=found,
        there=tuple(sorted(rest - lost)),
        strays=tuple(sorted(lost)),
        ids=tuple(sorted(source for source, those in told.items() if any(old.id for old in those))),
    )


def nearest(now: Ledger, urls: Iterable[str]) -> dict[str, str]:
    """Of each address that one of the site which is most like it; "" where none is. A page of a list is like nothing."""
    lists = (url for url in now.lists if not _NUMBERED.search(url))
    names = Names((*(known.urls[0] for known in now.posts), *lists, *now.files))
    return {url: names.nearest(url) for url in urls}


# ---- what is learned ----------------------------------------------------------------------------------------


def _taught(ledger: Ledger, now: Ledger, told: Mapping[str, Sequence[Old]]) -> Iterator[Known]:
    """All posts that are known, with what is told of them."""
    before = {known.source: known for known in ledger.posts}
    present = {known.source: known for known in now.posts}
    for source in sorted(before.keys() | told.keys()):
        those = told.get(source, ())
        if source in before:
            yield _more(before[source], those)
        else:
            yield _first(present[source], those)


def _more(known: Known, olds: Sequence[Old]) -> Known:
    """A post that was known, with what is told of it. The id in a feed counts for more than an address in its place."""
    said = next((old.id for old in olds if old.id), "")
    address = known.id.startswith("http") and any(known.id.endswith(url) for url in known.urls)
    return replace(
        known,
        urls=in_order((*known.urls, *(old.url for old in olds))),
        id=(address and said) or known.id or said,
    )


def _first(known: Known, olds: Sequence[Old]) -> Known:
    """A post that was not known, as it was: at its old addresses only, since nobody has seen it at its new one. Without a feed that
    tells, its id is its address, as it is for most."""
    ordered = sorted(olds, key=lambda old: (old.url != known.urls[0], not old.id))
    said = next((old.id for old in ordered if old.id), "")
    return replace(known, urls=in_order(old.url for old in ordered), id=said or ordered[0].full or known.id)


# ---- what belongs to what -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """A post or page that the site has: what its addresses are and were, and what it may be known by."""

    source: str
    urls: tuple[str, ...]
    title: str
    day: str

    @property
    def slugs(self) -> set[str]:
        """The last parts of its address and of its file's name."""
        name = self.source.rpartition(".")[0].removesuffix("/index")
        return {_slug(self.urls[0]), _slug(name)} - {""}


def _subject(known: Known, titles: Mapping[str, str]) -> _Subject:
    title = slugify(titles.get(known.source, ""))
    return _Subject(source=known.source, urls=known.urls, title=title, day=known.day)


def _by_title(subject: _Subject) -> Iterator[tuple[str, str]]:
    """Its title with its day, and with those beside it: feeds have days of another time zone."""
    if subject.title and subject.day:
        day = date.fromisoformat(subject.day).toordinal()
        days = range(max(day - 1, date.min.toordinal()), min(day + 1, date.max.toordinal()) + 1)
        yield from ((subject.title, date.fromordinal(day).isoformat()) for day in days)


def _by_date(subject: _Subject) -> Iterator[tuple[str, str]]:
    """Its slugs, each with as much of its day as an address may have."""
    if subject.day:
        yield from ((slug, subject.day[:length]) for slug in subject.slugs for length in (4, 7, 10))


_Key = tuple[str, ...] | None
_RULES: tuple[tuple[Callable[[Old], _Key], Callable[[_Subject], Iterable[_Key]]], ...] = (
    (lambda old: (old.url,), lambda subject: [(url,) for url in subject.urls]),
    (lambda old: (slugify(old.title), old.day), _by_title),
    (lambda old: _dated(old.url), _by_date),
    (lambda old: _undated(old.url), lambda subject: [(slug,) for slug in subject.slugs]),
)


def _belonging(olds: Sequence[Old], subjects: Sequence[_Subject]) -> dict[str, str]:
    """The sources that addresses belong to. Of each rule counts only what names one subject alone; and by the last one, which
    says least, a subject gets no second address."""
    found: dict[str, str] = {}
    for of_old, of_subject in _RULES:
        last = of_old is _RULES[-1][0]
        taken = set(found.values()) if last else set[str]()
        owners = _single(
            (key, subject.source)
            for subject in subjects
            if subject.source not in taken
            for key in of_subject(subject)
        )
        asking = {old.url: of_old(old) for old in olds if old.url not in found}
        times = Counter(asking.values())
        found |= {
            url: owners[key] for url, key in asking.items() if key in owners and (times[key] == 1 or not last)
        }
    return found


def _single(pairs: Iterable[tuple[_Key, str]]) -> dict[_Key, str]:
    """The sources by keys that name one alone."""
    found: dict[_Key, set[str]] = {}
    for key, source in pairs:
        found.setdefault(key, set()).add(source)
    return {key: next(iter(those)) for key, those in found.items() if len(those) == 1}


_DATE = re.compile(r"/((?:19|20)\d\d)/(?:(\d\d?)/(?:(\d\d?)/)?)?|/((?:19|20)\d\d)-(\d\d?)-(\d\d?)-", re.ASCII)
_ENDING = re.compile(r"\.(?:x?html?|php\d?|aspx?|jsp|cgi|[sp]html|cfm)\Z", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"\A\d{4}-\d\d?-\d\d?-", re.ASCII)
_LISTS = re.compile(r"/(?:tags?|categor(?:y|ies)|labels?|topics?|authors?|series|page)/", re.IGNORECASE)
_NUMBERED = re.compile(r"/page/?\d+/\Z", re.ASCII)


def _slug(url: str) -> str:
    """The last part of an address, without ending and day, in the form of slugs."""
    last = unquote_path(url).rstrip("/").rpartition("/")[2]
    return slugify(_DAY_BEFORE.sub("", _ENDING.sub("", last)))


def _dated(url: str) -> _Key:
    """The last part of an address, and as much of a day as stands before it; None where that is all of it, or it is that of a list."""
    found, slug = _DATE.search(url), _slug(url)
    if not (found and slug) or found.end() == len(url) or _LISTS.search(url):
        return None
    return (slug, "-".join(part.zfill(2) for part in found.groups() if part))


def _undated(url: str) -> _Key:
    """The last part of an address that is not that of a list, and has no date."""
    slug = _slug(url)
    return (slug,) if slug and not (_LISTS.search(url) or _DATE.search(url)) else None
