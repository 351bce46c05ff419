"""Kill builds at random moments and look at what they leave.

Run by test_kills.py in a process of its own, which has one thread and therefore may fork. A scenario is a function that
builds one of two versions of a site, "one" and "two", in a folder. Prints how many kills hit a build before and after
its journal was written, and exits with the first claim that did not hold.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from recto import builder
from recto.diagnostics import Location
from recto.memo import Store, digest
from recto.model import Page
from recto.output import commit

KILLS = 200
VERSIONS = ("one", "two")
Build = Callable[[Path, str], None]

# ---- a commit alone: most files differ, some are only in one version, some change places with folders -----------


def _pages(version: str) -> dict[str, str]:
    pages = {f"posts/{n}/index.html": f"{version if n % 4 else 'both'} {n} " * 200 for n in range(60)}
    pages |= {f"{version}/{n}.html": f"{version} {n}" for n in range(5)} | {"same.html": "same"}
    return pages | (
        {"turn": version, "case": version} if version == "one" else {"turn/in": version, "Case": version}
    )


def commit_alone(folder: Path, version: str) -> None:
    """Write made-up pages."""
    pages = [
        Page(path=path, url="/", template="", context={"text": text}, origin=Location(path="posts/a.md"))
        for path, text in _pages(version).items()
    ]
    with Store.open(folder) as store:
        commit(
            folder / "dist",
            pages,
            [],
            render=lambda page: str(page.context["text"]).encode(),
            key=lambda page: digest(page.context),
            store=store,
        )


# ---- a whole build: reading, the memo, rendering and the commit -------------------------------------------------


def _sources(version: str) -> dict[str, str]:
    posts = {
        f"posts/2026-01-{n:02}-p{n}.md": f"---\ntitle: {version} {n % 3}\n---\n\n{version} text.\n"
        for n in range(1, 9)
    }
    posts |= {f"posts/2026-02-01-{version}.md": f"---\ntags: {version}\n---\n\n# Only {version}\n\n`code`\n"}
    features = "theme: {features: {search: false}}\n"  # an index takes longer than the rest of a small site
    return posts | {"site.yaml": f"title: {version}\nurl: https://example.com\npaginate: 3\n{features}"}


def whole_build(folder: Path, version: str) -> None:
    """Write the sources of a version, and build them as the command does."""
    files = _sources(version)
    for old in (folder / "posts").glob("*"):
        if f"posts/{old.name}" not in files:
            old.unlink(missing_ok=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    with Store.open(folder) as store:
        plan = builder.build(folder, store=store, now=datetime(2026, 11, 23, tzinfo=UTC), jobs=1)
        builder.write(plan, folder / "dist", store=store, root=folder)


# ---- the torment ------------------------------------------------------------------------------------------------


def _kill_one(build: Build, folder: Path, seconds: float) -> None:
    child = os.fork()
    if child == 0:
        while True:
            for version in VERSIONS:
                build(folder, version)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _files(folder: Path) -> dict[str, bytes]:
    out = folder / "dist"
    paths = [path for path in out.rglob("*") if path.is_file()]
    named = {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}
    return {path: data for path, data in named.items() if not path.startswith(".recto")}


def _clean(build: Build, version: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), version)
        return _files(Path(folder))


def main(build: Build, folder: Path, seed: int) -> None:
    """Kill it two hundred times."""
    chance = random.Random(seed)
    staged = switching = 0
    clean = {version: _clean(build, version) for version in VERSIONS}
    build(folder, "one")
    began = time.perf_counter()
    build(folder, "two")
    longest = 1.5 * (time.perf_counter() - began)
    for _ in range(KILLS):
        _kill_one(build, folder, chance.uniform(0, longest))
        switching += (folder / "dist/.recto-commit/journal").exists()
        staged += (folder / "dist/.recto-commit/staged").exists()
        for path, data in _files(folder).items():
            known = [clean[version].get(path) for version in VERSIONS]
            assert data in known, f"{path} is neither old nor new"
        version = chance.choice(VERSIONS)
        build(folder, version)
        assert _files(folder) == clean[version], "the next build is not like a clean one"
        hidden = {path.name for path in (folder / "dist").iterdir() if path.name.startswith(".")}
        assert hidden == {".recto-manifest.json"}, f"{hidden} is left over"
    print(f"{staged - switching} kills while staging, {switching} while switching")


SCENARIOS = {"commit": commit_alone, "build": whole_build}

if __name__ == "__main__":
    main(SCENARIOS[sys.argv[1]], Path(sys.argv[2]), seed=1)
