"""Netlify shows a site only when all of it is there, is sent only what it lacks, and tells no secret."""

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import apis
from apis import DROP, TOKEN, Asked, Said, release
from recto.deploy import web
from recto.deploy.faults import DeployError
from recto.deploy.shipment import Item, Shipment
from recto.deploy.snapshot import File, Snapshot
from recto.deploy.targets import netlify
from recto.deploy.targets.record import is_record
from recto.memo import digest_bytes
from recto.model import NetlifyTarget

SITE = {
    "index.html": b"<h1>Bees</h1>",
    "posts/\xfcber uns/index.html": b"<p>About</p>",
    "assets/site.1a2b3c4d.css": b"h1 { color: red }",
    "_redirects": b"/old /new 301!\n",
}
NEW = SITE | {"index.html": b"<h1>Wasps</h1>"}


@pytest.fixture(autouse=True)
def quick_and_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(netlify.HOST.variable, TOKEN)
    monkeypatch.setattr(web, "PAUSE", 0.02)


@pytest.fixture
def there() -> Iterator[apis.Netlify]:
    server = apis.Netlify()
    with apis.running(server):
        yield server


Here = apis.Here[apis.Netlify, NetlifyTarget]


@pytest.fixture
def here(there: apis.Netlify, tmp_path: Path) -> Here:
    settings = NetlifyTarget(name="live", type="netlify", site="blog", api=there.api)
    return Here(there, tmp_path, settings, netlify.Netlify)


def puts(server: apis.Netlify) -> list[str]:
    """The files that were sent in the last deploy, but for our record."""
    paths = server.sent("PUT", f"/api/v1/deploys/deploy-{len(server.deploys)}/files/")
    return sorted(path for path in paths if not is_record(path))


def said(error: pytest.ExceptionInfo[DeployError]) -> str:
    problem = error.value.diagnostics[0]
    return f"{problem.code}: {problem.message} ({problem.hint})"


# ---- what is sent -------------------------------------------------------------------------------------------


def test_readers_get_every_file_of_the_first_deploy(here: Here, there: apis.Netlify) -> None:
    assert here.read() is None
    here.deploy(SITE)
    assert apis.shown(there) == SITE
    assert here.progress[-1] == (4, 4)


def test_the_second_deploy_sends_only_what_changed(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE)
    here.deploy(NEW)
    assert puts(there) == ["index.html"]
    assert apis.shown(there) == NEW
    assert here.progress[-1] == (1, 1)


def test_files_with_equal_bytes_are_sent_once(here: Here, there: apis.Netlify) -> None:
    here.deploy({"a.html": b"same", "b.html": b"same"})
    assert puts(there) == ["b.html"] or puts(there) == ["a.html"]
    assert apis.shown(there) == {"a.html": b"same", "b.html": b"same"}


def test_the_next_deploy_knows_what_the_last_one_left_on_another_machine_too(here: Here) -> None:
    sent = here.deploy(SITE)
    assert here.read() == sent.snapshot
    here.forget()
    assert here.read() == sent.snapshot


def test_what_is_known_on_this_machine_is_not_asked_for(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE)
    there.asked.clear()
    here.read()
    assert {each.path for each in there.asked} == {"/api/v1/sites/blog", "/api/v1/sites/blog.netlify.app"}


def test_a_damaged_memory_of_the_last_deploy_is_not_believed(here: Here) -> None:
    sent = here.deploy(SITE)
    for path in here.place.cache.iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert here.read() == sent.snapshot


def test_a_site_is_found_by_its_id_too(here: Here, there: apis.Netlify) -> None:
    here.settings = replace(here.settings, site="site-1")
    here.deploy(SITE)
    assert apis.shown(there) == SITE


def test_a_stylesheet_stays_for_a_page_that_somebody_has_open(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE)
    without = {path: data for path, data in NEW.items() if not path.endswith(".css")}
    here.deploy(without)
    here.deploy(without | {"index.html": b"third"})
    assert apis.shown(there)["assets/site.1a2b3c4d.css"] == SITE["assets/site.1a2b3c4d.css"]
    assert puts(there) == ["index.html"]


def test_a_kept_file_that_netlify_has_lost_does_not_hold_up_the_deploy(
    here: Here, there: apis.Netlify
) -> None:
    here.deploy(SITE)
    del there.store[hashlib.sha1(SITE["assets/site.1a2b3c4d.css"]).hexdigest()]
    without = {path: data for path, data in NEW.items() if not path.endswith(".css")}
    here.deploy(without)
    assert apis.shown(there) == without


def test_an_unchanged_file_that_netlify_has_lost_is_sent_again(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE)
    del there.store[hashlib.sha1(SITE["_redirects"]).hexdigest()]
    here.deploy(NEW)
    assert puts(there) == ["_redirects", "index.html"]
    assert apis.shown(there) == NEW


def test_many_files_are_compared_in_netlifys_own_time(here: Here, there: apis.Netlify) -> None:
    many = {f"posts/{number}/index.html": str(number).encode() for number in range(netlify.MANY + 1)}
    there.slowness = 2
    here.deploy(many)
    assert apis.shown(there) == many
    assert any(each.method == "POST" and each.json["async"] for each in there.asked)


