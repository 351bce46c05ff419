"""Open a page once, as a reader's browser does, and note all that the tests ask about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

PHONES = (320, 390)
LAPTOP = 1280
HEIGHT = 900

FACTS = """
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    title: document.title,
    lang: document.documentElement.lang,
    direction: getComputedStyle(document.body).direction,
    h1: all("h1").map((e) => e.textContent),
    ids: all("[id]").map((e) => e.id),
    links: all("[href], [src], [poster]").map((e) => e.href || e.src || e.poster),
    pictures: all("img").map((e) => e.currentSrc || e.src),
  };
}
"""

BROKEN_PICTURES = """
async () => {
  const shown = (image) => {
    image.loading = "eager";
    return image.decode().then(() => true, () => false);
  };
  const images = [...document.images];
  const fine = await Promise.all(images.map(shown));
  return images.filter((_, i) => !fine[i]).map((image) => image.src);
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page as it was found. `widths` are how wide it wants to be on phones of these widths."""

    title: str
    lang: str
    direction: str
    h1: Sequence[str]
    ids: Sequence[str]
    links: Sequence[str]
    pictures: Sequence[str]
    broken: Sequence[str]
    widths: Mapping[int, int]
    requests: Sequence[str]
    complaints: Sequence[str]


def visit(page: Page, url: str) -> Visit:
    """Open the address in the tab."""
    requests: list[str] = []
    complaints: list[str] = []
    listeners = {
        "request": lambda request: requests.append(request.url),
        "requestfailed": lambda request: complaints.extend(_failed(request)),
        "response": lambda response: complaints.extend(_refused(response)),
        "console": lambda message: complaints.extend(_said(message)),
        "pageerror": lambda error: complaints.append(str(error)),
    }
    hear: Any = page.on
    ignore: Any = page.remove_listener
    for event, listener in listeners.items():
        hear(event, listener)
    page.set_viewport_size({"width": LAPTOP, "height": HEIGHT})
    page.goto(url)
    facts = page.evaluate(FACTS)
    broken = page.evaluate(BROKEN_PICTURES)
    widths = {width: _width(page, width) for width in PHONES}
    for event, listener in listeners.items():
        ignore(event, listener)
    return Visit(**facts, broken=broken, widths=widths, requests=requests, complaints=complaints)


def _failed(request: Request) -> list[str]:
    """What failed by itself; a picture of another size is given up when the tab goes on to the next page."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.failure} {request.url}"]


def _refused(response: Response) -> list[str]:
    return [f"{response.status} {response.url}"] if response.status >= 400 else []


def _said(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in ("error", "warning") else []


def _width(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found
