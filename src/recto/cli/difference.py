"""Say what readers will see of a deploy: as text for a terminal, as Markdown for a pull request, as JSON for a program."""

import json
from collections.abc import Iterator, Sequence

from recto.cli.report import counted
from recto.deploy import Difference, Shown
from recto.diagnostics import visible

_NAMED = 10  # things of one kind that are named before -v is needed


def text(seen: Difference, *, verbose: bool) -> str:
    """Some lines, the first of them flush left."""
    if seen.nothing:
        return "Readers will see no change: the target has it all"
    lines = ["Readers will see" + (" the whole site, the first time:" if seen.first else ":")]
    for title, (count, named) in _groups(seen).items():
        lines.append(f"  {title:<10} {count}")
        shown = named if verbose else named[:_NAMED]
        lines += [f"             {visible(line)}" for line in shown]
        if len(shown) < len(named):
            lines.append(f"             and {len(named) - len(shown):,} more (-v names them)")
    return "\n".join([*lines, f"  {'weight':<10} {_weight(seen)}", f"  {'to do':<10} {_work(seen)}"])


def markdown(seen: Difference) -> str:
    """A heading, a list of counts, and what they count in parts that open."""
    lines = ["### What readers will see", ""]
    if seen.nothing:
        return "\n".join([*lines, "No change."])
    groups = _groups(seen)
    lines += [f"- **{title}**: {count}" for title, (count, _) in groups.items()]
    lines += [f"- **weight**: {_weight(seen)}", f"- **to do**: {_work(seen)}"]
    for title, (count, named) in groups.items():
        lines += ["", "<details>", f"<summary>{title}: {count}</summary>", ""]
        lines += [f"- {_escaped(line)}" for line in named[:100]]
        lines += [f"- and {len(named) - 100:,} more"] * (len(named) > 100)
        lines += ["", "</details>"]
    return "\n".join(lines)


def document(seen: Difference, *, target: str, deployed: bool = False) -> str:
    """One JSON document."""
    value = {
        "target": target,
        "first": seen.first,
        "pages": {
            "new": _plain(seen.new),
            "changed": _plain(seen.changed),
            "gone": _plain(seen.gone),
        },
        "feed": _plain(seen.entries),
        "redirects": dict(seen.redirects),
        "weight": seen.weight,
        "send": {"files": seen.sent, "bytes": seen.sent_bytes},
        "remove": seen.removed,
        "deployed": deployed,
    }
    return json.dumps(value, ensure_ascii=False, indent=2)


def size(count: int) -> str:
    """So many bytes as people say it: "812 B", "1.2 MB"."""
    if abs(count) < 1000:
        return f"{count:,} B"
    if abs(count) < 999_950:
        return f"{count / 1000:,.1f} kB"
    return f"{count / 1_000_000:,.1f} MB"


def _groups(seen: Difference) -> dict[str, tuple[str, list[str]]]:
    """What there is to tell, each with its count and its lines; nothing of what there is none of."""
    pages = {"new": seen.new, "changed": seen.changed, "gone": seen.gone}
    groups = {title: (counted(len(shown), "page"), _lines(shown)) for title, shown in pages.items()}
    entries, old = len(seen.entries), len(seen.redirects)
    groups["feed"] = (
        f"{entries:,} {'entry' if entries == 1 else 'entries'} would appear",
        _lines(seen.entries),
    )
    groups["redirects"] = (f"{old:,} old {'address' if old == 1 else 'addresses'}", list(_led(seen)))
    return {title: group for title, group in groups.items() if group[1]}


def _lines(shown: Sequence[Shown]) -> list[str]:
    return [f'{each.url}  "{each.title}"' if each.title else each.url for each in shown]


def _led(seen: Difference) -> Iterator[str]:
    for url, target in seen.redirects.items():
        yield f"{url} -> {target}" if target else f"{url} says that it is gone"


def _weight(seen: Difference) -> str:
    return f"{'+' if seen.weight >= 0 else '−'}{size(abs(seen.weight))}"


def _work(seen: Difference) -> str:
    removed = f", {seen.removed:,} to remove" if seen.removed else ""
    return f"{counted(seen.sent, 'file')} to send, {size(seen.sent_bytes)}{removed}"


def _plain(shown: Sequence[Shown]) -> list[dict[str, str]]:
    return [{"url": each.url, "title": each.title} for each in shown]


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#@!&"})


def _escaped(line: str) -> str:
    """Text that Markdown takes for nothing else: titles must not mention people or make links in a pull request."""
    return visible(line).translate(_MARKS)