def test_the_label_is_the_title_of_the_deploy(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE, label="Deploy: pages 1 new & 50% changed")
    assert there.deploys["deploy-1"]["title"] == "Deploy: pages 1 new & 50% changed"


def test_a_name_that_netlify_cannot_have_is_told_before_anything_is_sent(
    here: Here, there: apis.Netlify
) -> None:
    with pytest.raises(DeployError) as error:
        here.deploy({"c#.html": b"sharp"})
    assert said(error).startswith("deploy-refused: Netlify refuses live:")
    assert "(c#.html)" in said(error)
    assert not there.deploys


# ---- somebody else ------------------------------------------------------------------------------------------


def test_what_somebody_else_deployed_is_replaced_only_by_force(here: Here, there: apis.Netlify) -> None:
    there.put_foreign({"theirs.html": b"theirs"})
    assert here.read() == Snapshot(files={"theirs.html": File("", 6)})
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert said(error).startswith("deploy-foreign: what live shows at Netlify was not deployed by recto")
    assert apis.shown(there) == {"theirs.html": b"theirs"}
    here.deploy(SITE, force=True)
    assert apis.shown(there) == SITE


def test_a_deploy_that_was_overtaken_before_it_began_is_refused(here: Here, there: apis.Netlify) -> None:
    target = netlify.Netlify(here.settings, here.place)
    target.read()
    here.deploy(SITE)
    with pytest.raises(DeployError) as error:
        target.apply(release(NEW), lambda done, total: None)
    target.close()
    assert said(error).startswith("deploy-overtaken: somebody else deployed live at Netlify at the same time")
    assert apis.shown(there) == SITE


def test_a_deploy_that_is_overtaken_while_it_sends_is_never_shown(here: Here, there: apis.Netlify) -> None:
    def overtake(number: int, asked: Asked) -> Said | None:
        if asked.method == "PUT" and not there.shown:
            there.put_foreign({"theirs.html": b"theirs"})
        return None

    there.trouble = overtake
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert said(error).startswith("deploy-overtaken: ")
    assert there.deploys["deploy-1"]["state"] == "error"
    assert apis.shown(there) == {"theirs.html": b"theirs"}


def test_of_two_deploys_at_the_same_time_one_is_shown_whole(here: Here, there: apis.Netlify) -> None:
    sites = [{f"{page}.html": b"%s %d" % (name, page) for page in range(20)} for name in (b"one", b"two")]
    refused: list[str] = []

    def deploy(site: dict[str, bytes]) -> None:
        try:
            here.deploy(site)
        except DeployError as error:
            refused.append(error.diagnostics[0].code)

    threads = [threading.Thread(target=deploy, args=(site,)) for site in sites]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused in ([], ["deploy-overtaken"])
    assert apis.shown(there) in sites


def test_a_locked_site_is_told_before_anything_is_sent(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE)
    there.locked = True
    with pytest.raises(DeployError) as error:
        here.deploy(NEW)
    assert said(error).startswith("deploy-refused: live is locked at Netlify")
    assert len(there.deploys) == 1


# ---- the way back -------------------------------------------------------------------------------------------


def test_rolling_back_twice_goes_two_back(here: Here, there: apis.Netlify) -> None:
    for number in range(3):
        here.deploy({"index.html": str(number).encode()}, label=f"Deploy {number}")
    assert here.rollback() == "Deploy 1"
    assert apis.shown(there) == {"index.html": b"1"}
    assert here.rollback() == "Deploy 0"
    assert apis.shown(there) == {"index.html": b"0"}
    with pytest.raises(DeployError) as error:
        here.rollback()
    assert said(error).startswith("deploy-rollback: Netlify has no earlier deploy of live")


def test_a_deploy_after_a_rollback_builds_on_what_is_shown(here: Here, there: apis.Netlify) -> None:
    sent = here.deploy(SITE)
    here.deploy(NEW)
    here.rollback()
    assert here.read() == sent.snapshot
    here.deploy(NEW)
    assert apis.shown(there) == NEW


# ---- what goes wrong ----------------------------------------------------------------------------------------


def test_each_third_connection_may_break(here: Here, there: apis.Netlify) -> None:
    there.trouble = lambda number, asked: DROP if number % 3 == 0 else None
    here.deploy(SITE)
    assert apis.shown(there) == SITE


@pytest.mark.parametrize("header", ["Retry-After", "X-RateLimit-Reset"])
def test_netlify_may_ask_to_wait(here: Here, there: apis.Netlify, header: str) -> None:
    """The one counts seconds from now; the other names a moment, here one that has passed."""
    busy = Said(429, {"message": "slow down"}, {header: "0" if header == "Retry-After" else "1700000000"})
    there.trouble = lambda number, asked: busy if number % 4 == 0 else None
    start = time.monotonic()
    here.deploy(SITE)
    assert apis.shown(there) == SITE
    assert time.monotonic() - start < 30


