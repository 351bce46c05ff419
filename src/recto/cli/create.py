"""`recto new` and `recto post`: ask what is needed, let the scaffold write, tell what comes next."""

import sys
from argparse import Namespace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from recto import config, scaffold
from recto.cli.arguments import UsageError


def new(args: Namespace, now: datetime) -> int:
    """Make a new blog in a new folder."""
    title, author, url = _answers(ask=sys.stdin.isatty() and not args.yes)
    created = scaffold.new(args.dir, title=title, author=author, url=url, date=now.date())
    print(f"Created {args.dir}/ ({len(created)} files)")
    print(f'  cd {args.dir}\n  recto serve\n  recto post "My first post"')
    return 0


_QUESTIONS = (
    ("Title of the blog", "My blog"),
    ("Your name", "The author"),
    ("Its address, such as https://example.com (Enter: later)", ""),
)


def _answers(ask: bool) -> list[str]:
    return [_ask(question, default) if ask else default for question, default in _QUESTIONS]


def _ask(question: str, default: str) -> str:
    shown = f"{question} [{default}]: " if default else f"{question}: "
    return input(shown).strip() or default


def post(args: Namespace, root: Path, now: datetime) -> int:
    """Make a new post and print its path."""
    settings, _ = config.load(root)
    day = _day(args.date) if args.date else now.astimezone(ZoneInfo(settings.timezone)).date()
    path = scaffold.post(
        root,
        args.title,
        categories=args.category,
        tags=args.tag,
        draft=args.draft,
        date=day,
        folder=settings.folders.posts,
    )
    print(path)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'--date must be a day, got "{text}"', "write it as YYYY-MM-DD") from None
