"""Kill a build at random moments and look at what it leaves.

Run by test_output_kill.py in a process of its own, which has one thread and therefore may fork. Prints how many
kills hit a commit before and after its journal was written, and exits with the first claim that did not hold.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from recto.diagnostics import Location
from recto.memo import Store, digest
from recto.model import Page
from recto.output import commit

KILLS = 200
COUNT = 60


def site(version: str) -> dict[str, str]:
    """Most files differ between the versions; some are only in one, some change places with folders."""
    pages = {f"posts/{n}/index.html": f"{version if n % 4 else 'both'} {n} " * 200 for n in range(COUNT)}
    pages |= {f"{version}/{n}.html": f"{version} {n}" for n in range(5)} | {"same.html": "same"}
    return pages | (
        {"turn": version, "case": version} if version == "one" else {"turn/in": version, "Case": version}
    )


SITES = {version: site(version) for version in ("one", "two")}


def build(folder: Path, version: str) -> None:
    pages = [
        Page(path=path, url="/", template="", context={"text": text}, origin=Location(path="posts/a.md"))
        for path, text in SITES[version].items()
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


def build_for_ever(folder: Path) -> None:
    while True:
        build(folder, "one")
        build(folder, "two")


def kill_one(folder: Path, seconds: float) -> None:
    child = os.fork()
    if child == 0:
        build_for_ever(folder)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def files(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path.read_text() for path in paths}
    return {path: text for path, text in named.items() if not path.startswith(".recto")}


def main(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    staged = switching = 0
    build(folder, "one")
    began = time.perf_counter()
    build(folder, "two")
    longest = 1.5 * (time.perf_counter() - began)
    clean = {version: dict(SITES[version]) for version in SITES}
    for _ in range(KILLS):
        kill_one(folder, chance.uniform(0, longest))
        switching += (folder / "dist/.recto-commit/journal").exists()
        staged += (folder / "dist/.recto-commit/staged").exists()
        for path, text in files(folder / "dist").items():
            assert text in (SITES["one"].get(path), SITES["two"].get(path)), f"{path} is neither old nor new"
        version = chance.choice(["one", "two"])
        build(folder, version)
        assert files(folder / "dist") == clean[version], "the next build is not like a clean one"
        hidden = {path.name for path in (folder / "dist").iterdir() if path.name.startswith(".")}
        assert hidden == {".recto-manifest.json"}, f"{hidden} is left over"
    print(f"{staged - switching} kills while staging, {switching} while switching")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
