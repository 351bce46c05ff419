"""Dates as people write them, and as git knows them."""

import os
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.frontmatter import DateError, day_moment
from recto.frontmatter.moments import moment
from recto.loader.dates import History, history

STOCKHOLM = "Europe/Stockholm"


@pytest.mark.parametrize(
    ("text", "instant", "timed"),
    [
        ("2016-01-29", "2016-01-29T00:00:00+01:00", False),
        ("2016-1-29", "2016-01-29T00:00:00+01:00", False),
        ("2016/07/29", "2016-07-29T00:00:00+02:00", False),
        ("2016.7.29", "2016-07-29T00:00:00+02:00", False),
        ("January 5, 2014", "2014-01-05T00:00:00+01:00", False),
        ("Jan 5th 2014", "2014-01-05T00:00:00+01:00", False),
        ("5 January 2014", "2014-01-05T00:00:00+01:00", False),
        ("Sun, 05 Jan 2014 10:00:00 +0000", "2014-01-05T10:00:00+00:00", True),
        ("2016-01-29 5:00", "2016-01-29T05:00:00+01:00", True),
        ("2016-01-29 05:00:30.5", "2016-01-29T05:00:30.500000+01:00", True),
        ("2016-01-29 5:00 PM", "2016-01-29T17:00:00+01:00", True),
        ("2016-01-29 12:30 a.m.", "2016-01-29T00:30:00+01:00", True),
        ("2014-01-05 10:00:00 -0500", "2014-01-05T10:00:00-05:00", True),
        ("2014-01-05 10:00 -5", "2014-01-05T10:00:00-05:00", True),
        ("2014-01-05 10:00:00 UTC", "2014-01-05T10:00:00+00:00", True),
        ("2014-01-05 10:00 EDT", "2014-01-05T10:00:00-04:00", True),
        ("2014-01-05T10:00:00Z", "2014-01-05T10:00:00+00:00", True),
        ("2014-01-05T10:00:00.123456789+05:30", "2014-01-05T10:00:00.123456+05:30", True),
        ("2014-01-05 10:00 Asia/Tokyo", "2014-01-05T10:00:00+09:00", True),
        ("2016-07-19 (optional)", "2016-07-19T00:00:00+02:00", False),
        ("  2016-07-19\n 10:00 ", "2016-07-19T10:00:00+02:00", True),
    ],
)
def test_date_is_read_as_people_write_it(text: str, instant: str, timed: bool) -> None:
    found = moment(text, STOCKHOLM)
    assert (found.instant.isoformat(), found.timed) == (instant, timed)
    assert found.day == date.fromisoformat(instant[:10])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2024-13-45", "there is no month 13"),
        ("2024-00-01", "there is no month 0"),
        ("2023-02-29", "there is no 29 February 2023"),
        ("April 31, 2024", "there is no 31 April 2024"),
        ("Smarch 1, 2024", '"Smarch" is no month'),
        ("2024-01-01 24:00", "there is no time 24:00:00"),
        ("2024-01-01 13:00 PM", "there is no 13 o'clock pm"),
        ("2024-01-01 10:00 +2500", "there is no time zone +25:00"),
        ("2024-01-01 10:00 Europe/Nowhere", 'there is no time zone "Europe/Nowhere"'),
        ("2024-01-01 10:00 XYZ", 'there is no time zone "XYZ"'),
        ("0000-01-01", "the year 0 is out of range"),
        ("9999-12-31", "the year 9999 is out of range"),
        ("01/02/2014", '"01/02/2014" is not a date'),
        ("tomorrow", '"tomorrow" is not a date'),
        ("2024-01/02", '"2024-01/02" is not a date'),
        ("٢٠٢٤-٠١-٠١", '"٢٠٢٤-٠١-٠١" is not a date'),
    ],
)
def test_what_is_no_date_is_said(text: str, message: str) -> None:
    with pytest.raises(DateError) as problem:
        moment(text, "UTC")
    assert str(problem.value) == message


def test_time_that_the_clock_skips_in_spring_is_the_same_moment_later() -> None:
    assert moment("2016-03-27 02:30", STOCKHOLM).instant.isoformat() == "2016-03-27T03:30:00+02:00"


def test_time_that_the_clock_has_twice_in_autumn_is_the_first() -> None:
    assert moment("2016-10-30 02:30", STOCKHOLM).instant.isoformat() == "2016-10-30T02:30:00+02:00"


def test_day_whose_midnight_is_skipped_starts_when_it_does() -> None:
    found = day_moment(date(2018, 11, 4), "America/Sao_Paulo")
    assert found.instant.isoformat() == "2018-11-04T01:00:00-02:00"
    assert found.day == date(2018, 11, 4)


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 12, 31)))  # noqa: DTZ001
def test_every_moment_in_iso_form_is_itself(when: datetime) -> None:
    aware = when.replace(tzinfo=UTC)
    assert moment(aware.isoformat(), STOCKHOLM).instant == aware


