"""The command: exit codes, streams and documents. The words of problems are in tests/transcripts."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from conftest import MakeProject
from recto.cli import main
from recto.diagnostics import did_you_mean

POST = "---\ntitle: Tides\ndate: 2026-11-02\n---\n\nThe sea.\n"


def recto(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "recto", *arguments],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795435200", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def site(project: MakeProject) -> Path:
    return project({"posts/a.md": POST, "site.yaml": "url: https://example.com\n"}).path


def test_results_go_to_stdout_and_problems_to_stderr(site: Path) -> None:
    (site / "posts/b.md").write_text("---\ntitle: B\ndate: 2026-01-01\n---\n\n[x](/nowhere/)\n")
    done = recto("build", cwd=site)
    assert done.returncode == 0
    assert done.stdout.startswith("Built ")
    assert done.stderr.startswith("warning[")


def test_quiet_says_nothing_when_all_is_well(site: Path) -> None:
    done = recto("build", "-q", cwd=site)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (site / "dist/index.html").is_file()


def test_verbose_names_what_was_written_and_each_stage(site: Path) -> None:
    shown = recto("build", "-v", cwd=site).stdout
    assert "  wrote    index.html" in shown
    assert [line.split()[0] for line in shown.splitlines() if " s  " in line] == [
        "read",
        "convert",
        "assemble",
        "pictures",
        "cards",
        "search",
        "plan",
        "check",
        "write",
    ]


def test_json_is_one_document_with_everything(site: Path) -> None:
    (site / "posts/c.md").write_text("---\ntitle: C\ndate: 2026-01-01\ndraft: true\n---\n\nx\n")
    done = recto("build", "--json", cwd=site)
    value = json.loads(done.stdout)
    assert done.stderr == ""
    assert (value["ok"], value["url"]) == (True, "https://example.com")
    assert {"path": "posts/a/index.html", "url": "/posts/a/", "from": "posts/a.md"} in value["pages"]
    assert "index.html" in value["changes"]["written"]
    assert value["left_out"] == [{"path": "posts/c.md", "title": "C", "reason": "draft", "when": None}]
    assert value["diagnostics"] == []
    assert {timing["stage"] for timing in value["timings"]} >= {"read", "convert", "write"}


def test_json_of_a_failed_build_is_a_document_too(site: Path) -> None:
    (site / "posts/b.md").write_text("---\ntitle: a: b\n---\n")
    done = recto("build", "--json", cwd=site)
    value = json.loads(done.stdout)
    assert (done.returncode, value["ok"], value["diagnostics"][0]["path"]) == (1, False, "posts/b.md")


def test_a_second_build_writes_nothing(site: Path) -> None:
    recto("build", cwd=site)
    times = {path: path.stat().st_mtime_ns for path in (site / "dist").rglob("*")}
    assert "0 written" in recto("build", cwd=site).stdout
    assert {path: path.stat().st_mtime_ns for path in (site / "dist").rglob("*")} == times


def test_strict_turns_a_warning_into_a_failure_that_writes_nothing(site: Path) -> None:
    (site / "posts/b.md").write_text("---\ntitle: B\ndate: 2026-01-01\n---\n\n[x](/nowhere/)\n")
    done = recto("build", "--strict", cwd=site)
    assert done.returncode == 1
    assert not (site / "dist").exists()


def test_an_error_leaves_the_old_site_as_it_was(site: Path) -> None:
    recto("build", cwd=site)
    before = {path: path.read_bytes() for path in (site / "dist").rglob("*") if path.is_file()}
    (site / "posts/b.md").write_text("---\ntitle: a: b\n---\n")
    assert recto("build", cwd=site).returncode == 1
    assert {path: path.read_bytes() for path in (site / "dist").rglob("*") if path.is_file()} == before


def test_a_base_url_replaces_the_configured_one(site: Path) -> None:
    recto("build", "-b", "https://blog.example.org/sub/", cwd=site)
    page = (site / "dist/posts/a/index.html").read_text()
    assert '<link rel="canonical" href="https://blog.example.org/sub/posts/a/">' in page
    assert 'href="/sub/' in page
    assert "https://example.com" not in page


def test_drafts_and_future_posts_are_built_on_request(site: Path) -> None:
    (site / "posts/d.md").write_text("---\ntitle: D\ndate: 2026-01-01\ndraft: true\n---\n\nx\n")
    (site / "posts/f.md").write_text("---\ntitle: F\ndate: 2030-01-01\n---\n\nx\n")
    recto("build", cwd=site)
    assert sorted(p.name for p in (site / "dist/posts").iterdir()) == ["a"]
    recto("build", "-D", "-F", cwd=site)
    assert sorted(p.name for p in (site / "dist/posts").iterdir()) == ["a", "d", "f"]


def test_usage_errors_exit_with_two(site: Path) -> None:
    for arguments in (["biuld"], ["build", "--nope"], ["build", "-j", "0"], ["post"]):
        done = recto(*arguments, cwd=site)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert done.stderr.startswith("error: ")


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 0
    assert "recto new my-blog" in capsys.readouterr().out


def test_colour_is_for_terminals_only(site: Path) -> None:
    (site / "posts/b.md").write_text("---\ntitle: a: b\n---\n")
    assert "\x1b" not in recto("build", cwd=site).stderr


@contextmanager
def terminal(*arguments: str, cwd: Path, **env: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The interpreter with these arguments, on a terminal; the end from which one reads and types."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    variables = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    variables |= {"SOURCE_DATE_EPOCH": "1795435200", "TERM": "xterm", **env}
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=cwd, env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        try:
            yield process, ours
        finally:
            process.kill()
            os.close(ours)


def seen(end: int, until: str = "\0") -> str:
    """What a terminal shows up to some words, or to the end."""
    shown = b""
    while until.encode() not in shown:
        try:
            shown += os.read(end, 65536) or b"\0"
        except OSError:  # the other side is closed
            break
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("options", "env", "coloured"),
    [
        ((), {}, True),
        (("--no-color",), {}, False),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_those_who_want_it(
    site: Path, options: tuple[str, ...], env: dict[str, str], coloured: bool
) -> None:
    (site / "posts/b.md").write_text("---\ntitle: a: b\n---\n")
    with terminal("-m", "recto", "build", *options, cwd=site, **env) as (_, end):
        shown = seen(end)
    assert "posts/b.md:2" in shown
    assert ("\x1b[31m" in shown) is coloured


@pytest.mark.parametrize(("options", "coloured"), [((), True), (("--no-color",), False)])
def test_difference_of_templates_is_coloured_on_a_terminal(
    site: Path, options: tuple[str, ...], coloured: bool
) -> None:
    (site / "templates").mkdir()
    (site / "templates/robots.txt").write_text("User-agent: me\n")
    with terminal("-m", "recto", "templates", "diff", *options, cwd=site) as (_, end):
        shown = seen(end)
    assert ("\x1b[32m+User-agent: me\x1b[0m\n" in shown) is coloured
    assert "+User-agent: me" in shown


PATIENT = "from recto.cli import main, progress; progress.PATIENCE = {}; main(['build'])"


def test_long_work_shows_its_progress_on_a_terminal(site: Path) -> None:
    with terminal("-c", PATIENT.format(-1), cwd=site) as (_, end):
        shown = seen(end)
    assert "Converting" in shown
    assert "Built " in shown


def test_short_work_shows_no_progress(site: Path) -> None:
    with terminal("-c", PATIENT.format(1000), cwd=site) as (_, end):
        assert "Converting" not in seen(end)


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-D"])
def test_ctrl_c_and_ctrl_d_exit_with_130_and_no_traceback(tmp_path: Path, how: str) -> None:
    with terminal("-m", "recto", "new", "blog", cwd=tmp_path) as (process, end):
        seen(end, until="Title of the blog [My blog]: ")
        if how == "Ctrl-D":
            os.write(end, b"\x04")
        while (
            process.poll() is None and how == "Ctrl-C"
        ):  # again where it came before the question was listening
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
        shown = seen(end)
        assert process.wait() == 130
    assert "interrupted" in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "blog").exists()


@pytest.mark.parametrize("epoch", ["soon", "99999999999999999999"])
def test_moment_that_is_none_is_wrong_usage(site: Path, epoch: str) -> None:
    done = recto("build", cwd=site, SOURCE_DATE_EPOCH=epoch)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f'error: SOURCE_DATE_EPOCH is no moment: "{epoch}"\n  fix: ')


def test_a_reader_that_leaves_early_is_no_accident(site: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m recto build --json | head -c 1"
    done = subprocess.run(command, shell=True, cwd=site, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""


def test_clean_removes_what_recto_made_and_nothing_else(site: Path) -> None:
    recto("build", cwd=site)
    (site / "dist/mine.txt").write_text("mine")
    assert recto("clean", cwd=site).returncode == 0
    assert [path.name for path in (site / "dist").iterdir()] == ["mine.txt"]
    assert not (site / ".recto").exists()


def test_a_new_post_is_dated_today_and_printed(site: Path) -> None:
    done = recto("post", "What the tide leaves", "-c", "coast", "-t", "sea", cwd=site)
    assert done.stdout.strip().replace(os.sep, "/") == "posts/2026-11-23-what-the-tide-leaves.md"
    assert recto("build", "--strict", "-q", cwd=site).returncode == 0
    assert (site / "dist/categories/coast/index.html").is_file()


def test_suggestions_know_the_commands() -> None:
    assert did_you_mean("psot", ("build", "new", "post")) == 'did you mean "post"?'
