"""`recto deploy`, `recto diff`, `recto rollback`: say what readers will see, ask where much would go, and do it."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter

from recto import builder, deploy, model
from recto.cli import difference, report
from recto.cli.progress import bars
from recto.deploy import DeployError, Difference, Prepared, Wish
from recto.diagnostics import BuildError, Diagnostic, has_errors
from recto.memo import Store


def run(args: Namespace, root: Path, now: datetime) -> int:
    """Deploy the site in `root`; the exit code."""
    try:
        return _deploy(args, root, now)
    except BuildError as problem:
        report.problems(problem.diagnostics, colour=report.coloured(sys.stderr, args.no_color))
        if not args.quiet:
            print(f"\nNot deployed: {_why(problem.diagnostics)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "interrupted: readers have the old site or the new one; recto deploy finishes it", file=sys.stderr
        )
        return 130


def _why(problems: Sequence[Diagnostic]) -> str:
    """The last words on a deploy that did not happen."""
    if has_errors(problems):
        return "readers have the old site or the new one, whole"
    return "a warning stops a deploy, as it does recto build --strict; nothing was sent"


def _deploy(args: Namespace, root: Path, now: datetime) -> int:
    start, quiet = perf_counter(), args.quiet or args.json
    with _prepared(args, root, now) as (ready, progress):
        if not quiet:
            _introduce(args, ready)
        if args.dry_run:
            return _tell_dry(args, ready)
        _ask(args, ready)
        deploy.carry_out(ready, _told(progress, "Sending"))
        seconds = perf_counter() - start
        if args.json:
            print(
                difference.document(ready.difference, target=ready.settings.name, deployed=True), flush=True
            )
        elif not quiet:
            print(_done(ready, seconds), flush=True)
        return _verify(args, ready, progress)


def diff(args: Namespace, root: Path, now: datetime) -> int:
    """Say what a deploy would change; the exit code."""
    args.looking = True
    with _prepared(args, root, now) as (ready, _):
        if args.json:
            print(difference.document(ready.difference, target=ready.settings.name))
        elif args.markdown:
            print(difference.markdown(ready.difference))
        else:
            _introduce(args, ready)
    return 0


def rollback(args: Namespace, root: Path) -> int:
    """Show the release before again; the exit code."""
    settings = deploy.settings_of(root, args.target)
    target = deploy.opened(settings, root)
    try:
        target.read()
        if not (args.yes or _agreed(f"Show the release before at {_named(settings)} again?")):
            raise DeployError(
                "deploy-unasked", f"{settings.name} shows what it did", "recto rollback --yes does not ask"
            )
        label = target.rollback()
    finally:
        target.close()
    print(f"{settings.name} shows again: {label}")
    return 0


@contextmanager
def _prepared(
    args: Namespace, root: Path, now: datetime
) -> Iterator[tuple[Prepared, builder.Progress | None]]:
    settings = deploy.settings_of(root, args.target)
    wish = Wish(
        root=root,
        now=now,
        jobs=args.jobs,
        gone=tuple(getattr(args, "gone", ())),
        purge=getattr(args, "purge", False),
        force=getattr(args, "force", False),
        looking=getattr(args, "looking", False),
    )
    wanted = not (getattr(args, "quiet", False) or args.json)
    with (
        Store.open(root) as store,
        bars(wanted=wanted, no_color=args.no_color) as progress,
        deploy.prepared(wish, settings, store, progress) as ready,
    ):
        if ready.unread:
            note = (
                f"compared with what was last seen of {settings.name}, as that cannot be read: {ready.unread}"
            )
            print(f"note: {note}", file=sys.stderr, flush=True)
        yield ready, progress


def _introduce(args: Namespace, ready: Prepared) -> None:
    """Say where it goes, what was left out of it, and what readers will see."""
    print(f"{_named(ready.settings)}: {report.counted(len(ready.release.shipment.items), 'file')}")
    for line in report.left_out(ready.plan.omissions, verbose=args.verbose):
        print(line)
    print(difference.text(ready.difference, verbose=args.verbose), flush=True)


def _named(settings: model.Target) -> str:
    match settings:
        case model.GitTarget():
            where = f"{settings.remote} {settings.branch}"
        case model.SshTarget():
            where = f"{settings.host}:{settings.path}"
        case model.S3Target():
            where = "/".join(filter(None, (settings.bucket, settings.prefix)))
        case model.FolderTarget() | model.ArchiveTarget():
            where = settings.path
        case model.NetlifyTarget():
            where = settings.site
        case model.CloudflareTarget():
            where = settings.project
        case _:
            raise AssertionError(settings)
    return f"{settings.name} ({settings.type}: {where})"


def _told(progress: builder.Progress | None, stage: str) -> deploy.Progress:
    return lambda done, total: progress(stage, done, total) if progress else None


def _verify(args: Namespace, ready: Prepared, progress: builder.Progress | None) -> int:
    """Read what readers get, and offer the way back where that is not what was sent; the exit code."""
    if not ready.settings.verify:
        return 0
    problems = deploy.verified(ready, _told(progress, "Reading"), patience=args.patience)
    report.problems(problems, colour=report.coloured(sys.stderr, args.no_color))
    if problems and ready.settings.keeps and not args.json and _agreed("Show the release before again?"):
        print(f"{ready.settings.name} shows again: {ready.target.rollback()}")
    elif not (problems or args.quiet or args.json):
        print(f"Read at {ready.settings.verify}: as it was sent")
    return 1 if problems else 0


def _tell_dry(args: Namespace, ready: Prepared) -> int:
    if args.json:
        print(difference.document(ready.difference, target=ready.settings.name))
    elif not args.quiet:
        print("Nothing was sent (--dry-run)")
    return 0


def _ask(args: Namespace, ready: Prepared) -> None:
    """Ask before much goes. DeployError where nobody agrees."""
    seen = ready.difference
    if args.yes or not seen.many:
        return
    message = (
        f"{report.counted(len(seen.gone), 'page')} of {seen.pages:,} would be gone from {ready.settings.name}"
    )
    if args.json or not _agreed(f"{message}. Deploy all the same?"):
        hint = "see recto diff -v for which; deploy with --yes if that is what you want"
        raise DeployError("deploy-many", message, hint)


def _agreed(question: str) -> bool:
    """Whether somebody at a terminal says yes."""
    if not sys.stdin.isatty():
        return False
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _done(ready: Prepared, seconds: float) -> str:
    seen: Difference = ready.difference
    where = f" -> {ready.plan.site.url}/" if ready.plan.site.url else ""
    if seen.nothing:
        return f"Up to date{where}"
    sent = f"{report.counted(seen.sent, 'file')} ({difference.size(seen.sent_bytes)})"
    removed = f", removed {seen.removed:,}" if seen.removed else ""
    return f"Deployed {sent}{removed} in {report.duration(seconds)}{where}"
