"""A day of an author's in a few minutes: random saves while tabs are open, and no page may ever be stale, nor memory grow.

python benchmarks/soak.py                                   # 2,000 saves in 10 minutes, three tabs
python benchmarks/soak.py --saves 200 --minutes 1 --tabs 0 --posts 20 --seed 7
"""

import argparse
import http.client
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Protocol, Self

from audience import Listeners, Tabs
from author import Author
from contenders import CONTENDERS
from measure import Server, free_port, session
from recto import builder
from recto.diagnostics import format_text, has_errors
from recto.memo import Store
from recto.preview import injection
from tabs import chromium

SOURCES = ("site.yaml", "posts", "pages", "data", "images", "static", "templates")
REST = 0.5  # seconds after the last save of a burst, when every answer must be right
PATIENCE = 20.0  # seconds in which a stale answer may become right: then it was late, which is bad enough
GROWTH, SLACK = 1.1, 8.0  # how much memory may grow: by that factor, and MiB


class Reference:
    """What a build makes of the same files in another folder, with a memo of its own."""

    def __init__(self, site: Path, folder: Path) -> None:
        self._site, self._folder = site, folder
        folder.mkdir()

    def build(self, *, clean: bool) -> builder.Plan:
        """A build; `clean` is with an empty memo."""
        for path in self._folder.iterdir():
            if clean or path.name != ".recto":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name in SOURCES:
            source = self._site / name
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, self._folder / name)
        with Store.open(self._folder) as store:
            now = datetime.fromtimestamp(time.time(), UTC)
            return builder.build(
                self._folder, store=store, now=now, drafts=True, future=True, jobs=1, index=False
            )


