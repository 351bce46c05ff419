"""Build a site: the picture in docs/architecture.md, one line an arrow. There is no second build path."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from recto import audit, config, images, loader, markup, output, planner, search, site, social
from recto.memo import Step, Store, Workers, digest, memo_map
from recto.model import (
    Body,
    Build,
    Card,
    CardFile,
    Changes,
    Config,
    Content,
    Ledger,
    Omission,
    Original,
    Picture,
    Source,
    Sources,
    Timing,
)
from recto.recall import Recall
from recto.renderer import Renderer

Progress = Callable[[str, int, int], None]
"""Told of a stage's name, how many things are done, and how many there are."""

_PACKAGE = Path(__file__).resolve().parent


def theme_folder() -> Path:
    """The default theme: inside the installed package, or the `templates/` of a source tree."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Build):
    """A build with the renderer that makes its pages, which has read their templates already, and the `sources` it was
    made of. `withheld` are those of its posts and pages that are in it only because drafts or future posts were asked for."""

    renderer: Renderer
    sources: Sources
    withheld: Mapping[str, Omission]


def build(
    root: Path,
    *,
    store: Store,
    now: datetime,
    base_url: str | None = None,
    drafts: bool = False,
    future: bool = False,
    jobs: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    recall: Recall | None = None,
    touched: Collection[str] | None = None,
    index: bool = True,
    ledger: Ledger | None = None,
) -> Plan:
    """What the site in `root` is and which files it has; nothing is written but the memo.

    `now` (aware) decides what is scheduled or expired. `base_url` (as `config.address` gives it) replaces the
    configured `url`. `jobs` is how many processes work on texts and pictures (None: as many as there are processors).
    `out` is an output folder not to be read. `recall` is what earlier builds of this process know: with it, a build makes
    anew only what differs. `touched` are the files and folders (absolute paths) that can have changed since the last build
    with that recall; None: any. `index` False leaves the files of the search index out (see `index`). `ledger` is what is known of
    old addresses, where that is more than the site's own says.
    Problems are in the result's diagnostics.
    """
    watch, recall = _Stopwatch(), recall or Recall()
    with watch("read") as note:
        settings, found = config.load(root)
        if base_url is not None:
            settings = replace(settings, url=base_url)
        settings = recall.same("settings", settings)
        sources = loader.load(
            root, settings, store, theme=theme_folder(), out=out, recall=recall, touched=touched
        )
        note.count = len(sources.posts) + len(sources.pages)
    kept, omissions = site.select(
        sources, now=now, drafts=drafts, future=future, recall=recall.part("selection")
    )
    bodies: tuple[Source, ...] = (*kept.posts, *kept.pages)
    with watch("convert", len(bodies)) as note:
        counted = _Counted(progress, "Converting")
        contents = _converted(bodies, store, Workers(jobs), counted, recall)
        note.remembered = len(bodies) - counted.total + counted.remembered
    with watch("assemble", len(bodies)):
        known = site.follow(ledger or sources.ledger, sources, contents, recall)
        assembly = site.assemble(settings, kept, contents, left_out=omissions, ledger=known, recall=recall)
    with watch("pictures") as note:
        counted = _Counted(progress, "Images")
        assembly = _illustrated(settings, assembly, store, Workers(jobs), counted)
        note.count, note.remembered = counted.total, counted.remembered
    with watch("cards") as note:
        counted = _Counted(progress, "Cards")
        assembly = _carded(assembly, store, Workers(jobs), counted)
        note.count, note.remembered = counted.total, counted.remembered
    with watch("search") as note:
        searched = search.publish(assembly.site, store) if index else search.expected(assembly.site)
        made = replace(assembly.site, search=searched.there)
        assets = (*assembly.assets, *searched.assets)
        note.count, note.remembered = searched.count, searched.remembered
    with watch("plan") as note:
        past = planner.Past(ledger=known, redirects=settings.redirects, expired=_expired(omissions))
        planned = planner.plan(made, assets, recall, past)
        pages, assets = planned.pages, (*assets, *planned.assets)
        note.count = len(pages)
    with watch("check", len(pages)):
        old = audit.Old(ledger=known, asked=settings.redirects, moves=planned.moves, omissions=omissions)
        problems = audit.check(made, kept, pages, assets, recall, old)
        renderer = Renderer(kept.templates, made, assets, recall)
        problems += renderer.check(pages)
    return Plan(
        renderer=renderer,
        sources=kept,
        withheld=site.withheld(kept, now=now, recall=recall.part("withheld")),
        site=made,
        pages=pages,
        assets=assets,
        moves=planned.moves,
        ledger=known,
        diagnostics=(
            *found,
            *sources.diagnostics,
            *assembly.diagnostics,
            *searched.diagnostics,
            *problems,
        ),
        omissions=omissions,
        timings=tuple(watch.timings),
    )


def _expired(omissions: Iterable[Omission]) -> tuple[str, ...]:
    return tuple(omission.source for omission in omissions if omission.reason == "expired")


_OURSELVES = Step(  # for its salt only
    name="build",
    run=str,
    input=object,
    output=str,
    modules=("recto",),
    libraries=(
        *("babel", "font-source-serif-pro", "jinja2", "markdown", "markupsafe", "msgspec", "pagefind_bin"),
        *("pillow", "pygments", "pymdown-extensions", "pyyaml", "tzdata"),
    ),
)


def fingerprint(root: Path, *, store: Store, options: tuple[str | bool | None, ...]) -> str | None:
    """A name for all that decides what a build of the site gives with these options of `build`, in any words, the time
    apart; None where there is none that can be relied on."""
    settings, found = config.load(root)
    looks = loader.fingerprint(root, settings, theme=theme_folder(), moment=store.moment())
    decisive = (_OURSELVES.salt, str(root), repr((settings, found)), looks, options)
    return looks and digest(decisive)


def index(plan: Plan, store: Store) -> search.Found:
    """The search index of a plan that was made without; for a thread and a store of its own, as it takes its time."""
    return search.publish(plan.site, store)


def write(
    plan: Plan, out: Path, *, store: Store, root: Path, progress: Progress | None = None
) -> tuple[Changes, Timing]:
    """Make the folder `out` what the plan says. Raises BuildError, with nothing written, where it cannot."""
    watch = _Stopwatch()
    with watch("write", len(plan.pages)):
        changes = output.commit(
            out,
            plan.pages,
            plan.assets,
            render=plan.renderer.render,
            key=plan.renderer.key,
            store=store,
            root=root,
            progress=_named(progress, "Rendering"),
        )
    return changes, watch.timings[0]


def _converted(
    sources: Sequence[Source], store: Store, workers: Workers, progress: "_Counted", recall: Recall
) -> dict[str, Content]:
    """What the sources' bodies become, by their paths."""

    def convert(bodies: list[Body]) -> list[Content]:
        return memo_map(markup.STEP, bodies, store, workers, progress=progress)

    made = recall.batch(convert, [source.body for source in sources], name=markup.STEP.name)
    return {source.path: content for source, content in zip(sources, made, strict=True)}


