"""Cloudflare Pages shows a deployment only when all of it is there, is sent only what its store lacks, and tells no secret."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import apis
from apis import DROP, TOKEN, Asked, Said, cloudflare_name, release
from recto.deploy import web
from recto.deploy.faults import DeployError
from recto.deploy.snapshot import Snapshot
from recto.deploy.targets import blobs, cloudflare
from recto.deploy.targets.record import is_record
from recto.model import CloudflareTarget

SITE = {
    "index.html": b"<h1>Bees</h1>",
    "posts/\xfcber uns/index.html": b"<p>About</p>",
    "assets/site.1a2b3c4d.css": b"h1 { color: red }",
    "robots": b"no ending",
}
NEW = SITE | {"index.html": b"<h1>Wasps</h1>"}
CSS = "assets/site.1a2b3c4d.css"


@pytest.fixture(autouse=True)
def quick_and_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cloudflare.HOST.variable, TOKEN)
    monkeypatch.setattr(web, "PAUSE", 0.02)


@pytest.fixture
def there() -> Iterator[apis.Cloudflare]:
    server = apis.Cloudflare()
    with apis.running(server):
        yield server


Here = apis.Here[apis.Cloudflare, CloudflareTarget]


@pytest.fixture
def here(there: apis.Cloudflare, tmp_path: Path) -> Here:
    settings = CloudflareTarget(
        name="live", type="cloudflare-pages", account="acc", project="blog", api=there.api
    )
    return Here(there, tmp_path, settings, cloudflare.Cloudflare)


def uploads(server: apis.Cloudflare) -> list[str]:
    """The names of what was sent to the store, but for records."""
    sent = [file["key"] for asked in server.asked if asked.path.endswith("/upload") for file in asked.json]
    records = {
        name
        for each in server.deployments.values()
        for path, name in each["manifest"].items()
        if is_record(path[1:])
    }
    return sorted(set(sent) - records)


def names(files: dict[str, bytes], *paths: str) -> list[str]:
    return sorted(cloudflare_name(path, files[path]) for path in paths)


def said(error: pytest.ExceptionInfo[DeployError]) -> str:
    problem = error.value.diagnostics[0]
    return f"{problem.code}: {problem.message} ({problem.hint})"


# ---- what is sent -------------------------------------------------------------------------------------------


def test_readers_get_every_file_of_the_first_deploy(here: Here, there: apis.Cloudflare) -> None:
    assert here.read() is None
    here.deploy(SITE)
    assert apis.shown(there) == SITE
    assert here.progress[-1] == (5, 5)  # with the record


def test_the_second_deploy_sends_only_what_changed(here: Here, there: apis.Cloudflare) -> None:
    here.deploy(SITE)
    there.asked.clear()
    here.deploy(NEW)
    assert uploads(there) == names(NEW, "index.html")
    assert apis.shown(there) == NEW


def test_a_file_is_named_as_wrangler_names_it() -> None:
    name = blobs.naming()
    assert name("logo.png", b"foobar") == "2082190357cfd3617ccfe04f340c6247"  # of wrangler's own tests
    assert name("a.b/logo.png", b"foobar") == name("logo.png", b"foobar") != name("logo.txt", b"foobar")
    assert name("a.b/logo", b"foobar") == name(".logo", b"foobar") == cloudflare_name("logo", b"foobar")


def test_a_file_is_stored_with_its_media_type(here: Here, there: apis.Cloudflare) -> None:
    here.deploy(SITE)
    assert there.store[names(SITE, CSS)[0]] == ("text/css; charset=utf-8", SITE[CSS])


def test_rules_for_headers_and_redirects_go_beside_the_files(here: Here, there: apis.Cloudflare) -> None:
    rules = {"_redirects": b"/old /new 301\n", "_headers": b"/*\n  X-A: b\n"}
    here.deploy(SITE | rules)
    assert there.deployments[there.shown]["beside"] == rules
    assert apis.shown(there) == SITE
    here.deploy(NEW | rules)
    assert there.deployments[there.shown]["beside"] == rules


def test_the_next_deploy_knows_what_the_last_one_left_on_another_machine_too(here: Here) -> None:
    sent = here.deploy(SITE)
    assert here.read() == sent.snapshot
    here.forget()
    assert here.read() == sent.snapshot


def test_the_record_is_read_as_readers_read_without_the_token(here: Here, there: apis.Cloudflare) -> None:
    here.deploy(SITE)
    here.forget()
    there.asked.clear()
    here.read()
    (asked,) = (each for each in there.asked if each.path.startswith("/d/"))
    assert "authorization" not in asked.headers


def test_a_record_that_readers_may_not_see_costs_only_the_comparison(
    here: Here, there: apis.Cloudflare
) -> None:
    here.deploy(SITE)
    here.forget()
    there.asked.clear()
    there.trouble = lambda number, asked: Said(403, b"log in first") if asked.path.startswith("/d/") else None
    assert here.read() == Snapshot()
    here.deploy(NEW)
    assert uploads(there) == names(NEW, "index.html")
    assert apis.shown(there) == NEW


def test_a_record_that_is_not_the_one_that_was_named_is_not_believed(
    here: Here, there: apis.Cloudflare
) -> None:
    here.deploy(SITE)
    (other,) = (data for path, data in there.site.items() if is_record(path))
    here.deploy(NEW)
    here.forget()
    there.trouble = lambda number, asked: Said(200, other) if asked.path.startswith("/d/") else None
    assert here.read() == Snapshot()


def test_a_stylesheet_stays_for_a_page_that_somebody_has_open(here: Here, there: apis.Cloudflare) -> None:
    here.deploy(SITE)
    without = {path: data for path, data in NEW.items() if path != CSS}
    here.deploy(without)
    here.deploy(without | {"index.html": b"third"})
    assert apis.shown(there)[CSS] == SITE[CSS]


def test_a_kept_file_that_the_store_has_lost_does_not_hold_up_the_deploy(
    here: Here, there: apis.Cloudflare
) -> None:
    here.deploy(SITE)
    lost = names(SITE, CSS)[0]
    del there.store[lost]
    there.used.discard(lost)
    without = {path: data for path, data in NEW.items() if path != CSS}
    here.deploy(without)
    assert apis.shown(there) == without
    assert lost not in there.used


def test_an_unchanged_file_that_the_store_has_lost_is_sent_again(here: Here, there: apis.Cloudflare) -> None:
    here.deploy(SITE)
    del there.store[names(SITE, "robots")[0]]
    here.deploy(NEW)
    assert apis.shown(there) == NEW


def test_much_goes_in_several_buckets(
    here: Here, there: apis.Cloudflare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "BUCKET_SIZE", 100)
    monkeypatch.setattr(blobs, "BUCKET_FILES", 4)
    files = {f"{number}.txt": b"%d" % number * 20 for number in range(30)} | {"large.txt": b"x" * 1000}
    here.deploy(files)
    buckets = [asked.json for asked in there.asked if asked.path.endswith("/upload")]
    assert all(len(bucket) <= 4 for bucket in buckets)
    assert apis.shown(there) == files


def test_the_branch_of_a_preview_is_a_site_of_its_own(here: Here, there: apis.Cloudflare) -> None:
    there.slowness = 0
    here.deploy(SITE)
    here.settings = replace(here.settings, branch="next")
    assert here.read() is None
    for number in range(4):  # the list of deployments comes in pages of two
        sent = here.deploy({"index.html": b"%d" % number})
    here.settings = replace(here.settings, branch="other")
    for number in range(3):
        here.deploy({"index.html": b"other %d" % number})
    here.settings = replace(here.settings, branch="next")
    assert here.read() == sent.snapshot
    assert apis.shown(there) == SITE


def test_a_long_label_is_cut_and_not_the_place_of_the_record(here: Here) -> None:
    sent = here.deploy(SITE, label="\xfc" * 400)
    here.forget()
    assert here.read() == sent.snapshot


def test_too_many_files_or_one_too_large_are_told_before_anything_is_sent(
    here: Here, there: apis.Cloudflare, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.most = 3
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert "refuses live: a site may have 3 files there, and this one has 5" in said(error)
    there.most = 20_000
    monkeypatch.setattr(blobs, "MAX_SIZE", 1 << 20)
    with pytest.raises(DeployError) as error:
        here.deploy(SITE | {"film.mp4": b"x" * (3 << 20)})
    assert "refuses live: a file may have 1 MiB there, and film.mp4 has 3.0" in said(error)
    assert not there.store


# ---- somebody else ------------------------------------------------------------------------------------------


def test_what_somebody_else_deployed_is_replaced_only_by_force(here: Here, there: apis.Cloudflare) -> None:
    there.put_foreign()
    assert here.read() is None
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert said(error).startswith("deploy-foreign: what live shows at Cloudflare was not deployed by recto")
    assert apis.shown(there) == {}
    here.deploy(SITE, force=True)
    assert apis.shown(there) == SITE


def test_a_deploy_that_was_overtaken_is_refused(here: Here, there: apis.Cloudflare) -> None:
    target = cloudflare.Cloudflare(here.settings, here.place)
    target.read()
    here.deploy(SITE)
    with pytest.raises(DeployError) as error:
        target.apply(release(NEW), lambda done, total: None)
    target.close()
    assert said(error).startswith(
        "deploy-overtaken: somebody else deployed live at Cloudflare at the same time"
    )
    assert apis.shown(there) == SITE


# ---- the way back -------------------------------------------------------------------------------------------


def test_rolling_back_twice_goes_two_back(here: Here, there: apis.Cloudflare) -> None:
    for number in range(4):
        here.deploy({"index.html": b"%d" % number}, label=f"Deploy {number}")
    assert here.rollback() == "Deploy 2"
    assert here.rollback() == "Deploy 1"
    assert apis.shown(there) == {"index.html": b"1"}
    assert here.rollback() == "Deploy 0"
    with pytest.raises(DeployError) as error:
        here.rollback()
    assert said(error).startswith("deploy-rollback: Cloudflare has no earlier deployment of live")


def test_a_deploy_after_a_rollback_builds_on_what_is_shown(here: Here, there: apis.Cloudflare) -> None:
    sent = here.deploy(SITE)
    here.deploy(NEW)
    here.rollback()
    assert here.read() == sent.snapshot
    here.deploy(NEW)
    assert apis.shown(there) == NEW


def test_a_preview_has_no_way_back(here: Here) -> None:
    here.settings = replace(here.settings, branch="next")
    here.deploy(SITE)
    here.deploy(NEW)
    with pytest.raises(DeployError) as error:
        here.rollback()
    assert said(error).startswith(
        'deploy-rollback: Cloudflare goes back on the production branch only, and "next" is'
    )


# ---- what goes wrong ----------------------------------------------------------------------------------------


def test_each_third_connection_may_break(here: Here, there: apis.Cloudflare) -> None:
    there.trouble = lambda number, asked: DROP if number % 3 == 0 else None
    here.deploy(SITE)
    assert apis.shown(there) == SITE


def test_a_token_for_the_store_may_expire_at_any_time(here: Here, there: apis.Cloudflare) -> None:
    there.uses = 1
    here.deploy(SITE)
    assert apis.shown(there) == SITE
    assert len(there.tokens) == 3  # to see what is lacking, to send it, and to say that it is used


def test_a_deployment_that_fails_at_cloudflare_is_told(here: Here, there: apis.Cloudflare) -> None:
    failed = {"id": "deployment-1", "latest_stage": {"name": "deploy", "status": "failure"}}

    def fail(number: int, asked: Asked) -> Said | None:
        looks = asked.method == "GET" and "/deployments/" in asked.path
        return Said(200, {"success": True, "result": failed}) if looks else None

    there.trouble = fail
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert said(error).startswith(
        'deploy-refused: Cloudflare refuses live: its deployment ended as "failure" (deploy)'
    )


def test_an_unknown_project_is_told_by_the_name_that_was_asked_for(here: Here) -> None:
    here.settings = replace(here.settings, project="blgo")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        'deploy-refused: Cloudflare knows no project "blgo" that the token in CLOUDFLARE_API_TOKEN'
    )


def test_what_cloudflare_refuses_is_told_in_its_words(here: Here, there: apis.Cloudflare) -> None:
    refusal = {
        "success": False,
        "errors": [{"code": 8000111, "message": "Invalid branch name."}],
        "result": None,
    }
    there.trouble = lambda number, asked: Said(400, refusal) if asked.method == "POST" else None
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert said(error).startswith("deploy-refused: Cloudflare refuses live: Invalid branch name. (")


CHILD = """
import sys
from pathlib import Path
from apis import release
from recto.deploy.targets import blobs
from recto.deploy.targets.cloudflare import Cloudflare
from recto.deploy.target import Place
from recto.model import CloudflareTarget
api, folder = sys.argv[1:]
blobs.BUCKET_FILES = 4
settings = CloudflareTarget(name="live", type="cloudflare-pages", account="acc", project="blog", api=api)
target = Cloudflare(settings, Place(root=Path(folder), cache=Path(folder, "cache")))
files = {f"posts/{number}/index.html": b"new %d" % number for number in range(40)}
target.apply(release(files, target.read()), lambda done, total: None)
"""


@pytest.mark.parametrize("moment", [2, 4, 9, 16, 18, 19])
def test_a_deploy_that_is_killed_leaves_the_site_and_the_next_one_finishes(
    here: Here, there: apis.Cloudflare, tmp_path: Path, moment: int
) -> None:
    old = {f"posts/{number}/index.html": b"old %d" % number for number in range(40)}
    new = {path: data.replace(b"old", b"new") for path, data in old.items()}
    here.deploy(old)
    there.asked.clear()
    reached = threading.Event()

    def stall(number: int, asked: Asked) -> Said | None:
        if number >= moment:
            reached.set()
            return DROP
        return None

    there.trouble = stall
    command = [sys.executable, "-c", CHILD, there.api, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(__file__).parent) as child:
        assert reached.wait(30)
        child.kill()
    there.trouble = apis.StandIn.trouble
    assert apis.shown(there) in (old, new)
    here.deploy(new)
    assert apis.shown(there) == new


# ---- secrets ------------------------------------------------------------------------------------------------


def test_a_token_that_is_not_there_is_asked_for(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDFLARE_API_TOKEN")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        "deploy-secret: live needs a token of Cloudflare, and CLOUDFLARE_API_TOKEN is not set"
    )


def test_a_token_that_is_wrong_is_told_and_not_shown(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "wrong-token")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        "deploy-refused: Cloudflare does not let live in with the token in CLOUDFLARE_API_TOKEN"
    )
    assert "wrong-token" not in said(error)


def test_without_the_package_that_names_files_it_is_said_how_to_get_it(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "blake3", None)
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).endswith("(pip install 'recto[cloudflare]')")
