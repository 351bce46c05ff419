"""What a tab shows while its author writes: `recto serve` as people start it, files changed on disk, a real browser."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from serving import NOW

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parent / "site"
POST = "posts/2026-11-14-everything.md"
SHEET = "static/custom.css"
OPENED = re.compile(r"http://localhost:(\d+)(/\S*)/")


class Preview:
    """A running `recto serve`, and the folder of its site. `base` is where it is; `said` what it wrote to stderr."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self._log = site.with_name(f"{site.name}.log")
        self._port = 0
        self.start()

    def start(self) -> None:
        """Start it, at the same port as before."""
        words = [
            sys.executable,
            "-m",
            "recto",
            "serve",
            str(self.site),
            "-p",
            str(self._port),
            "--base-path",
            "/blog",
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                words,
                env=os.environ | {"SOURCE_DATE_EPOCH": str(NOW)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout
        for line in self._process.stdout:
            if found := OPENED.search(line.decode()):
                self._port = int(found[1])
                break
        else:
            raise AssertionError(self.said)
        self.base = f"http://localhost:{self._port}/blog"

    def stop(self, how: int = signal.SIGKILL) -> None:
        """End it, by default without a word."""
        with suppress(ProcessLookupError):
            self._process.send_signal(how)
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()

    @property
    def said(self) -> str:
        """What the terminal shows of problems."""
        return self._log.read_text("utf-8")

    def write(self, name: str, text: str | bytes) -> None:
        """Make or replace a file, as an editor does that writes into it."""
        path = self.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def edit(self, name: str, old: str, new: str) -> None:
        """Change the one place of a file that says something."""
        text = (self.site / name).read_text("utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def delete(self, name: str) -> None:
        """Remove a file."""
        (self.site / name).unlink()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small blog with its pictures made already."""
    site = tmp_path_factory.mktemp("prepared") / "site"
    shutil.copytree(SAMPLE, site)
    (site / "static").mkdir()
    (site / SHEET).write_text("h1 { color: rgb(1, 2, 3) }")
    subprocess.run(
        [sys.executable, "-m", "recto", "build", str(site), "-q", "-o", str(site.with_name("out"))],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(NOW)},
        check=True,
    )
    return site


@pytest.fixture
def serving(prepared: Path, tmp_path: Path) -> Iterator[Callable[..., Preview]]:
    """`serving({"posts/a.md": "..."})` serves the small blog with these files besides."""
    running: list[Preview] = []

    def serve(files: dict[str, str] | None = None) -> Preview:
        site = tmp_path / f"site{len(running)}"
        shutil.copytree(prepared, site)
        for name, text in (files or {}).items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text, "utf-8")
        running.append(Preview(site))
        return running[-1]

    yield serve
    for each in running:
        each.stop()


@pytest.fixture
def preview(serving: Callable[..., Preview]) -> Preview:
    """The small blog, served."""
    return serving()


def look(page: Page, url: str) -> None:
    """Open a page, and wait until its script has looked for news once. The tab is marked: another document has no mark."""
    with page.expect_response(lambda answer: "/_recto/page" in answer.url) as told:
        page.goto(url)
    told.value.finished()
    page.wait_for_selector("recto-preview", state="attached")
    page.evaluate("""() => {
        window.here = true
        window.updates = []
        document.addEventListener('recto:update', () => updates.push(document.body.innerText))
    }""")


def is_same(page: Page) -> bool:
    """Whether the tab still shows the document that was looked at, and has not loaded another."""
    return bool(page.evaluate("window.here === true"))


@pytest.fixture(autouse=True)
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """Whatever goes wrong in a script of any tab; nothing may."""
    said: list[str] = []
    context.on("weberror", lambda problem: said.append(str(problem.error)))
    yield said
    assert said == []


@pytest.fixture
def everything(preview: Preview, page: Page) -> Page:
    """A tab that shows the post that has it all."""
    look(page, f"{preview.base}/posts/everything/")
    return page


def overlay(page: Page) -> Locator:
    """What stands over the page."""
    return page.locator("recto-preview .cover")


def problems(within: Locator) -> list[str]:
    """The problems that are shown, as text; the innermost pieces are lines."""
    lines = "(e) => [...e.querySelectorAll('span')].filter((s) => s.className != 'excerpt').map((s) => s.textContent).join('\\n')"
    return [str(each.evaluate(lines)) for each in within.locator(".problem").all()]


# ---- an edit is seen in its place -----------------------------------------------------------------------------------

WATCH = """
() => {
  const touched = window.touched = [];
  new MutationObserver((records) => records.forEach((r) => {
    const now = r.type == 'attributes' ? r.target.getAttribute(r.attributeName) : r.target.data;
    if (r.type == 'childList') touched.push(`${r.target.nodeName} children`);
    else if (now !== r.oldValue) touched.push(`${(r.target.parentElement ?? r.target).nodeName} ${r.attributeName ?? 'text'}`);
  })).observe(document, {subtree: true, childList: true, attributes: true, attributeOldValue: true, characterData: true, characterDataOldValue: true});
}
"""


def test_changed_word_is_one_changed_text_node_and_nothing_else(preview: Preview, everything: Page) -> None:
    everything.evaluate(WATCH)
    preview.edit(POST, "Words after the code", "Sentences after the code")
    expect(everything.get_by_text("Sentences after the code")).to_be_visible()
    assert everything.evaluate("touched") == ["P text"]
    assert is_same(everything)


def test_new_paragraph_is_one_new_element(preview: Preview, everything: Page) -> None:
    everything.evaluate(WATCH)
    preview.edit(POST, "Words after the code", "A new paragraph.\n\nWords after the code")
    expect(everything.get_by_text("A new paragraph.")).to_be_visible()
    touched = [
        what for what in everything.evaluate("touched") if what != "SCRIPT text"
    ]  # which counts the words
    assert touched == ["DIV children"] * 2  # it, and a line break


def test_reader_stays_where_he_is_with_all_that_he_did(preview: Preview, page: Page) -> None:
    preview.edit(
        POST, "## Setting out", "<details><summary>More</summary>Hidden.</details>\n\n## Setting out"
    )
    look(page, f"{preview.base}/posts/everything/")
    page.get_by_text("More", exact=True).click()
    page.evaluate("""() => {
        const box = document.createElement('input')
        box.type = 'search'
        document.querySelector('.site-head').append(box)
        document.documentElement.dataset.theme = 'dark'
        box.value = 'half a wo'
        box.focus()
        box.setSelectionRange(2, 4)
        scrollTo({top: 700, behavior: 'instant'})
    }""")
    before = page.evaluate("scrollY")
    assert before > 300
    preview.edit(POST, "The last of four parts", "The very last of four parts")
    expect(page.get_by_text("The very last of four parts")).to_be_attached()
    assert page.evaluate("scrollY") == before
    assert page.evaluate("document.querySelector('.prose details').open")
    assert page.evaluate("""() => {
        const box = document.activeElement
        return [box.type, box.value, box.selectionStart, box.selectionEnd, document.documentElement.dataset.theme]
    }""") == ["search", "half a wo", 2, 4, "dark"]
    assert is_same(page)


def test_search_goes_on_while_its_page_changes(preview: Preview, page: Page) -> None:
    look(page, f"{preview.base}/search/")
    page.evaluate("""() => {
        const box = Object.assign(document.createElement('input'), {type: 'search', value: 'tea'})
        document.querySelector('.intro').append(box)
        box.focus()
    }""")
    preview.edit("site.yaml", "title: Behaviours", "title: Behaving")
    expect(page).to_have_title("Search · Behaving")
    assert page.evaluate("[document.activeElement.type, document.activeElement.value]") == ["search", "tea"]
    assert is_same(page)


def test_selected_words_stay_selected_when_others_beside_them_change(
    preview: Preview, everything: Page
) -> None:
    everything.evaluate("""() => {
        const text = [...document.querySelectorAll('.prose p')].find((p) => p.textContent.startsWith('Words after')).firstChild
        getSelection().setBaseAndExtent(text, 0, text, 5)
    }""")
    preview.edit(POST, "something to leave behind", "something to take along")
    expect(everything.get_by_text("something to take along")).to_be_attached()
    assert everything.evaluate("getSelection().toString()") == "Words"


def test_title_and_list_of_contents_follow(preview: Preview, everything: Page) -> None:
    preview.edit(POST, "title: Everything at once", "title: All at once")
    expect(everything).to_have_title("All at once · Behaviours")
    preview.edit(POST, "## Setting out", "## Setting sail")
    expect(everything.locator(".toc a").first).to_have_text("Setting sail")
    assert everything.evaluate("document.querySelector('.prose h2').id") == "setting-sail"
    assert (
        everything.evaluate("document.querySelector('meta[property=\"og:title\"]').content") == "All at once"
    )
    assert is_same(everything)


def test_paragraphs_that_move_take_their_elements_along(preview: Preview, everything: Page) -> None:
    """One changed at either end of the text, and one new in between: all others are the very elements that they were."""
    everything.evaluate("document.querySelectorAll('.prose > *').forEach((e) => e.kept = true)")
    preview.edit(POST, "nothing much is said".capitalize(), "Not much is told")
    preview.edit(POST, "Words after the code", "One more.\n\nWords after the code")
    preview.edit(POST, "The last of four parts", "The last of the four")
    expect(everything.get_by_text("The last of the four")).to_be_attached()
    new = everything.evaluate(
        "[...document.querySelectorAll('.prose > *')].filter((e) => !e.kept).map((e) => e.textContent)"
    )
    assert new == ["One more."]


BARE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{step}</title></head>
<body data-step="{step}">
{html}
</body></html>
"""
DIFFERS = """
async () => {
  const fresh = new DOMParser().parseFromString(await (await fetch(location)).text(), 'text/html').documentElement;
  const shown = document.documentElement.cloneNode(true);
  shown.querySelector('recto-preview').remove();
  return shown.outerHTML == fresh.outerHTML ? null : [shown.outerHTML, fresh.outerHTML];
}
"""
Tree = list[Any]  # its tag, an attribute, and within it trees and texts


def branch(chance: Random, depth: int = 0) -> Tree | str:
    """A tree of elements as anybody may write one, or a text."""
    if depth > 3 or (depth and chance.random() < 0.35):
        return chance.choice(["one", "two", "three & four", "five\n", ""])
    inner = [branch(chance, depth + 1) for _ in range(chance.randrange(1, 6))]
    marks = ["", ' id="a"', ' id="b"', ' class="x"', ' class="y"', ' title="z"', " hidden"]
    return [
        chance.choice(["div", "section", "ul", "em", "h2", "h3", "svg", "template", "details"]),
        chance.choice(marks),
        *inner,
    ]


def written(tree: Tree | str) -> str:
    """The tree as HTML."""
    if isinstance(tree, str):
        return tree.replace("&", "&amp;")
    return f"<{tree[0]}{tree[1]}>{''.join(map(written, tree[2:]))}</{tree[0]}>"


def changed(tree: Tree, chance: Random) -> None:
    """Change something somewhere in the tree: its own tag or mark, or what is in it."""
    at = chance.randrange(2, len(tree)) if len(tree) > 2 else 2
    within = [part for part in tree[2:] if isinstance(part, list)]
    what = chance.randrange(9)
    if what < 4 and within:
        changed(chance.choice(within), chance)
    elif what == 4:
        tree[at:at] = [branch(chance, 2)]
    elif what == 5:
        del tree[at : at + 1]
    elif what == 6:
        tree[at : at + 1] = [branch(chance, 2)]
    elif what == 7:
        tree[0:2] = branch(chance, 0)[0:2]
    else:
        tree[2:] = chance.sample(tree[2:], len(tree) - 2)


def test_whatever_changes_the_page_is_what_the_server_has(
    serving: Callable[..., Preview], page: Page
) -> None:
    chance = Random(7)
    tree: Tree = ["main", "", *(branch(chance) for _ in range(5))]
    preview = serving({"templates/post.html": BARE.format(step=0, html=written(tree))})
    look(page, f"{preview.base}/posts/everything/")
    for step in range(1, 61):
        for _ in range(chance.randrange(1, 4)):
            changed(tree, chance)
        preview.write("templates/post.html", BARE.format(step=step, html=written(tree)))
        page.wait_for_function(f"document.body.dataset.step == '{step}'")
        assert page.evaluate(DIFFERS) is None
    assert is_same(page)


def test_heading_that_becomes_a_smaller_one_keeps_its_id_and_is_another_element(
    preview: Preview, everything: Page
) -> None:
    preview.edit(POST, "## Setting out", "### Setting out")
    expect(everything.locator("h3#setting-out")).to_be_visible()
    expect(everything.locator("h2#setting-out")).to_have_count(0)
    assert is_same(everything)


def test_what_scripts_made_stays_and_what_is_new_gets_the_same(
    preview: Preview, everything: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    everything.evaluate("document.querySelector('.code .copy').old = true")
    preview.edit(POST, "Words after the code", "```js\nlet a = 1\n```\n\nWords after the code")
    copies = everything.locator(".code .copy")
    expect(copies).to_have_count(2)
    assert copies.evaluate_all("(all) => all.map((e) => e.old === true)") == [True, False]
    copies.last.click()
    expect(copies.last).to_have_text("Copied")
    assert everything.evaluate("navigator.clipboard.readText()") == "let a = 1"
    preview.edit(POST, "let a = 1", "let a = 2")
    expect(everything.get_by_text("let a = 2")).to_be_visible()
    copies.last.click()
    expect(copies.last).to_have_text("Copied")
    assert everything.evaluate("navigator.clipboard.readText()") == "let a = 2"
    expect(everything.locator("[data-copy]:not(script)")).to_be_visible()


def test_what_a_script_put_into_a_box_is_still_kept_up_to_date(preview: Preview, everything: Page) -> None:
    everything.evaluate("""() => {
        const list = document.querySelector('.prose ul'), box = document.createElement('div')
        list.before(box)
        box.append(list, list.nextSibling)
    }""")
    preview.edit(POST, "- One thing", "- One new thing")
    preview.edit(POST, "## Weather", "After the box.\n\n## Weather")
    expect(everything.get_by_text("After the box.")).to_be_visible()
    expect(everything.locator(".prose > div > ul > li").first).to_have_text("One new thing")
    assert is_same(everything)


def test_page_is_loaded_anew_where_what_changed_is_not_there_any_more(
    preview: Preview, everything: Page
) -> None:
    everything.evaluate("document.querySelector('.prose ul').remove()")
    preview.edit(POST, "- One thing", "- One new thing")
    expect(everything.locator(".prose ul li").first).to_have_text("One new thing")
    assert not is_same(everything)


def test_language_and_direction_of_a_page_follow(preview: Preview, everything: Page) -> None:
    """Its script has other words then, so it is another script."""
    preview.edit(POST, "title: Everything at once", "title: Everything at once\nlanguage: ar")
    expect(everything.locator("html")).to_have_attribute("dir", "rtl")
    expect(everything.locator("html")).to_have_attribute("lang", "ar")


def test_page_is_loaded_anew_for_another_script(preview: Preview, everything: Page) -> None:
    app = (Path(__file__).parents[2] / "templates/assets/app.js").read_text("utf-8")
    preview.write("templates/assets/app.js", f"{app}\nwindow.fresh = true\n")
    everything.wait_for_function("window.fresh")
    assert not is_same(everything)


def test_page_is_loaded_anew_for_a_script_of_the_same_address(
    serving: Callable[..., Preview], page: Page
) -> None:
    preview = serving({"static/own.js": "window.own = 1", POST: "<script src='/own.js'></script>\n\nText.\n"})
    look(page, f"{preview.base}/posts/everything/")
    assert page.evaluate("own") == 1
    preview.write("static/own.js", "window.own = 2")
    page.wait_for_function("window.own == 2")


def test_ten_saves_at_once_are_one_update_and_it_is_the_last(preview: Preview, everything: Page) -> None:
    text = (preview.site / POST).read_text("utf-8")
    for number in range(1, 11):
        preview.write(POST, text.replace("Words after the code", f"Save {number}"))
    expect(everything.get_by_text("Save 10,")).to_be_visible()
    seen = [re.findall(r"Save \d+", text) for text in everything.evaluate("updates")]
    assert seen == [["Save 10"]]


# ---- style ----------------------------------------------------------------------------------------------------------

FRAMES = """
() => {
  const frames = window.frames_seen = new Set();
  const see = () => {
    const [html, h1, site, text] = ['html', 'h1', '.site-head', '.prose'].map((s) => getComputedStyle(document.querySelector(s)));
    const title = document.querySelector('h1').textContent;
    frames.add([html.backgroundColor, h1.color, site.paddingTop, text.paddingTop, title].join(' '));
    requestAnimationFrame(see);
  };
  see();
}
"""
COLOUR = "getComputedStyle(document.querySelector('h1')).color"


def slowly(route: Route) -> None:
    """Answer a request late."""
    answer = route.fetch()
    route.request.frame.page.wait_for_timeout(400)
    route.fulfill(response=answer)


def test_changed_sheet_is_swapped_and_nothing_else_is_touched(preview: Preview, everything: Page) -> None:
    everything.evaluate("""() => {
        window.touched = 0
        new MutationObserver(() => touched++).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})
    }""")
    preview.write(SHEET, "h1 { color: rgb(4, 5, 6) }")
    everything.wait_for_function(f"{COLOUR} == 'rgb(4, 5, 6)'")
    everything.wait_for_function("document.querySelectorAll('link[rel=stylesheet]').length == 3")
    preview.write(SHEET, "h1 { color: rgb(7, 8, 9) }")
    everything.wait_for_function(f"{COLOUR} == 'rgb(7, 8, 9)'")
    assert everything.evaluate("touched") == 0
    assert is_same(everything)


def test_no_frame_is_without_style_while_a_sheet_is_swapped(preview: Preview, everything: Page) -> None:
    """However long the new one takes: there are frames of the page as it was and as it is, and no others."""
    everything.route(re.compile(r"\.css"), slowly)
    everything.evaluate(FRAMES)
    preview.write(SHEET, "h1 { color: rgb(4, 5, 6) }")
    everything.wait_for_function(f"{COLOUR} == 'rgb(4, 5, 6)'")
    everything.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert len(everything.evaluate("[...frames_seen]")) == 2
    assert is_same(everything)


def test_all_that_is_new_of_a_page_shows_in_one_frame(serving: Callable[..., Preview], page: Page) -> None:
    """Two sheets with new addresses, of which one takes long, and words."""
    assets = Path(__file__).parents[2] / "templates/assets"
    own = {name: (assets / name).read_text("utf-8") + "/* mine */" for name in ("style.css", "post.css")}
    preview = serving({f"templates/assets/{name}": text for name, text in own.items()})
    look(page, f"{preview.base}/posts/everything/")
    page.route(re.compile(r"/style\..*\.css"), slowly)
    page.evaluate(FRAMES)
    preview.edit("templates/assets/style.css", "/* mine */", ".site-head { padding-top: 44px }")
    preview.edit("templates/assets/post.css", "/* mine */", ".prose { padding-top: 8px }")
    preview.edit(POST, "title: Everything at once", "title: All at once")
    page.wait_for_function("getComputedStyle(document.querySelector('.site-head')).paddingTop == '44px'")
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    frames = page.evaluate("[...frames_seen]")
    assert len(frames) == 2
    assert "44px 8px All at once" in frames[1]
    assert is_same(page)


def test_sheet_that_a_page_gets_and_loses_comes_and_goes(preview: Preview, everything: Page) -> None:
    preview.delete(SHEET)
    everything.wait_for_function(f"{COLOUR} != 'rgb(1, 2, 3)'")
    preview.write(SHEET, "h1 { color: rgb(1, 2, 3) }")
    everything.wait_for_function(f"{COLOUR} == 'rgb(1, 2, 3)'")
    assert is_same(everything)


def svg(width: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="10"><rect width="9" height="9"/></svg>'


@pytest.mark.parametrize("names", ['src="/a.svg"', 'src="/a.svg" srcset="/a.svg 1x, /b.svg 2x"'])
def test_picture_with_other_bytes_at_the_same_address_is_shown(
    serving: Callable[..., Preview], page: Page, names: str
) -> None:
    preview = serving({"static/a.svg": svg(30), "static/b.svg": svg(40), POST: f'<img {names} alt="A">\n'})
    look(page, f"{preview.base}/posts/everything/")
    page.wait_for_function("document.querySelector('.prose img').naturalWidth == 30")
    preview.write("static/a.svg", svg(50))
    page.wait_for_function("document.querySelector('.prose img').naturalWidth == 50")
    assert is_same(page)


# ---- what is wrong ------------------------------------------------------------------------------------------------------

MISTAKES = {
    "front matter": (POST, "title: Everything at once", "title: Everything: at once"),
    "settings": ("site.yaml", "title: Behaviours", "titel: Behaviours"),
    "link to a post that is not there": (POST, "Words after the code", "[Words](nowhere.md) after the code"),
    "template that cannot be read": ("templates/post.html", "{% block", "{% blok"),
    "template that asks for what is not there": (
        "templates/post.html",
        "{{ post.title }}",
        "{{ post.titel }}",
    ),
}
OWN_TEMPLATE = (
    '{% extends "default/post.html" %}\n{% block after_title %}<p>{{ post.title }}</p>{% endblock %}\n'
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_stands_over_the_last_good_page_in_the_words_of_the_terminal_until_it_is_mended(
    serving: Callable[..., Preview], page: Page, mistake: str
) -> None:
    name, good, bad = MISTAKES[mistake]
    preview = serving()
    preview.write("templates/post.html", OWN_TEMPLATE)
    look(page, f"{preview.base}/posts/everything/")
    expect(page.locator(".post-head p").get_by_text("Everything at once")).to_be_visible()
    preview.edit(name, good, bad)
    expect(overlay(page)).to_be_visible()
    shown = problems(overlay(page))
    assert len(shown) == 1
    assert shown[0].startswith("error[")
    assert shown[0] in preview.said
    expect(page.locator("h1").first).to_have_text("Everything at once")  # the page behind it
    preview.edit(name, bad, good)
    expect(overlay(page)).to_have_count(0)
    assert is_same(page)


def test_mistake_does_not_keep_an_open_page_from_what_is_changed_later(
    preview: Preview, everything: Page
) -> None:
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    expect(overlay(everything)).to_be_visible()
    preview.edit("posts/2026-11-02-short.md", "title: ", "title: Very ")
    preview.edit(POST, "title: Everything: at once", "title: Now it is right")
    expect(everything.locator("h1").first).to_have_text("Now it is right")
    expect(overlay(everything)).to_have_count(0)


def test_each_place_opens_the_editor_that_the_site_names(serving: Callable[..., Preview], page: Page) -> None:
    preview = serving()
    preview.edit("site.yaml", "title: Behaviours", "title: Behaviours\neditor: vscode")
    look(page, f"{preview.base}/posts/everything/")
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    link = overlay(page).get_by_role("link", name=f"{POST}:2:")
    expect(link).to_have_attribute("href", re.compile(rf"vscode://file/.*/{re.escape(POST)}:2:\d+"))


def test_overlay_is_a_dialog_that_closes_by_key_and_by_button_and_can_be_opened_again(
    preview: Preview, everything: Page
) -> None:
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    dialog = everything.get_by_role("alertdialog", name="1 error")
    expect(dialog).to_be_focused()
    everything.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    badge = everything.get_by_role("button", name="1 error")
    badge.click()
    expect(dialog).to_be_focused()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    preview.edit(POST, "title: Everything: at", "title: Everything: and: at")  # another mistake is news
    expect(dialog).to_be_visible()


def test_whoever_types_is_not_interrupted(preview: Preview, everything: Page) -> None:
    everything.evaluate("""() => {
        const box = document.createElement('input')
        document.querySelector('.site-head').append(box)
        box.focus()
    }""")
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    expect(everything.get_by_role("alert", name="1 error")).to_be_visible()
    everything.keyboard.type("on")
    assert everything.evaluate("document.activeElement.value") == "on"


def test_focus_returns_to_where_it_was(preview: Preview, everything: Page) -> None:
    everything.locator(".prose a.zoom").focus()
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    expect(everything.get_by_role("alertdialog")).to_be_focused()
    preview.edit(POST, "title: Everything: at once", "title: Everything at once")
    expect(everything.locator(".prose a.zoom")).to_be_focused()


UNDEFINED = {
    "templates/post.html": OWN_TEMPLATE.replace("post.title", "post.titel"),
    "posts/new.md": "---\ntitle: New\n---\nText.\n",
}


def test_page_that_cannot_be_made_at_all_says_why_and_mends_itself(
    serving: Callable[..., Preview], page: Page
) -> None:
    preview = serving(UNDEFINED)
    look(page, f"{preview.base}/posts/new/")
    [shown] = problems(page.locator("main"))
    assert shown.startswith("error[undefined]")
    expect(overlay(page)).to_have_count(0)
    preview.write("templates/post.html", OWN_TEMPLATE)
    expect(page.locator("h1").first).to_have_text("New")


BROKEN = "---\ntitle: Broken\ndate: 2026-11-15\n---\n[A link](/nowhere/), [a part](#nope) and ![a boat](boat.png).\n\nSome text.\n"


def test_what_leads_nowhere_is_outlined_where_it_stands_and_listed_in_a_corner(
    serving: Callable[..., Preview], page: Page
) -> None:
    preview = serving({"posts/broken.md": BROKEN})
    look(page, f"{preview.base}/posts/broken/")
    badge = page.locator("recto-preview summary")
    expect(badge).to_have_text("3 warnings")
    link, part = (page.get_by_role("link", name=name, exact=True) for name in ("A link", "a part"))
    boat = page.locator("img[alt='a boat']")
    for broken, words in (
        (link, 'nothing is at "/nowhere/"'),
        (part, '"Broken" has no part "#nope"'),
        (boat, "there is no picture"),
    ):
        expect(broken).to_have_attribute("title", re.compile(re.escape(words)))
        expect(broken).to_have_css("outline-style", "dashed")
    box = boat.bounding_box()
    assert box
    assert box["width"] > 100
    assert box["height"] > 60
    badge.click()
    shown = page.get_by_role("region", name="Warnings of this page")
    expect(shown).to_be_visible()
    assert len(problems(shown)) == 3
    assert all(each in preview.said for each in problems(shown))
    expect(shown.get_by_role("link", name="See the whole site")).to_have_attribute(
        "href", f"{preview.base}/_recto/"
    )
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(badge).to_be_focused()


def test_outline_goes_with_the_mistake(serving: Callable[..., Preview], page: Page) -> None:
    preview = serving({"posts/broken.md": BROKEN})
    look(page, f"{preview.base}/posts/broken/")
    expect(page.locator("[data-recto-broken]")).to_have_count(3)
    preview.edit("posts/broken.md", "(/nowhere/)", "(/about/)")
    preview.edit("posts/broken.md", "(#nope)", "(#main)")
    preview.edit("posts/broken.md", "![a boat](boat.png)", "no boat")
    expect(page.locator("[data-recto-broken]")).to_have_count(0)
    expect(page.locator("recto-preview summary")).to_have_count(0)
    assert page.locator(".prose a").evaluate_all("(all) => all.map((a) => a.getAttribute('title'))") == [
        None,
        None,
    ]
    assert is_same(page)


def test_where_all_is_well_nothing_is_shown(everything: Page) -> None:
    expect(everything.locator("recto-preview .badges > *")).to_have_count(0)
    expect(overlay(everything)).to_have_count(0)
    assert (
        everything.locator("recto-preview .corner").bounding_box() is None
        or everything.evaluate(
            "document.querySelector('recto-preview').shadowRoot.querySelector('.corner').innerText.trim()"
        )
        == ""
    )


# ---- posts that come and go -------------------------------------------------------------------------------------------------


def test_new_post_is_in_the_lists_that_are_open(preview: Preview, page: Page) -> None:
    look(page, f"{preview.base}/")
    page.evaluate("document.querySelectorAll('article').forEach((e) => e.kept = true)")
    preview.write("posts/2026-11-20-new.md", "---\ntitle: Brand new\n---\nText.\n")
    expect(page.locator("article").first).to_contain_text("Brand new")
    preview.delete("posts/2026-11-20-new.md")
    expect(page.get_by_text("Brand new")).to_have_count(0)
    assert is_same(page)


def test_deleted_page_says_so_leads_to_the_nearest_and_comes_back_with_its_file(
    preview: Preview, page: Page
) -> None:
    look(page, f"{preview.base}/posts/short/")
    text = (preview.site / "posts/2026-11-02-short.md").read_text("utf-8")
    preview.delete("posts/2026-11-02-short.md")
    gone = page.get_by_role("alertdialog", name="This page is gone")
    expect(gone).to_contain_text("posts/2026-11-02-short.md was deleted.")
    target = gone.get_by_role("link").first.get_attribute("href")
    assert target in ("/blog/posts/everything/", "/blog/posts/arabic/")
    preview.write("posts/2026-11-02-short.md", text.replace("\n---\n", "\n---\n\nBack again.\n\n", 1))
    expect(gone).to_have_count(0)
    expect(page.get_by_text("Back again.")).to_be_visible()
    assert is_same(page)


def test_renamed_post_says_where_it_is_and_the_lists_follow(
    preview: Preview, page: Page, context: BrowserContext
) -> None:
    front = context.new_page()
    look(front, f"{preview.base}/")
    look(page, f"{preview.base}/posts/short/")
    (preview.site / "posts/2026-11-02-short.md").rename(preview.site / "posts/2026-11-02-brief.md")
    moved = page.get_by_role("alertdialog", name="This page has moved")
    expect(moved).to_contain_text("posts/2026-11-02-short.md is posts/2026-11-02-brief.md now.")
    expect(front.locator("a[href='/blog/posts/brief/']").first).to_be_visible()
    expect(front.locator("a[href='/blog/posts/short/']")).to_have_count(0)
    moved.get_by_role("link").first.click()
    page.wait_for_url("**/posts/brief/")
    assert is_same(front)


def test_address_at_which_a_post_appears_shows_it(preview: Preview, page: Page) -> None:
    look(page, f"{preview.base}/posts/later/")
    expect(page.locator("h1").first).to_have_text("There is no page here")
    preview.write("posts/later.md", "---\ntitle: Later\n---\nText.\n")
    expect(page.locator("h1").first).to_have_text("Later")


def test_two_new_saves_that_make_one_page_of_another_kind_are_shown(preview: Preview, page: Page) -> None:
    """A post becomes a short one with another template's blocks: all of the page differs, and it is still right."""
    look(page, f"{preview.base}/posts/everything/")
    preview.write(POST, "---\ntitle: Now small\ndate: 2026-11-14\n---\nOnly this.\n")
    expect(page.locator("h1").first).to_have_text("Now small")
    page.wait_for_function("""async () => {
        const text = await (await fetch(location)).text()
        const fresh = new DOMParser().parseFromString(text, 'text/html')
        return fresh.querySelector('.prose').innerText == document.querySelector('.prose').innerText
            && fresh.querySelectorAll('main *').length == document.querySelectorAll('main *').length
    }""")


# ---- drafts and the future ----------------------------------------------------------------------------------------------------

HIDDEN = {
    "posts/draft.md": "---\ntitle: A draft\ndraft: true\n---\nNot yet.\n",
    "posts/snow.md": "---\ntitle: Snow\ndate: 2026-12-24 09:00\n---\nIt will snow.\n",
}


def test_banner_needs_no_script_and_is_not_printed(serving: Callable[..., Preview], browser: Browser) -> None:
    preview = serving(HIDDEN)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 600})
    page = context.new_page()
    page.goto(f"{preview.base}/posts/draft/")
    banner = page.get_by_role("note", name="Not public")
    expect(banner).to_have_text(
        re.compile(r"Draft:\s+not published until you remove draft: true\."), use_inner_text=True
    )
    page.goto(f"{preview.base}/posts/snow/")
    expect(banner).to_contain_text("goes live on 24 December 2026 at 09:00 (UTC), in 31 days.")
    page.emulate_media(media="print")
    expect(banner).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_end_of_a_page_is_not_under_its_banner(
    serving: Callable[..., Preview], page: Page, width: int
) -> None:
    preview = serving(HIDDEN)
    preview.edit("site.yaml", "title: Behaviours", "title: Behaviours\neditor: vscode")
    page.set_viewport_size({"width": width, "height": 600})
    look(page, f"{preview.base}/posts/snow/")
    page.evaluate("scrollTo({top: 1e6, behavior: 'instant'})")
    foot, banner = page.locator(".site-foot").bounding_box(), page.locator("#recto-banner").bounding_box()
    assert foot
    assert banner
    assert foot["y"] + foot["height"] <= banner["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_banner_goes_when_the_post_is_published_and_comes_back(
    serving: Callable[..., Preview], page: Page
) -> None:
    preview = serving(HIDDEN)
    look(page, f"{preview.base}/posts/draft/")
    expect(page.locator("#recto-banner")).to_be_visible()
    preview.edit("posts/draft.md", "draft: true\n", "")
    expect(page.locator("#recto-banner")).to_have_count(0)
    preview.edit("posts/draft.md", "title: A draft\n", "title: A draft\ndraft: true\n")
    expect(page.locator("#recto-banner")).to_be_visible()
    assert is_same(page)


# ---- without JavaScript ---------------------------------------------------------------------------------------------------------


def test_without_javascript_pages_and_problems_can_be_read(
    serving: Callable[..., Preview], browser: Browser
) -> None:
    preview = serving(UNDEFINED)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    answer = page.goto(f"{preview.base}/posts/new/")
    assert answer
    assert answer.status == 500
    expect(page.locator(".problem")).to_contain_text("error[undefined]")
    expect(page.locator(".problem")).to_be_visible()
    page.goto(f"{preview.base}/about/")
    expect(page.locator("h1")).to_have_text("About")
    preview.edit("pages/about.md", "title: About", "title: About me")
    for _ in range(100):
        if page.locator("h1").inner_text() == "About me":
            break
        page.reload()
    expect(page.locator("h1")).to_have_text("About me")
    context.close()


# ---- tabs, and the connection ---------------------------------------------------------------------------------------------------


def test_all_tabs_follow_over_one_connection(preview: Preview, context: BrowserContext) -> None:
    """More of them than a browser has connections to a host: with one for each, the seventh page would never come."""
    streams: list[str] = []
    context.on(
        "request",
        lambda request: streams.append(request.url) if request.url.endswith("/_recto/events") else None,
    )
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        look(tab, f"{preview.base}/posts/everything/")
    preview.edit(POST, "Words after the code", "Sentences after the code")
    for tab in tabs:
        expect(tab.get_by_text("Sentences after the code")).to_be_visible()
    assert len(streams) == 1
    assert all(is_same(tab) for tab in tabs)


def test_another_tab_listens_when_the_one_that_did_is_closed(
    preview: Preview, context: BrowserContext
) -> None:
    one, other = context.new_page(), context.new_page()
    for tab in (one, other):
        look(tab, f"{preview.base}/posts/everything/")
    with other.expect_request("**/_recto/events"):
        one.close()
    preview.edit(POST, "Words after the code", "Sentences after the code")
    expect(other.get_by_text("Sentences after the code")).to_be_visible()


def test_tab_listens_by_itself_where_tabs_cannot_agree(preview: Preview, page: Page) -> None:
    """At an address of the network, over plain HTTP, browsers have no locks."""
    page.add_init_script("delete Navigator.prototype.locks")
    look(page, f"{preview.base}/posts/everything/")
    preview.edit(POST, "Words after the code", "Sentences after the code")
    expect(page.get_by_text("Sentences after the code")).to_be_visible()


def test_tab_waits_for_a_server_that_is_away_and_catches_up(preview: Preview, everything: Page) -> None:
    away = everything.get_by_text("Connection lost. Waiting for recto serve.")
    expect(away).to_be_hidden()
    preview.stop()
    preview.edit(POST, "Words after the code", "Sentences after the code")
    preview.write(SHEET, "h1 { color: rgb(4, 5, 6) }")
    expect(away).to_be_visible()
    preview.start()
    expect(everything.get_by_text("Sentences after the code")).to_be_visible()
    everything.wait_for_function(f"{COLOUR} == 'rgb(4, 5, 6)'")
    expect(away).to_be_hidden()
    preview.edit(POST, "Sentences after the code", "Lines after the code")
    expect(everything.get_by_text("Lines after the code")).to_be_visible()
    assert is_same(everything)


def test_server_that_ends_in_order_is_missed_in_the_same_way(preview: Preview, everything: Page) -> None:
    preview.stop(signal.SIGINT)
    expect(everything.get_by_text("Connection lost. Waiting for recto serve.")).to_be_visible()


def test_page_that_one_goes_back_to_is_as_it_is_now(preview: Preview, page: Page) -> None:
    """And it keeps what a script had set before anything was compared."""
    own = "<script>document.documentElement.dataset.own = 'mine'</script>"
    preview.edit(POST, "## Setting out", f"{own}\n\n## Setting out")
    look(page, f"{preview.base}/posts/everything/")
    look(page, f"{preview.base}/about/")
    preview.edit(POST, "Words after the code", "Lines, after the code")  # as many bytes as before
    preview.edit("pages/about.md", "A standalone page", "A page that stands alone")
    expect(page.get_by_text("A page that stands alone")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Lines, after the code")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-own", "mine")


NOBODY_LISTENS = """
async () => {
  for (let turns = 0; turns < 100; turns++) {
    if (!(await navigator.locks.query()).held.length) return true;
    await new Promise((done) => setTimeout(done, 10));
  }
}
"""


def test_page_that_was_kept_whole_by_the_browser_catches_up(preview: Preview, everything: Page) -> None:
    everything.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    preview.edit(POST, "Words after the code", "Sentences after the code")
    assert everything.evaluate(NOBODY_LISTENS)
    expect(everything.get_by_text("Words after the code")).to_be_visible()
    everything.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(everything.get_by_text("Sentences after the code")).to_be_visible()
    preview.edit(POST, "Sentences after the code", "Lines after the code")
    expect(everything.get_by_text("Lines after the code")).to_be_visible()


# ---- looks ------------------------------------------------------------------------------------------------------------------------

CONTRAST = """
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgb = (colors) => {
    canvas.reset();
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const light = (color) => {
    const [r, g, b] = color.map((n) => n / 255).map((n) => n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const up = (e) => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host;
  const painted = (e) => { // from the ground up
    const layers = [];
    for (; e; e = up(e)) {
      const style = getComputedStyle(e);
      const stripes = style.backgroundImage.match(/(?:rgba?|oklch|color)\\([^)]*\\)/g);
      layers.unshift(stripes ? stripes[0] : style.backgroundColor);
    }
    return layers;
  };
  const roots = [document.querySelector('recto-preview').shadowRoot, document.querySelector('#recto-banner')].filter(Boolean);
  const texts = roots.flatMap((root) => [...root.querySelectorAll('*')]).concat(roots.slice(1))
    .filter((e) => e.tagName != 'STYLE' && e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType == 3 && n.data.trim()));
  return texts.map((e) => {
    const behind = painted(e), [one, other] = [light(rgb([...behind, getComputedStyle(e).color])), light(rgb(behind))].sort((a, b) => b - a);
    return [(one + .05) / (other + .05), e.textContent];
  });
}
"""


WIDER = """
(host) => [...host.shadowRoot.querySelectorAll('.cover, .panel')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.className)
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_all_that_is_shown_can_be_read_and_fits(
    serving: Callable[..., Preview], page: Page, scheme: Any, width: int
) -> None:
    """Contrast of at least 4.5 (WCAG AA), and nothing beyond the sides of the window."""
    long = "x" * 300
    preview = serving(
        {
            "posts/broken.md": BROKEN.replace("title: Broken", "title: Broken\ndraft: true").replace(
                "/nowhere/", f"/{long}/"
            )
        }
    )
    preview.edit("site.yaml", "title: Behaviours", "title: Behaviours\neditor: vscode")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 700})
    look(page, f"{preview.base}/posts/broken/")
    page.locator("recto-preview summary").click()
    seen = page.evaluate(CONTRAST)
    preview.edit("posts/broken.md", "title: Broken", f"title: Broken: {long}")
    expect(overlay(page)).to_be_visible()
    seen += page.evaluate(CONTRAST)
    assert len(seen) > 20
    assert [(ratio, text) for ratio, text in seen if ratio < 4.5] == []
    assert page.locator("recto-preview").evaluate(WIDER) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_style_of_a_site_does_not_reach_what_is_shown(preview: Preview, everything: Page) -> None:
    preview.write(
        SHEET,
        "* { color: red !important; font: 40px serif !important; --paper: red !important } body, recto-preview { display: none !important }",
    )
    everything.wait_for_function(f"{COLOUR} == 'rgb(255, 0, 0)'")
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    expect(overlay(everything)).to_be_visible()
    head = everything.locator("recto-preview .head")
    expect(head).not_to_have_css("color", "rgb(255, 0, 0)")
    expect(head).to_have_css("font-size", re.compile(r"13\.\d+px"))
    panel = everything.locator("recto-preview .cover .panel")
    expect(panel).not_to_have_css("background-color", "rgb(255, 0, 0)")
    expect(panel.locator(".note")).not_to_have_css("font-family", "serif")


def test_choice_of_light_or_dark_on_the_page_holds_for_what_is_shown(
    preview: Preview, everything: Page
) -> None:
    everything.emulate_media(color_scheme="light")
    preview.edit(POST, "title: Everything at once", "title: Everything: at once")
    panel = everything.locator("recto-preview .cover .panel")
    before = panel.evaluate("(e) => getComputedStyle(e).backgroundColor")
    everything.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert panel.evaluate("(e) => getComputedStyle(e).backgroundColor") != before
