"""After a deploy, read the site as its readers do, and compare it with what was sent."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from recto.deploy import difference
from recto.deploy.planning import is_page
from recto.deploy.snapshot import File
from recto.deploy.target import Progress
from recto.deploy.web import Answer, Web, WebError, in_parallel, until
from recto.memo import digest_bytes

CHANGED = 10  # changed pages that are read
PATIENCE = 60.0  # seconds that caches have
WORKERS = 4

_FRONT = "index.html"
_FEEDS = ("feed.xml", "feed.json", "atom.xml", "rss.xml", "index.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A file of the site that readers do not get as it was sent: `problem` says how, in words that follow its address."""

    path: str
    url: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was read of a site: `paths` are the files, `deviations` those that were not as sent, even after `waited` seconds."""

    paths: tuple[str, ...]
    deviations: tuple[Deviation, ...] = ()
    waited: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether readers get what was sent."""
        return not self.deviations


def chosen(files: Mapping[str, File], changed: Sequence[str]) -> tuple[str, ...]:
    """Which files are read: the front page, the main feed, and some of the changed pages, from all over the site."""
    feed = next((path for path in _FEEDS if path in files), "")
    pages = sorted(
        {path for path in changed if is_page(path) and path in files and path != "404.html"} - {_FRONT}
    )
    step = max(1.0, len(pages) / CHANGED)
    spread = [pages[int(number * step)] for number in range(min(len(pages), CHANGED))]
    return tuple(path for path in (_FRONT, feed, *spread) if path in files)


def verify(
    address: str,
    files: Mapping[str, File],
    changed: Sequence[str],
    *,
    before: Mapping[str, File] | None = None,
    patience: float = PATIENCE,
    progress: Progress | None = None,
) -> Report:
    """Read the site at `address`, which is to have these `files`. `changed` are those that this deploy changed and that are served
    as they are (so no redirects); `before` what was there until then. What is not as sent is read again for `patience` seconds,
    since caches may hold what was there; `progress` is told how many are right."""
    paths, start = chosen(files, changed), time.monotonic()
    wrong: dict[str, Deviation | None] = dict.fromkeys(paths)

    def look() -> bool | None:
        nonlocal wrong
        read = partial(_deviation, web, address, files, before or {})
        found = {each.path: each for each in in_parallel(read, list(wrong), workers=WORKERS) if each}
        wrong = {path: found[path] for path in wrong if path in found}
        if progress:
            progress(len(paths) - len(wrong), len(paths))
        return not wrong or None

    with Web(tries=2) as web:
        until(look, patience=patience)
    deviations = tuple(each for each in wrong.values() if each)
    return Report(paths=paths, deviations=deviations, waited=time.monotonic() - start)


def url_of(address: str, path: str) -> str:
    """Where readers find a file of the site."""
    return address.rstrip("/") + difference.url_of(path)


def _deviation(
    web: Web, address: str, files: Mapping[str, File], before: Mapping[str, File], path: str
) -> Deviation | None:
    url = url_of(address, path)
    try:
        problem = _problem(web.get(url), url, files[path], before.get(path))
    except WebError as failure:
        problem = f"cannot be read: {failure}"
    return Deviation(path=path, url=url, problem=problem) if problem else None


def _problem(answer: Answer, url: str, sent: File, before: File | None) -> str:
    """What is wrong with an answer; "" where nothing is."""
    digest = digest_bytes(answer.body)
    if answer.ok and digest == sent.digest:
        return ""
    if 300 <= answer.status < 400:
        return f"leads elsewhere: {answer.headers.get('location', '')}"
    if not answer.ok:
        return f"answers {answer.status}"
    if before and digest == before.digest:
        return "is still as it was before"
    onward = "" if answer.url == url else f"leads to {answer.url} and "
    return f"{onward}is not what was sent: {len(answer.body):,} bytes came, {sent.size:,} were sent"
