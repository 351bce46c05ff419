"""Build the wheel as a release would, and use it where nothing of this source tree can be found.

Run as a script. It fails if the wheel lacks a dependency, the default theme or what `recto new` writes, or if
a new site does not build without a warning.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = (
    "index.html",
    "404.html",
    "about/index.html",
    "archive/index.html",
    "search/index.html",
    "pagefind/pagefind.js",
    "feed.xml",
    "sitemap.xml",
)


def main() -> int:
    """Build, install, make a site, build it."""
    with tempfile.TemporaryDirectory(prefix="recto-wheel-") as folder:
        work = Path(folder)
        run(sys.executable, "-m", "build", "--no-isolation", "--outdir", work / "built", ROOT)
        python = install(work / "environment", next((work / "built").glob("*.whl")))
        use(python, work / "away")
    print("the wheel works: installed, a new site made and built, away from the source tree")
    return 0


def install(environment: Path, wheel: Path) -> Path:
    """A new environment with the pinned dependencies and the wheel; its interpreter."""
    run(sys.executable, "-m", "venv", environment)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (python, "-m", "pip", "-qq")
    run(*pip, "install", "--require-hashes", "--requirement", ROOT / "requirements.txt")
    run(*pip, "install", "--no-deps", "--no-index", wheel)
    run(*pip, "check")
    return python


def use(python: Path, folder: Path) -> None:
    """What a newcomer does first."""
    folder.mkdir()
    recto = python.with_name("recto.exe" if os.name == "nt" else "recto")
    origin = run(python, "-c", "import recto; print(recto.__file__)", where=folder)
    assert python.parents[1].resolve() in Path(origin.strip()).resolve().parents, origin
    assert run(recto, "--version", where=folder).startswith("recto ")
    run(recto, "new", "mysite", "--yes", where=folder)
    run(recto, "post", "A first post", where=folder / "mysite")
    told = run(
        recto,
        "build",
        "--strict",
        "--base-url",
        "https://example.com/blog",
        where=folder / "mysite",
        stderr="",
    )
    missing = [name for name in EXPECTED if not (folder / "mysite" / "dist" / name).is_file()]
    assert not missing, f"{missing}\n{told}"
    posts = list((folder / "mysite" / "dist" / "posts").glob("*/index.html"))
    assert len(posts) == 2, f"{posts}\n{told}"


def run(*command: str | Path, where: Path = ROOT, stderr: str | None = None) -> str:
    """The command's stdout; raises, having shown all it said, if it fails or says other than `stderr`."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=where,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or stderr not in (None, done.stderr):
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
