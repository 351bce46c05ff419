"""The page of the site as recto sees it, in a browser."""

from dataclasses import replace
from functools import partial

import pytest
from playwright.sync_api import Page

from conftest import NOW, MakeProject
from recto import builder
from recto.diagnostics import Location, error
from recto.memo import Store
from recto.model import Omission, Timing
from recto.preview import editions, editor, inspector

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def shown(project: MakeProject, view: str) -> str:
    """A view of a site in which everything is long."""
    post = f"---\ntitle: {LONG}\ntags: [{LONG}]\n---\nText.\n"
    site = project({"posts/2026-01-01-a.md": post, "site.yaml": f"title: {LONG}\n"})
    with Store.memory() as store:
        plan = builder.build(site.path, store=store, now=NOW, jobs=1, index=False)
    problem = error("odd", LONG, Location(path=f"posts/{LONG}.md", line=1, column=1, text=LONG), hint=LONG)
    plan = replace(
        plan,
        omissions=(Omission(source=f"posts/{LONG}.md", title=LONG, reason="expired", when=NOW),),
        timings=tuple(
            Timing(stage=stage, seconds=3.21, count=1_000_000, remembered=1_000_000)
            for stage in ("read", "assemble", "pictures")
        ),
    )
    made = editions.Round(moment=NOW, seconds=9.87, changed=(f"posts/{LONG}.md",), plan=plan)
    edition = editions.following(
        editions.first("s", made), replace(made, diagnostics=(problem,) * 10_000, plan=plan)
    )
    return inspector.page(edition, {"view": view, "q": "a"}, link=partial(editor.link, "vscode", "/b"))


@pytest.mark.parametrize("view", inspector.VIEWS)
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_scrolls_sideways(project: MakeProject, page: Page, view: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(shown(project, view))
    assert page.evaluate("document.documentElement.scrollWidth") == width


CONTRAST = """
() => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map((n) => n / 255).map((n) => n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (e) => { while (getComputedStyle(e).backgroundColor === "rgba(0, 0, 0, 0)") e = e.parentElement; return getComputedStyle(e).backgroundColor };
  const texts = [...document.body.querySelectorAll("*")].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return Math.min(...texts.map((e) => {
    const [one, other] = [light(getComputedStyle(e).color), light(behind(e))].sort((a, b) => b - a);
    return (one + .05) / (other + .05);
  }));
}
"""


@pytest.mark.parametrize("view", inspector.VIEWS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_a_contrast_of_seven_to_one(
    project: MakeProject, page: Page, view: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content(shown(project, view))
    assert page.evaluate(CONTRAST) >= 7
