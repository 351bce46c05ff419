"""Deploying by the command: what it says, what it asks, what it leaves behind."""

import json
import os
import pty
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import hosts
from conftest import MakeProject
from test_cli import recto

SETTINGS = """title: Tides
url: https://example.com
deploy:
  default: {type: folder, path: ../served}
"""


def post(title: str, *, day: str = "2026-11-02", text: str = "The sea.") -> str:
    return f"---\ntitle: {title}\ndate: {day}\n---\n\n{text}\n"


@pytest.fixture
def site(project: MakeProject) -> Path:
    posts = {f"posts/{name}.md": post(name.title(), text=f"Of {name}.") for name in ("fog", "tide", "wind")}
    return project({"site.yaml": SETTINGS, **posts}).path


def served(site: Path) -> Path:
    return site.parent / "served"


def deployed(site: Path, *arguments: str) -> str:
    done = recto("deploy", *arguments, cwd=site)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def seen(site: Path, *arguments: str) -> dict[str, object]:
    done = recto("diff", "--json", *arguments, cwd=site)
    assert (done.returncode, done.stderr) == (0, "")
    value: dict[str, object] = json.loads(done.stdout)
    return value


def urls(value: dict[str, object], kind: str) -> list[str]:
    pages: dict[str, list[dict[str, str]]] = value["pages"]  # type: ignore[assignment]
    return [page["url"] for page in pages[kind]]


# ---- what goes there ----------------------------------------------------------------------------------------


def test_target_holds_what_a_build_writes(site: Path) -> None:
    assert "Deployed" in deployed(site)
    built = {
        path.relative_to(site / "dist").as_posix() for path in (site / "dist").rglob("*") if path.is_file()
    }
    for name in built - {".recto-manifest.json"}:
        assert (served(site) / name).read_bytes() == (site / "dist" / name).read_bytes()


def test_deploying_again_sends_nothing(site: Path) -> None:
    deployed(site)
    looks = {path: path.stat().st_mtime_ns for path in served(site).rglob("*")}
    assert "Up to date" in deployed(site)
    assert {path: path.stat().st_mtime_ns for path in served(site).rglob("*")} == looks


def test_change_of_one_post_sends_only_what_shows_it(site: Path) -> None:
    deployed(site)
    (site / "posts/fog.md").write_text(post("Fog", text="Thicker."), "utf-8")
    value = json.loads(deployed(site, "--json"))
    assert "/posts/fog/" in urls(value, "changed")
    assert "/posts/wind/" not in urls(value, "changed")
    assert value["deployed"] is True


def test_warning_stops_a_deploy_and_nothing_is_sent(site: Path) -> None:
    (site / "posts/fog.md").write_text(post("Fog", text="[x](/nowhere/)"), "utf-8")
    done = recto("deploy", cwd=site)
    assert done.returncode == 1
    assert "posts/fog.md:6:5" in done.stderr
    assert not served(site).exists()


def test_dry_run_says_the_same_and_does_nothing(site: Path) -> None:
    shown = deployed(site, "--dry-run")
    assert "Nothing was sent" in shown
    assert "the whole site, the first time" in shown
    assert not served(site).exists()
    assert not (site / "urls.lock").exists()


def test_target_with_an_address_of_its_own_is_built_for_it_and_leaves_dist_alone(site: Path) -> None:
    (site / "site.yaml").write_text(
        SETTINGS + "  staging: {type: folder, path: ../staging, url: https://staging.example.com}\n"
    )
    recto("build", cwd=site)
    before = (site / "dist/feed.xml").read_bytes()
    deployed(site, "staging")
    assert b"https://staging.example.com/posts/fog/" in (site.parent / "staging/feed.xml").read_bytes()
    assert (site / "dist/feed.xml").read_bytes() == before


def test_deploy_to_another_address_says_nothing_of_the_sites_own(site: Path) -> None:
    deployed(site)
    before = (site / "urls.lock").read_bytes()
    (site / "site.yaml").write_text(
        SETTINGS + "  staging: {type: folder, path: ../staging, url: https://staging.example.com}\n"
    )
    (site / "posts/rain.md").write_text(post("Rain"), "utf-8")
    deployed(site, "staging")
    assert (site / "urls.lock").read_bytes() == before


def test_old_address_that_no_page_can_have_needs_a_server_that_leads_on(site: Path) -> None:
    settings = SETTINGS + "redirects: {/fog.pdf: /posts/fog/}\n"
    (site / "site.yaml").write_text(settings, "utf-8")
    done = recto("deploy", cwd=site)
    assert done.returncode == 1
    assert (
        'no page can stand at "/fog.pdf", and default has no other way to lead on to /posts/fog/'
        in done.stderr
    )
    assert "site.yaml:5:13" in done.stderr
    (site / "site.yaml").write_text(settings.replace("served}", "served, redirects: apache}"), "utf-8")
    deployed(site)
    assert "/posts/fog/" in (served(site) / ".htaccess").read_text("utf-8")


