"""Results of run.py as Markdown tables."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import Figures

STEPS = ("start", "cold", "noop", "body", "title", "serve")

TITLES = {
    "start": "Start-up (version)",
    "cold": "Cold build",
    "noop": "Rebuild, nothing changed",
    "body": "Rebuild, one body edited",
    "title": "Rebuild, one title changed",
    "serve": "Save to served (dev server)",
}


def merge(files: Sequence[Path]) -> Figures:
    """Several --out files as one; where two have the same step, the later file counts."""
    merged: Figures = {"tools": {}}
    for file in files:
        results = json.loads(file.read_text())
        merged["machine"] = results.get("machine", {})
        for name, tool in results["tools"].items():
            entry = merged["tools"].setdefault(name, {"sizes": {}})
            entry |= {key: value for key, value in tool.items() if key != "sizes"}
            for size, steps in tool["sizes"].items():
                entry["sizes"].setdefault(size, {}).update(steps)
    return merged


def report(results: Figures, baseline: str) -> str:
    """All tables; ratios are against the tool `baseline`, or the first where that was not measured."""
    tools: Figures = results["tools"]
    if not tools:
        return "nothing was measured\n"
    base = baseline if baseline in tools else next(iter(tools))
    sizes = sorted({int(size) for tool in tools.values() for size in tool["sizes"]})
    lines = [line for title, rows in _sections(tools, sizes) if rows for line in _table(title, rows, base)]
    return "\n".join([*lines, *_growth(tools, sizes), *_versions(tools)]).lstrip() + "\n"


def _sections(tools: Figures, sizes: Sequence[int]) -> Iterator[tuple[str, Figures]]:
    yield TITLES["start"], {name: tool["start"] for name, tool in tools.items() if "start" in tool}
    for size in sizes:
        for step in STEPS[1:]:
            steps = {name: tool["sizes"].get(str(size), {}) for name, tool in tools.items()}
            rows = {name: found[step] for name, found in steps.items() if step in found}
            yield f"{TITLES[step]}, {size} posts", rows


def _table(title: str, rows: Figures, baseline: str) -> list[str]:
    base = rows.get(baseline, {})
    ordered = sorted(rows.items(), key=lambda item: float(item[1].get("cpu", 1e9)))
    return [
        f"\n### {title}",
        "",
        f"| tool | wall s | CPU s | peak RSS MiB | wall / {baseline} | CPU / {baseline} | runs | remarks |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
        *(_row(name, row, base) for name, row in ordered),
    ]


def _row(name: str, row: Figures, base: Figures) -> str:
    if "failed" in row:
        return f"| {name} | - | - | - | - | - | - | {row['failed'].splitlines()[0]} |"
    wall, cpu = (f"{row[key] / base[key]:.2f}" if base.get(key) else "-" for key in ("wall", "cpu"))
    remark = (
        f"first answer after {number(row['ready'])} s"
        if "ready" in row
        else "; ".join(row.get("problems", []))
    )
    memory = f"{row['rss_mib']:.0f}" if "rss_mib" in row else "-"
    figures = f"{number(row['wall'])} | {number(row['cpu'])} | {memory} | {wall} | {cpu} | {len(row['runs'])}"
    return f"| {name} | {figures} | {remark} |"


def number(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _growth(tools: Figures, sizes: Sequence[int]) -> list[str]:
    if len(sizes) < 2:
        return []
    lines = [
        "\n### Growth of the cold build (CPU s, and per post in ms)",
        "",
        "| tool | " + " | ".join(f"{size} posts" for size in sizes) + " |",
        "| --- |" + " ---: |" * len(sizes),
    ]
    for name, tool in tools.items():
        cells = [_growth_cell(tool["sizes"].get(str(size), {}).get("cold", {}), size) for size in sizes]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _growth_cell(row: Figures, size: int) -> str:
    return f"{number(row['cpu'])} ({1000 * row['cpu'] / size:.1f})" if "cpu" in row else "-"


def _versions(tools: Figures) -> list[str]:
    return [
        "\n### Versions and rebuild modes",
        "",
        "| tool | version | rebuild | dev server |",
        "| --- | --- | --- | --- |",
        *(
            f"| {name} | {tool['version']} | {tool['incremental']} | {tool['serve_note'] or 'default'} |"
            for name, tool in tools.items()
        ),
    ]
