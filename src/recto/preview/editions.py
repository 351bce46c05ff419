"""What is served from one moment to the next, as a value. A request takes the current edition once and answers from it.

Pure: an edition is made of the one before it and of what the builder gave. It has the newest plan without errors and the
problems of the newest build, which may have some.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from recto.builder import Plan
from recto.diagnostics import Diagnostic, has_errors
from recto.model import Asset, Page, Timing
from recto.recall import same
from recto.text import encode_path, unquote_path

File = Page | Asset

ROUNDS = 20  # that an edition tells of
GONE = 1_000  # pages that it remembers
_REMEMBERED = ("page", "post", "newer", "older")  # of what such a page was made


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One run of the builder: when it began and how long it took, what it was for and what it found.

    `changed` are the files and folders that had changed, relative to the site's folder; none where the builder looked at
    everything, or where only time had passed. `plan` is None where the builder itself failed.
    """

    moment: datetime
    seconds: float
    changed: tuple[str, ...] = ()
    plan: Plan | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def timings(self) -> tuple[Timing, ...]:
        """How long each stage took."""
        return self.plan.timings if self.plan else ()

    @property
    def good(self) -> bool:
        """Whether there is a plan, and no error in it."""
        return self.plan is not None and not has_errors(self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What stays of a round when the next is made: its numbers, for people."""

    number: int
    moment: datetime
    seconds: float
    changed: tuple[str, ...]
    timings: tuple[Timing, ...]
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The site as it is served until the next edition.

    `session` names this run of the server and `number` counts its editions from 1. `plan` is the newest without errors, None
    where there has been none; `newest` is the one of the newest build, whatever its errors. `files` are the pages and assets
    of `plan` by path. `gone` are the HTML pages that an earlier edition of this session had and this one has not, by path,
    the last of them; their contexts hold what is known of posts, and nothing else. `renewed` are the paths of assets that the edition before had too, with other
    bytes. `history` is the newest rounds, newest first.
    """

    session: str
    number: int
    base: str
    round: Round
    plan: Plan | None
    newest: Plan | None
    files: Mapping[str, File]
    gone: Mapping[str, Page]
    renewed: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong, as the newest build found it."""
        return self.round.diagnostics

    def find(self, path: str) -> File | None:
        """The page or asset at a path of the output."""
        return self.files.get(path)

    def url(self, file: File) -> str:
        """Where a file is served, with the folder below which the site is deployed."""
        return self.address(file.path)

    def address(self, path: str) -> str:
        """Where a path of the output is served: "a/index.html" is "/a/"."""
        folder, _, name = path.rpartition("/")
        shown = path if name != "index.html" else f"{folder}/" if folder else ""
        return f"{self.base}/{encode_path(shown)}"

    def path(self, url: str) -> str | None:
        """The path of the output that is served at a path of the server, decoded ("/blog/a/" is "a/index.html"); None outside
        the folder below which the site is deployed."""
        return path_of(url, self.base)


def path_of(url: str, base: str) -> str | None:
    """The path of the output that is served at a decoded path of the server, below the folder `base`; None outside of that."""
    home = unquote_path(base)
    if not url.startswith(f"{home}/"):
        return None
    path = url.removeprefix(f"{home}/")
    return path if path and not path.endswith("/") else f"{path}index.html"


def first(session: str, made: Round, *, base: str = "") -> Edition:
    """The edition that a server begins with. `base` is the folder to assume where no plan tells."""
    nothing = Edition(
        session=session, number=0, base=base, round=made, plan=None, newest=None, files={}, gone={}
    )
    return following(nothing, made)


def following(old: Edition, made: Round) -> Edition:
    """The next edition: of the plan that was made or, where there are errors, of the last good one."""
    plan = made.plan if made.good else old.plan
    shown = plan or made.plan or old.newest
    left, come = _differences(_all(old.plan), _all(plan)) if plan is not old.plan else ([], [])
    return Edition(
        session=old.session,
        number=old.number + 1,
        base=shown.site.base_path if shown else old.base,
        round=made,
        plan=plan,
        newest=made.plan or old.newest,
        files=_files(old.files, left, come),
        gone=_gone(old.gone, left, come),
        renewed=tuple(_renewed(old.files, come)),
        history=(_past(old.number + 1, made), *old.history)[:ROUNDS],
    )


def _all(plan: Plan | None) -> tuple[File, ...]:
    return (*plan.pages, *plan.assets) if plan else ()


def _differences(before: Sequence[File], now: Sequence[File]) -> tuple[list[File], list[File]]:
    """The files that are no more, and those that are new. Of most, the very same value is in both."""
    if len(before) == len(now):
        pairs = [(one, other) for one, other in zip(before, now, strict=True) if one is not other]
        return [one for one, _ in pairs], [other for _, other in pairs]
    known, kept = set(map(id, before)), set(map(id, now))
    return [file for file in before if id(file) not in kept], [file for file in now if id(file) not in known]


def _files(old: Mapping[str, File], left: Iterable[File], come: Iterable[File]) -> dict[str, File]:
    files = dict(old)
    for file in left:
        files.pop(file.path, None)
    files.update((file.path, file) for file in come)
    return files


def _gone(old: Mapping[str, Page], left: Iterable[File], come: Iterable[File]) -> dict[str, Page]:
    gone = dict(old)
    for page in left:
        if isinstance(page, Page) and page.path.endswith(".html"):
            context = {name: page.context.get(name) for name in _REMEMBERED}
            gone[page.path] = replace(page, context=context)
    for file in come:
        gone.pop(file.path, None)
    return dict([*gone.items()][-GONE:])


def _renewed(old: Mapping[str, File], come: Iterable[File]) -> Iterator[str]:
    for file in come:
        before = old.get(file.path)
        if isinstance(file, Asset) and isinstance(before, Asset) and before.digest != file.digest:
            yield file.path


def _past(number: int, made: Round) -> Past:
    return Past(
        number=number,
        moment=made.moment,
        seconds=made.seconds,
        changed=made.changed,
        timings=made.timings,
        problems=len(made.diagnostics),
    )


def is_new(old: Edition, made: Round) -> bool:
    """Whether a round gives anything to show that the edition does not have."""
    before, now = old.newest, made.plan
    if before is None or now is None or made.diagnostics != old.diagnostics:
        return True
    return not all(
        same(one, other)
        for one, other in (
            (before.pages, now.pages),
            (before.assets, now.assets),
            (before.site, now.site),
            (before.sources.templates, now.sources.templates),
            (before.withheld, now.withheld),
            (before.omissions, now.omissions),
        )
    )


def moment_of_change(plan: Plan, now: datetime) -> datetime | None:
    """The next moment at which the same sources give another site: a scheduled post comes out, or one expires."""
    withheld = (omission.when for omission in (*plan.omissions, *plan.withheld.values()))
    written = (*plan.sources.posts, *plan.sources.pages)
    expiring = (source.front.expires.instant for source in written if source.front.expires)
    return min((when for when in (*withheld, *expiring) if when and when > now), default=None)
