"""Prepare a deploy: what the target holds, the site as it is to be, and the difference. Only looks, so a dry run ends here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from recto import builder, config, ledger, loader, model
from recto.deploy.difference import Difference, Shown, difference
from recto.deploy.faults import DeployError
from recto.deploy.opening import place
from recto.deploy.packing import packed
from recto.deploy.planning import sending
from recto.deploy.seen import held, opened
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Release, Target
from recto.diagnostics import BuildError, has_errors
from recto.memo import Store
from recto.model import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: the site in `root`, as it is at `now`. `gone` are
    addresses that are given up; `purge` leaves no file for pages that somebody has open; `force` overwrites what somebody else
    deployed. `looking` is for those who send nothing: where the target cannot be read, what was last seen of it does."""

    root: Path
    now: datetime
    gone: tuple[str, ...] = ()
    purge: bool = False
    force: bool = False
    looking: bool = False
    jobs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A deploy that is ready to be carried out: what the target holds `before`, and what would change. `unread` says why the
    target could not be read, where `before` is only what was last seen of it. `elsewhere` where the site is built for another address
    than its own, so that what becomes of it there says nothing of that."""

    wish: Wish
    settings: model.Target
    target: Target
    before: Snapshot | None
    plan: builder.Plan
    ledger: Ledger
    release: Release
    difference: Difference
    unread: str = ""
    elsewhere: bool = False


@contextmanager
def prepared(
    wish: Wish, settings: model.Target, store: Store, progress: builder.Progress | None = None
) -> Iterator[Prepared]:
    """Look what the target holds, build the site strictly, and compare. BuildError with all that stands in the way."""
    target = opened(settings, wish.root)
    try:
        before, unread = held(settings, wish.root, target, looking=wish.looking)
        _refuse_older(wish, settings, before)
        known = _ledger(wish, before)
        elsewhere = _is_elsewhere(wish, settings)
        out = wish.root / (place(settings, wish.root).cache / "site" if elsewhere else "dist")
        plan = _built(wish, settings, known, out, store, progress)
        updated = ledger.updated(plan, plan.sources)
        ready = _compared(wish, settings, target, before, plan, out, updated)
        yield replace(ready, unread=unread, elsewhere=elsewhere)
    finally:
        target.close()


# ---- what is known ------------------------------------------------------------------------------------------


def _refuse_older(wish: Wish, settings: model.Target, before: Snapshot | None) -> None:
    """DeployError where what is there was made of a newer commit than the one that is checked out: it would be undone."""
    if wish.force or before is None or not before.commit:
        return
    head = _commit(wish.root)
    if head and head != before.commit and _is_older(wish.root, head, before.commit):
        message = f"{settings.name} shows the site of {before.commit[:10]}, which is newer than what is checked out here"
        raise DeployError("deploy-older", message, "git pull, or deploy --force to go back to this one")


def _commit(root: Path) -> str:
    return loader.ask_git(root, "rev-parse", "--verify", "--quiet", "HEAD").strip()


def _is_older(root: Path, one: str, other: str) -> bool:
    """Whether a commit is an ancestor of another; not where this repository does not have that one."""
    return loader.ask_git(root, "merge-base", "--end-of-options", one, other).strip() == one


def _ledger(wish: Wish, before: Snapshot | None) -> Ledger | None:
    """What is known of addresses: by the file here, by the last deploy, and by what is given up now."""
    here, problems = loader.addresses(wish.root)
    if has_errors(problems):
        raise BuildError(problems)
    there, _ = ledger.parse(before.ledger) if before and before.ledger else (None, ())
    known = ledger.merged(here, there) if here and there else here or there
    return ledger.give_up(known or Ledger(), wish.gone) if wish.gone else known


def _is_elsewhere(wish: Wish, settings: model.Target) -> bool:
    """Whether the target is for another address than the site's own."""
    own, _ = config.load(wish.root)
    return bool(settings.url and own.url) and settings.url != own.url


# ---- what is to be ------------------------------------------------------------------------------------------


def _built(
    wish: Wish,
    settings: model.Target,
    known: Ledger | None,
    out: Path,
    store: Store,
    progress: builder.Progress | None,
) -> builder.Plan:
    """The site, built strictly into the folder `out`."""
    plan = builder.build(
        wish.root,
        store=store,
        now=wish.now,
        base_url=settings.url or None,
        jobs=wish.jobs,
        out=out,
        progress=progress,
        ledger=known,
    )
    if plan.diagnostics:
        raise BuildError(plan.diagnostics)
    builder.write(plan, out, store=store, root=wish.root, progress=progress)
    return plan


def _compared(
    wish: Wish,
    settings: model.Target,
    target: Target,
    before: Snapshot | None,
    plan: builder.Plan,
    out: Path,
    addresses: Ledger,
) -> Prepared:
    shipment = packed(settings, target, plan, out)
    todo = sending(before, shipment.files, now=int(wish.now.timestamp()), purge=wish.purge)
    entries = _entries(plan)
    after = Snapshot(
        url=plan.site.url,
        files=shipment.files,
        kept=dict(todo.kept),
        feed=tuple(entries),
        redirects={move.url: move.target for move in plan.moves},
        commit=_commit(wish.root),
        ledger=ledger.write(addresses),
    )
    titles = {page.path: str(getattr(page.context.get("page"), "title", "")) for page in plan.pages}
    seen = difference(before, after, todo, titles=titles, entries=entries)
    release = Release(shipment=shipment, sending=todo, snapshot=after, label=_label(seen, after.commit))
    return Prepared(
        wish=wish,
        settings=settings,
        target=target,
        before=before,
        plan=plan,
        ledger=addresses,
        release=release,
        difference=seen,
    )


def _entries(plan: builder.Plan) -> dict[str, Shown]:
    """The entries of the main feed, by their ids."""
    site = plan.site
    if not (site.url and (site.feed.atom or site.feed.json)):
        return {}
    newest = [post for post in site.posts if post.date][: site.feed.items]
    return {post.feed_id: Shown(url=post.url, title=post.title) for post in newest}


def _label(seen: Difference, commit: str) -> str:
    counts = ((len(seen.new), "new"), (len(seen.changed), "changed"), (len(seen.gone), "gone"))
    pages = ", ".join(f"{number} {word}" for number, word in counts if number) or "none changed"
    return f"Deploy: pages {pages}" + (f" (of {commit[:10]})" if commit else "")
