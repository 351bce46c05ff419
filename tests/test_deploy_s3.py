"""A bucket as a target, asked of moto's own server: in order, finished after a kill, one deploy at a time, and in words that help."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier, Event
from types import SimpleNamespace

import msgspec
import pytest

import buckets
import recto.deploy.targets
from buckets import KEYS, NOW, Service, deploy, settings
from recto.deploy import snapshot
from recto.deploy.faults import DeployError
from recto.deploy.planning import KEPT_FOR
from recto.deploy.shipment import Item, made
from recto.deploy.snapshot import File, Snapshot
from recto.deploy.targets import cloudfront, leases
from recto.deploy.targets.leases import Holder, Lease
from recto.deploy.targets.objects import Objects
from recto.model import S3Target

OLD = {
    "index.html": "see assets/app-1a2b3c4.css and a/index.html",
    "a/index.html": "see assets/app-1a2b3c4.css and boat.jpg",
    "b/index.html": "see assets/app-1a2b3c4.css",
    "boat.jpg": "a boat",
    "assets/app-1a2b3c4.css": "old",
    "feed.xml": "a/index.html b/index.html",
}
NEW = {
    "index.html": "see assets/app-5d6e7f8.css and c/index.html",
    "a/index.html": "see assets/app-5d6e7f8.css and ship.jpg",
    "c/index.html": "see assets/app-5d6e7f8.css",
    "ship.jpg": "a ship",
    "assets/app-5d6e7f8.css": "new",
    "feed.xml": "a/index.html c/index.html",
}
KEPT = {"assets/app-1a2b3c4.css": "old"}
SHOWN = re.compile(r"[\w/.-]+\.\w+")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The keys of the tests, and none of those who run them."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as environment, buckets.serving() as service:
        for name, value in KEYS.items():
            environment.setenv(name, value)
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    running.asked.clear()
    yield running
    running.before = running.after = lambda request: None
    running.cut = lambda request: False
    running.ancient = False
    running.odd = None


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that failed are tried again at once."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def live(service: Service) -> S3Target:
    """A target in a bucket that is empty."""
    return settings(service.url, service.new_bucket())


def refusal(code: str, wanted: S3Target, files: buckets.Files = NEW) -> str:
    """The message and the hint with which a deploy is refused."""
    with pytest.raises(DeployError) as caught:
        deploy(wanted, files)
    (problem,) = caught.value.diagnostics
    assert problem.code == code
    assert problem.hint
    return f"{problem.message}; {problem.hint}"


def state(wanted: S3Target) -> Snapshot | None:
    with buckets.opened(wanted) as target:
        return target.read()


# ---- what is sent, and as what ------------------------------------------------------------------------------


def test_a_bucket_that_is_empty_holds_nothing_of_ours(live: S3Target) -> None:
    assert state(live) is None


def test_first_deploy_sends_all(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    assert service.files(live.bucket) == OLD
    found = state(live)
    assert found
    assert found.files.keys() == OLD.keys()


def test_second_deploy_sends_only_what_changed(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    service.asked.clear()
    deploy(live, OLD | {"b/index.html": "other"})
    sent = [request for request in service.changes if ".recto/" not in request]
    assert sent == [f"PUT {live.bucket}/b/index.html"]
    assert service.files(live.bucket) == OLD | {"b/index.html": "other"}


def test_a_deploy_of_nothing_new_writes_only_the_snapshot(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    service.asked.clear()
    deploy(live, OLD)
    (name,) = described(service, live)
    changes = [request for request in service.changes if not request.endswith("/.recto/lock")]
    assert changes == [f"PUT {live.bucket}/{name}"]


def described(service: Service, live: S3Target) -> list[str]:
    return [key for key in service.keys(live.bucket) if key.endswith(".json.gz")]


def test_what_the_site_no_longer_has_is_removed_and_what_an_open_page_shows_stays_a_week(
    service: Service, live: S3Target
) -> None:
    deploy(live, OLD)
    deploy(live, NEW)
    assert service.files(live.bucket) == NEW | KEPT
    deploy(live, NEW, now=NOW + KEPT_FOR)
    assert service.files(live.bucket) == NEW


def test_a_file_that_comes_back_while_it_is_kept_is_not_sent_again(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    deploy(live, NEW)
    service.asked.clear()
    deploy(live, OLD)
    assert f"PUT {live.bucket}/assets/app-1a2b3c4.css" not in service.asked
    assert service.files(live.bucket) == OLD | {"assets/app-5d6e7f8.css": "new"}


def test_pages_come_after_what_they_show_then_what_tells_of_them_and_removals_last(
    service: Service, live: S3Target
) -> None:
    deploy(live, OLD)
    service.asked.clear()
    deploy(live, NEW)
    order = [request.replace(f"{live.bucket}/", "") for request in service.changes if ".recto" not in request]
    assert sorted(order[:2]) == ["PUT assets/app-5d6e7f8.css", "PUT ship.jpg"]
    assert order[2] == "PUT c/index.html"
    assert sorted(order[3:5]) == ["PUT a/index.html", "PUT index.html"]
    assert order[5] == "PUT feed.xml"
    assert sorted(order[6:]) == ["DELETE b/index.html", "DELETE boat.jpg"]


def test_what_a_page_shows_is_removed_when_the_page_is_gone(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    early = Event()

    def watch(request: str) -> None:
        if request == f"DELETE {live.bucket}/b/index.html":
            assert not early.wait(0.2)
        elif request.startswith("DELETE"):
            early.set()

    service.before = watch
    deploy(live, NEW)
    assert early.is_set()


def test_each_file_says_what_it_is_and_how_long_it_may_be_kept(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    page = service.client().head_object(Bucket=live.bucket, Key="a/index.html")
    style = service.client().head_object(Bucket=live.bucket, Key="assets/app-1a2b3c4.css")
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert "immutable" not in page["CacheControl"]
    assert style["ContentType"] == "text/css; charset=utf-8"
    assert "immutable" in style["CacheControl"]


def test_names_of_any_script_are_sent_and_removed(service: Service, live: S3Target) -> None:
    files = {"über uns/index.html": "x", "a+b%20c~&'.pdf": "y", "写/ß#?.html": "z"}
    deploy(live, files)
    assert service.files(live.bucket) == files
    deploy(live, {"index.html": "x"})
    assert service.files(live.bucket) == {"index.html": "x"}


@pytest.mark.parametrize("prefix", ["blog", "/blog/", "my/blog"])
def test_a_prefix_is_a_folder_of_its_own(service: Service, live: S3Target, prefix: str) -> None:
    service.client().put_object(Bucket=live.bucket, Key="index.html", Body=b"theirs")
    inside = settings(service.url, live.bucket, prefix=prefix)
    deploy(inside, OLD)
    deploy(inside, NEW)
    folder = prefix.strip("/")
    ours = {f"{folder}/{path}": text for path, text in (NEW | KEPT).items()}
    assert service.files(live.bucket) == ours | {"index.html": "theirs"}


def test_progress_counts_each_file(live: S3Target) -> None:
    deploy(live, OLD)
    told: list[tuple[int, int]] = []
    deploy(live, NEW, progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 8) for number in range(1, 9)]


# ---- redirects ----------------------------------------------------------------------------------------------


def moved(where: str) -> list[Item]:
    return [replace(made("old/index.html", b"it moved"), redirect=where)]


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        ("/blog/new/", "/blog/new/"),
        ("/blog/über uns/", "/blog/%C3%BCber%20uns/"),
        ("/blog/%C3%BCber/", "/blog/%C3%BCber/"),
        ("https://example.org/?a=b&c#d", "https://example.org/?a=b&c#d"),
    ],
)
def test_an_old_address_redirects(service: Service, live: S3Target, where: str, sent: str) -> None:
    deploy(settings(service.url, live.bucket, redirects="s3"), moved(where))
    found = service.client().head_object(Bucket=live.bucket, Key="old/index.html")
    assert found["WebsiteRedirectLocation"] == sent


# ---- the snapshot -------------------------------------------------------------------------------------------


def test_the_snapshot_has_a_name_that_readers_cannot_guess_and_keeps_it(
    service: Service, live: S3Target
) -> None:
    deploy(live, OLD)
    (name,) = described(service, live)
    assert re.fullmatch(r"\.recto/[0-9a-f]{32}\.json\.gz", name)
    deploy(live, NEW)
    assert described(service, live) == [name]


def test_before_anything_is_touched_the_snapshot_says_what_will_be(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    seen: list[Snapshot | None] = []

    def look(request: str) -> None:
        if request.endswith("assets/app-5d6e7f8.css"):
            (name,) = described(service, live)
            seen.append(snapshot.read(zlib.decompress(service.keys(live.bucket)[name].value, wbits=31)))

    service.before = look
    with buckets.opened(live) as target:
        target.apply(
            buckets.release(target.read(), buckets.items(NEW), ledger="addresses"), lambda done, total: None
        )
    (found,) = seen
    assert found
    touched = {path for path, file in found.files.items() if not file.digest}
    assert touched == {*NEW, "b/index.html", "boat.jpg"}
    assert found.files["ship.jpg"] == File("", 6)
    assert found.ledger == "addresses"


@pytest.mark.parametrize(
    "damage", [b"", b"x", zlib.compress(b"{}}", wbits=31), zlib.compress(b"{}", wbits=31)[:-9]], ids=range(4)
)
def test_a_snapshot_that_cannot_be_read_is_none(service: Service, live: S3Target, damage: bytes) -> None:
    deploy(live, OLD)
    (name,) = described(service, live)
    service.client().put_object(Bucket=live.bucket, Key=name, Body=damage)
    assert state(live) is None
    assert "did not put there" in refusal("deploy-foreign", live, OLD)
    deploy(live, OLD, force=True)
    assert described(service, live) == [name]


# ---- what is not ours ---------------------------------------------------------------------------------------


def test_what_somebody_else_put_there_is_not_overwritten_without_force(
    service: Service, live: S3Target
) -> None:
    service.client().put_object(Bucket=live.bucket, Key="index.html", Body=b"theirs")
    assert "index.html" in refusal("deploy-foreign", live, OLD)
    assert service.files(live.bucket) == {"index.html": "theirs"}
    deploy(live, OLD, force=True)
    assert service.files(live.bucket) == OLD


def test_what_somebody_else_put_beside_it_stays(service: Service, live: S3Target) -> None:
    service.client().put_object(Bucket=live.bucket, Key="theirs.html", Body=b"theirs")
    deploy(live, OLD)
    deploy(live, NEW)
    assert service.files(live.bucket) == NEW | KEPT | {"theirs.html": "theirs"}


# ---- one at a time ------------------------------------------------------------------------------------------


def lock(service: Service, live: S3Target) -> Holder:
    return msgspec.json.decode(service.keys(live.bucket)[".recto/lock"].value, type=Holder)


def hold(service: Service, live: S3Target, age: int, **who: object) -> None:
    """Have somebody hold the lock since so many seconds ago, by the server's clock."""
    holder = Holder(**{"token": "theirs", "host": "elsewhere", "pid": 7, "since": NOW} | who)  # type: ignore[arg-type]
    service.client().put_object(Bucket=live.bucket, Key=".recto/lock", Body=msgspec.json.encode(holder))
    service.keys(live.bucket)[".recto/lock"].last_modified -= timedelta(seconds=age)


