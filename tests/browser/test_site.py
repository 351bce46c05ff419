"""What a reader meets in a real browser, on every page of this repo's blog."""

from collections.abc import Mapping
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from serving import Served
from visits import PHONES, Visit

pytestmark = pytest.mark.browser

Visits = Mapping[str, Visit]
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def test_no_page_complains_or_asks_for_what_is_missing(visits: Visits) -> None:
    assert {url: visit.complaints for url, visit in visits.items() if visit.complaints} == {}


def test_no_page_asks_another_host(served: Served, visits: Visits) -> None:
    asked = {urlsplit(request).netloc for visit in visits.values() for request in visit.requests}
    assert asked == {urlsplit(served.base).netloc}


def test_every_page_has_one_h1_a_title_and_a_language(visits: Visits) -> None:
    assert {
        url for url, visit in visits.items() if len(visit.h1) != 1 or not visit.title or not visit.lang
    } == set()


@pytest.mark.parametrize("width", PHONES)
def test_no_page_scrolls_sideways_on_a_phone(visits: Visits, width: int) -> None:
    assert {url: visit.widths[width] for url, visit in visits.items() if visit.widths[width] > width} == {}


def test_every_picture_is_shown(visits: Visits) -> None:
    assert any(visit.pictures for visit in visits.values())
    assert {url: visit.broken for url, visit in visits.items() if visit.broken} == {}


WIDTHS = (320, 390, 640, 768, 834, 1024, 1280, 1440, 1920)
ASKED_AND_SHOWN = """
() => [...document.querySelectorAll("picture > img, img[srcset]")].filter((image) => image.clientWidth).map((image) => {
  const sizes = (image.sizes || image.previousElementSibling.sizes).split(/,\\s*(?![^(]*\\))/);
  const fits = sizes.map((size) => size.match(/^(\\(.*?\\))?\\s*(.+)$/)).find(([, when]) => !when || matchMedia(when).matches);
  const ruler = document.body.appendChild(document.createElement("div"));
  ruler.style.cssText = `position: absolute; width: ${fits[2]}`;
  const asked = ruler.getBoundingClientRect().width;
  ruler.remove();
  return [image.currentSrc || image.src, asked, image.clientWidth];
})
"""


@pytest.mark.parametrize("served", [""], ids=["at-root"], indirect=True)
def test_pictures_are_asked_for_in_the_width_that_they_are_shown_in(served: Served, page: Page) -> None:
    for url in served.urls:
        page.goto(url)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for picture, asked, shown in page.evaluate(ASKED_AND_SHOWN):
                assert asked == pytest.approx(shown, rel=0.1), (url, width, picture)


def test_every_link_leads_to_a_page_of_the_site(served: Served, visits: Visits, page: Page) -> None:
    inside = urljoin(served.base, "/")
    links = {(url, link) for url, visit in visits.items() for link in visit.links if link.startswith(inside)}
    further = {address for _, link in links if (address := link.partition("#")[0]) not in visits}
    answered = {address for address in further if page.request.get(address).ok}
    dead = {(url, link) for url, link in links if not _leads_somewhere(link, visits, answered)}
    assert dead == set()


def _leads_somewhere(link: str, visits: Visits, answered: set[str]) -> bool:
    address, _, fragment = link.partition("#")
    if address not in visits:
        return address in answered
    return not fragment or unquote(fragment) in visits[address].ids


def test_text_runs_as_its_language_does(visits: Visits) -> None:
    directions = {visit.lang.partition("-")[0]: visit.direction for visit in visits.values()}
    assert set(directions.values()) == {"ltr", "rtl"}
    assert {lang for lang, direction in directions.items() if direction == "rtl"} <= RIGHT_TO_LEFT


def test_skip_link_comes_first_and_leads_to_the_text(served: Served, page: Page) -> None:
    page.goto(served.posts()[0])
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    box = skip.bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["y"] >= 0) == (True, True)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_keyboard_reaches_everything_in_the_order_of_the_page(served: Served, page: Page) -> None:
    page.goto(served.posts()[0])
    wanted = page.evaluate("""
        (window.wanted = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
          .filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)).length
    """)
    reached = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("wanted.indexOf(document.activeElement)"))
    assert reached == list(range(wanted))


def test_focus_can_be_seen(served: Served, page: Page) -> None:
    page.goto(served.base + "/")
    for _ in range(4):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", page.evaluate("document.activeElement.outerHTML")


def test_everything_can_be_read_without_javascript(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.base + "/")
    page.locator("main h2 a").first.click()
    page.wait_for_url(lambda url: url in served.posts())
    assert page.locator("h1").is_visible()
    assert len(page.locator("main").inner_text()) > 200
    context.close()


def test_unknown_address_shows_the_sites_own_page_at_any_depth(served: Served, page: Page) -> None:
    missing: list[str] = []
    page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
    url = served.base + "/there/is/no/such/page/"
    page.goto(url)
    assert [address for address in missing if not address.endswith("/favicon.ico")] == [url]
    page.locator(f"main a[href='{served.prefix}/']").first.click()
    page.wait_for_url(served.base + "/")


def test_reader_can_walk_from_post_to_post_and_to_a_category(served: Served, page: Page) -> None:
    page.goto(served.posts()[0])
    page.locator("a[rel~=prev], a[rel~=next]").first.click()
    page.wait_for_url(lambda url: url in served.posts())
    page.locator("main a[href*='/categories/'], main a[href*='/tags/']").first.click()
    page.wait_for_url(lambda url: url in served.urls)
    assert page.locator("main h1").is_visible()
