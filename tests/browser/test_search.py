"""Search as readers meet it, in a real browser: at the root of a host and below a folder."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Request, Response, expect

from serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses of the index that the tab asks for."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/pagefind/" in request.url else None)
    return found


def search(served: Served, page: Page, query: str = "") -> None:
    """Open the search page, as by a shared address."""
    page.goto(f"{served.base}/search/" + (f"?q={quote(query)}" if query else ""))


def titles(page: Page) -> list[str]:
    """The results that are shown, first to last."""
    return page.locator(".results > li > h2").all_inner_texts()


def test_the_keyboard_leads_from_the_skip_link_to_a_result_and_into_the_post(
    served: Served, page: Page
) -> None:
    page.goto(served.posts()[0])
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    while not page.locator("[data-act=search]:focus").count():
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.base}/search/")
    expect(page.locator(".search input")).to_be_focused()
    page.keyboard.type("slow mornings walk", delay=20)
    expect(page.locator(".results")).to_be_visible()
    page.keyboard.press("ArrowDown")
    title = page.locator(".results h2 a:focus").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url in served.posts())
    expect(page.locator("h1")).to_have_text(title)


def test_nothing_of_the_index_is_asked_for_before_the_box_has_the_focus(
    served: Served, page: Page, asked: list[str]
) -> None:
    search(served, page)
    page.wait_for_load_state("networkidle")
    assert asked == []
    with page.expect_request("**/pagefind/pagefind.js"):
        page.locator(".search input").focus()
    page.goto(served.base + "/")
    asked.clear()
    page.wait_for_load_state("networkidle")
    assert asked == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("längere weg", "Der längere Weg"),
        ("langere", "Der längere Weg"),
        ("余白", "机の上の余白"),
        ("机の上", "机の上の余白"),
        ("دفتر", "دفتر صغير"),
        ("naismith", "How long will it take?"),
    ],
)
def test_words_of_every_script_are_found(served: Served, page: Page, query: str, title: str) -> None:
    search(served, page, query)
    expect(page.locator(".results")).to_be_visible()
    assert title in titles(page)
    expect(page.locator(".search input")).to_have_value(query)


def test_a_result_has_what_a_reader_needs_to_choose(served: Served, page: Page) -> None:
    search(served, page, "weg")
    item = page.locator(".results > li", has_text="Der längere Weg")
    expect(item.locator("time")).to_have_text("20 November 2022")
    expect(item.locator("mark").first).to_have_text("Weg", ignore_case=True)
    expect(item).to_have_attribute("lang", "de")
    address = item.locator("h2 a").get_attribute("href")
    assert address == f"{served.prefix}/posts/{quote('der-längere-weg')}/"


def test_japanese_is_shown_without_the_spaces_of_the_index(served: Served, page: Page) -> None:
    search(served, page, "余白")
    item = page.locator(".results > li").first
    expect(item.locator("mark").first).to_be_visible()
    assert "余白は何も言わない。" in item.inner_text()


def test_headings_of_a_result_lead_to_their_place(served: Served, page: Page) -> None:
    search(served, page, "notebook")
    page.locator(".results > li", has_text="On keeping a notebook").locator("ul a").first.click()
    page.wait_for_url(lambda url: "/posts/on-keeping-a-notebook/#" in url)
    assert page.evaluate("document.querySelector(':target').tagName") == "H2"


def test_typing_writes_the_address_and_back_restores_the_results(served: Served, page: Page) -> None:
    search(served, page)
    page.locator(".search input").press_sequentially("notebook")
    expect(page.locator(".found")).to_have_text("Results: 3")
    assert page.url == f"{served.base}/search/?q=notebook"
    before = titles(page)
    page.locator(".results h2 a").first.click()
    page.wait_for_url(lambda url: url in served.posts())
    page.go_back()
    expect(page.locator(".found")).to_have_text("Results: 3")
    assert (titles(page), page.locator(".search input").input_value()) == (before, "notebook")


def test_arrows_move_and_escape_clears(served: Served, page: Page) -> None:
    search(served, page, "notebook")
    expect(page.locator(".results")).to_be_visible()
    box = page.locator(".search input")
    box.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".results a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".results a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    expect(page.locator(".results")).to_be_hidden()
    expect(page.locator(".browse")).to_be_visible()
    assert page.url == f"{served.base}/search/"


def test_more_results_come_on_demand_and_get_the_focus(served: Served, page: Page) -> None:
    search(served, page, "the")
    expect(page.locator(".results > li")).to_have_count(10)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".results > li").nth(10).locator("a").first).to_be_focused()
    count = int(page.locator(".found").inner_text().removeprefix("Results: "))
    expect(page.locator(".results > li")).to_have_count(count)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


@pytest.mark.parametrize("query", ["zzzz", "<img/src=x/onerror=window.hit=1>", "$& \\ zzzz"])
def test_a_query_without_results_is_shown_as_text_and_the_lists_offered(
    served: Served, page: Page, query: str
) -> None:
    search(served, page, query)
    expect(page.locator(".found")).to_have_text(f"Nothing found for “{query}”")
    expect(page.locator(".browse a").first).to_be_visible()
    assert page.evaluate("[document.querySelectorAll('main img').length, window.hit]") == [0, None]


def test_html_in_the_text_of_a_post_is_text_in_a_result(served: Served, page: Page) -> None:
    """As Pagefind would hand it over if it escaped nothing."""
    script = '<img src="x" onerror="window.hit=1"><mark onclick="x">found</mark><script>window.hit=2</script>'
    fake = (
        "export const options = async () => {}\n"
        "const data = async () => ({url: '/x/', meta: {title: '<b>T</b>'}, anchors: [], sub_results: [],"
        f" excerpt: {script!r}}})\n"
        "export const search = async () => ({results: [{data}]})\n"
    )
    page.route(
        "**/pagefind/pagefind.js", lambda route: route.fulfill(body=fake, content_type="text/javascript")
    )
    search(served, page, "x")
    expect(page.locator(".results h2")).to_have_text("<b>T</b>")
    assert page.evaluate("[document.querySelectorAll('main img, main script').length, window.hit]") == [
        0,
        None,
    ]
    assert page.locator(".results mark").evaluate("e => e.outerHTML") == "<mark>found</mark>"


def test_an_index_that_cannot_be_reached_is_said_and_asked_for_again(served: Served, page: Page) -> None:
    page.route("**/pagefind/**", lambda route: route.abort())
    search(served, page, "notebook")
    expect(page.locator(".found")).to_have_text("The search cannot be reached just now.")
    expect(page.locator(".browse a", has_text="Archive")).to_have_attribute(
        "href", f"{served.prefix}/archive/"
    )
    page.unroute("**/pagefind/**")
    page.reload()
    expect(page.locator(".found")).to_have_text("Results: 3")


def test_without_javascript_the_page_says_so_and_offers_the_lists(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    search(served, page, "notebook")
    expect(page.get_by_text("Searching needs JavaScript.")).to_be_visible()
    expect(page.locator(".search")).to_be_hidden()
    page.locator(".browse a", has_text="Archive").click()
    expect(page.locator("h1")).to_have_text("Archive")
    context.close()


def test_results_move_nothing_that_was_seen(served: Served, page: Page) -> None:
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(e => moved += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    search(served, page, "notebook")
    expect(page.locator(".found")).to_have_text("Results: 3")
    assert (
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(moved))))") == 0
    )


def test_the_page_and_its_results_ask_for_nothing_that_is_missing(served: Served, page: Page) -> None:
    bad: list[str] = []

    def answered(response: Response) -> None:
        if response.status >= 400 and not response.url.endswith("/favicon.ico"):
            bad.append(response.url)

    def failed(request: Request) -> None:
        bad.append(request.url)

    page.on("response", answered)
    page.on("requestfailed", failed)
    page.on("console", lambda message: bad.append(message.text))
    page.on("pageerror", lambda error: bad.append(str(error)))
    search(served, page, "notebook")
    expect(page.locator(".found")).to_have_text("Results: 3")
    page.locator(".search input").fill("weg")
    expect(page.locator(".results > li", has_text="Der längere Weg")).to_be_visible()
    assert bad == []
