"""One Chromium and two built blogs for all the tests in this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import chromium
from serving import Served, serve
from visits import Visit, visit

SAMPLE = Path(__file__).parent / "site"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session", params=["", "/blog"], ids=["at-root", "below-blog"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The blog, at the root of a host and below a folder."""
    with serve(
        tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("www") / "root", request.param
    ) as site:
        yield site


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small blog in which every behaviour of the theme has its place, below a folder."""
    with serve(tmp_path_factory.mktemp("sample"), tmp_path_factory.mktemp("www"), "/blog", SAMPLE) as site:
        yield site


@pytest.fixture(scope="session")
def sample_at_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same at the root of a host."""
    with serve(
        tmp_path_factory.mktemp("sample"), tmp_path_factory.mktemp("www") / "root", "", SAMPLE
    ) as site:
        yield site


@pytest.fixture(params=["sample_at_root", "sample"], ids=["at-root", "below-blog"])
def everywhere(request: pytest.FixtureRequest) -> Served:
    """The small blog in both places."""
    found: Served = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    program = chromium.find()
    if not program:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def visits(served: Served, browser: Browser) -> dict[str, Visit]:
    """Every page of the site, opened once."""
    context = browser.new_context()
    page = context.new_page()
    found = {url: visit(page, url) for url in served.urls}
    context.close()
    return found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile, with a short patience: everything is on this machine."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return context.new_page()
