"""Run what `recto ci github` writes for this repository's own blog, in clean clones of it, as far as that goes without GitHub.

python benchmarks/workflow.py                     # some forty seconds
python benchmarks/workflow.py --verbose           # with what each step prints

The clones, the caches and the branch of the site are real, and so is every command of recto; `pip` and `gh`, which need
the network, only write down what they were asked. Ends with 1 where a step fails, or the site is not what it should be.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import workflows  # noqa: E402
from workflows import GitHub, Job, Service, git  # noqa: E402

TARGET = "\ndeploy:\n  default: {type: github-pages}\n"
HOUR = 3600
LATER = 4_070_937_600  # 2099-01-01 09:00 in Stockholm, when a post of the blog is due


def main() -> int:
    """Run the workflow at five occasions; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show what each step prints")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        service, clone = _published(Path(folder))
        github = GitHub(service, workflows.load(clone / ".github/workflows/blog.yml"))
        now = int(time.time())
        (clone / "posts/2026-11-20-request.md").write_text("---\ntitle: A request\n---\n\nWords.\n", "utf-8")
        _commit(clone, "request")
        ok = [
            _tell(github, "push", now, args.verbose, deploys=True),
            _tell(github, "schedule", now + HOUR, args.verbose, deploys=False),
            _tell(github, "push", now + 2 * HOUR, args.verbose, deploys=True),
            _tell(github, "pull_request", now + 3 * HOUR, args.verbose, deploys=False),
            _tell(github, "schedule", LATER, args.verbose, deploys=True),
        ]
        shown = git(service.origin, "ls-tree", "-r", "--name-only", "gh-pages").split("\n")
        print(git(service.origin, "log", "--format=%an: %s", "gh-pages"), end="")
        return 0 if all(ok) and "posts/to-whoever-keeps-this/index.html" in shown else 1


def _published(folder: Path) -> tuple[Service, Path]:
    """This repository at a service, with a target and the workflow for it; and a clone of it."""
    service = Service(folder / "service")
    clone = service.new("author")
    git(clone, "clone", "--quiet", "--no-local", str(ROOT), ".")
    git(clone, "checkout", "--quiet", "-B", "main")
    git(clone, "remote", "set-url", "origin", str(service.origin))
    git(clone, "remote", "set-head", "origin", "--delete")
    with (clone / "site.yaml").open("a", encoding="utf-8") as settings:
        settings.write(TARGET)
    subprocess.run([sys.executable, "-m", "recto", "ci", "github"], cwd=clone, check=True)
    _commit(clone, "main")
    return service, clone


def _commit(clone: Path, branch: str) -> None:
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Write")
    git(clone, "push", "--quiet", "origin", f"HEAD:{branch}")


def _tell(github: GitHub, event: str, now: int, verbose: bool, *, deploys: bool) -> bool:
    """Run the workflow at such an event and show what became of it; whether that is as it should be."""
    start = time.perf_counter()
    done = github.run(event, now=now, commit="request" if event == "pull_request" else "main")
    print(
        f"{event}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime(now))}: {time.perf_counter() - start:.1f} s"
    )
    for name, job in done.items():
        _show(name, job, verbose)
    return all(job.ok for job in done.values()) and done["deploy"].skipped is not deploys


def _show(name: str, job: Job, verbose: bool) -> None:
    print(f"  {name:<8} {'skipped' if job.skipped else 'done' if job.ok else 'failed'}")
    for step in job.steps if verbose or not job.ok else ():
        print(f"    {step.name} (exit code {step.code})")
        print("".join(f"      {line}\n" for line in step.output.splitlines()), end="")
    if job.summary and verbose:
        print("".join(f"    | {line}\n" for line in job.summary.splitlines()), end="")


if __name__ == "__main__":
    sys.exit(main())
