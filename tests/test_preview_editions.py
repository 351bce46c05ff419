"""What is served from one moment to the next, as values; and what those who listen are told of it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.types import Message

from conftest import NOW, MakeProject, Project
from previewing import run_apart
from recto import builder
from recto.diagnostics import error, warning
from recto.memo import Store
from recto.model import Page
from recto.preview import editions
from recto.preview.editions import Edition, Round, first, following, is_new, moment_of_change
from recto.preview.events import Hub
from recto.recall import Recall

POST = "---\ntitle: Tides\ndate: 2026-11-02\n---\n\nThe sea.\n"


class Bench:
    """Builds a site again and again, as a preview does."""

    def __init__(self, project: Project, *, future: bool = False) -> None:
        self.project, self.recall, self.future = project, Recall(), future

    def round(self, now: datetime = NOW) -> Round:
        """The site as it is now."""
        with Store.open(self.project.path) as store:
            plan = builder.build(
                self.project.path, store=store, now=now, recall=self.recall, index=False, future=self.future
            )
        return Round(moment=now, seconds=0.1, plan=plan, diagnostics=plan.diagnostics)


@pytest.fixture
def bench(project: MakeProject) -> Bench:
    site = {"posts/tides.md": POST, "posts/gulls.md": POST.replace("Tides", "Gulls"), "static/a.css": "p {}"}
    return Bench(project(site))


def edition(bench: Bench) -> Edition:
    return first("s", bench.round())


# ---- finding ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "url", "path"),
    [
        ("", "/", "index.html"),
        ("", "/a", "a"),
        ("", "/a/", "a/index.html"),
        ("", "", None),
        ("/blog", "/blog/", "index.html"),
        ("/blog", "/blog/a/", "a/index.html"),
        ("/blog", "/blog", None),
        ("/blog", "/", None),
        ("/blog", "/blogs/a", None),
        ("/b%C3%BC", "/bü/a", "a"),
    ],
)
def test_address_is_a_path_below_the_folder_of_the_site(
    bench: Bench, base: str, url: str, path: str | None
) -> None:
    assert replace(edition(bench), base=base).path(url) == path


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("index.html", "/b/"),
        ("a/index.html", "/b/a/"),
        ("a/b.html", "/b/a/b.html"),
        ("a/xindex.html", "/b/a/xindex.html"),
        ("ü/50%.txt", "/b/%C3%BC/50%25.txt"),
    ],
)
def test_path_has_one_address(bench: Bench, path: str, url: str) -> None:
    assert replace(edition(bench), base="/b").address(path) == url


def test_pages_and_assets_are_found_by_their_paths(bench: Bench) -> None:
    now = edition(bench)
    page, asset = now.find("posts/tides/index.html"), now.find("a.css")
    assert isinstance(page, Page)
    assert page.url == "/posts/tides/"
    assert asset and asset.path == "a.css"
    assert now.find("../a.css") is None


# ---- what follows -------------------------------------------------------------------------------------------


def test_edition_with_errors_keeps_the_last_good_plan(bench: Bench) -> None:
    good = edition(bench)
    bench.project.write({"posts/tides.md": "---\ntitle: a: b\n---\n"})
    made = bench.round()
    broken = following(good, made)
    assert (broken.plan, broken.newest) == (good.plan, made.plan)
    assert (broken.files, broken.gone, broken.renewed) == (good.files, {}, ())
    assert broken.diagnostics == made.diagnostics
    bench.project.write({"posts/tides.md": POST})
    mended = following(broken, bench.round())
    assert mended.plan is mended.newest
    assert mended.diagnostics == ()


def test_warnings_keep_no_plan_from_being_served(bench: Bench) -> None:
    made = replace(bench.round(), diagnostics=(warning("x", "careful"),))
    assert first("s", made).plan is made.plan


def test_builder_that_failed_leaves_what_there_was(bench: Bench) -> None:
    good = edition(bench)
    failed = following(good, Round(moment=NOW, seconds=0, diagnostics=(error("recto-failed", "a bug"),)))
    assert (failed.plan, failed.newest) == (good.plan, good.newest)
    assert [d.message for d in failed.diagnostics] == ["a bug"]


def test_site_that_was_never_good_has_nothing_to_serve(bench: Bench) -> None:
    made = replace(bench.round(), diagnostics=(error("x", "wrong"),))
    never = first("s", made, base="/b")
    assert (never.plan, never.files, never.base) == (None, {}, "")
    assert first("s", replace(made, plan=None), base="/b").base == "/b"


def test_page_that_goes_is_remembered_until_it_is_back(bench: Bench) -> None:
    good = edition(bench)
    bench.project.delete("posts/tides.md")
    without = following(good, bench.round())
    gone = without.gone["posts/tides/index.html"]
    assert gone.context["post"] is good.files["posts/tides/index.html"].context["post"]  # type: ignore[union-attr]
    assert "site" not in gone.context
    assert following(without, bench.round()).gone == without.gone
    bench.project.write({"posts/tides.md": POST})
    assert "posts/tides/index.html" not in following(without, bench.round()).gone


def test_only_so_many_pages_are_remembered_and_those_the_last(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "GONE", 1)
    good = edition(bench)
    bench.project.delete("posts/tides.md")
    without = following(good, bench.round())
    bench.project.delete("posts/gulls.md")
    bench.project.write({"posts/terns.md": POST})
    assert [*following(without, bench.round()).gone] == ["posts/gulls/index.html"]


def test_renewed_are_files_that_stay_at_their_address_with_other_bytes(bench: Bench) -> None:
    good = edition(bench)
    bench.project.write({"static/a.css": "p { margin: 0 }", "static/new.css": "p {}"})
    changed = following(good, bench.round())
    assert changed.renewed == ("a.css",)
    assert following(changed, bench.round()).renewed == ()


def test_file_that_comes_from_elsewhere_with_the_same_bytes_is_not_renewed(bench: Bench) -> None:
    made = bench.round()
    assert made.plan
    moved = tuple(replace(asset, origin="elsewhere") for asset in made.plan.assets)
    again = following(first("s", made), replace(made, plan=replace(made.plan, assets=moved)))
    assert again.renewed == ()
    assert {again.find(asset.path) for asset in moved} == {*moved}


def test_history_tells_of_the_newest_rounds(bench: Bench) -> None:
    now, made = edition(bench), bench.round()
    for _ in range(editions.ROUNDS + 5):
        now = following(now, made)
    assert [past.number for past in now.history] == [*range(now.number, now.number - editions.ROUNDS, -1)]
    assert now.history[0].timings == made.timings


# ---- whether there is anything new --------------------------------------------------------------------------


def test_round_that_finds_nothing_changed_is_not_new(bench: Bench) -> None:
    assert not is_new(edition(bench), bench.round())


def test_same_problems_once_more_are_not_new(bench: Bench) -> None:
    bench.project.write({"posts/tides.md": "---\ntitle: a: b\n---\n"})
    assert not is_new(edition(bench), bench.round())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posts/tides.md", POST + "More."),
        ("posts/new.md", POST),
        ("posts/tides.md", "---\ntitle: a: b\n---\n"),
        ("posts/left-out.md", POST.replace("---\n\n", "draft: true\n---\n\n")),
        ("static/a.css", "p { margin: 0 }"),
        ("templates/post.html", "<p>Mine</p>"),
        ("data/books.yaml", "- title: A book\n"),
        ("site.yaml", "title: Another\n"),
    ],
)
def test_whatever_changes_is_new(bench: Bench, name: str, text: str) -> None:
    before = edition(bench)
    bench.project.write({name: text})
    assert is_new(before, bench.round())


@pytest.mark.parametrize(
    ("name", "value"),
    [("pages", ()), ("assets", ()), ("withheld", {"a.md": None}), ("omissions", (None,))],
)
def test_each_part_of_a_plan_counts(bench: Bench, name: str, value: object) -> None:
    made = bench.round()
    assert made.plan
    other = replace(made.plan, **{name: value})  # type: ignore[arg-type]  # of whatever kind
    assert is_new(first("s", made), replace(made, plan=other))


# ---- when time alone changes the site -----------------------------------------------------------------------


def at(site: Project, *, now: datetime = NOW, future: bool) -> datetime | None:
    plan = Bench(site, future=future).round(now).plan
    assert plan
    return moment_of_change(plan, now)


def test_next_change_is_when_a_post_is_due_or_expires(project: MakeProject) -> None:
    due = POST.replace("2026-11-02", "2026-12-01T10:00:00Z")
    ends = POST.replace("---\n\n", "expires: 2026-11-30T10:00:00Z\n---\n\n")
    gone = POST.replace("---\n\n", "expires: 2026-11-01T10:00:00Z\n---\n\n")
    site = project({"posts/due.md": due, "posts/ends.md": ends, "posts/gone.md": gone, "posts/a.md": POST})
    expires, comes = datetime(2026, 11, 30, 10, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)
    for future in (False, True):
        assert at(site, future=future) == expires
        assert at(site, now=expires, future=future) == comes
        assert at(site, now=comes + timedelta(seconds=1), future=future) is None


# ---- those who listen ---------------------------------------------------------------------------------------


def test_listener_that_is_slow_is_told_the_newest_and_every_file_since(bench: Bench) -> None:
    one = edition(bench)
    later = [replace(one, number=number, renewed=(name,)) for number, name in ((2, "a.css"), (3, "b.css"))]

    async def listen() -> list[str]:
        hub, ready, sent = Hub(one), asyncio.Event(), list[str]()

        async def send(message: Message) -> None:
            sent.append(message["body"].decode())
            await ready.wait()

        async def receive() -> Message:
            await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        telling = asyncio.ensure_future(hub.tell(receive, send))
        while not sent:
            await asyncio.sleep(0)
        for each in (*later, replace(later[-1], number=4, renewed=("a.css",))):
            hub.publish(each)
        ready.set()
        while len(sent) < 2:
            await asyncio.sleep(0)
        hub.close()
        await telling
        return sent

    told = run_apart(listen())
    assert [text.count("event: edition") for text in told] == [1, 1, 0]
    data = json.loads(told[1].partition("data: ")[2])
    assert data == {"session": "s", "number": 4, "files": ["/a.css", "/b.css"]}
