"""Measure a preview: from saving a file to the new text in an answer, and in a browser; from the start to the first page.

python benchmarks/preview.py                                  # 100, 1,000 and 10,000 posts, 20 saves of each kind
python benchmarks/preview.py --sizes 100 --saves 5 --tools recto --no-browser
"""

import argparse
import http.client
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from contenders import CONTENDERS, Contender
from corpus import STYLE, Post, make_corpus, make_post
from measure import CommandError, Figures, Server, free_port, run_command
from run import machine, new_body, new_title
from tabs import MARK, Tab, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INTERVAL = 0.003  # seconds between two questions for a page
STARTS = 3


class Blog:
    """A generated blog of one tool, with the saves of its author."""

    def __init__(self, tool: Contender, site: Path, posts: Sequence[Post]) -> None:
        self.tool, self.site, self.posts = tool, site, posts
        self.middle = posts[len(posts) // 2]
        self.style = site / tool.static_dir / tool.style
        self.marks = 0

    def prepare(self, ready: Path | None) -> None:
        """Write it, or copy one that is `ready`."""
        if ready and ready.is_dir():
            shutil.copytree(ready, self.site)
        else:
            self.site.mkdir(parents=True)
            self.tool.prepare(self.site, self.posts)
        self.style.write_text(STYLE)

    def save(self, kind: str) -> tuple[str, str]:
        """Save in place, as an editor does; the mark that this brings, and the URL at which it shows."""
        self.marks += 1
        mark = f"{MARK}{self.marks}"
        return mark, KINDS[kind](self, mark)

    def page(self, kind: str) -> str:
        """The page that the author looks at when saving."""
        return "/" if kind == "new post" else self.tool.post_url(self.middle)

    def body(self, mark: str) -> str:
        """A paragraph more in the middle post."""
        return self._write(new_body(self.middle, mark))

    def title(self, mark: str) -> str:
        """Another title of the middle post, which lists and neighbours show, too."""
        return self._write(new_title(self.middle, mark))

    def css(self, mark: str) -> str:
        """A rule more in the style sheet."""
        self.style.write_text(f"{STYLE}body {{ --mark: {mark}; }}\n")
        return f"/{self.tool.style}"

    def new(self, mark: str) -> str:
        """A new post, the first on the front page."""
        number = len(self.posts) + self.marks
        post = make_post(number, self.posts[-1].date + timedelta(days=self.marks))
        return self._write(new_title(post, mark))

    def _write(self, post: Post) -> str:
        self.tool.write_post(self.site, post)
        return self.tool.post_url(post)


KINDS: dict[str, Callable[[Blog, str], str]] = {
    "body": Blog.body,
    "title": Blog.title,
    "css": Blog.css,
    "new post": Blog.new,
}


class Client:
    """Asks a server over a connection that stays open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, url: str) -> str:
        """What is at a URL now; "" where nothing is."""
        try:
            self._connection.request("GET", url, headers={"Accept": "*/*"})
            response = self._connection.getresponse()
            body = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return ""
        return body if response.status == http.HTTPStatus.OK else ""

    def until(self, url: str, mark: str, limit: float) -> float:
        """The time at which the mark was in an answer."""
        end = time.monotonic() + limit
        while mark not in self.get(url):
            if time.monotonic() > end:
                raise CommandError(f"{url} has no {mark} after {limit:.0f} s")
            time.sleep(INTERVAL)
        return time.time()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Bench:
    """One tool at one size."""

    def __init__(self, blog: Blog, log: Path, args: argparse.Namespace, browser: "Browser | None") -> None:
        self.blog, self.tool, self.log, self.args, self.browser = blog, blog.tool, log, args, browser

    def run(self) -> Figures:
        """Starts, then saves of every kind."""
        figures: Figures = {"version": self.tool.version(), "start": self.starts(), "saves": {}}
        with self.server() as server:
            for kind in self.args.kinds.split(","):
                figures["saves"][kind] = self.saves(server, kind)
            figures["mib"] = round(server.memory())
        return figures

    @contextmanager
    def server(self) -> Iterator[Server]:
        """A server that has shown its first page and is quiet again."""
        port = free_port()
        site = self.blog.site
        with Server(self.tool.serve(site, port), site, self.tool.env(), self.log, port) as server:
            server.wait_for("/", bool, self.args.timeout, INTERVAL)
            server.settle(self.args.pause)
            yield server

    def starts(self) -> Figures:
        """Seconds from the start to the first page: where a build has been made before, and where none has."""
        command, env, site = self.tool.cold(self.blog.site), self.tool.env(), self.blog.site
        found: Figures = {}
        if len(self.blog.posts) <= self.args.cold_max:
            self.tool.clean(site)
            found["cold"] = [self._start()]
        run_command(command, site, env, self.log, self.args.timeout)
        found["warm"] = [self._start() for _ in range(STARTS)]
        return found

    def _start(self) -> float:
        port, site = free_port(), self.blog.site
        begin = time.monotonic()
        with Server(self.tool.serve(site, port), site, self.tool.env(), self.log, port) as server:
            server.wait_for("/", bool, self.args.timeout, INTERVAL)
            return time.monotonic() - begin

    def saves(self, server: Server, kind: str) -> Figures:
        """Seconds from a save to its text, over HTTP with nobody else looking, and in a browser."""
        try:
            found: Figures = {"http": self._over_http(server, kind)}
            if self.browser:
                found["dom"] = self._in_browser(self.browser, server, kind)
        except CommandError as problem:
            found = {"failed": str(problem)}
        told = "  ".join(f"{how} {1000 * median(found[how]):.0f} ms" for how in found if how != "failed")
        name = f"{self.tool.name:12} {len(self.blog.posts):>6} {kind:8}"
        print(f"  {name} {told or found['failed']}", file=sys.stderr, flush=True)
        return found

    def _over_http(self, server: Server, kind: str) -> list[float]:
        client, delays = Client(server.port), []
        for _ in range(self.args.saves):
            begin = time.time()
            mark, url = self.blog.save(kind)
            delays.append(client.until(url, mark, self.args.limit) - begin)
            server.settle(self.args.pause)
        client.close()
        return delays

    def _in_browser(self, browser: "Browser", server: Server, kind: str) -> list[float]:
        tab, delays = Tab(browser, server.port), []
        try:
            tab.open(self.blog.page(kind))
            tab.page.wait_for_timeout(1000)
            for _ in range(self.args.saves):
                begin = time.time()
                mark, _ = self.blog.save(kind)
                delays.append(tab.until(mark, self.args.limit) - begin)
                server.settle(self.args.pause)
        finally:
            tab.close()
        return delays


# ---- results ------------------------------------------------------------------------------------------------


def report(results: Figures) -> str:
    """A table of saves and one of starts for every size."""
    sizes = sorted({int(size) for tool in results["tools"].values() for size in tool}, key=int)
    return "\n".join(line for size in sizes for line in _size(results["tools"], size))


def _size(tools: Figures, size: int) -> Iterator[str]:
    found = {name: tool[str(size)] for name, tool in tools.items() if str(size) in tool}
    yield f"### {size:,} posts: from the save to the new text, in ms"
    yield ""
    yield "| saved | tool | answer, median | worst | browser, median | worst | saves |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for kind in KINDS:
        for name, figures in found.items():
            if kind in figures["saves"]:
                yield _saves(kind, name, figures["saves"][kind])
    yield ""
    yield f"### {size:,} posts: from the start to the first page, in s"
    yield ""
    yield "| tool | built before | from nothing | memory at the end, MiB |"
    yield "| --- | ---: | ---: | ---: |"
    for name, figures in found.items():
        warm, cold = (figures["start"].get(how) for how in ("warm", "cold"))
        cells = (f"{median(runs):.2f}" if runs else "-" for runs in (warm, cold))
        yield f"| {name} | {' | '.join(cells)} | {figures['mib']} |"
    yield ""


def _saves(kind: str, tool: str, found: Figures) -> str:
    if "failed" in found:
        return f"| {kind} | {tool} | - | - | - | - | {found['failed'].splitlines()[0]} |"
    runs = (found["http"], found.get("dom", ()))
    cells = [f"{1000 * most(run):.0f}" if run else "-" for run in runs for most in (median, max)]
    return f"| {kind} | {tool} | {' | '.join(cells)} | {len(found['http'])} |"


# ---- the command --------------------------------------------------------------------------------------------


def measure(args: argparse.Namespace, results: Figures, work: Path, browser: "Browser | None") -> None:
    """Every tool at every size."""
    for size in map(int, args.sizes.split(",")):
        posts = make_corpus(size)
        for name in args.tools.split(","):
            tool = CONTENDERS[name]()
            if reason := tool.available():
                print(f"  {name}: skipped, {reason}", file=sys.stderr)
                continue
            blog = Blog(tool, work / f"{name}-{size}", posts)
            blog.prepare(args.sites and args.sites / f"{name}-{size}")
            figures = Bench(blog, work / f"{name}-{size}.log", args, browser).run()
            results["tools"].setdefault(name, {})[str(size)] = figures
            if args.out:
                args.out.write_text(json.dumps(results, indent=1) + "\n")
            shutil.rmtree(blog.site)


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--tools", default="recto,recto-whole,hugo", help="comma separated")
    add("--sizes", default="100,1000,10000", help="numbers of posts")
    add("--kinds", default=",".join(KINDS), help="of saves")
    add("--saves", type=int, default=20, help="of each kind, over HTTP and again in a browser")
    add("--pause", type=float, default=0.5, help="seconds that a server must be quiet before a save")
    add("--limit", type=float, default=60, help="seconds to wait for a save to show")
    add("--timeout", type=int, default=900, help="seconds for a build or a start")
    add("--cold-max", type=int, default=1000, help="largest size to start from nothing at")
    add("--no-browser", dest="browser", action="store_false", help="answers over HTTP only")
    add("--sites", type=Path, help="folder with sites to copy, such as recto-whole-10000; others are made")
    add("--work", type=Path, help="folder for the sites; default: a temporary one")
    add("--out", type=Path, help="results as JSON")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the tables."""
    args = parse(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and sites are cleaned up
    results: Figures = {"machine": machine(), "tools": {}}
    work = Path(tempfile.mkdtemp(prefix="recto-preview-", dir=args.work))
    try:
        with chromium(args.browser) as browser:
            measure(args, results, work, browser)
    finally:
        shutil.rmtree(work)
    print(report(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
