"""A real browser that tells what it shows since when."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from measure import CommandError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
MARK = "zqsave"  # how every text begins that a save brings

# Tells each new mark, and when it was there by the clock of all: in the text of the page, or in force by its style.
PROBE = f"""
(() => {{
  const told = new Set();
  const tell = (marks) => {{
    for (const [mark] of (marks || "").matchAll(/{MARK}\\d+/g)) {{
      if (told.has(mark)) continue;
      told.add(mark);
      window.tellMark(mark, performance.timeOrigin + performance.now());
    }}
  }};
  const look = () => {{
    tell(document.body?.textContent);
    if (document.body) tell(getComputedStyle(document.body).getPropertyValue("--mark"));
  }};
  new MutationObserver(look).observe(document, {{ subtree: true, childList: true, characterData: true }});
  setInterval(look, 4);
}})();
"""


class Tab:
    """A tab of a real browser, which tells what it shows since when."""

    def __init__(self, browser: "Browser", port: int) -> None:
        self._context = browser.new_context()
        self._base = f"http://127.0.0.1:{port}"
        self._seen: dict[str, float] = {}
        self._context.expose_function("tellMark", self._tell)
        self._context.add_init_script(PROBE)
        self.page: Page = self._context.new_page()

    def _tell(self, mark: str, moment: float) -> None:
        self._seen.setdefault(mark, moment / 1000)

    def open(self, url: str) -> None:
        """Look at a page."""
        self.page.goto(self._base + url)

    def until(self, mark: str, limit: float) -> float:
        """The time at which the mark was on the page."""
        end = time.monotonic() + limit
        while mark not in self._seen:
            if time.monotonic() > end:
                raise CommandError(f"{self.page.url} does not show {mark} after {limit:.0f} s")
            self.page.wait_for_timeout(10)
        return self._seen[mark]

    def close(self) -> None:
        """Close the tab."""
        self._context.close()


@contextmanager
def chromium(wanted: bool) -> "Iterator[Browser | None]":
    """A Chromium, where one is wanted and there."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not (wanted and program):
        if wanted:
            print("no Chromium found (CHROMIUM=/path/to/it names one): answers only", file=sys.stderr)
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