def _illustrated(
    settings: Config, assembly: site.Assembly, store: Store, workers: Workers, progress: "_Counted"
) -> site.Assembly:
    """The assembly with its pictures in the sizes that it needs."""
    blobs, recall = str(store.blobs), assembly.recall
    wanted = recall.once(
        images.wanted,
        assembly.assets,
        site.shown(assembly),
        settings.images,
        settings.folders,
        blobs,
        site.faces(assembly),
    )

    def make(originals: list[Original]) -> list[Picture]:
        return memo_map(
            images.STEP, originals, store, workers, progress=progress, usable=images.usable(store)
        )

    made = recall.batch(make, wanted.values(), name=images.STEP.name)
    return site.illustrate(assembly, dict(zip(wanted, made, strict=True)), blobs, settings.images)


def _carded(assembly: site.Assembly, store: Store, workers: Workers, progress: "_Counted") -> site.Assembly:
    """The assembly with what other sites show of its pages."""
    blobs, recall = str(store.blobs), assembly.recall

    def typeset(cards: list[Card]) -> list[Card]:
        return social.typeset(cards, store)

    def draw(cards: list[Card]) -> list[CardFile]:
        return memo_map(social.STEP, cards, store, workers, progress=progress, usable=social.usable(store))

    cards = recall.batch(typeset, site.cards(assembly, blobs), name="typeset")
    files = recall.batch(draw, cards, name=social.STEP.name)
    return site.carded(assembly, files, blobs)


class _Counted:
    """Progress of a step; its first call tells how many results were remembered."""

    def __init__(self, progress: Progress | None, stage: str) -> None:
        self.remembered = self.total = 0
        self._progress = _named(progress, stage)
        self._told = False

    def __call__(self, done: int, total: int) -> None:
        if not self._told:
            self.remembered, self.total, self._told = done, total, True
        if self._progress:
            self._progress(done, total)


def _named(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: progress(stage, done, total)) if progress else None


@dataclass
class _Note:
    count: int = 0
    remembered: int = 0


@dataclass
class _Stopwatch:
    timings: list[Timing] = field(default_factory=list)

    @contextmanager
    def __call__(self, stage: str, count: int = 0) -> Iterator[_Note]:
        note, start = _Note(count), perf_counter()
        yield note
        self.timings.append(
            Timing(stage=stage, seconds=perf_counter() - start, count=note.count, remembered=note.remembered)
        )
