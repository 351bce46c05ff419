"""Measure what a deploy of one changed post costs, at each kind of target, beside a copy of the whole folder in the same run.

python benchmarks/deploy.py                              # 10,000 posts
python benchmarks/deploy.py --posts 1000 --targets ssh,s3 --runs 1
python benchmarks/deploy.py --aws ~/aws/bin/aws          # also what `aws s3 sync` takes

All servers are real ones on the loopback interface (sshd, git over ssh, moto's S3), but for Netlify and Cloudflare, which are
stand-ins for theirs; so seconds are those of the programs, not of a network.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import apis  # noqa: E402
import hosts  # noqa: E402
from contenders.recto import Recto  # noqa: E402
from corpus import Post, make_corpus  # noqa: E402
from measure import free_port  # noqa: E402

TARGETS = ("folder", "archive", "git", "ssh", "s3", "netlify", "cloudflare")
BUCKET = "blog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one way took: seconds, files and bytes of them that were sent."""

    seconds: float
    files: int
    size: int


@dataclass(slots=True)
class Bench:
    """A site with its targets, and the servers behind them."""

    site: Path
    work: Path
    tool: Recto = field(default_factory=Recto)
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    marks: int = 0

    def recto(self, *arguments: str) -> str:
        """What a command of recto prints."""
        return self.run([self.tool.program, *arguments])

    def run(self, command: Sequence[str]) -> str:
        """What a command prints; ends the benchmark where it fails."""
        done = subprocess.run(
            command,
            cwd=self.site,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def change(self, posts: Sequence[Post]) -> None:
        """Another paragraph in the middle post."""
        self.marks += 1
        self.tool.write_post(self.site, posts[len(posts) // 2].with_body_marker(f"mark{self.marks}"))

    def deploy(self, target: str) -> Row:
        """Deploy there, build included."""
        seconds, printed = timed(lambda: self.recto("deploy", target, "--yes", "--json"))
        sent = json.loads(printed)["send"]
        return Row(seconds=seconds, files=sent["files"], size=sent["bytes"])


def timed(work: Callable[[], str]) -> tuple[float, str]:
    """How long it takes, in seconds, and what it gives."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


@contextmanager
def servers(bench: Bench, targets: Sequence[str]) -> Iterator[dict[str, dict[str, str]]]:
    """The servers of these targets, and their settings."""
    work, found = bench.work, dict[str, dict[str, str]]()
    with ExitStack() as stack:
        if {"git", "ssh"} & set(targets):
            ssh = stack.enter_context(hosts.sshd())
            bench.env["PATH"] = ssh.path
            bench.run(["git", "init", "--quiet", "--bare", str(work / "blog.git")])
            found["git"] = {"type": "git", "remote": f"ssh://{ssh.host}{work}/blog.git"}
            found["ssh"] = {"type": "ssh", "host": ssh.host, "path": str(work / "server")}
        if "s3" in targets:
            endpoint = stack.enter_context(s3())
            bench.env |= {
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": endpoint,
            }
            found["s3"] = {"type": "s3", "bucket": BUCKET, "endpoint": endpoint, "region": "us-east-1"}
        if "netlify" in targets:
            netlify = apis.Netlify()
            stack.enter_context(apis.running(netlify))
            bench.env["NETLIFY_AUTH_TOKEN"] = apis.TOKEN
            found["netlify"] = {"type": "netlify", "site": "blog", "api": netlify.api}
        if "cloudflare" in targets:
            pages = apis.Cloudflare()
            stack.enter_context(apis.running(pages))
            bench.env["CLOUDFLARE_API_TOKEN"] = apis.TOKEN
            found["cloudflare"] = {
                "type": "cloudflare-pages",
                "account": "acc",
                "project": "blog",
                "api": pages.api,
            }
        found["folder"] = {"type": "folder", "path": str(work / "folder")}
        found["archive"] = {"type": "archive", "path": str(work / "blog.tar.gz")}
        yield {name: found[name] for name in targets}


@contextmanager
def s3() -> Iterator[str]:
    """A server that speaks S3, with a bucket; its address."""
    import boto3

    port = free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        endpoint = f"http://127.0.0.1:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                client.create_bucket(Bucket=BUCKET)
                break
            except Exception:  # it is not there yet
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield endpoint
    finally:
        server.terminate()
        server.wait()


# ---- the whole folder, as others send it --------------------------------------------------------------------


def rsync(bench: Bench, host: str) -> Row:
    """`rsync -a --delete` of dist/ to the same server."""
    command = [
        "rsync",
        "-a",
        "--delete",
        "--stats",
        "--exclude",
        ".recto-manifest.json",
        "dist/",
        f"{host}:{bench.work}/copied/",
    ]
    seconds, printed = timed(lambda: bench.run(command))
    numbers = dict(line.split(":", 1) for line in printed.replace(",", "").splitlines() if ":" in line)
    return Row(
        seconds=seconds,
        files=int(numbers["Number of regular files transferred"]),
        size=int(numbers["Total bytes sent"]),
    )


def sync(bench: Bench, aws: str, endpoint: str) -> Row:
    """`aws s3 sync --delete` of dist/ to another bucket of the same server."""
    address = ["--endpoint-url", endpoint]
    command = [
        aws,
        "s3",
        "sync",
        "dist/",
        "s3://copied",
        "--delete",
        "--exclude",
        ".recto-manifest.json",
        "--no-progress",
        *address,
    ]
    seconds, printed = timed(lambda: bench.run(command))
    sent = [line.split()[1] for line in printed.splitlines() if line.startswith("upload:")]
    return Row(
        seconds=seconds, files=len(sent), size=sum((bench.site / name).stat().st_size for name in sent)
    )


# ---- the run ------------------------------------------------------------------------------------------------


def measure(args: argparse.Namespace, bench: Bench) -> dict[str, tuple[Row, Row]]:
    """For each way, the first time, and the median of those after a change."""
    posts = make_corpus(args.posts)
    bench.site.mkdir(parents=True)
    bench.tool.prepare(bench.site, posts)
    settings = (bench.site / "site.yaml").read_text("utf-8")
    found: dict[str, tuple[Row, Row]] = {}
    with servers(bench, args.targets) as targets:
        (bench.site / "site.yaml").write_text(f"{settings}\ndeploy: {json.dumps(targets)}\n", "utf-8")
        seconds, _ = timed(lambda: bench.recto("build", "--quiet"))
        ways: dict[str, Callable[[], Row]] = {name: partial(bench.deploy, name) for name in targets}
        if "ssh" in targets:
            ways["rsync"] = partial(rsync, bench, targets["ssh"]["host"])
        if "s3" in targets and args.aws:
            bench.run([args.aws, "s3", "mb", "s3://copied", "--endpoint-url", targets["s3"]["endpoint"]])
            ways["aws s3 sync"] = partial(sync, bench, args.aws, targets["s3"]["endpoint"])
        builds = [seconds]
        for name, way in ways.items():
            print(f"{name} ...", file=sys.stderr, flush=True)
            first, later = way(), list[Row]()
            for _ in range(args.runs):
                bench.change(posts)
                if name in ("rsync", "aws s3 sync"):
                    builds.append(timed(lambda: bench.recto("build", "--quiet"))[0])
                later.append(way())
            found[name] = (first, sorted(later, key=lambda row: row.seconds)[len(later) // 2])
        if len(builds) > 1:
            built = statistics.median(builds[1:])
            found["build alone"] = (
                Row(seconds=builds[0], files=0, size=0),
                Row(seconds=built, files=0, size=0),
            )
    return found


def table(found: dict[str, tuple[Row, Row]]) -> str:
    """The figures in Markdown."""
    lines = ["| | first: s | files | MB | after a change: s | files | kB |", "|---|--:|--:|--:|--:|--:|--:|"]
    for name, (first, later) in found.items():
        lines.append(
            f"| {name} | {first.seconds:.2f} | {first.files:,} | {first.size / 1e6:.1f} "
            f"| {later.seconds:.2f} | {later.files:,} | {later.size / 1e3:,.1f} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--targets", type=lambda text: text.split(","), default=list(TARGETS))
    parser.add_argument(
        "--runs", type=int, default=3, help="deploys after a change, of which the median is told"
    )
    parser.add_argument(
        "--aws", default=shutil.which("aws") or "", help="the AWS command line, where it is installed"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recto-deploy-") as folder:
        work = Path(folder)
        print(table(measure(args, Bench(work / "site", work))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
