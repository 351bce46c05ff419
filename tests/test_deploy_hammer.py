"""Readers who read without a pause while deploys are killed get the old page or the new one, with all that it shows."""

from pathlib import Path
from threading import Thread

import hammer
import hosts
from hammer import Hammer, hammered, site


def test_no_reader_of_a_server_sees_half_a_site_while_deploys_are_killed() -> None:
    found, run = hammered("ssh", deploys=7, pages=20, readers=1, seed=3)
    assert found.problems == []
    assert (run.deploys, found.versions[-1]) == (7, site(6, 20))
    assert found.answers > 100 and found.late


def read_for_a_while(folder: Path, files: dict[str, bytes]) -> list[str]:
    """What a reader has against these files, who knows the site of version 1."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    with hosts.nginx(folder) as web:
        reader = Hammer(
            base=web.base, pages=10, versions=[site(0, 10), site(1, 10), site(2, 10)], sure=1, newest=1
        )
        thread = Thread(target=reader.read, args=(1,))
        thread.start()
        while reader.answers < 300:
            assert thread.is_alive()
        reader.over.set()
        thread.join()
    return reader.problems


def test_a_reader_has_nothing_against_the_site_as_it_should_be(tmp_path: Path) -> None:
    assert read_for_a_while(tmp_path, site(1, 10)) == []


def test_a_reader_notices_a_file_that_a_page_shows_and_that_is_not_there(tmp_path: Path) -> None:
    files = {path: data for path, data in site(1, 10).items() if not path.startswith("images/3.")}
    problems = read_for_a_while(tmp_path, files)
    assert problems and all("it shows images/3." in problem for problem in problems)


def test_a_reader_notices_a_page_that_is_neither_old_nor_new(tmp_path: Path) -> None:
    problems = read_for_a_while(tmp_path, site(1, 10) | {"index.html": site(2, 10)["index.html"]})
    assert problems and all(problem.startswith("index.html: 200") for problem in problems)


def test_a_reader_notices_a_page_that_is_missing(tmp_path: Path) -> None:
    files = {path: data for path, data in site(1, 10).items() if path != "p/4/index.html"}
    problems = read_for_a_while(tmp_path, files)
    assert problems and all(problem.startswith("p/4/index.html: 404") for problem in problems)


def test_versions_differ_and_pages_come_and_go() -> None:
    versions = [site(n, 10) for n in range(30)]
    assert len({tuple(sorted(files.items())) for files in versions}) == 30
    assert len({frozenset(path for path in files if path.endswith(".html")) for files in versions}) > 3
    assert hammer.NAMED.search(next(path for path in versions[0] if path.startswith("assets/")))
