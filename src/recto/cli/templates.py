"""`recto templates`: which templates are whose, copying one, and what changed underneath."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from recto import builder, config, theming
from recto.cli import report
from recto.cli.arguments import UsageError
from recto.diagnostics import did_you_mean
from recto.theming import Standing, Survey


def run(args: Namespace, root: Path) -> int:
    """Do what the first word asks, with the names after it."""
    action, names = (args.words or ["list"])[0], args.words[1:]
    if action not in _ACTIONS:
        guess = did_you_mean(action, _ACTIONS) or "write recto templates list, copy NAME or diff"
        raise UsageError(f'recto templates cannot "{action}"', guess)
    settings, _ = config.load(root)
    found = theming.survey(root, settings, theme=builder.theme_folder())
    _ACTIONS[action](args, found, names)
    return 0


# ---- list ---------------------------------------------------------------------------------------------------


def _list(args: Namespace, found: Survey, names: Sequence[str]) -> None:
    if names:
        raise UsageError(f'"{names[0]}" is one word too many', "recto templates list takes no names")
    if found.is_theme:
        print(f"{found.folder}/ is the theme itself: all of its files are yours to change")
    own = [standing for standing in found.files if standing.own is not None]
    theme = [standing for standing in found.files if standing.own is None]
    width = max((len(standing.name) for standing in found.files), default=0)
    for title, group in ((f"Yours, in {found.folder}/", own), ("The theme's", theme)):
        if group:
            print(title)
            print(
                "\n".join(
                    f"  {standing.name:<{width}}  {_described(standing)}".rstrip() for standing in group
                )
            )


def _described(standing: Standing) -> str:
    if standing.own is None:
        return ""
    if standing.extends:
        return f"extends the theme's, with {_blocks(standing.blocks)} of its own"
    if standing.theme is None and standing.base is not None:
        return "a copy of what the theme no longer has" + _unless_used(standing)
    if standing.theme is None:
        return "your own" + _unless_used(standing)
    if standing.outdated:
        return f"a copy; the theme's has changed since: recto templates diff {standing.name}"
    if standing.own == standing.theme:
        return "a copy, the same as the theme's: remove it to get what changes there"
    return (
        "a copy, changed"
        if standing.base is not None
        else "in place of the theme's, since an unknown version"
    )


def _unless_used(standing: Standing) -> str:
    return "" if standing.used else ", which no page uses"


def _blocks(blocks: Sequence[str]) -> str:
    if not blocks:
        return "no block"
    return f"{'block' if len(blocks) == 1 else 'blocks'} {', '.join(blocks)}"


# ---- copy ---------------------------------------------------------------------------------------------------


def _copy(args: Namespace, found: Survey, names: Sequence[str]) -> None:
    if not names:
        raise UsageError(
            "recto templates copy needs the name of a template", "such as recto templates copy post.html"
        )
    made = theming.copy(found, names)
    print("\n".join(map(str, made)), flush=True)
    for name in dict.fromkeys(names):
        for line in _advice(found, found.find(name)):
            print(line, file=sys.stderr)


def _advice(found: Survey, standing: Standing) -> Iterator[str]:
    """What would be less to look after than a copy."""
    blocks = theming.blocks(found, standing.name) if standing.name.endswith(".html") else ()
    if standing.name == "assets/style.css":
        yield "  to change a few rules only, remove it and write them into static/custom.css"
    if blocks:
        shown = "content" if "content" in blocks else blocks[-1]
        yield f"  to change one part of {standing.name} only, write in its place, and the rest stays up to date:"
        yield f'    {{% extends "{theming.THEME}{standing.name}" %}}'
        yield f"    {{% block {shown} %}} … {{% endblock %}}"
        yield f"  it has the {_blocks(blocks)}"


# ---- diff ---------------------------------------------------------------------------------------------------


def _diff(args: Namespace, found: Survey, names: Sequence[str]) -> None:
    asked = [found.find(name) for name in dict.fromkeys(names)]
    copies = asked or [standing for standing in found.files if standing.copied]
    if not copies:
        print("no template of yours stands for one of the theme's")
        return
    colour = report.coloured(sys.stdout, args.no_color)
    parts = [part for standing in copies for part in _compared(standing, found.folder)]
    shown = ("\n".join(_painted(line) if colour else line for line in part) for part in parts)
    print("\n\n".join(shown), flush=True)
    for standing in (standing for standing in copies if standing.outdated):
        if args.seen:
            theming.remember(found, standing)
        else:
            print(
                f"once you have taken over what you want: recto templates diff --seen {standing.name}",
                file=sys.stderr,
            )


def _compared(standing: Standing, folder: Path) -> Iterator[list[str]]:
    """What is to be said of a file: how it differs from the theme's, and how that differs from what it was."""
    path, given = f"{folder}/{standing.name}", f"{theming.THEME}{standing.name}"
    if standing.own is None:
        yield [
            f"{standing.name} is the theme's: to have one of your own, recto templates copy {standing.name}"
        ]
    elif standing.theme is None:
        yield [f"{path} is your own: the theme has none of that name"]
    elif standing.extends:
        yield [
            f"{path} extends the theme's, and so has what changes there, but for {_blocks(standing.blocks)}"
        ]
    else:
        lines = theming.changes(standing.theme, standing.own, old=given, new=path)
        yield [f"{path}: what is yours", *lines] if lines else [f"{path} is the same as the theme's"]
        if standing.outdated:
            since = theming.changes(
                standing.base or "", standing.theme, old=f"{given} as copied", new=f"{given} now"
            )
            yield [f"{path}: what changed underneath", *since]


_TONES = (("---", "\x1b[1m"), ("+++", "\x1b[1m"), ("@@", "\x1b[36m"), ("+", "\x1b[32m"), ("-", "\x1b[31m"))


def _painted(line: str) -> str:
    tone = next((tone for start, tone in _TONES if line.startswith(start)), "")
    return f"{tone}{line}\x1b[0m" if tone else line


_ACTIONS: dict[str, Callable[[Namespace, Survey, Sequence[str]], None]] = {
    "list": _list,
    "copy": _copy,
    "diff": _diff,
}