def test_page_of_a_script_leads_on_from_a_folder_of_its_name(site: Path) -> None:
    (site / "site.yaml").write_text(SETTINGS + "redirects: {/fog.php: /posts/fog/}\n", "utf-8")
    deployed(site)
    assert 'href="/posts/fog/"' in (served(site) / "fog.php/index.html").read_text("utf-8")


def test_archive_of_the_same_site_is_the_same_file(site: Path) -> None:
    (site / "site.yaml").write_text(SETTINGS.replace("folder, path: ../served", "archive, path: a.tar.gz"))
    deployed(site)
    first = (site / "a.tar.gz").read_bytes()
    (site / "a.tar.gz").unlink()
    deployed(site)
    assert (site / "a.tar.gz").read_bytes() == first
    with tarfile.open(site / "a.tar.gz") as archive:
        assert "posts/fog/index.html" in archive.getnames()


# ---- what readers will see ----------------------------------------------------------------------------------


def test_diff_tells_new_changed_and_gone_pages_and_new_entries(site: Path) -> None:
    deployed(site)
    (site / "posts/rain.md").write_text(post("Rain", day="2026-11-09"), "utf-8")
    (site / "posts/fog.md").write_text(post("Fog", text="Thicker."), "utf-8")
    value = seen(site)
    assert urls(value, "new") == ["/posts/rain/"]
    assert {"/", "/posts/fog/"} <= set(urls(value, "changed"))
    assert value["feed"] == [{"url": "/posts/rain/", "title": "Rain"}]
    assert not (served(site) / "posts/rain").exists()


def test_diff_does_with_what_was_last_seen_where_the_target_cannot_be_read(site: Path) -> None:
    deployed(site)
    settings = (site / "site.yaml").read_text("utf-8")
    (site / "posts/fog.md").write_text(post("Fog", text="Thicker."), "utf-8")
    # what a pull request has: the cache, and no token
    (site / "site.yaml").write_text(
        settings.replace("folder, path: ../served", "netlify, site: blog"), "utf-8"
    )
    done = recto("diff", "--json", cwd=site, NETLIFY_AUTH_TOKEN="")
    assert "note: compared with what was last seen of default" in done.stderr
    assert "/posts/fog/" in urls(json.loads(done.stdout), "changed")
    assert recto("deploy", "--dry-run", cwd=site, NETLIFY_AUTH_TOKEN="").returncode == 1


def test_nothing_goes_back_where_nobody_can_be_asked(site: Path) -> None:
    deployed(site)
    done = recto("rollback", cwd=site)
    assert done.returncode == 1
    assert "recto rollback --yes does not ask" in done.stderr


def test_diff_in_markdown_mentions_and_links_nobody(site: Path) -> None:
    (site / "posts/fog.md").write_text(post('"@somebody [x](y) #1 <b>"'), "utf-8")
    shown = recto("diff", "--markdown", cwd=site).stdout
    assert shown.startswith("### What readers will see\n")
    assert "\\@somebody \\[x\\](y) \\#1 \\<b\\>" in shown


def test_target_that_is_named_wrong_is_suggested(site: Path) -> None:
    done = recto("deploy", "defualt", cwd=site)
    assert done.returncode == 1
    assert 'there is no target "defualt"' in done.stderr
    assert 'did you mean "default"?' in done.stderr


def test_site_without_a_target_is_told_how_to_name_one(project: MakeProject) -> None:
    done = recto("deploy", cwd=project({"posts/a.md": post("A")}).path)
    assert done.returncode == 1
    assert "deploy: {default: {type: github-pages}}" in done.stderr


# ---- the ledger ---------------------------------------------------------------------------------------------


def test_post_that_is_renamed_leaves_a_redirect_and_keeps_its_id(site: Path) -> None:
    deployed(site)
    (site / "posts/fog.md").rename(site / "posts/mist.md")
    value = json.loads(deployed(site, "--json"))
    assert value["redirects"] == {"/posts/fog/": "/posts/mist/"}
    assert value["feed"] == []
    assert 'href="/posts/mist/"' in (served(site) / "posts/fog/index.html").read_text("utf-8")
    assert "<id>https://example.com/posts/fog/</id>" in (served(site) / "feed.xml").read_text("utf-8")


def test_ledger_that_nobody_committed_is_not_lost(site: Path) -> None:
    deployed(site)
    (site / "urls.lock").unlink()
    (site / "posts/fog.md").rename(site / "posts/mist.md")
    assert json.loads(deployed(site, "--json"))["redirects"] == {"/posts/fog/": "/posts/mist/"}


