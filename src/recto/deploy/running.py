"""Prepare a deploy, and carry it out. Everything up to `carry_out` only looks; `recto diff` and a dry run end there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from recto import builder, config, ledger, loader, model, output
from recto.deploy import hosting, opening, snapshot
from recto.deploy.difference import Difference, Shown, difference
from recto.deploy.faults import DeployError
from recto.deploy.planning import sending
from recto.deploy.shipment import Item, Shipment, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Progress, Release, Target
from recto.diagnostics import BuildError, Diagnostic, error, has_errors
from recto.memo import Store
from recto.model import Ledger, Move
from recto.text import output_path

_REDIRECTS: Mapping[str, model.Redirects] = {
    "netlify": "netlify",
    "cloudflare-pages": "cloudflare",
    "s3": "s3",
}


_SLOW = {"github-pages": 300.0}  # seconds that it may take until readers get what was sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: the site in `root`, as it is at `now`, at the target of that name (None: the usual one). `gone` are
    addresses that are given up; `purge` leaves no file for pages that somebody has open; `force` overwrites what somebody else
    deployed. `looking` is for those who send nothing: where the target cannot be read, what was last seen of it does."""

    root: Path
    target: str | None
    now: datetime
    gone: tuple[str, ...] = ()
    purge: bool = False
    force: bool = False
    looking: bool = False
    jobs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A deploy that is ready to be carried out: what the target holds `before`, and what would change. `unread` says why the
    target could not be read, where `before` is only what was last seen of it."""

    wish: Wish
    settings: model.Target
    target: Target
    before: Snapshot | None
    plan: builder.Plan
    ledger: Ledger
    release: Release
    difference: Difference
    unread: str = ""


def settings_of(root: Path, name: str | None) -> model.Target:
    """The settings of a target. BuildError where they are wrong, or there are none."""
    found, problems = config.load(root)
    if has_errors(problems):
        raise BuildError(problems)
    return opening.chosen(found.deploy, name)


@contextmanager
def prepared(
    wish: Wish, settings: model.Target, store: Store, progress: builder.Progress | None = None
) -> Iterator[Prepared]:
    """Look what the target holds, build the site strictly, and compare. BuildError with all that stands in the way."""
    target = _opened(wish, settings)
    try:
        before, unread = _held(wish, settings, target)
        _refuse_older(wish, settings, before)
        known = _ledger(wish, before)
        plan, out = _built(wish, settings, known, store, progress)
        updated = ledger.updated(plan, plan.sources)
        yield replace(_compared(wish, settings, target, before, plan, out, updated), unread=unread)
    finally:
        target.close()


def carry_out(ready: Prepared, progress: Progress) -> None:
    """Make the target hold the site, and keep its addresses. DeployError; then readers have the old site or the new one."""
    if not ready.difference.nothing:
        ready.target.apply(ready.release, progress, force=ready.wish.force)
        _remember(ready.wish, ready.settings, ready.release.snapshot)
    keep(ready.wish.root, ready.ledger)


def keep(root: Path, addresses: Ledger) -> bool:
    """Write the ledger of the site in `root`; whether that changed it. DeployError where it cannot be written."""
    path, text = root / ledger.NAME, ledger.write(addresses).encode()
    draft = path.with_name(f"{ledger.NAME}.new")
    try:
        if path.exists() and path.read_bytes() == text:
            return False
        draft.write_bytes(text)
        draft.replace(path)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        reason = (problem.strerror or str(problem)).lower()
        hint = "see that the site's folder can be written to and has space; then recto ledger update"
        raise DeployError("ledger-unwritten", f"{ledger.NAME} cannot be written: {reason}", hint) from None
    return True


def verified(ready: Prepared, progress: Progress) -> tuple[Diagnostic, ...]:
    """Read the site where its readers do, as the target's settings ask; what they do not get as it was sent."""
    if not ready.settings.verify:
        return ()
    from recto.deploy import verifying

    before, leads = ready.before.files if ready.before else {}, ready.release.snapshot.redirects
    led = {output_path(url) for url in leads}
    report = verifying.verify(
        ready.settings.verify,
        ready.release.snapshot.files,
        [path for path in ready.release.sending.sent if path not in led],
        before=before,
        patience=_SLOW.get(ready.settings.type, verifying.PATIENCE),
        progress=progress,
    )
    hint = f"recto rollback {ready.settings.name} shows the release before again"
    return tuple(
        error("deploy-unverified", f"{each.url} {each.problem}", hint=hint) for each in report.deviations
    )


