"""`recto due`: when the site changes by itself, because a post goes live or expires."""

import json
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

from recto import builder, config, loader, site
from recto.diagnostics import BuildError, has_errors, visible
from recto.memo import Store


def run(args: Namespace, root: Path, now: datetime) -> int:
    """Print what is due. BuildError where the site has errors, which may hide a date."""
    settings, found = config.load(root)
    with Store.open(root) as store:
        sources = loader.load(root, settings, store, theme=builder.theme_folder())
    if has_errors(problems := (*found, *sources.diagnostics)):
        raise BuildError(problems)
    coming = site.due(sources, now=now)
    if args.epoch:
        print(*(_epoch(event) for event in coming[:1]), end="\n" if coming else "")
    elif args.json:
        print(_document(coming, ZoneInfo(settings.timezone)))
    else:
        print("\n".join(_lines(coming, ZoneInfo(settings.timezone))))
    return 0


def _lines(coming: Sequence[site.Due], zone: ZoneInfo) -> list[str]:
    if not coming:
        return ["Nothing is due: no post waits for its date, and none expires"]
    return [visible(f'{_moment(due, zone)}  {due.event}  {due.source} "{due.title}"') for due in coming]


def _moment(due: site.Due, zone: ZoneInfo) -> str:
    when = due.when.astimezone(zone)
    return f"{when:%Y-%m-%d %H:%M} {when.tzname()}"


def _epoch(due: site.Due) -> int:
    """The first whole second at which it has happened."""
    return ceil(due.when.timestamp())


def _document(coming: Sequence[site.Due], zone: ZoneInfo) -> str:
    value = [
        {
            "path": due.source,
            "title": due.title,
            "event": due.event,
            "when": due.when.astimezone(zone).isoformat(),
            "epoch": _epoch(due),
        }
        for due in coming
    ]
    return json.dumps(value, ensure_ascii=False, indent=2)