def test_the_lock_names_nobody_once_a_deploy_is_over(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    assert lock(service, live) == Holder()
    service.deny(live.bucket, "s3:DeleteObject")
    refusal("deploy-refused", live, NEW)
    assert lock(service, live) == Holder()


def test_a_second_deploy_at_the_same_time_is_refused(service: Service, live: S3Target) -> None:
    told: list[str] = []

    def meanwhile(request: str) -> None:
        if request.endswith("/feed.xml") and not told:
            told.append(refusal("deploy-busy", live, NEW))

    service.after = meanwhile
    deploy(live, OLD)
    (words,) = told
    assert f"live is under way, from {socket.gethostname()} (process {os.getpid()}) since " in words
    assert service.files(live.bucket) == OLD


def test_of_deploys_that_start_together_one_is_done_and_the_others_are_refused(
    service: Service, live: S3Target
) -> None:
    gate = Barrier(4)

    def one(number: int) -> str:
        with buckets.opened(live) as target:
            todo = buckets.release(
                target.read(), buckets.items({"index.html": str(number), f"{number}.html": "x"})
            )
            gate.wait()
            try:
                target.apply(todo, lambda done, total: None)
            except DeployError as problem:
                return problem.diagnostics[0].code
        return str(number)

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(one, range(4)))
    (winner,) = set(ended) - {"deploy-busy", "deploy-overtaken"}
    assert service.files(live.bucket) == {"index.html": winner, f"{winner}.html": "x"}