class Reader:
    """Asks the preview."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, url: str) -> bytes:
        """What is at a URL, whatever the status."""
        try:
            return self._get(url)
        except (http.client.RemoteDisconnected, ConnectionError):  # closed since nobody asked for a while
            self._connection.close()
            return self._get(url)

    def _get(self, url: str) -> bytes:
        self._connection.request("GET", url)
        return self._connection.getresponse().read()


class Audience(Protocol):
    """Those who look at the preview while the author writes."""

    def look(self, urls: Sequence[str]) -> Iterator[str]:
        """What they see that is not as it should be, now that nothing changes. There are these pages; some may go to others."""


@dataclass(slots=True)
class Outcome:
    """What was found. `memory` is in MiB, `files` the open ones, after each burst; `late` in seconds."""

    saves: int = 0
    bursts: int = 0
    compared: int = 0
    broken: int = 0
    memory: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def growth(self) -> tuple[float, float]:
        """Memory in the first third and in the last, medians; the very beginning does not count."""
        settled = self.memory[len(self.memory) // 10 :]
        third = max(1, len(settled) // 3)
        return median(settled[:third]), median(settled[-third:])

    def verdict(self) -> list[str]:
        """Everything that is wrong."""
        first, last = self.growth()
        found = [*self.problems]
        if last > GROWTH * first + SLACK:
            found.append(f"memory grew from {first:.0f} to {last:.0f} MiB")
        if self.files[-1] > min(self.files) + 50:
            found.append(f"open files grew from {min(self.files)} to {self.files[-1]}")
        if self.late:
            found.append(f"{len(self.late)} answers were stale, for up to {max(self.late):.1f} s")
        return found

    def summary(self) -> str:
        """The figures, in a line."""
        first, last = self.growth()
        return (
            f"{self.saves:,} saves in {self.bursts} bursts, {self.compared:,} answers compared, broken {self.broken} times; "
            f"memory {first:.0f} MiB in the first third, {last:.0f} in the last, {max(self.memory):.0f} at most"
        )


class Soak:
    """An author, a preview, those who look at it, and the builds that it is held against."""

    def __init__(
        self,
        author: Author,
        server: Server,
        reader: Reader,
        audience: Sequence[Audience],
        work: Path,
        random: Random,
    ) -> None:
        self.outcome = Outcome()
        self._author, self._server, self._audience, self._random = author, server, audience, random
        self._reference = Reference(author.site, work / "reference")
        self._reader = reader

    def run(self, saves: int, seconds: float, *, sample: int, whole: int) -> Outcome:
        """Bursts of saves, spread over the time. After each, `sample` answers are compared with a build; after every so
        many (`whole`), and at the end, all of them, with one that remembers nothing."""
        start, outcome = time.monotonic(), self.outcome
        while self._author.saves < saves:
            self._burst()
            outcome.bursts += 1
            is_whole = outcome.bursts % whole == 0 or self._author.saves >= saves
            urls = self._compare(is_whole, sample)
            for each in self._audience:
                outcome.problems += each.look(urls)
            outcome.memory.append(self._server.memory())
            outcome.files.append(
                sum(len([*(p / "fd").iterdir()]) for p, _ in session(self._server.process.pid))
            )
            time.sleep(max(0.0, start + seconds * min(1.0, self._author.saves / saves) - time.monotonic()))
        outcome.saves = self._author.saves
        return outcome

    def _burst(self) -> None:
        for _ in range(self._random.randint(1, 12)):
            self._author.act()
            time.sleep(self._random.choice((0, 0, 0.01, 0.05, 0.1, 0.3)))
        time.sleep(REST)
        if self._author.is_broken:
            self._see_what_is_broken()
            self._author.mend()
            time.sleep(REST)

    def _see_what_is_broken(self) -> None:
        """A page says what is wrong, for as long as something is."""
        if has_errors(self._reference.build(clean=False).diagnostics):
            self.outcome.broken += 1
            if not json.loads(self._reader.get("/_recto/page?url=/"))["errors"]:
                self.outcome.problems.append("an error is not told")

    def _compare(self, whole: bool, sample: int) -> list[str]:
        """Compare answers with what a build makes; the URLs of the pages there are."""
        plan = self._reference.build(clean=whole)
        if has_errors(plan.diagnostics):
            self.outcome.problems += format_text(plan.diagnostics)
            return []
        pages = list(plan.pages)
        for page in pages if whole else self._random.sample(pages, min(sample, len(pages))):
            self._compare_one(page.url, plan.renderer.render(page))
        for asset in plan.assets:
            if asset.path.endswith(".css"):
                self._compare_one(f"/{asset.path}", Path(asset.source).read_bytes())
        return [page.url for page in pages if page.path.endswith("/index.html")]

    def _compare_one(self, url: str, built: bytes) -> None:
        self.outcome.compared += 1
        start, late = time.monotonic(), 0.0
        while injection.strip(served := self._reader.get(url)) != built:
            if late > PATIENCE:
                told = f"{url} is not what a build makes: {_difference(built, served)}"
                self.outcome.problems.append(told)
                return
            time.sleep(0.05)
            late = time.monotonic() - start
        if late:
            self.outcome.late.append(late)


def _difference(built: bytes, served: bytes) -> str:
    ours = served.splitlines()
    theirs = built.splitlines()
    lines = [line for line in ours if line not in theirs][:3] + [line for line in theirs if line not in ours][
        :3
    ]
    return b" | ".join(lines).decode("utf-8", "replace")[:600]


# ---- the command --------------------------------------------------------------------------------------------


def ended(server: Server) -> Iterator[str]:
    """Interrupt the preview; what is wrong with how it ends, and with what it said."""
    start, process = time.monotonic(), server.process
    process.send_signal(signal.SIGINT)
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        yield "the preview does not end when it is interrupted"
        return
    if code or time.monotonic() - start > 1:
        yield f"the preview ended with {code} after {time.monotonic() - start:.1f} s"
    if left := [path.name for path, _ in session(process.pid)]:
        yield f"the preview left processes: {' '.join(left)}"
    told = server.log.read_text(errors="replace")
    if "Traceback" in told or "recto-failed" in told:
        yield f"the preview failed:\n{told[-3000:]}"


def soak(args: argparse.Namespace, work: Path) -> Outcome:
    """All of it."""
    random, tool, port = Random(args.seed), CONTENDERS["recto-whole"](), free_port()
    author = Author(work / "site", args.posts, random)
    log = work / "log"
    with ExitStack() as stack:
        server = stack.enter_context(
            Server(tool.serve(author.site, port), author.site, tool.env(), log, port)
        )
        server.wait_for("/", bool, timeout=600)
        reader = stack.enter_context(Reader(port))
        audience: list[Audience] = [stack.enter_context(Listeners(port, args.listeners))]
        browser = stack.enter_context(chromium(args.tabs > 0))
        if browser:
            audience.append(Tabs(browser, f"http://127.0.0.1:{port}", args.tabs, random))
        at_work = Soak(author, server, reader, audience, work, random)
        outcome = at_work.run(args.saves, 60 * args.minutes, sample=args.sample, whole=args.whole)
        outcome.problems += ended(server)
    return outcome


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--saves", type=int, default=2000)
    add(
        "--minutes", type=float, default=10, help="that the saves are spread over; it takes longer if it must"
    )
    add("--posts", type=int, default=60, help="how many the blog has at first")
    add("--tabs", type=int, default=3, help="open in a real browser")
    add("--listeners", type=int, default=3, help="that hear the events only")
    add("--sample", type=int, default=20, help="answers to compare after a burst")
    add("--whole", type=int, default=10, help="after so many bursts, compare all answers")
    add("--seed", type=int, default=1)
    add("--work", type=Path, help="folder for the site, which stays; default: a temporary one")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Soak, and say how it was: 1 if anything is wrong."""
    args = parse(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # in the background a shell has it ignored, by the server too
    with tempfile.TemporaryDirectory(prefix="recto-soak-") as folder:
        work = args.work or Path(folder)
        outcome = soak(args, work)
    print(outcome.summary())
    for problem in outcome.verdict():
        print(f"FAILED: {problem}")
    return 1 if outcome.verdict() else 0


if __name__ == "__main__":
    sys.exit(main())
