"""Readers read a site without a pause while it is deployed again and again, and half of the deploys are killed.

python benchmarks/hammer.py ssh                             # 50 deploys, sshd and nginx
python benchmarks/hammer.py folder s3 --deploys 20 --pages 100 --seed 7

Every answer must be the page as it was before the deploy or as it is after it, and every file that a page shows must be there, also
for a page that somebody opened some deploys ago.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from recto import model
from recto.deploy import DeployError, opened
from recto.deploy.planning import sending
from recto.deploy.shipment import Shipment, made
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Release

TESTS = Path(__file__).resolve().parents[1] / "tests"
SHOWN = re.compile(rb'(?:href|src)="/([^"]+)"')
NAMED = re.compile(r"\.([0-9a-f]{8})\.[a-z]+\Z")
KINDS = {"ssh": model.SshTarget, "folder": model.FolderTarget, "s3": model.S3Target}
PATIENCE = 120.0  # seconds in which a deploy must end


# ---- a site that changes ------------------------------------------------------------------------------------


def site(version: int, pages: int) -> dict[str, bytes]:
    """All files of a version: pages that come, change and go, a style sheet for all, and a picture for each."""
    files: dict[str, bytes] = {}

    def asset(name: str, ending: str, data: bytes) -> str:
        path = f"{name}.{hashlib.sha1(data).hexdigest()[:8]}.{ending}"
        files[path] = data
        return path

    style = asset("assets/style", "css", f"/* {version // 3} */".encode() * 200)
    for number in range(pages):
        if (version // 4 + number) % 7:
            edition = (version + number) // 5
            picture = asset(f"images/{number}", "png", f"{number} {edition}".encode() * 300)
            text = f'<link href="/{style}"><img src="/{picture}"><p>{number}: {edition}</p>'
            files[f"p/{number}/index.html"] = text.encode() + b"<p>words</p>" * 200
    files["index.html"] = f'<link href="/{style}"><p>version {version}</p>'.encode()
    return files


def deploy(kind: str, settings: dict[str, object], root: str, version: int, pages: int) -> None:
    """One deploy, in a process of its own that is killed."""
    target = opened(KINDS[kind](**settings), Path(root))
    print("ready", flush=True)
    sys.stdin.readline()
    items = {path: made(path, data) for path, data in site(version, pages).items()}
    shipment = Shipment(items=items)
    try:
        todo = sending(target.read(), shipment.files, now=int(time.time()))
        after = Snapshot(files=shipment.files, kept=dict(todo.kept))
        label = f"Version {version}"
        target.apply(
            Release(shipment=shipment, sending=todo, snapshot=after, label=label), lambda done, total: None
        )
    except DeployError as error:
        sys.exit("\n".join(told.code for told in error.diagnostics))
    finally:
        target.close()


# ---- readers ------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Hammer:
    """What is deployed, and what readers found. Any version from `sure` to `newest` may be what readers get."""

    base: str
    pages: int
    versions: list[dict[str, bytes]] = field(default_factory=list)
    sure: int = 0
    newest: int = 0
    answers: int = 0
    late: int = 0
    problems: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def read(self, seed: int) -> None:
        """Read pages and what they show until it is over."""
        dice, place = random.Random(seed), urlsplit(self.base)
        opened: deque[tuple[str, ...]] = deque(maxlen=300)
        assert place.hostname
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)

        def get(path: str) -> tuple[int, bytes]:
            try:
                connection.request("GET", f"{place.path}/{path}")
                answer = connection.getresponse()
                found = answer.status, answer.read()
            except (OSError, http.client.HTTPException) as problem:
                connection.close()
                found = 0, repr(problem).encode()
            with self.lock:
                self.answers += 1
            return found

        while not self.over.is_set():
            number = dice.randrange(-1, self.pages)
            path = "index.html" if number < 0 else f"p/{number}/index.html"
            if shown := self._page(path, get):
                opened.append(shown)
                self._assets(path, shown, get)
            if opened and dice.random() < 0.3:
                self.late += 1
                self._assets("a page opened before", dice.choice(opened), get)
        connection.close()

    def _page(self, path: str, get: Callable[[str], tuple[int, bytes]]) -> tuple[str, ...]:
        """Read a page; the paths of what it shows."""
        sure = self.sure
        status, body = get(path)
        allowed = [version.get(path) for version in self.versions[sure : self.newest + 1]]
        if status == 404 and None in allowed:
            return ()
        if status != 200 or body not in allowed:
            self.problems.append(
                f"{path}: {status} {body[:60]!r} while {sure} to {self.newest} were deployed"
            )
            return ()
        return tuple(shown.decode() for shown in SHOWN.findall(body))

    def _assets(self, page: str, paths: Sequence[str], get: Callable[[str], tuple[int, bytes]]) -> None:
        for path in paths:
            status, body = get(path)
            name = NAMED.search(path)
            if status != 200 or not name or hashlib.sha1(body).hexdigest()[:8] != name[1]:
                self.problems.append(f"{page}: it shows {path}, which answers {status} {body[:60]!r}")


# ---- deploys ------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Run:
    """What became of the deploys: how many there were, were killed, and were refused once and tried again."""

    deploys: int = 0
    killed: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)


class Deploys:
    """Deploys of one version after the other, each in a process of its own."""

    def __init__(
        self, hammer: Hammer, kind: str, settings: model.Target, root: Path, dice: random.Random
    ) -> None:
        self._hammer, self._kind, self._root, self._dice = hammer, kind, root, dice
        self._settings = json.dumps(asdict(settings))
        self.run = Run()

    def deploy(self, *, whole: bool) -> None:
        """The next version; killed at a moment nobody knows unless it is to be `whole`."""
        hammer, version = self._hammer, len(self._hammer.versions)
        hammer.versions.append(site(version, hammer.pages))
        self.run.deploys += 1
        for _ in range(5):
            code = self._once(version, None if whole else self._moment())
            if code == "":
                hammer.sure = version
            if code not in ("deploy-overtaken", "deploy-busy"):
                break
            self.run.refused += 1  # what was killed may still come to its end over there
            time.sleep(1)
        if code not in ("", "killed"):
            hammer.problems.append(f"deploy {version}: {code}")

    def _moment(self) -> float:
        usual = median(self.run.seconds) if self.run.seconds else 1.0
        return self._dice.uniform(0, 1.2 * usual)

    def _once(self, version: int, moment: float | None) -> str:
        """One deploy: "" where it ended well, "killed", or what it said."""
        command = [
            sys.executable,
            __file__,
            "--deploy",
            self._kind,
            self._settings,
            str(self._root),
            str(version),
        ]
        process = subprocess.Popen(
            [*command, str(self._hammer.pages)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(self._root)},  # what is killed cannot tidy up
        )
        assert process.stdin and process.stdout
        process.stdout.readline()
        self._hammer.newest = version
        started = time.monotonic()
        process.stdin.write("go\n")
        process.stdin.flush()
        try:
            _, said = process.communicate(timeout=PATIENCE if moment is None else moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.run.killed += 1
            return "killed" if moment is not None else "it does not end"
        self.run.seconds.append(time.monotonic() - started)
        return said.strip() if process.returncode else ""


# ---- what they are deployed to ------------------------------------------------------------------------------


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The environment with these values, also for what is started."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def ssh(folder: Path) -> Iterator[tuple[str, model.Target]]:
    """A server behind ssh, and nginx that shows what it has."""
    import hosts

    with hosts.sshd() as server:
        path = folder / "server"
        path.mkdir()
        with environment(PATH=server.path), hosts.nginx(path / "current") as web:
            yield web.base, model.SshTarget(name="live", type="ssh", host=server.host, path=str(path))


@contextmanager
def folder(folder: Path) -> Iterator[tuple[str, model.Target]]:
    """A folder that nginx shows."""
    import hosts

    path = folder / "shown"
    with hosts.nginx(path) as web:
        yield web.base, model.FolderTarget(name="live", type="folder", path=str(path))


@contextmanager
def s3(folder: Path) -> Iterator[tuple[str, model.Target]]:
    """A bucket that everybody may read."""
    import buckets

    with environment(**buckets.KEYS), buckets.serving() as service:
        bucket = service.new_bucket()
        whole = f"arn:aws:s3:::{bucket}"
        rule = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"]}
        policy = {"Version": "2012-10-17", "Statement": [rule | {"Resource": [whole, f"{whole}/*"]}]}
        service.client().put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        yield f"{service.url}/{bucket}", buckets.settings(service.url, bucket)


TARGETS = {"ssh": ssh, "folder": folder, "s3": s3}


def hammered(kind: str, *, deploys: int, pages: int, readers: int, seed: int) -> tuple[Hammer, Run]:
    """Deploy to such a target that often, with readers at it from the first deploy on."""
    dice = random.Random(seed)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hammer-")))
        place.chmod(0o755)
        base, settings = stack.enter_context(TARGETS[kind](place))
        hammer = Hammer(base=base, pages=pages)
        work = Deploys(hammer, kind, settings, place, dice)
        work.deploy(whole=True)
        threads = [Thread(target=hammer.read, args=(dice.randrange(2**32),)) for _ in range(readers)]
        for thread in threads:
            thread.start()
        try:
            for number in range(1, deploys):
                work.deploy(whole=number == deploys - 1 or dice.random() < 0.5)
        finally:
            hammer.over.set()
            for thread in threads:
                thread.join()
    return hammer, work.run


def main(arguments: Sequence[str] | None = None) -> int:
    """Hammer each target that is named; 1 where a reader saw what nobody should."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], default=["ssh"])
    parser.add_argument("--deploys", type=int, default=50)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    sys.path.append(str(TESTS))
    problems = 0
    for kind in wanted.targets:
        hammer, run = hammered(
            kind, deploys=wanted.deploys, pages=wanted.pages, readers=wanted.readers, seed=wanted.seed
        )
        print(
            f"{kind}: {run.deploys} deploys, {run.killed} of them killed, {run.refused} refused and tried again;"
            f" a whole one takes {median(run.seconds):.2f} s\n"
            f"  {hammer.answers:,} answers, {hammer.late:,} of pages opened before; {len(hammer.problems)} problems"
        )
        for problem in hammer.problems[:20]:
            print(f"  {problem}")
        problems += len(hammer.problems)
    return 1 if problems else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--deploy"]:
        kind, settings, root, version, pages = sys.argv[2:]
        deploy(kind, json.loads(settings), root, int(version), int(pages))
        sys.exit()
    sys.exit(main())
