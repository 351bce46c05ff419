"""Pages that are kept of one preview stand for the same pages of the next until it has made them, and for no others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from conftest import NOW, MakeProject, Project
from previewing import Previewed, Told, previewing
from recto.memo import Store
from recto.model import Asset
from recto.preview import kept, running
from recto.preview.kept import Kept
from recto.preview.options import Options
from recto.preview.workshop import Workshop

FILES = {
    "site.yaml": "title: Coast\nurl: https://example.com/blog\n",
    "posts/2026-01-01-tides.md": "---\ntitle: Tides\n---\nHello.",
    "posts/2026-01-02-idea.md": "---\ntitle: Idea\ndraft: true\n---\nHalf.",
    "posts/2027-01-01-later.md": "---\ntitle: Later\n---\nTo come.",
}
TIDES, IDEA, INDEX = "/blog/posts/tides/", "/blog/posts/idea/", "/blog/"


@pytest.fixture
def site(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A site that counts as large, whose previews look every moment what there is to keep."""
    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(running, "OFTEN", 0.05)
    return project(FILES)


def what_is_kept(site: Project) -> Kept | None:
    with Store.open(site.path) as store:
        return kept.found(store, site.path)


def seen(site: Project, *pages: str) -> list[bytes]:
    """Look at pages, and wait until what is to be kept of them is."""
    with previewing(site.path) as preview:
        bodies = [preview.get(page).body for page in pages]
        preview.until(lambda: len(preview.preview.workshop.has_kept[1]) == len(pages))
    return bodies


@contextmanager
def opening(
    site: Project, monkeypatch: pytest.MonkeyPatch, now: datetime = NOW
) -> Iterator[tuple[Previewed, threading.Event]]:
    """A preview whose first build waits for the event."""
    go, build = threading.Event(), Workshop.open

    def late(self: Workshop, *_: object) -> object:
        go.wait(20)
        return build(self)

    told = Told()
    with running.Preview(
        Options(root=site.path, clock=lambda: now, host="127.0.0.1", port=0), told
    ) as preview:
        monkeypatch.setattr(Workshop, "open", late)
        preview.build(nullcontext())
        thread = threading.Thread(target=preview.run)
        thread.start()
        try:
            yield Previewed(preview, preview.listening.port, told, thread), go
        finally:
            go.set()
            preview.stop()
            thread.join()


def test_page_that_was_seen_is_there_before_the_site_is(
    site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    [tides, index] = seen(site, TIDES, INDEX)
    with opening(site, monkeypatch) as (preview, go):
        assert (preview.get(TIDES).body, preview.get(INDEX).body) == (tides, index)
        assert preview.get("/blog/_recto/preview.js").status == 200
        sheet = index.decode().partition('<link rel="stylesheet" href="')[2].partition('"')[0]
        assert preview.get(sheet).headers["content-type"] == "text/css; charset=utf-8"
        assert preview.told.editions == []
        assert preview.told.notes[0].endswith("which are as they were, while all is read")
        go.set()
        preview.until(lambda: preview.told.editions)
        assert preview.get(TIDES).body == tides


def test_file_that_is_not_what_was_kept_does_not_go_out(
    site: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen(site, TIDES)
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    known = what_is_kept(site)
    assert known
    forged = Asset(path="x.txt", source=str(secret), origin="x.txt", digest="0" * 40)
    with Store.open(site.path) as store:
        kept.keep(store, site.path, replace(known, assets=(forged,)))
    with opening(site, monkeypatch) as (preview, go):
        assert preview.get(TIDES).status == 200  # what is kept is shown
        threading.Timer(0.2, go.set).start()
        answer = preview.get("/blog/x.txt")
        assert (answer.status, "a secret" in answer.text) == (404, False)


def test_front_page_is_kept_though_nobody_looked_at_it(site: Project) -> None:
    seen(site, TIDES)
    known = what_is_kept(site)
    assert known and sorted(known.pages) == ["index.html", "posts/tides/index.html"]


def test_page_that_was_not_seen_waits_for_the_site(site: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(site, TIDES)
    with opening(site, monkeypatch) as (preview, go), preview.connect() as connection:
        connection.sendall(f"GET /blog/archive/ HTTP/1.1\r\nHost: localhost:{preview.port}\r\n\r\n".encode())
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        go.set()
        connection.settimeout(20)
        assert connection.recv(12) == b"HTTP/1.1 200"


def test_page_that_is_not_public_is_not_kept(site: Project) -> None:
    seen(site, TIDES, IDEA)
    known = what_is_kept(site)
    assert known and "posts/idea/index.html" not in known.pages


def test_what_changed_in_between_is_seen_at_once(site: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(site, TIDES)
    site.write({"posts/2026-01-01-tides.md": "---\ntitle: Tides\n---\nEbb."})
    with previewing(site.path) as preview:
        assert b"Ebb." in preview.get(TIDES).body
        assert preview.told.notes == []


def test_what_changes_before_the_site_is_there_is_not_hidden_by_what_is_kept(
    site: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(site, TIDES)
    with opening(site, monkeypatch) as (preview, go):
        assert b"Hello." in preview.get(TIDES).body
        site.write({"posts/2026-01-01-tides.md": "---\ntitle: Tides\n---\nEbb."})
        preview.until(lambda: preview.preview.workshop.is_behind)
        threading.Timer(0.2, go.set).start()
        assert b"Ebb." in preview.get(TIDES).body


def test_nothing_is_kept_past_the_moment_at_which_time_changes_the_site(site: Project) -> None:
    seen(site, TIDES)
    before, after = datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC)
    found = [
        Workshop(Options(root=site.path, clock=partial(max, now, now)), "x").kept() for now in (before, after)
    ]
    assert [one is None for one in found] == [False, True]


def test_with_other_options_nothing_is_kept(site: Project) -> None:
    seen(site, TIDES)
    with previewing(site.path, drafts=False) as preview:
        assert preview.told.notes == []


def test_of_a_small_site_nothing_is_kept(site: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LONG", 60.0)
    with previewing(site.path) as preview:
        preview.get(TIDES)
        preview.until(lambda: preview.told.editions[-1].number >= 1)
        assert not preview.preview.workshop.takes_long
    assert what_is_kept(site) is None


def test_what_is_kept_may_be_damaged(site: Project) -> None:
    seen(site, TIDES)
    with Store.open(site.path) as store:
        store.put({kept._key(site.path): b"\xc1 no MessagePack"})
    with previewing(site.path) as preview:
        assert preview.get(TIDES).status == 200
        assert preview.told.notes == []
