"""Measure static site generators on the same blog, side by side.

python benchmarks/run.py --tools recto,hugo,pelican --sizes 100,1000 --out results.json
python benchmarks/run.py --report results.json --baseline pelican
"""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import verify
from contenders import CONTENDERS, Contender
from corpus import Post, make_corpus
from measure import CommandError, Figures, Server, free_port, run_command, summarise
from report import STEPS, merge, report

Change = Callable[[Post, str], Post]


def new_body(post: Post, marker: str) -> Post:
    """The post with a paragraph that has the marker."""
    return post.with_body_marker(marker)


def new_title(post: Post, marker: str) -> Post:
    """The post under a title that has the marker."""
    return post.with_title(f"A changed title {marker}")


class Bench:
    """One tool at one size."""

    def __init__(
        self,
        tool: Contender,
        posts: Sequence[Post],
        work: Path,
        args: argparse.Namespace,
        result: Figures,
        save: Callable[[], None],
    ) -> None:
        self.tool, self.posts, self.args = tool, list(posts), args
        self.result, self.save = result, save
        self.site = work / f"{tool.name}-{len(posts)}"
        self.log = work / f"{tool.name}-{len(posts)}.log"
        self.index = len(posts) // 2  # of the post that is edited
        self.edits = 0

    def run(self) -> None:
        """All steps that were asked for."""
        self.site.mkdir(parents=True)
        self.tool.prepare(self.site, self.posts)
        needs_build = {"cold", "noop", "body", "title"} & set(self.args.steps)
        if not needs_build or self.step_cold():
            self.step("noop", self.noop)
            self.step("body", self.body)
            self.step("title", self.title)
        if self.tool.serves and len(self.posts) <= self.args.serve_max:
            self.step("serve", self.serve)
        if not self.args.keep:
            shutil.rmtree(self.site)

    def step(self, name: str, action: Callable[[], Figures]) -> bool:
        """Measure a step and keep its figures; False where a command failed."""
        if name not in self.args.steps:
            return True
        head = f"  {self.tool.name:12} {len(self.posts):>6} {name:6}"
        try:
            found = self.result[name] = action()
        except CommandError as error:
            self.result[name] = {"failed": str(error)}
            print(f"{head} FAILED {error}", flush=True)
            return False
        finally:
            self.save()
        figures = f"wall {found['wall']:8.2f}  cpu {found['cpu']:8.2f}  rss {found.get('rss_mib', 0):6.0f}"
        print(f"{head} {figures}  {'; '.join(found.get('problems', []))}", flush=True)
        return True

    def step_cold(self) -> bool:
        """The cold build; untimed where it was not asked for, because the rebuilds need a built site."""
        if "cold" in self.args.steps:
            return self.step("cold", self.cold)
        self.once(self.tool.cold(self.site))
        return True

    def once(self, command: list[str]) -> Figures:
        """One run of a command in the site."""
        return run_command(command, self.site, self.tool.env(), self.log, self.args.timeout)

    def repeat(self, again: Callable[[], Figures]) -> Figures:
        """Medians of --runs runs, fewer where --budget seconds are spent."""
        runs = [again()]
        while len(runs) < self.args.runs and sum(run["wall"] for run in runs) < self.args.budget:
            runs.append(again())
        return summarise(runs)

    def cold(self) -> Figures:
        """From nothing, then a look at whether all the work was done."""

        def build() -> Figures:
            self.tool.clean(self.site)
            return self.once(self.tool.cold(self.site))

        summary = self.repeat(build)
        summary["problems"] = verify.check_build(self.tool, self.site, self.posts)
        summary["files"] = sum(path.is_file() for path in (self.site / self.tool.output).rglob("*"))
        return summary

    def noop(self) -> Figures:
        """Again, with nothing changed."""
        command = self.tool.rebuild(self.site, None)
        if command != self.tool.cold(self.site):
            self.once(command)  # fills the cache; not counted
        return self.repeat(lambda: self.once(command))

    def edit(self, change: Change) -> str:
        """Change the middle post the way an editor saves: in place, with a later time; the marker now in it."""
        self.edits += 1
        marker = f"zqedit{self.edits}"
        self.posts[self.index] = change(self.posts[self.index], marker)
        time.sleep(1.1)  # tools that compare whole seconds must see a difference
        self.tool.write_post(self.site, self.posts[self.index])
        return marker

    def after_edits(self, change: Change) -> tuple[Figures, str]:
        """Figures of builds that each follow an edit, and the last edit's marker."""
        markers: list[str] = []

        def build() -> Figures:
            markers.append(self.edit(change))
            source = self.tool.source(self.site, self.posts[self.index])
            return self.once(self.tool.rebuild(self.site, source))

        return self.repeat(build), markers[-1]

    def body(self) -> Figures:
        """One body changed."""
        summary, marker = self.after_edits(new_body)
        summary["problems"] = verify.check_body(self.tool, self.site, self.posts, self.index, marker)
        return summary

    def title(self) -> Figures:
        """One title changed; at small sizes the result is compared with a clean build."""
        summary, marker = self.after_edits(new_title)
        summary["problems"] = verify.check_title(self.tool, self.site, self.posts, self.index, marker)
        if len(self.posts) <= self.args.compare_max:
            rebuilt = verify.snapshot(self.site / self.tool.output)
            self.tool.clean(self.site)
            self.once(self.tool.cold(self.site))
            summary["problems"] += verify.compare(rebuilt, verify.snapshot(self.site / self.tool.output))
        return summary

    def serve(self) -> Figures:
        """From saving an edit to seeing it in the development server's answer."""
        port, limit = free_port(), float(self.args.serve_timeout)
        url, sentinel = self.tool.post_url(self.posts[self.index]), self.posts[self.index].sentinel
        delays: list[float] = []
        spent: list[float] = []
        with Server(self.tool.serve(self.site, port), self.site, self.tool.env(), self.log, port) as server:
            ready = server.wait_for(url, lambda body: sentinel in body, float(self.args.timeout), 0.05)
            server.settle()
            while len(delays) < self.args.serve_runs and sum(delays) < self.args.budget:
                before = server.cpu()
                marker = self.edit(new_body)
                delays.append(server.wait_for(url, _has(marker), limit))
                server.settle()
                spent.append(server.cpu() - before)
        runs = [
            {"wall": round(wall, 3), "cpu": round(cpu, 3)} for wall, cpu in zip(delays, spent, strict=True)
        ]
        middle = len(runs) // 2
        return {"wall": sorted(delays)[middle], "cpu": sorted(spent)[middle], "ready": ready, "runs": runs}