# ---- what is known ------------------------------------------------------------------------------------------


class _Closed:
    """A target that cannot be opened here: whatever is asked of it is answered with why."""

    def __init__(self, problem: DeployError) -> None:
        self._problem = problem

    def read(self) -> Snapshot | None:
        raise self._problem

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        raise self._problem

    def rollback(self) -> str:
        raise self._problem

    def close(self) -> None:
        pass


def _opened(wish: Wish, settings: model.Target) -> Target:
    try:
        return opening.opened(settings, wish.root)
    except DeployError as problem:
        return _Closed(problem)


def _held(wish: Wish, settings: model.Target, target: Target) -> tuple[Snapshot | None, str]:
    """What the target holds; for those who only look, and cannot, what was last seen of it, and why they cannot."""
    try:
        found = target.read()
    except DeployError as problem:
        known = _remembered(wish, settings) if wish.looking else None
        if known is None:
            raise
        return known, str(problem)
    if found:
        _remember(wish, settings, found)
    return found, ""


def _note(wish: Wish, settings: model.Target) -> Path:
    return opening.place(settings, wish.root).cache / "held.json"


def _remember(wish: Wish, settings: model.Target, held: Snapshot) -> None:
    """Note what the target holds, if that can be: nothing depends on it."""
    path = _note(wish, settings)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_bytes(snapshot.as_bytes(held))
        draft.replace(path)


def _remembered(wish: Wish, settings: model.Target) -> Snapshot | None:
    try:
        return snapshot.read(_note(wish, settings).read_bytes())
    except OSError:
        return None


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


# ---- what is to be ------------------------------------------------------------------------------------------


def _built(
    wish: Wish,
    settings: model.Target,
    known: Ledger | None,
    store: Store,
    progress: builder.Progress | None,
) -> tuple[builder.Plan, Path]:
    """The site, built strictly, and the folder that it is in. A target with an address of its own has a folder of its own."""
    out = wish.root / (Path(".recto", "deploy", settings.name, "site") if settings.url else Path("dist"))
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
    return plan, out


def _compared(
    wish: Wish,
    settings: model.Target,
    target: Target,
    before: Snapshot | None,
    plan: builder.Plan,
    out: Path,
    addresses: Ledger,
) -> Prepared:
    shipment = Shipment(items=_items(settings, target, plan, out))
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


def _items(settings: model.Target, target: Target, plan: builder.Plan, out: Path) -> dict[str, Item]:
    """The files of the site, and those that the target wants beside them."""
    kind = settings.redirects or _REDIRECTS.get(settings.type, "none")
    leads = _led(plan.moves, plan.site.base_path) if kind == "s3" else {}
    items = {
        path: Item(
            path=path,
            digest=digest,
            size=(out / path).stat().st_size,
            source=out / path,
            redirect=leads.get(path, ""),
        )
        for path, digest in output.listed(out).items()
    }

    def own(path: str) -> bytes | None:
        return items[path].read() if path in items else None

    extras = hosting.extras(kind, plan.moves, base_path=plan.site.base_path, own=own, files=items)
    wanted = getattr(target, "extras", dict)() | extras
    return items | {path: made(path, data) for path, data in wanted.items()}


def _led(moves: tuple[Move, ...], base_path: str) -> dict[str, str]:
    """Where the files at old addresses lead, as the server is to say it."""
    return {
        output_path(move.url): (base_path if move.target.startswith("/") else "") + move.target
        for move in moves
        if move.target
    }


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
