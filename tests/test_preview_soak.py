"""A day of an author's in half a minute: whatever is saved, however, no page of a preview is ever stale."""

import sys
from pathlib import Path
from random import Random

import pytest

import soak
from author import Author
from measure import Server, free_port
from recto import builder
from recto.memo import Store
from soak import Outcome, Reader, Reference, Soak


@pytest.mark.usefixtures("searchable")
def test_no_answer_is_stale_and_nothing_grows_while_an_author_works(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = soak.main("--saves 120 --minutes 0.2 --posts 10 --tabs 0 --sample 10 --whole 8".split())
    told = capsys.readouterr().out
    assert code == 0, told
    assert "broken 0 times" not in told


class Idle(Author):
    """Saves the same again."""

    def act(self) -> None:
        self._write("site.yaml", (self.site / "site.yaml").read_text())


class Busy(Author):
    """Writes on."""

    def act(self) -> None:
        self.body()


@pytest.mark.parametrize(("author", "stale"), [(Idle, False), (Busy, True)])
def test_a_preview_that_stays_as_it_was_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, author: type[Author], stale: bool
) -> None:
    monkeypatch.setattr(soak, "PATIENCE", 0.1)
    writer = author(tmp_path / "site", 4, Random(1))
    plan = Reference(writer.site, tmp_path / "before").build(clean=True)
    with Store.open(tmp_path / "before") as store:
        builder.write(plan, tmp_path / "dist", store=store, root=tmp_path / "before")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with Server(command, tmp_path / "dist", {}, tmp_path / "log", port) as server, Reader(port) as reader:
        server.wait_for("/", bool, timeout=20)
        at_work = Soak(writer, server, reader, [], tmp_path, Random(1))
        outcome = at_work.run(1, 0.0, sample=5, whole=1)
    assert outcome.compared > 10
    found = [problem for problem in outcome.verdict() if "is not what a build makes" in problem]
    assert bool(found) == stale


def _outcome(**found: object) -> Outcome:
    usual = {"memory": [50.0] * 30, "files": [20] * 30, "saves": 30, "bursts": 30}
    return Outcome(**{**usual, **found})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({}, []),
        ({"memory": [30.0, *[50.0] * 29]}, []),  # at the very beginning
        ({"memory": [50.0] * 15 + [60.0] * 15}, []),
        ({"memory": [50.0 + number for number in range(30)]}, ["memory grew from 57 to 75 MiB"]),
        ({"files": [20 + 3 * number for number in range(30)]}, ["open files grew from 20 to 107"]),
        ({"late": [0.2, 1.5]}, ["2 answers were stale, for up to 1.5 s"]),
        ({"problems": ["an error is not told"]}, ["an error is not told"]),
    ],
)
def test_the_verdict_tells_what_is_wrong(found: dict[str, object], verdict: list[str]) -> None:
    assert _outcome(**found).verdict() == verdict


def test_the_same_number_makes_the_same_day(tmp_path: Path) -> None:
    def day(folder: Path) -> dict[str, bytes]:
        author = Author(folder, 6, Random(7))
        for _ in range(60):
            author.act()
        author.mend()
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    assert day(tmp_path / "one") == day(tmp_path / "other")