def test_a_deploy_that_looked_before_another_deployed_is_refused(service: Service, live: S3Target) -> None:
    for files in (OLD, NEW):
        with buckets.opened(live) as target:
            todo = buckets.release(target.read(), buckets.items({"index.html": "late"}))
            deploy(live, files)
            with pytest.raises(DeployError, match="deployed from elsewhere"):
                target.apply(todo, lambda done, total: None, force=True)
    assert service.files(live.bucket) == NEW | KEPT


def test_a_lock_without_a_sign_of_life_for_two_minutes_is_taken(service: Service, live: S3Target) -> None:
    hold(service, live, age=leases.STALE - 5)
    assert "from elsewhere (process 7) since " in refusal("deploy-busy", live, OLD)
    hold(service, live, age=leases.STALE)
    deploy(live, OLD)
    assert service.files(live.bucket) == OLD


def test_a_lock_of_a_process_here_that_is_dead_is_taken_at_once(service: Service, live: S3Target) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    hold(service, live, age=0, machine=leases._machine(), pid=dead.pid)
    deploy(live, OLD)
    hold(service, live, age=0, machine="another", pid=dead.pid)
    refusal("deploy-busy", live, NEW)


@pytest.mark.parametrize("text", ["", "{}}", '{"pid": -1, "token": "x"}', '{"since": 1e999}', "\xff"])
def test_a_lock_that_cannot_be_read_is_somebodys_until_it_is_stale(
    service: Service, live: S3Target, text: str
) -> None:
    service.client().put_object(Bucket=live.bucket, Key=".recto/lock", Body=text.encode("latin-1"))
    refusal("deploy-busy", live, OLD)
    service.keys(live.bucket)[".recto/lock"].last_modified -= timedelta(seconds=leases.STALE)
    deploy(live, OLD)