def _has(marker: str) -> Callable[[str], bool]:
    return lambda body: marker in body


def start_up(tool: Contender, work: Path, args: argparse.Namespace) -> Figures:
    """How long the tool takes to say its version."""
    log = work / f"{tool.name}-start.log"
    command, env = tool.version_command(), tool.env()
    return summarise([run_command(command, work, env, log, args.timeout) for _ in range(max(3, args.runs))])


def machine() -> Figures:
    """What the figures were taken on, without a name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpus": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "when": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime()),
    }


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--tools", default=",".join(CONTENDERS), help="comma separated; default: all")
    add("--sizes", default="100,1000", help="numbers of posts")
    add("--steps", default=",".join(STEPS), help=f"of {','.join(STEPS)}")
    add("--out", type=Path, help="results as JSON; an existing file is added to")
    add("--baseline", default="recto", help="tool that the ratios are against")
    add("--runs", type=int, default=3)
    add("--serve-runs", type=int, default=5)
    add("--budget", type=float, default=90, help="no further run of a step after so many seconds")
    add("--timeout", type=int, default=600, help="seconds for one run")
    add("--serve-timeout", type=int, default=120, help="seconds to wait for an edit to be served")
    add("--serve-max", type=int, default=1000, help="largest size to measure a server at")
    add(
        "--compare-max",
        type=int,
        default=100,
        help="largest size to compare rebuilt output with a clean build at",
    )
    add("--work", type=Path, help="directory for the sites; default: a temporary one")
    add("--keep", action="store_true", help="keep the sites")
    add("--report", type=Path, nargs="+", help="only print the report of earlier --out files")
    args = parser.parse_args(argv)
    args.steps = args.steps.split(",")
    return args


def measure(args: argparse.Namespace, results: Figures, work: Path) -> None:
    """Every tool that is there, at every size."""

    def save() -> None:
        if args.out:
            args.out.write_text(json.dumps(results, indent=1) + "\n")

    for size in map(int, args.sizes.split(",")):
        posts = make_corpus(size)
        for name in args.tools.split(","):
            tool = CONTENDERS[name]()
            if reason := tool.available():
                print(f"  {name}: skipped, {reason}", file=sys.stderr)
                continue
            entry = results["tools"].setdefault(name, {"sizes": {}})
            entry |= {
                "version": tool.version(),
                "incremental": tool.incremental,
                "serve_note": tool.serve_note,
            }
            try:
                if "start" in args.steps and "start" not in entry:
                    entry["start"] = start_up(tool, work, args)
                Bench(tool, posts, work, args, entry["sizes"].setdefault(str(size), {}), save).run()
            except Exception:  # one tool's trouble must not lose the others' figures
                traceback.print_exc()
            save()


def main() -> int:
    """Measure, or only report."""
    args = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and sites are cleaned up
    if args.report:
        print(report(merge(args.report), args.baseline))
        return 0
    results: Figures = json.loads(args.out.read_text()) if args.out and args.out.exists() else {"tools": {}}
    results["machine"] = machine()
    work = Path(tempfile.mkdtemp(prefix="recto-bench-", dir=args.work))
    try:
        measure(args, results, work)
    finally:
        if not args.keep:
            shutil.rmtree(work)
    print(report(results, args.baseline))
    return 0


if __name__ == "__main__":
    sys.exit(main())
