"""What the theme's scripts do in a real browser, and what is there without them."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    Route,
    expect,
)

from serving import Served
from visits import visit

pytestmark = pytest.mark.browser

LIGHT, DARK = "Theme: light", "Theme: dark"
AUTO = "Theme: as the system"
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
DENIED = """
Object.defineProperty(window, "localStorage", {get() { throw new DOMException("denied", "SecurityError") }})
"""
INSIDE = """
(e) => {
  const box = e.getBoundingClientRect()
  return box.left >= 0 && box.top >= 0 && box.right <= document.documentElement.clientWidth && box.bottom <= innerHeight
}
"""


@pytest.fixture
def everything(sample: Served) -> str:
    """The post that has it all."""
    return f"{sample.base}/posts/everything/"


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the page says is wrong with it; nothing may be when the test ends."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    def fail(problem: Error) -> None:
        if not str(problem).startswith("Transition was"):  # Chromium does not fade where it is late itself
            said.append(str(problem))

    page.on("pageerror", fail)
    page.on("console", hear)
    yield said
    assert said == []


# ---- light and dark -----------------------------------------------------------------------------------------------


def button(page: Page) -> Locator:
    return page.locator("[data-act=theme]")


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize(
    ("system", "round"),
    [("light", [DARK, LIGHT, AUTO]), ("dark", [LIGHT, DARK, AUTO])],
    ids=["light", "dark"],
)
def test_theme_goes_round_and_the_first_press_always_shows(
    sample: Served, page: Page, system: Any, round: list[str]
) -> None:
    page.emulate_media(color_scheme=system)
    page.goto(sample.base + "/")
    expect(button(page)).to_have_accessible_name(AUTO)
    looks = [page.evaluate(BACKGROUND)]
    for name in round:
        button(page).click()
        expect(button(page)).to_have_accessible_name(name)
        looks.append(page.evaluate(BACKGROUND))
    assert looks[0] == looks[2] == looks[3] != looks[1]


def test_chosen_theme_is_there_from_the_first_frame_after_a_reload(sample: Served, page: Page) -> None:
    """Without app.js, too: what stands in the head alone decides, before anything is painted."""
    page.emulate_media(color_scheme="light")
    page.goto(sample.base + "/")
    button(page).click()
    dark = page.evaluate(BACKGROUND)
    page.add_init_script(f"""
        window.frames_seen = []
        const look = () => {{ frames_seen.push({BACKGROUND}); document.readyState == "complete" || requestAnimationFrame(look) }}
        requestAnimationFrame(look)
    """)
    page.route("**/app.*.js", lambda route: route.abort())
    page.reload()
    page.wait_for_function("document.readyState == 'complete' && frames_seen.length")
    assert set(page.evaluate("frames_seen")) == {dark}
    assert page.evaluate(
        "document.head.innerHTML.search('localStorage') < document.head.innerHTML.search('stylesheet')"
    )


@pytest.mark.usefixtures("complaints")
def test_theme_can_be_changed_where_nothing_can_be_kept(sample: Served, page: Page) -> None:
    page.add_init_script(DENIED)
    page.emulate_media(color_scheme="light")
    page.goto(sample.base + "/")
    for name in (DARK, LIGHT, AUTO, DARK):
        button(page).click()
        expect(button(page)).to_have_accessible_name(name)


def test_theme_follows_in_other_tabs(sample: Served, context: BrowserContext) -> None:
    one, other = context.new_page(), context.new_page()
    for page in (one, other):
        page.goto(sample.base + "/")
    button(one).click()
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    expect(button(other)).to_have_accessible_name(DARK)


def test_page_that_comes_back_shows_the_theme_chosen_meanwhile(sample: Served, page: Page) -> None:
    page.goto(sample.base + "/")
    page.evaluate("localStorage.theme = 'dark'")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button(page)).to_have_accessible_name(DARK)


def test_theme_kept_by_something_else_on_the_host_does_no_harm(sample: Served, page: Page) -> None:
    page.add_init_script("localStorage.theme = 'solarized'")
    page.emulate_media(color_scheme="light")
    page.goto(sample.base + "/")
    expect(button(page)).to_have_accessible_name(AUTO)
    button(page).click()
    expect(button(page)).to_have_accessible_name(DARK)


# ---- copying ------------------------------------------------------------------------------------------------------


def source() -> str:
    """The code of the post as its author wrote it."""
    text = (Path(__file__).parent / "site/posts/2026-11-14-everything.md").read_text("utf-8")
    code = re.search(r"```python[^\n]*\n(.*?)\n```", text, re.DOTALL)
    assert code
    return code[1]


@pytest.fixture
def clipboard(context: BrowserContext, page: Page) -> Callable[[], str]:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return lambda: str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.usefixtures("complaints")
def test_copied_code_is_the_source_without_line_numbers(
    everything: str, page: Page, clipboard: Callable[[], str]
) -> None:
    page.clock.install()
    page.goto(everything)
    copy = page.locator(".code .copy")
    expect(copy).to_have_text("Copy")
    copy.click()
    expect(copy).to_have_text("Copied")
    expect(copy).to_have_attribute("aria-live", "polite")
    assert clipboard() == source()
    copy.click()
    page.clock.run_for(5000)
    expect(copy).to_have_text("Copy")


@pytest.mark.usefixtures("complaints")
def test_address_of_a_post_can_be_copied(
    everywhere: Served, page: Page, clipboard: Callable[[], str]
) -> None:
    page.clock.install()
    page.goto(f"{everywhere.base}/posts/everything/")
    copy = page.get_by_role("button", name="Copy link")
    copy.click()
    expect(page.locator("button[data-copy]")).to_have_text("Copied")
    assert clipboard() == f"https://example.com{everywhere.prefix}/posts/everything/"
    page.clock.run_for(5000)
    expect(page.locator("button[data-copy]")).to_have_text("Copy link")


@pytest.mark.usefixtures("complaints")
def test_script_looks_again_when_it_is_told_that_the_page_changed(
    everything: str, page: Page, clipboard: Callable[[], str]
) -> None:
    """As the preview tells it: what is new gets what it needs, and what has it already gets no more of it."""
    page.goto(everything)
    page.evaluate("""() => {
        const block = document.querySelector('figure.code'), other = block.cloneNode(true)
        other.querySelector('.copy').remove()
        other.querySelector('code').textContent = 'new'
        block.after(other)
        for (const time of [1, 2]) document.dispatchEvent(new Event('recto:update'))
    }""")
    expect(page.locator(".code .copy")).to_have_count(2)
    for number, text in ((1, "new"), (0, source())):
        page.locator(".code .copy").nth(number).click()
        expect(page.locator(".code .copy").nth(number)).to_have_text("Copied")
        assert clipboard() == text
    expect(page.locator("button[data-copy]")).to_have_text("Copy link")


@pytest.mark.usefixtures("complaints")
def test_nothing_offers_to_copy_where_that_is_impossible(everything: str, page: Page) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(everything)
    expect(button(page)).to_be_visible()  # the script has run
    expect(page.locator(".copy")).to_have_count(0)
    expect(page.locator("button[data-copy]")).to_be_hidden()


# ---- footnotes ----------------------------------------------------------------------------------------------------

NOTES = "[popover]"


def is_inside(locator: Locator) -> bool:
    return bool(locator.evaluate(INSIDE))


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("post", ["everything", "arabic"])
def test_note_opens_beside_its_mark_and_inside_the_window(
    sample: Served, page: Page, post: str, width: int
) -> None:
    page.emulate_media(reduced_motion="reduce")  # so that scrolling is done at once
    page.set_viewport_size({"width": width, "height": 600})
    page.goto(f"{sample.base}/posts/{post}/")
    marks = page.locator(".fnref")
    assert marks.count() > 1
    for at in range(marks.count()):
        mark, note = marks.nth(at), page.locator(NOTES)
        for block in ("start", "end"):
            mark.evaluate("(e, block) => e.scrollIntoView({block})", block)
            mark.press("Enter")
            expect(note).to_be_visible()
            assert is_inside(note), (at, block, note.bounding_box())
            beside, place = mark.bounding_box(), note.bounding_box()
            assert beside
            assert place
            gap = max(place["y"] - beside["y"] - beside["height"], beside["y"] - place["y"] - place["height"])
            assert -8 < gap < 40
            page.keyboard.press("Escape")
            expect(note).to_be_hidden()
            expect(mark).to_be_focused()


@pytest.mark.usefixtures("complaints")
def test_note_says_what_stands_at_the_end_and_leaves_the_reader_where_he_is(
    everything: str, page: Page
) -> None:
    page.goto(everything)
    before = page.evaluate("scrollY")
    page.locator(".fnref").nth(1).click()
    note = page.get_by_role("dialog", name="Note 2")
    expect(note).to_contain_text("It even has a second paragraph.")
    expect(note).not_to_contain_text("↩", use_inner_text=True)
    expect(note).to_be_focused()
    assert (page.url, page.evaluate("scrollY")) == (everything, before)
    page.keyboard.press("Tab")
    expect(note.get_by_role("link", name="link")).to_be_focused()


@pytest.mark.usefixtures("complaints")
def test_note_closes_by_a_click_elsewhere_and_there_is_only_one(everything: str, page: Page) -> None:
    page.goto(everything)
    page.locator(".fnref").nth(0).click()
    expect(page.locator(NOTES)).to_have_text("A short note.", use_inner_text=True)
    page.locator(".fnref").nth(1).press("Enter")
    expect(page.locator(NOTES)).to_have_count(1)
    expect(page.locator(NOTES)).to_contain_text("second paragraph")
    page.locator("h1").click()
    expect(page.locator(NOTES)).to_be_hidden()


@pytest.mark.usefixtures("complaints")
def test_note_is_a_link_where_the_browser_knows_no_popover(everything: str, page: Page) -> None:
    page.add_init_script("delete HTMLElement.prototype.showPopover")
    page.goto(everything)
    page.locator(".fnref").nth(0).click()
    page.wait_for_url("**/#fn1")


# ---- pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize("close", ["Escape", "button", "picture"])
def test_picture_opens_large_and_closes_to_where_the_reader_was(
    everything: str, page: Page, close: str
) -> None:
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")  # so that scrolling is done at once
    page.set_viewport_size({"width": 640, "height": 400})  # the picture fills it, to below the button
    page.goto(everything)
    link = page.locator("a.zoom")
    link.evaluate("(e) => scrollTo(0, scrollY + e.getBoundingClientRect().bottom - 50)")
    if close == "Escape":
        link.focus()
    before = page.evaluate("scrollY")
    if close == "Escape":
        link.press("Enter")
    else:
        page.mouse.click(320, 25)  # the part of it that can be seen
    shown = page.get_by_role("dialog", name="A field in grey")
    picture = shown.get_by_role("img", name="A field in grey")
    expect(picture).to_have_js_property("naturalWidth", 1600)
    expect(picture).to_have_js_property("complete", value=True)
    assert is_inside(picture)
    box = picture.bounding_box()
    assert box
    assert box["width"] / box["height"] == pytest.approx(1.6, rel=0.02)
    expect(shown.get_by_role("button", name="Close")).to_be_focused()
    if close == "Escape":
        page.keyboard.press("Escape")
    else:
        (picture if close == "picture" else shown.get_by_role("button")).click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(link).to_be_focused()
    assert (page.url, page.evaluate("scrollY")) == (everything, before)


def test_modified_click_on_a_picture_is_the_browsers(
    everything: str, context: BrowserContext, page: Page
) -> None:
    page.goto(everything)
    with context.expect_page() as opened:
        page.locator("a.zoom").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_url("**/images/field.png")
    expect(page.locator("dialog")).to_have_count(0)


# ---- contents -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("complaints")
def test_contents_follow_the_reader_down_and_up(everything: str, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(everything)
    current = page.locator(".toc [aria-current]")
    expect(current).to_have_count(0)
    names = page.locator(".toc a").all_inner_texts()
    headings = page.locator(".prose > h2")
    for at in [0, 1, 2, 3, 2, 1, 0]:
        headings.nth(at).evaluate("(e) => e.scrollIntoView()")
        expect(current).to_have_text([names[at]])
    page.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)
    page.locator(".toc a").nth(3).click()
    expect(current).to_have_text([names[3]])


# ---- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("complaints")
def test_slash_opens_the_search(everywhere: Served, page: Page) -> None:
    page.goto(f"{everywhere.base}/posts/everything/")
    page.keyboard.press("/")
    page.wait_for_url(f"{everywhere.base}/search/")


@pytest.mark.usefixtures("complaints")
def test_slash_leads_to_a_search_box_that_is_there_and_is_text_within_it(
    everywhere: Served, page: Page
) -> None:
    page.goto(f"{everywhere.base}/archive/")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.press("/")
    expect(box).to_have_value("/")


@pytest.mark.parametrize("key", ["Control+/", "Alt+/", "Meta+/"])
def test_slash_with_another_key_is_the_browsers(everything: str, page: Page, key: str) -> None:
    page.goto(everything)
    page.evaluate("addEventListener('keydown', (e) => { window.prevented = e.defaultPrevented })")
    page.keyboard.press(key)
    assert page.evaluate("prevented") is False


def test_slash_is_text_where_text_is_written(everything: str, page: Page) -> None:
    page.goto(everything)
    page.evaluate("document.querySelector('h1').contentEditable = true")
    page.locator("h1").focus()
    page.keyboard.press("/")
    expect(page.locator("h1")).to_contain_text("/")


# ---- comments -----------------------------------------------------------------------------------------------------

FRAME = """
<script>
parent.postMessage({giscus: {resizeHeight: 100}}, "*")
addEventListener("message", (e) => { document.body.textContent += JSON.stringify(e.data) })
</script>
"""
CLIENT = """
const script = document.currentScript
const frame = document.createElement("iframe")
frame.src = new URL("frame.html", script.src)
script.after(frame)
"""


@pytest.fixture
def strangers(page: Page, sample: Served) -> list[Request]:
    """What the page asks of other hosts; they answer with a script that brings a frame, as those of comments do."""
    asked: list[Request] = []

    def answer(route: Route) -> None:
        if route.request.url.startswith(sample.base):
            route.fallback()
            return
        asked.append(route.request)
        if route.request.url.endswith(".js"):
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=CLIENT, content_type="text/javascript", headers=headers)
        else:
            route.fulfill(body=FRAME, content_type="text/html")

    page.route("**/*", answer)
    return asked


@pytest.mark.usefixtures("complaints")
def test_comments_ask_nobody_before_they_are_asked_for(
    everything: str, page: Page, strangers: list[Request]
) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(everything)
    button(page).click()
    load = page.get_by_role("button", name="Load comments")
    load.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert strangers == []
    load.click()
    script = page.locator(".comments > script")
    expect(script).to_have_attribute("src", "https://giscus.app/client.js")
    told = script.evaluate("(e) => ({...e.dataset})")
    assert told == {
        "repo": "author/blog",
        "repoId": "R_1",
        "category": "Comments",
        "categoryId": "DIC_1",
        "mapping": "pathname",
        "strict": "1",
        "lang": "en",
        "theme": "dark",
    }
    expect(page.locator(".comments iframe")).to_be_visible()
    assert [request.url for request in strangers] == [
        "https://giscus.app/client.js",
        "https://giscus.app/frame.html",
    ]
    expect(load).to_have_count(0)
    expect(page.locator(".comments")).to_be_focused()


@pytest.mark.usefixtures("complaints", "strangers")
@pytest.mark.parametrize("provider", ["giscus", "utterances"])
def test_comments_change_their_colors_with_the_page(everything: str, page: Page, provider: str) -> None:
    if provider == "utterances":
        page.route(everything, utterances)
    page.emulate_media(color_scheme="light")
    page.goto(everything)
    page.get_by_role("button", name="Load comments").click()
    body = page.frame_locator(".comments iframe").locator("body")
    button(page).click()
    button(page).click()
    said = "".join(json.dumps(message(provider, name), separators=(",", ":")) for name in ("dark", "light"))
    expect(body).to_have_text(re.compile(re.escape(said) + r"\s*$"))


def message(provider: str, name: str) -> dict[str, Any]:
    """What the frame is told, in its own terms."""
    if provider == "giscus":
        return {"giscus": {"setConfig": {"theme": name}}}
    return {"type": "set-theme", "theme": f"github-{name}"}


def utterances(route: Route) -> None:
    """The same page as it is with the other provider."""
    html = route.fetch().text()
    html = html.replace("https://giscus.app/client.js", "https://utteranc.es/client.js")
    html = html.replace(
        'data-light="light" data-dark="dark"', 'data-light="github-light" data-dark="github-dark"'
    )
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


def test_comments_that_cannot_be_reached_can_be_asked_for_again(everything: str, page: Page) -> None:
    page.route("https://giscus.app/**", lambda route: route.abort())
    page.goto(everything)
    load = page.get_by_role("button", name="Load comments")
    load.click()
    expect(load).to_be_visible()
    expect(page.locator(".comments script")).to_have_count(0)


def test_post_that_wants_no_comments_has_none(sample: Served, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{sample.base}/posts/short/")
    expect(page.locator(".comments")).to_have_count(0)
    assert [url for url in asked if "comments" in url] == []


# ---- without scripts, on paper, in other colors ---------------------------------------------------------------------


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1024, "height": 768})
    yield context.new_page()
    context.close()


def test_everything_is_a_link_where_no_script_runs(everywhere: Served, plain: Page) -> None:
    plain.goto(f"{everywhere.base}/posts/everything/")
    for mark in plain.locator(".fnref").all():
        mark.click()
        expect(plain.locator(f"[id='{str(mark.get_attribute('href'))[1:]}']")).to_be_in_viewport()
    plain.locator(".toc summary").click()
    for link in plain.locator(".toc a").all():
        link.click()
        expect(plain.locator(".prose :target")).to_have_text(re.compile(re.escape(link.inner_text())))
    leads = {
        selector: plain.locator(selector).first.get_attribute("href")
        for selector in ("a.zoom", "[data-act=search]", ".comments a", ".share a")
    }
    assert leads == {
        "a.zoom": f"{everywhere.prefix}/images/field.png",
        "[data-act=search]": f"{everywhere.prefix}/search/",
        ".comments a": "https://github.com/author/blog/discussions?discussions_q="
        f"{everywhere.prefix[1:]}{'/' * bool(everywhere.prefix)}posts/everything/",
        ".share a": "mailto:?subject=Everything%20at%20once&body=https%3A//example.com"
        f"{everywhere.prefix}/posts/everything/",
    }
    for selector in ("a.zoom", "[data-act=search]"):
        plain.goto(f"{everywhere.base}/posts/everything/")
        plain.locator(selector).click()
        plain.wait_for_url(f"**{leads[selector]}")


def test_nothing_that_needs_a_script_is_offered_without_one(everything: str, plain: Page) -> None:
    plain.goto(everything)
    assert plain.locator("button").count() == 3
    for each in plain.locator("button").all():
        expect(each).to_be_hidden()
        assert each.bounding_box() is None


def test_post_can_be_edited_and_shared(everywhere: Served, page: Page) -> None:
    page.goto(f"{everywhere.base}/posts/everything/")
    share = page.locator(".share")
    assert [link.get_attribute("href") for link in share.get_by_role("link").all()][1:] == [
        f"https://share.joinmastodon.org/#text=Everything%20at%20once%20https%3A//example.com{everywhere.prefix}/posts/everything/",
        "https://example.org/edit/posts/2026-11-14-everything.md",
    ]


def test_paper_shows_the_text_and_nothing_to_press(everything: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(everything)
    expect(page.locator(".copy")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for selector in (".site-head", ".site-foot", ".toc", ".copy", ".share", ".comments", ".next", ".anchor"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert page.locator("pre").evaluate("(e) => getComputedStyle(e).whiteSpace") == "pre-wrap"


@pytest.mark.parametrize(("motion", "scrolling"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_nothing_moves_for_those_who_do_not_want_it(
    sample: Served, page: Page, motion: Any, scrolling: str
) -> None:
    page.emulate_media(reduced_motion=motion)
    page.goto(sample.base + "/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == scrolling


def test_buttons_keep_their_shape_in_forced_colors(everything: str, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(everything)
    for selector in (".btn", ".comments"):
        style = page.locator(selector).evaluate(
            "(e) => { const s = getComputedStyle(e); return [s.borderTopStyle, s.borderTopColor, s.backgroundColor] }"
        )
        assert style[0] == "solid"
        assert style[1] != style[2]


# ---- every page -----------------------------------------------------------------------------------------------------


def test_no_page_complains_asks_a_stranger_or_scrolls_sideways(everywhere: Served, page: Page) -> None:
    for url in everywhere.urls:
        seen = visit(page, url)
        assert seen.complaints == [], url
        assert [asked for asked in seen.requests if not asked.startswith((everywhere.base, "data:"))] == [], (
            url
        )
        assert seen.widths[320] <= 320, url


SHIFTS = """
new PerformanceObserver((list) => { (window.shifts ??= []).push(...list.getEntries().map(
  (entry) => [entry.value, entry.sources.map((source) => source.node?.outerHTML?.slice(0, 80))]))
}).observe({type: "layout-shift", buffered: true})
"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/", "/posts/everything/", "/posts/short/"])
def test_nothing_moves_when_the_scripts_come_late(sample: Served, page: Page, path: str, width: int) -> None:
    held: list[Route] = []
    page.route("**/*.js", lambda route: held.append(route))
    page.add_init_script(SHIFTS)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(sample.base + path, wait_until="commit")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    expect(button(page)).to_be_hidden()
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    expect(button(page)).to_be_visible()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts ?? []") == []