def test_a_deploy_that_lost_its_lock_stops(
    service: Service, live: S3Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(live, OLD)
    monkeypatch.setattr(leases, "SURE", 0)  # as if it had been asleep

    def rob(request: str) -> None:
        if request.endswith("/ship.jpg"):
            hold(service, live, age=0)

    service.after = rob
    assert "took over" in refusal("deploy-overtaken", live)
    assert "c/index.html" not in service.files(live.bucket)
    assert lock(service, live).token == "theirs"


def test_a_deploy_that_lost_its_lock_at_the_very_end_does_not_count(
    service: Service, live: S3Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(live, OLD)
    monkeypatch.setattr(leases, "SURE", 0)
    service.after = lambda request: hold(service, live, age=0) if request.endswith("/feed.xml") else None
    refusal("deploy-overtaken", live, OLD | {"feed.xml": "new"})
    found = state(live)
    assert found
    assert found.files["feed.xml"] == File("", 3)


def test_a_deploy_gives_signs_of_life(service: Service, live: S3Target) -> None:
    seen: list[int] = []
    enough = Event()

    def look(request: str) -> None:
        if request == f"PUT {live.bucket}/.recto/lock":
            seen.append(lock(service, live).beats)
            if len(seen) == 4:
                enough.set()

    service.after = look
    with Lease(Objects(live), ".recto/lock", "live", every=0.01) as lease:
        assert enough.wait(20)
        lease.check()
    assert seen[:4] == [0, 1, 2, 3]
    assert lock(service, live) == Holder()


@pytest.mark.parametrize("number", range(1, 4))
def test_a_lock_is_held_though_the_answer_was_lost(
    service: Service, live: S3Target, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(leases, "SURE", 0)
    puts = count(1)

    def lose(request: str) -> buckets.Refusal | None:
        lost = request == f"PUT {live.bucket}/.recto/lock" and next(puts) == number
        return (500, "InternalError") if lost else None

    service.after = lose
    deploy(live, {"index.html": "x"})
    assert lock(service, live) == Holder()


def test_a_service_that_knows_no_conditions_is_used_without(service: Service, live: S3Target) -> None:
    service.ancient = True
    deploy(live, OLD)
    assert service.files(live.bucket) == OLD
    hold(service, live, age=0)
    refusal("deploy-busy", live)


# ---- killed, cut off ----------------------------------------------------------------------------------------


def whole(service: Service, live: S3Target, request: str) -> None:
    """No page or feed names a file that is not there."""
    there = service.files(live.bucket)
    for path, text in there.items():
        if path.endswith((".html", ".xml")):
            assert set(SHOWN.findall(text)) <= there.keys(), (path, request)


@pytest.mark.parametrize("fatal", [4, 6, 7, 11, 12, 14, 15])
def test_a_deploy_killed_at_any_request_is_finished_by_the_next(
    service: Service, live: S3Target, fatal: int
) -> None:
    """By turns the request arrives, or does not."""
    deploy(live, OLD)
    service.after = partial(whole, service, live)
    requests = count(1)
    command = [sys.executable, str(Path(buckets.__file__)), service.url, live.bucket, json.dumps(NEW)]
    process = subprocess.Popen(command)

    def kill(request: str) -> buckets.Refusal | None:
        if next(requests) != fatal:
            return None
        process.kill()
        process.wait()
        return (503, "SlowDown") if fatal % 2 else None

    service.before = kill
    assert process.wait(60) == -signal.SIGKILL
    deploy(live, NEW)
    assert service.files(live.bucket) == NEW | KEPT
    found = state(live)
    assert found
    assert found.files == {item.path: File(item.digest, item.size) for item in buckets.items(NEW)}


@pytest.mark.parametrize("fatal", [7, 14])
def test_a_deploy_of_something_else_after_a_kill_leaves_nothing_of_it(
    service: Service, live: S3Target, fatal: int
) -> None:
    deploy(live, OLD)
    requests = count(1)

    def kill(request: str) -> buckets.Refusal | None:
        return (403, "AccessDenied") if next(requests) >= fatal else None

    service.before = kill
    refusal("deploy-refused", live)
    service.before = lambda request: None
    service.keys(live.bucket)[".recto/lock"].last_modified -= timedelta(seconds=leases.STALE)
    service.after = partial(whole, service, live)
    deploy(live, OLD)
    assert service.files(live.bucket).items() >= OLD.items()
    assert service.files(live.bucket).keys() <= OLD.keys() | {"assets/app-5d6e7f8.css"}


@pytest.mark.usefixtures("hasty")
def test_connections_that_break_do_no_harm(service: Service, live: S3Target) -> None:
    with buckets.shaky(service.url) as url:
        deploy(settings(url, live.bucket), OLD)
        service.after = partial(whole, service, live)
        deploy(settings(url, live.bucket), NEW)
    assert lock(service, live) == Holder()
    assert service.files(live.bucket) == NEW | KEPT


def test_an_answer_that_is_cut_short_is_asked_for_again(service: Service, live: S3Target) -> None:
    deploy(live, OLD)
    service.asked.clear()
    service.cut = lambda request: request.endswith(".gz") and len(service.asked) < 5
    assert state(live)
    service.cut = lambda request: request.endswith(".gz")
    assert "the connection broke" in refusal("deploy-unreachable", live)


@pytest.mark.usefixtures("hasty")
def test_a_fault_that_passes_is_waited_for(service: Service, live: S3Target) -> None:
    failures = iter([(503, "SlowDown"), (500, "InternalError"), (429, "TooManyRequests")])
    service.before = lambda request: next(failures, None) if request.endswith("/feed.xml") else None
    deploy(live, OLD)
    assert service.files(live.bucket) == OLD


def test_a_file_that_changes_meanwhile_stops_the_deploy(
    service: Service, live: S3Target, tmp_path: Path
) -> None:
    source = tmp_path / "page.html"
    source.write_text("other")
    stale = replace(made("index.html", b"page"), source=source)
    with pytest.raises(DeployError, match="changed while"):
        deploy(live, [stale])
    assert service.files(live.bucket) == {}


# ---- refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("permission", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
def test_a_permission_that_is_missing_is_named(service: Service, live: S3Target, permission: str) -> None:
    deploy(live, OLD)
    service.deny(live.bucket, permission)
    words = refusal("deploy-refused", live)
    assert f"lacks the permission {permission}; allow {permission} on arn:aws:s3:::{live.bucket}/*" in words


def test_the_permission_to_list_is_named(service: Service, live: S3Target) -> None:
    """moto itself does not ask for it."""
    service.before = lambda request: (403, "AccessDenied") if request == f"GET {live.bucket}" else None
    words = refusal("deploy-refused", live)
    assert f"allow s3:ListBucket on arn:aws:s3:::{live.bucket} " in words


@pytest.mark.parametrize(
    ("status", "answer", "code", "words"),
    [
        (403, "InvalidAccessKeyId", "deploy-refused", "the access key for live is refused"),
        (403, "SignatureDoesNotMatch", "deploy-refused", "AWS_SECRET_ACCESS_KEY"),
        (400, "ExpiredToken", "deploy-refused", "log in again"),
        (403, "RequestTimeTooSkewed", "deploy-refused", "set the clock"),
        (400, "AuthorizationHeaderMalformed", "deploy-unreachable", "in another region; write its region"),
        (507, "XMinioStorageFull", "deploy-full", "make room"),
        (403, "QuotaExceeded", "deploy-full", "make room"),
        (418, "Teapot", "deploy-refused", "live refuses PutObject: Teapot No;"),
    ],
)
def test_a_refusal_says_what_to_do(
    service: Service, live: S3Target, status: int, answer: str, code: str, words: str
) -> None:
    service.before = lambda request: (status, answer) if request.endswith("/index.html") else None
    assert words in refusal(code, live)


def test_a_bucket_that_is_not_there_is_said_so(service: Service) -> None:
    words = refusal("deploy-unreachable", settings(service.url, "nowhere"))
    assert f'there is no bucket "nowhere" at {service.url}' in words


def test_a_bucket_without_a_name_that_can_be_is_said_so(service: Service) -> None:
    assert 'Invalid bucket name "a b"' in refusal("deploy-refused", settings(service.url, "a b"))


@pytest.mark.usefixtures("hasty")
def test_a_service_that_is_not_there_is_said_so() -> None:
    with socket.create_server((buckets.LOOPBACK, 0)) as listener:
        url = f"http://{buckets.LOOPBACK}:{listener.getsockname()[1]}"
    assert f"{url} does not answer for live" in refusal("deploy-unreachable", settings(url, "site"))


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "http://"])
def test_an_endpoint_that_is_no_address_is_said_so(url: str) -> None:
    assert "cannot be asked" in refusal("deploy-refused", settings(url, "site"))


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, "", "as S3 does; correct endpoint:"),
        (
            200,
            "<ListBucketResult><Contents><Key>.recto/x.json.gz</Key></Contents></ListBucketResult>",
            "as S3 does",
        ),
        (301, "", "endpoint:"),
        (200, "<html><p>Hello</html>", "has a fault"),
        (404, "<html>", "there is no bucket"),
        (500, "", "has a fault"),
    ],
)
def test_a_server_of_another_kind_is_said_to_be_one(
    service: Service, live: S3Target, status: int, body: str, words: str
) -> None:
    service.odd = status, body
    assert words in refusal("deploy-unreachable", live)