@given(st.text(alphabet="0123456789-/:. TZ+JanuaryPMé", max_size=40))
def test_no_text_is_too_odd_for_a_date(text: str) -> None:
    try:
        found = moment(text, STOCKHOLM)
    except DateError as problem:
        assert str(problem)
    else:
        assert found.instant.tzinfo is not None


# ---- git ----------------------------------------------------------------------------------------------------

FIRST = datetime(2017, 5, 1, 22, 30, tzinfo=UTC)


class Repository:
    """A repository whose commits are a day apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.when = FIRST
        self.git("init", "-q")

    def git(self, *arguments: str) -> None:
        stamp = f"{int(self.when.timestamp())} +0000"
        who = {"NAME": "The author", "EMAIL": "me@example.com", "DATE": stamp}
        env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
        env |= {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *arguments], cwd=self.path, env=env, check=True, capture_output=True)

    def commit(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_text(text, "utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        self.when += timedelta(days=1)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    if not shutil.which("git"):
        pytest.skip("there is no git")
    return Repository(tmp_path)


def days(found: History, zone: str = "UTC") -> dict[str, str]:
    return {path: str(when.day) for path in sorted(found.seconds) if (when := found.moment(path, zone))}


def test_date_of_a_file_is_its_first_commit(repository: Repository) -> None:
    repository.commit({"posts/a.md": "one", "posts/ü b\n.md": "two"})
    repository.commit({"posts/a.md": "changed", "posts/c.md": "three"})
    found = history(repository.path, "posts", ["posts/a.md", "posts/ü b\n.md", "posts/c.md", "posts/new.md"])
    assert days(found) == {
        "posts/a.md": "2017-05-01",
        "posts/c.md": "2017-05-02",
        "posts/ü b\n.md": "2017-05-01",
    }
    assert not found.shallow


def test_day_of_a_commit_is_the_one_in_the_sites_time_zone(repository: Repository) -> None:
    repository.commit({"posts/a.md": "one"})
    found = history(repository.path, "posts", ["posts/a.md"])
    assert days(found, STOCKHOLM) == {"posts/a.md": "2017-05-02"}


def test_renamed_file_keeps_its_first_commit(repository: Repository) -> None:
    repository.commit({"posts/a.md": "a text that is long enough to be known again\n" * 5})
    repository.git("mv", "posts/a.md", "posts/b.md")
    repository.commit({})
    repository.git("mv", "posts/b.md", "posts/c.md")
    repository.commit({})
    repository.commit({"posts/b.md": "another"})
    found = history(repository.path, "posts", ["posts/b.md", "posts/c.md"])
    assert days(found) == {"posts/b.md": "2017-05-04", "posts/c.md": "2017-05-01"}


def test_site_may_be_a_folder_of_the_repository(repository: Repository) -> None:
    repository.commit({"my site/posts/a.md": "one", "posts/a.md": "other"})
    found = history(repository.path / "my site", "posts", ["posts/a.md"])
    assert days(found) == {"posts/a.md": "2017-05-01"}


def test_shallow_clone_is_not_believed(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit({"posts/a.md": "one"})
    repository.commit({"posts/b.md": "two"})
    clone = tmp_path_factory.mktemp("clone") / "site"
    repository.git("clone", "-q", "--depth", "1", repository.path.as_uri(), os.fspath(clone))
    assert history(clone, "posts", ["posts/a.md"]) == History(shallow=True)


def test_folder_without_repository_has_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path.parent))
    assert history(tmp_path, "posts", ["posts/a.md"]) == History()


def test_machine_without_git_has_no_history(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"posts/a.md": "one"})
    monkeypatch.setenv("PATH", "")
    assert history(repository.path, "posts", ["posts/a.md"]) == History()


def test_nothing_asked_is_nothing_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    assert history(tmp_path, "posts", []) == History()


def test_git_variables_of_a_hook_do_not_lead_elsewhere(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"posts/a.md": "one"})
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert days(history(repository.path, "posts", ["posts/a.md"])) == {"posts/a.md": "2017-05-01"}


def test_configuration_of_a_repository_runs_nothing(repository: Repository) -> None:
    repository.commit({"posts/a.md": "one"})
    trap = repository.path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{repository.path}/sprung'\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "diff.trap.command",
        "diff.trap.textconv",
        "filter.trap.smudge",
        "filter.trap.clean",
        "gpg.program",
        "pager.log",
        "alias.log",
        "alias.rev-parse",
    ):
        repository.git("config", key, os.fspath(trap))
    repository.git("config", "alias.log", f"!{trap}")
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "core.hooksPath", os.fspath(repository.path))
    (repository.path / ".gitattributes").write_text("* diff=trap filter=trap\n")
    (repository.path / "posts/a.md").write_text("changed")
    assert days(history(repository.path, "posts", ["posts/a.md"])) == {"posts/a.md": "2017-05-01"}
    assert not (repository.path / "sprung").exists()
