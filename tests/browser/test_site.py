"""What a reader meets in a real browser, on every page of this repo's blog."""

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from serving import Served

FOCUSED = "document.activeElement === document.body ? null : document.activeElement"


def test_no_page_complains_or_asks_for_what_is_missing(served: Served, page: Page) -> None:
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    for url in served.urls:
        page.goto(url)
    assert complaints == []


def test_no_page_asks_another_host(served: Served, page: Page) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for url in served.urls:
        page.goto(url)
    assert asked == {urlsplit(served.base).netloc}


def test_every_page_has_one_h1_a_title_and_a_language(served: Served, page: Page) -> None:
    wrong = []
    for url in served.urls:
        page.goto(url)
        if (
            page.locator("h1").count() != 1
            or not page.title()
            or not page.locator("html").get_attribute("lang")
        ):
            wrong.append(url)
    assert wrong == []


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_scrolls_sideways_on_a_phone(served: Served, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    wide = {}
    for url in served.urls:
        page.goto(url)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[url] = found
    assert wide == {}


def test_every_picture_is_shown(served: Served, page: Page) -> None:
    broken = []
    for url in served.posts():
        page.goto(url)
        page.evaluate("""
            Promise.all([...document.images].map((image) => {
              image.loading = "eager";
              return image.decode().catch(() => {});
            }))
        """)
        broken += page.evaluate(
            "[...document.images].filter((i) => !i.naturalWidth).map((i) => i.currentSrc || i.src)"
        )
    assert broken == []


def test_every_link_leads_to_a_page_of_the_site(served: Served, page: Page) -> None:
    places = {url: _places(page, url) for url in served.urls}
    dead = {
        (url, target)
        for url, (_, targets) in places.items()
        for target in targets
        if target.startswith(urljoin(served.base, "/")) and not _leads_somewhere(page, places, target)
    }
    assert dead == set()


def _places(page: Page, url: str) -> tuple[list[str], list[str]]:
    """The ids of a page, and all the addresses that it names."""
    page.goto(url)
    ids: list[str] = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    targets: list[str] = page.evaluate("""
        [...document.querySelectorAll("[href], [src], [poster]")].map((e) => e.href || e.src || e.poster)
    """)
    return ids, sorted(set(targets))


def _leads_somewhere(page: Page, places: dict[str, tuple[list[str], list[str]]], target: str) -> bool:
    url, _, fragment = target.partition("#")
    if url not in places:
        return page.request.get(url).ok and not fragment
    decoded = page.evaluate("decodeURIComponent", fragment)
    return not fragment or decoded in places[url][0]


def test_skip_link_comes_first_and_leads_to_the_text(served: Served, page: Page) -> None:
    page.goto(served.posts()[0])
    page.keyboard.press("Tab")
    skip = page.evaluate_handle(FOCUSED).as_element()
    assert skip is not None
    assert skip.get_attribute("href") == "#main"
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_keyboard_reaches_everything_in_the_order_of_the_page(served: Served, page: Page) -> None:
    page.goto(served.posts()[0])
    page.evaluate("""
        window.wanted = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
          .filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)
    """)
    order = []
    for _ in range(page.evaluate("wanted.length")):
        page.keyboard.press("Tab")
        order.append(page.evaluate("wanted.indexOf(document.activeElement)"))
    assert order == list(range(len(order)))


def test_focus_can_be_seen(served: Served, page: Page) -> None:
    page.goto(served.base + "/")
    for _ in range(4):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", page.evaluate("document.activeElement.outerHTML")


def test_post_in_a_right_to_left_language_runs_right_to_left(served: Served, page: Page) -> None:
    directions: dict[str, str] = {}
    for url in served.posts():
        page.goto(url)
        language = page.locator("html").get_attribute("lang") or ""
        directions[language] = page.evaluate("getComputedStyle(document.querySelector('h1')).direction")
    assert set(directions.values()) == {"ltr", "rtl"}
    assert all(
        (found == "rtl") == (lang[:2] in ("ar", "fa", "he", "ur")) for lang, found in directions.items()
    )


def test_everything_can_be_read_without_javascript(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.base + "/")
    page.locator("main article a, main h2 a, main h3 a").first.click()
    page.wait_for_url(lambda url: url in served.posts())
    assert page.locator("h1").is_visible()
    assert len(page.locator("main").inner_text()) > 200
    context.close()


def test_unknown_address_shows_the_sites_own_page_at_any_depth(served: Served, page: Page) -> None:
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
    url = served.base + "/there/is/no/such/page/"
    page.goto(url)
    assert missing == [url]
    page.locator(f"main a[href='{served.prefix}/']").first.click()
    page.wait_for_url(served.base + "/")


def test_reader_can_walk_from_post_to_post_and_to_a_category(served: Served, page: Page) -> None:
    page.goto(served.posts()[0])
    page.locator("a[rel~=prev], a[rel~=next]").first.click()
    page.wait_for_url(lambda url: url in served.posts())
    page.locator("main a[href*='/categories/'], main a[href*='/tags/']").first.click()
    page.wait_for_url(lambda url: url in served.urls)
    assert page.locator("main a").count() > 0