def test_address_that_would_vanish_stops_the_deploy_until_it_is_given_up(site: Path) -> None:
    deployed(site)
    (site / "posts/fog.md").unlink()
    done = recto("deploy", "--yes", cwd=site)
    assert done.returncode == 1
    assert "/posts/fog/" in done.stderr
    assert (served(site) / "posts/fog/index.html").exists()
    assert "Deployed" in deployed(site, "--yes", "--gone", "/posts/fog/")
    assert "gone" in (served(site) / "posts/fog/index.html").read_text("utf-8")
    assert "Up to date" in deployed(site)


def test_many_pages_do_not_go_unasked(site: Path) -> None:
    deployed(site)
    (site / "posts/fog.md").unlink()
    (site / "posts/tide.md").unlink()
    options = ["--gone", "/posts/fog/", "--gone", "/posts/tide/"]
    done = recto("deploy", *options, cwd=site)
    assert done.returncode == 1
    assert "2 pages of 8 would be gone from default" in done.stderr
    assert "Of fog." in (served(site) / "posts/fog/index.html").read_text("utf-8")
    assert "gone" not in (site / "urls.lock").read_text("utf-8")
    assert urls(json.loads(deployed(site, *options, "--yes", "--json")), "gone") == [
        "/posts/fog/",
        "/posts/tide/",
    ]


def asked(site: Path, answer: bytes, *arguments: str) -> tuple[int, str]:
    """What a command ends with and says on a terminal, where its question is answered so."""
    mine, theirs = pty.openpty()
    try:
        command = [sys.executable, "-m", "recto", *arguments]
        env = os.environ | {"SOURCE_DATE_EPOCH": "1795435200"}
        with subprocess.Popen(
            command, cwd=site, env=env, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            os.write(mine, answer)
            said, _ = process.communicate(timeout=60)
    finally:
        os.close(mine)
        os.close(theirs)
    return process.returncode, said.decode("utf-8")


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"\n", 1), (b"no\n", 1)])
def test_at_a_terminal_one_is_asked_before_many_pages_go(site: Path, answer: bytes, code: int) -> None:
    deployed(site)
    (site / "posts/fog.md").unlink()
    ended, said = asked(site, answer, "deploy", "--gone", "/posts/fog/")
    assert "1 page of 8 would be gone from default. Deploy all the same? [y/N]" in said
    assert ended == code
    assert ("gone" in (served(site) / "posts/fog/index.html").read_text("utf-8")) is (code == 0)


# ---- interruptions ------------------------------------------------------------------------------------------


def test_deploy_of_older_sources_is_refused(site: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=The author", "-c", "user.email=author@example.com"]
        command = ["git", "-C", str(site), *identity, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "--quiet")
    git("add", "posts", "site.yaml")
    git("commit", "--quiet", "-m", "One")
    first = git("rev-parse", "HEAD")
    (site / "posts/fog.md").write_text(post("Fog", text="Thicker."), "utf-8")
    git("commit", "--quiet", "-am", "Two")
    deployed(site)
    git("checkout", "--quiet", first)
    done = recto("deploy", cwd=site)
    assert done.returncode == 1
    assert "newer than what is checked out here" in done.stderr
    assert "Deployed" in deployed(site, "--force")


def test_target_that_cannot_be_written_is_told_in_a_line(site: Path) -> None:
    served(site).write_text("a file", "utf-8")
    done = recto("deploy", cwd=site)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "served" in done.stderr


# ---- after the deploy ---------------------------------------------------------------------------------------


def verified(site: Path, base: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = SETTINGS.replace("served}", f"served, verify: {base}}}")
    (site / "site.yaml").write_text(settings, "utf-8")
    return recto("deploy", "--yes", *arguments, cwd=site)


def test_site_is_read_where_its_readers_do(site: Path) -> None:
    served(site).mkdir()
    with hosts.nginx(served(site)) as web:
        done = verified(site, web.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(f"Read at {web.base}: as it was sent\n")


def test_page_that_is_not_what_was_sent_is_told_with_the_way_back(site: Path, tmp_path: Path) -> None:
    (site / "posts/fog.md").write_text(post("Fog", text="Thicker."), "utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("something else", "utf-8")
    with hosts.nginx(other) as web:
        done = verified(site, web.base, "--patience", "0")
    assert done.returncode == 1
    assert f"error[deploy-unverified]: {web.base}/ is not what was sent" in done.stderr
    assert f"error[deploy-unverified]: {web.base}/posts/fog/ answers 404" in done.stderr
    assert (
        "see what stands between; then deploy again, or an earlier commit" in done.stderr
    )  # a folder keeps none
