"""`recto build`: plan, say what is wrong, and write only if nothing is."""

import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from time import perf_counter

from recto import builder, config
from recto.cli import report
from recto.cli.arguments import UsageError
from recto.cli.progress import bars
from recto.diagnostics import BuildError, Diagnostic, has_errors
from recto.memo import Store
from recto.model import Changes, Timing


def run(args: Namespace, root: Path, now: datetime) -> int:
    """Build the site in `root` as the arguments ask; the exit code."""
    start = perf_counter()
    out = args.output or root / "dist"
    if args.clean:
        Store.forget(root)
    wanted = not (args.quiet or args.json)
    with Store.open(root) as store, bars(wanted=wanted, no_color=args.no_color) as progress:
        plan = builder.build(
            root,
            store=store,
            now=now,
            base_url=_base_url(args.base_url),
            drafts=args.drafts,
            future=args.future,
            jobs=args.jobs,
            out=out,
            progress=progress,
        )
        found, changes, timings = _write(args, plan, out, store, root, progress)
    return _tell(
        args,
        report.Outcome(
            plan=plan,
            diagnostics=found,
            changes=changes,
            output=f"{out}/",
            timings=timings,
            seconds=perf_counter() - start,
        ),
    )


def _base_url(text: str | None) -> str | None:
    try:
        return config.address(text) if text else text
    except config.AddressError as problem:
        hint = problem.hint.replace("url: ", "--base-url ")
        raise UsageError(f"--base-{problem}", hint) from None


def _write(
    args: Namespace,
    plan: builder.Plan,
    out: Path,
    store: Store,
    root: Path,
    progress: builder.Progress | None,
) -> tuple[list[Diagnostic], Changes | None, tuple[Timing, ...]]:
    """Write the plan unless a problem stops it; all problems, what changed, and the timings."""
    if _stops(plan.diagnostics, args.strict):
        return [*plan.diagnostics], None, plan.timings
    try:
        changes, timing = builder.write(plan, out, store=store, root=root, progress=progress)
    except BuildError as problem:
        return [*plan.diagnostics, *problem.diagnostics], None, plan.timings
    return [*plan.diagnostics], changes, (*plan.timings, timing)


def _stops(diagnostics: tuple[Diagnostic, ...], strict: bool) -> bool:
    return bool(diagnostics) if strict else has_errors(diagnostics)


def _tell(args: Namespace, outcome: report.Outcome) -> int:
    built = outcome.changes is not None
    if args.json:
        print(report.document(outcome, built))
        return 0 if built else 1
    report.problems(outcome.diagnostics, colour=report.coloured(sys.stderr, args.no_color))
    if outcome.diagnostics and not args.quiet:
        print(file=sys.stderr, flush=True)
    if not built:
        print(report.failure(outcome.diagnostics, outcome.output, strict=args.strict), file=sys.stderr)
    elif not args.quiet:
        print(report.summary(outcome, verbose=args.verbose))
    return 0 if built else 1