def test_missing_keys_are_said_to_be(live: S3Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refusal("deploy-secret", live)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHALF")
    refusal("deploy-secret", live)


def test_a_profile_that_is_not_there_is_said_so(live: S3Target) -> None:
    assert 'no profile "work"' in refusal("deploy-secret", replace(live, profile="work"))


def test_a_profile_says_with_which_keys(
    live: S3Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id = a\naws_secret_access_key = b\n")
    deploy(replace(live, profile="work"), OLD)


def test_no_message_holds_a_key(service: Service, live: S3Target) -> None:
    service.before = lambda request: (403, "SignatureDoesNotMatch")
    words = refusal("deploy-refused", live)
    assert not [secret for secret in ("AKIATEST", "sesame") if secret in words]


def test_without_boto3_it_is_said_how_to_get_it(live: S3Target, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("objects", "aws"):
        monkeypatch.delitem(sys.modules, f"recto.deploy.targets.{name}")
        monkeypatch.delattr(recto.deploy.targets, name)
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert "pip install 'recto[s3]'" in refusal("deploy-missing", live)


def test_a_bucket_has_nothing_to_go_back_to(live: S3Target) -> None:
    with buckets.opened(live) as target, pytest.raises(DeployError, match="one at a time"):
        target.rollback()


# ---- CloudFront ---------------------------------------------------------------------------------------------


@pytest.fixture
def cloud(service: Service, live: S3Target, monkeypatch: pytest.MonkeyPatch) -> S3Target:
    """The target with a distribution before it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", service.url)
    origin = {"Id": "o", "DomainName": "x.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    made = service.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": live.bucket,
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
        }
    )
    return replace(live, cloudfront=made["Distribution"]["Id"])


def forgotten(service: Service, cloud: S3Target) -> list[list[str]]:
    """The paths of each invalidation."""
    client = service.client("cloudfront")
    done = client.list_invalidations(DistributionId=cloud.cloudfront)["InvalidationList"].get("Items", ())
    return [
        client.get_invalidation(DistributionId=cloud.cloudfront, Id=one["Id"])["Invalidation"][
            "InvalidationBatch"
        ]["Paths"]["Items"]
        for one in done
    ]


def test_cloudfront_forgets_what_changed_at_each_of_its_addresses(service: Service, cloud: S3Target) -> None:
    deploy(cloud, OLD)
    before = forgotten(service, cloud)
    deploy(cloud, OLD | {"b/index.html": "new", "boat.jpg": "new"})
    (last,) = [paths for paths in forgotten(service, cloud) if paths not in before]
    assert last == ["/blog/b/", "/blog/b/index.html", "/blog/boat.jpg"]


def test_cloudfront_is_not_asked_where_nothing_changed(service: Service, cloud: S3Target) -> None:
    deploy(cloud, OLD)
    deploy(cloud, OLD)
    deploy(cloud, OLD | {"assets/more-9a8b7c6.css": "x"})
    assert len(forgotten(service, cloud)) == 1


def test_cloudfront_forgets_all_where_too_much_changed() -> None:
    many = [f"{number}/index.html" for number in range(cloudfront.MOST // 2)]
    assert len(cloudfront.addresses(many, "")) == cloudfront.MOST
    assert cloudfront.addresses([*many, "x.html"], "/blog") == ["/blog/*"]


def test_addresses_for_cloudfront_are_encoded() -> None:
    assert cloudfront.addresses(["index.html", "ü b/*.pdf"], "") == [
        "/",
        "/%C3%BC%20b/%2A.pdf",
        "/index.html",
    ]


def test_what_cloudfront_did_not_forget_is_told_it_again_by_the_next_deploy(
    service: Service, cloud: S3Target
) -> None:
    deploy(cloud, OLD)
    told = len(forgotten(service, cloud))
    service.before = lambda request: (403, "AccessDenied") if "distribution" in request else None
    words = refusal("deploy-refused", cloud, OLD | {"b/index.html": "new"})
    assert f"allow cloudfront:CreateInvalidation on the distribution {cloud.cloudfront}" in words
    service.before = lambda request: None
    deploy(cloud, OLD | {"b/index.html": "new"})
    assert len(forgotten(service, cloud)) == told + 1


def test_a_distribution_that_is_not_there_is_said_so(service: Service, cloud: S3Target) -> None:
    assert 'no CloudFront distribution "E404"' in refusal(
        "deploy-unreachable", replace(cloud, cloudfront="E404")
    )