def test_a_service_that_is_down_is_told_with_what_to_do(here: Here, there: apis.Netlify) -> None:
    there.trouble = lambda number, asked: Said(503, {}, {"Retry-After": "0"})
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith("deploy-unreachable: Netlify answers 503 again and again (deploy again in")


def test_a_host_that_does_not_answer_is_told_with_what_to_do(here: Here) -> None:
    here.settings = replace(here.settings, api="http://127.0.0.1:1/api/v1")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        "deploy-unreachable: live cannot be reached at 127.0.0.1:1: it refuses the connection (see"
    )


def test_something_else_at_that_address_is_told(here: Here, there: apis.Netlify) -> None:
    there.trouble = lambda number, asked: Said(200, b"<h1>Welcome</h1>")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        f"deploy-unreachable: what answers at {there.api} is not the interface of Netlify"
    )


def test_an_unknown_site_is_told_by_the_name_that_was_asked_for(here: Here) -> None:
    here.settings = replace(here.settings, site="blgo")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        'deploy-refused: Netlify knows no site "blgo" that the token in NETLIFY_AUTH_TOKEN may see'
    )


def test_a_deploy_that_fails_at_netlify_is_told_in_its_words(here: Here, there: apis.Netlify) -> None:
    def fail(number: int, asked: Asked) -> Said | None:
        if asked.method == "GET" and "/deploys/" in asked.path:
            return Said(200, {"id": "deploy-1", "state": "error", "error_message": "post-processing failed"})
        return None

    there.trouble = fail
    with pytest.raises(DeployError) as error:
        here.deploy(SITE)
    assert said(error).startswith("deploy-refused: Netlify refuses live: post-processing failed")


def test_a_file_that_changes_meanwhile_stops_the_deploy(
    here: Here, there: apis.Netlify, tmp_path: Path
) -> None:
    here.deploy(SITE)
    source = tmp_path / "page.html"
    source.write_bytes(b"one")
    item = Item(path="page.html", digest=digest_bytes(b"one"), size=3, source=source)
    target = netlify.Netlify(here.settings, here.place)
    sent = release(SITE | {"page.html": b"one"}, target.read())
    items = {each.path: each for each in sent.shipment} | {"page.html": item}
    there.trouble = lambda number, asked: (
        (source.write_bytes(b"two"), None)[1] if asked.method == "POST" else None
    )
    with pytest.raises(DeployError) as error:
        target.apply(replace(sent, shipment=Shipment(items=items)), lambda done, total: None)
    target.close()
    assert said(error).startswith("deploy-changed: ")
    assert apis.shown(there) == SITE


CHILD = """
import sys
from pathlib import Path
from apis import release
from recto.deploy.targets.netlify import Netlify
from recto.deploy.target import Place
from recto.model import NetlifyTarget
api, folder = sys.argv[1:]
settings = NetlifyTarget(name="live", type="netlify", site="blog", api=api)
target = Netlify(settings, Place(root=Path(folder), cache=Path(folder, "cache")))
files = {f"posts/{number}/index.html": b"new %d" % number for number in range(40)}
target.apply(release(files, target.read()), lambda done, total: None)
"""


@pytest.mark.parametrize("moment", [3, 6, 20, 47, 48, 49])
def test_a_deploy_that_is_killed_leaves_the_site_and_the_next_one_finishes(
    here: Here, there: apis.Netlify, tmp_path: Path, moment: int
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
    monkeypatch.delenv("NETLIFY_AUTH_TOKEN")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        "deploy-secret: live needs a token of Netlify, and NETLIFY_AUTH_TOKEN is not set (make one at"
    )


@pytest.mark.parametrize("token", ["nfp_wrong", "two words", "l\xe4nge", "a\nb"])
def test_a_token_that_is_wrong_is_told_and_not_shown(
    here: Here, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("NETLIFY_AUTH_TOKEN", token)
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(("deploy-refused: Netlify does not let live in", "deploy-secret: "))
    assert token not in said(error)


def test_what_netlify_repeats_of_the_token_is_not_shown(here: Here, there: apis.Netlify) -> None:
    there.trouble = lambda number, asked: Said(422, {"message": f"odd: {asked.headers['authorization']}"})
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith("deploy-refused: Netlify refuses live: odd: Bearer ... (")


def test_a_token_is_not_sent_where_others_could_read_it(here: Here) -> None:
    here.settings = replace(here.settings, api="http://api.example.com/api/v1")
    with pytest.raises(DeployError) as error:
        here.read()
    assert said(error).startswith(
        "deploy-refused: a token for live would go to api.example.com for all to read"
    )


def test_a_token_does_not_follow_a_redirect(here: Here, there: apis.Netlify) -> None:
    with apis.running(apis.Netlify()) as other:
        there.trouble = lambda number, asked: Said(302, {}, {"Location": f"{other.url}{asked.path}"})
        with pytest.raises(DeployError):
            here.read()
        assert other.asked == []


def test_nobody_can_guess_where_the_record_is(here: Here, there: apis.Netlify) -> None:
    here.deploy(SITE)
    record = next(path for path in there.site if is_record(path))
    assert digest_bytes(there.site[record]) in record
