"""The command `recto`: arguments in, words and an exit code out.

The only place that prints, asks the clock, or knows a terminal. Exit codes: 0 built, 1 the site has problems, 2 wrong
usage, 130 interrupted. Everything heavy is imported when a command needs it, so that `recto --version` is instant.
"""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from recto.cli import arguments
from recto.diagnostics import BuildError, Diagnostic

OK, PROBLEMS, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    _speak_utf8()
    args = arguments.parse(sys.argv[1:] if argv is None else argv)
    try:
        return _COMMANDS[args.command](args)
    except arguments.UsageError as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except BuildError as problem:
        return _fail(problem.diagnostics, args.no_color)
    except (KeyboardInterrupt, EOFError):  # Ctrl-C, and Ctrl-D in answer to a question
        print("interrupted: the output is as it was, or the next build completes it", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left ("recto build | head"); nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except Exception as fault:
        if getattr(args, "verbose", False):
            raise
        if isinstance(fault, OSError):
            print(_refusal(fault), file=sys.stderr)
            return PROBLEMS
        print(f"error: recto failed, and your site is not to blame: {fault!r}", file=sys.stderr)
        print("  fix: please report it, with what recto build --verbose shows", file=sys.stderr)
        return PROBLEMS


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _refusal(problem: OSError) -> str:
    """What the system did not let us do, where no stage could say it better: an output that takes no more words."""
    where = f"{problem.filename}: " if problem.filename else ""
    reason = (problem.strerror or str(problem)).lower()
    return f"error: {where}{reason}\n  fix: look at permissions and free space"


def _fail(diagnostics: Sequence[Diagnostic], no_color: bool) -> int:
    from recto.cli import report

    report.problems(diagnostics, colour=report.coloured(sys.stderr, no_color))
    return PROBLEMS


def _now() -> datetime:
    """The one reading of the clock; SOURCE_DATE_EPOCH replaces it (https://reproducible-builds.org/specs)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)  # noqa: TID251
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        hint = "set it to seconds since 1970, or to nothing"
        raise arguments.UsageError(f'SOURCE_DATE_EPOCH is no moment: "{epoch}"', hint) from None


def _site_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise arguments.UsageError(f'there is no folder "{folder}"', "give the folder of a site")
    return folder


def _collect_rarely() -> None:
    """A build keeps nearly all that it makes to its end: looking for garbage often, or everywhere, is work for nothing."""
    gc.set_threshold(50_000, 20, 1_000)


def _build(args: Namespace) -> int:
    _collect_rarely()
    from recto.cli.build import run

    return run(args, _site_folder(args.dir), _now())


def _serve(args: Namespace) -> int:
    _collect_rarely()
    from recto.cli.serve import run

    return run(args, _site_folder(args.dir), _now)


def _new(args: Namespace) -> int:
    from recto.cli.create import new

    return new(args, _now())


def _post(args: Namespace) -> int:
    from recto.cli.create import post

    return post(args, _site_folder(args.site), _now())


def _templates(args: Namespace) -> int:
    from recto.cli.templates import run

    return run(args, _site_folder(args.site))


def _deploy(args: Namespace) -> int:
    _collect_rarely()
    from recto.cli.deploy import run

    return run(args, _site_folder(args.site), _now())


def _diff(args: Namespace) -> int:
    _collect_rarely()
    from recto.cli.deploy import diff

    return diff(args, _site_folder(args.site), _now())


def _rollback(args: Namespace) -> int:
    from recto.cli.deploy import rollback

    return rollback(args, _site_folder(args.site))


def _ledger(args: Namespace) -> int:
    _collect_rarely()
    from recto.cli.ledger import run

    return run(args, _site_folder(args.site), _now())


def _due(args: Namespace) -> int:
    from recto.cli.due import run

    return run(args, _site_folder(args.dir), _now())


def _ci(args: Namespace) -> int:
    from recto.cli.ci import run

    return run(args, _site_folder(args.site))


def _clean(args: Namespace) -> int:
    from recto import output
    from recto.memo import Store

    root = _site_folder(args.dir)
    if not args.cache:
        removed = output.clean(args.output or root / "dist")
        print(f"Removed {len(removed)} files of {args.output or root / 'dist'}")
    if Store.forget(root):
        print(f"Removed {root / '.recto'}")
    return OK


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "build": _build,
    "serve": _serve,
    "new": _new,
    "post": _post,
    "templates": _templates,
    "deploy": _deploy,
    "diff": _diff,
    "rollback": _rollback,
    "ledger": _ledger,
    "due": _due,
    "ci": _ci,
    "clean": _clean,
}
