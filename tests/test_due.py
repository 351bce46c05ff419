"""When a site changes by itself: until then a build gives what the last one gave, and then it does not."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import MakeProject
from recto import site
from recto.model import FrontMatter, Moment, Source, Sources

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

# ---- which moments ------------------------------------------------------------------------------------------


def moment(seconds: float) -> Moment:
    """So many seconds from now."""
    instant = NOW + timedelta(seconds=seconds)
    return Moment(instant=instant, day=instant.date(), timed=True)


Kind = Literal["post", "page"]


def source(
    path: str,
    *,
    on: float | None = None,
    expires: float | None = None,
    kind: Kind = "post",
    draft: bool = False,
    published: bool = True,
) -> Source:
    ends = None if expires is None else moment(expires)
    front = FrontMatter(draft=draft, published=published, expires=ends)
    date = None if on is None else moment(on)
    return Source(path=path, kind=kind, stem=path.removesuffix(".md"), bundle="", front=front, date=date)


def due(*posts: Source, now: datetime = NOW) -> list[tuple[str, str, float]]:
    found = site.due(Sources(posts=posts), now=now)
    return [(event.source, event.event, (event.when - NOW).total_seconds()) for event in found]


def test_scheduled_post_is_due_when_it_appears_and_when_it_goes() -> None:
    assert due(source("a.md", on=60, expires=90)) == [("a.md", "appears", 60), ("a.md", "expires", 90)]


def test_what_comes_first_is_told_first() -> None:
    found = due(source("a.md", on=90), source("b.md", on=-5, expires=60), source("c.md", on=30))
    assert [name for name, _, _ in found] == ["c.md", "b.md", "a.md"]


def test_nothing_that_is_past_is_due() -> None:
    assert due(source("a.md", on=-60), source("b.md", on=-60, expires=-30), source("c.md", on=0)) == []


@pytest.mark.parametrize(
    "hidden", [source("a.md", on=60, draft=True), source("a.md", on=60, published=False)]
)
def test_post_that_no_moment_makes_public_is_never_due(hidden: Source) -> None:
    assert due(hidden) == []


def test_post_that_expires_before_it_appears_is_never_due() -> None:
    assert due(source("a.md", on=60, expires=60), source("b.md", on=60, expires=30)) == []


def test_standalone_page_only_goes() -> None:
    pages = Sources(pages=(source("a.md", on=60, expires=90, kind="page"),))
    assert [event.event for event in site.due(pages, now=NOW)] == ["expires"]


SECONDS = st.integers(-3, 3)
SOURCES = st.lists(
    st.builds(
        source,
        st.sampled_from(["a.md", "b.md", "c.md"]),
        on=st.none() | SECONDS,
        expires=st.none() | SECONDS,
        kind=st.sampled_from(["post", "page"]),
        draft=st.booleans(),
        published=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda one: one.path,
)


@given(SOURCES)
def test_the_site_changes_at_exactly_the_moments_that_are_due(sources: list[Source]) -> None:
    found = Sources(
        posts=tuple(one for one in sources if one.kind == "post"),
        pages=tuple(one for one in sources if one.kind == "page"),
    )

    def public(seconds: float) -> Sources:
        return site.select(found, now=NOW + timedelta(seconds=seconds))[0]

    moments = {(event.when - NOW).total_seconds() for event in site.due(found, now=NOW)}
    assert moments == {second for second in range(1, 4) if public(second) != public(second - 0.5)}


# ---- the command --------------------------------------------------------------------------------------------


def recto(root: Path, *arguments: str, now: datetime = NOW) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "recto", "due", *arguments],
        cwd=root,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(int(now.timestamp()))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


SITE = {
    "site.yaml": "timezone: Europe/Stockholm\n",
    "posts/2026-12-24-eve.md": "---\ntitle: The eve\ndate: 2026-12-24 18:00\nexpires: 2027-07-01T00:00:00Z\n---\n\nx\n",
    "posts/2026-01-01-old.md": "---\ntitle: Old\n---\n\nx\n",
    "pages/fair.md": "---\ntitle: Fair\nexpires: 2026-12-01\n---\n\nx\n",
}


@pytest.fixture
def root(project: MakeProject) -> Path:
    return project(SITE).path


def test_moments_are_told_in_the_zone_of_the_site(root: Path) -> None:
    done = recto(root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        '2026-12-01 00:00 CET  expires  pages/fair.md "Fair"',
        '2026-12-24 18:00 CET  appears  posts/2026-12-24-eve.md "The eve"',
        '2027-07-01 02:00 CEST  expires  posts/2026-12-24-eve.md "The eve"',
    ]


def test_json_has_each_moment_for_people_and_for_programs(root: Path) -> None:
    first, second, _ = json.loads(recto(root, "--json").stdout)
    assert first == {
        "path": "pages/fair.md",
        "title": "Fair",
        "event": "expires",
        "when": "2026-12-01T00:00:00+01:00",
        "epoch": int(datetime(2026, 11, 30, 23, tzinfo=UTC).timestamp()),
    }
    assert second["event"] == "appears"


def test_epoch_is_the_next_moment_alone(root: Path) -> None:
    assert recto(root, "--epoch").stdout == f"{int(datetime(2026, 11, 30, 23, tzinfo=UTC).timestamp())}\n"


def test_epoch_is_a_second_at_which_it_has_happened(root: Path) -> None:
    (root / "posts/2026-12-24-eve.md").write_text("---\ntitle: x\ndate: 2026-11-23T12:00:01.5Z\n---\n\nx\n")
    assert recto(root, "--epoch").stdout == f"{int(NOW.timestamp()) + 2}\n"


def test_nothing_due_is_said_in_words_and_is_nothing_for_a_script(root: Path) -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert recto(root, now=later).stdout.startswith("Nothing is due: ")
    assert recto(root, "--epoch", now=later).stdout == ""
    assert json.loads(recto(root, "--json", now=later).stdout) == []


def test_what_is_wrong_in_a_text_is_no_matter(root: Path) -> None:
    (root / "posts/2026-01-01-old.md").write_text("---\ntitle: Old\n---\n\n[no such page](nowhere.md)\n")
    done = recto(root)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (root / "dist").exists()


def test_error_that_may_hide_a_date_is_said_in_place_of_an_answer(root: Path) -> None:
    (root / "posts/2026-12-24-eve.md").write_text("---\ntitle: x\ndate: 2026-13-45\n---\n\nx\n")
    done = recto(root, "--epoch")
    assert (done.returncode, done.stdout) == (1, "")
    assert "posts/2026-12-24-eve.md:3" in done.stderr
