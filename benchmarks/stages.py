"""Where a build of recto spends its time, and its peak memory: cold, unchanged, one body, one title.

python benchmarks/stages.py
python benchmarks/stages.py --sizes 100 --runs 1 --jobs 1
python benchmarks/stages.py --off search
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from contenders.recto import RectoWhole
from corpus import Post, make_corpus
from measure import Figures, run_command
from report import number


class Blog:
    """A generated blog in the default theme, whose middle post is edited."""

    def __init__(self, folder: Path, size: int, jobs: int | None, off: Sequence[str] = ()) -> None:
        self.tool, self.site, self.log = RectoWhole(), folder / str(size), folder / f"{size}.json"
        self.tool.off = tuple(off)
        self.posts = make_corpus(size)
        self.command = [self.tool.program, "build", "--json", *(["--jobs", str(jobs)] if jobs else [])]
        self.edits = 0
        self.tool.prepare(self.site, self.posts)

    def cold(self) -> Figures:
        """A build from nothing."""
        self.tool.clean(self.site)
        return self.build()

    def body(self) -> Figures:
        """A build after a paragraph was added to one post."""
        return self._edit(lambda post, marker: post.with_body_marker(marker))

    def title(self) -> Figures:
        """A build after one title was changed."""
        return self._edit(lambda post, marker: post.with_title(f"A changed title {marker}"))

    def build(self) -> Figures:
        """A build as things are: wall time, memory, and seconds by stage."""
        ran = run_command(self.command, self.site, self.tool.env(), self.log, timeout=3600)
        told = json.loads(self.log.read_text(encoding="utf-8"))
        stages = {timing["stage"]: timing["seconds"] for timing in told["timings"]}
        started = {"start and stop": ran["wall"] - sum(stages.values())}
        written = len(told["changes"]["written"])
        return {"stages": stages | started, "written": written, **ran}

    def _edit(self, change: Callable[[Post, str], Post]) -> Figures:
        self.edits += 1
        middle = len(self.posts) // 2
        self.posts[middle] = change(self.posts[middle], f"zqedit{self.edits}")
        self.tool.write_post(self.site, self.posts[middle])
        return self.build()


def measure(blog: Blog, runs: int) -> dict[str, list[Figures]]:
    """Each kind of build, `runs` times."""
    kinds = {"cold": blog.cold, "unchanged": blog.build, "one body": blog.body, "one title": blog.title}
    return {name: [kind() for _ in range(runs)] for name, kind in kinds.items()}


def table(size: int, found: dict[str, list[Figures]]) -> str:
    """The medians: a row a stage, a column a kind of build."""
    stages = list(dict.fromkeys(stage for runs in found.values() for run in runs for stage in run["stages"]))
    rows: dict[str, Callable[[Figures], float]] = {
        **{f"{stage}, ms": _stage(stage) for stage in stages},
        "**wall, ms**": lambda run: 1000 * float(run["wall"]),
        "CPU, ms": lambda run: 1000 * float(run["cpu"]),
        "peak memory, MiB": lambda run: float(run["rss_mib"]),
        "files written": lambda run: float(run["written"]),
    }
    lines = [f"### {size:,} posts", "", f"| | {' | '.join(found)} |", f"| --- |{' ---: |' * len(found)}"]
    for title, figure in rows.items():
        cells = (_short(median(map(figure, runs))) for runs in found.values())
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _stage(name: str) -> Callable[[Figures], float]:
    return lambda run: 1000 * float(run["stages"].get(name, 0))


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else number(value)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000,10000", help="numbers of posts")
    parser.add_argument("--runs", type=int, default=3, help="of each kind of build; the median counts")
    parser.add_argument("--jobs", type=int, help="processes that convert; default: one a processor")
    parser.add_argument(
        "--off", default="", help="features of the theme to do without, such as search,covers"
    )
    args = parser.parse_args(argv)
    off = [name for name in args.off.split(",") if name]
    for size in map(int, args.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="recto-stages-") as folder:
            print(table(size, measure(Blog(Path(folder), size, args.jobs, off), args.runs)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
