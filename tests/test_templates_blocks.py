"""Any one block of a template can be replaced; all else stays the theme's."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jinja2 import Environment, nodes

import pages
from recto.model import Page

POST = pages.post(image=pages.SIZED, series="A series")
SITE = pages.site(POST, pages.post("b"))
PAGES = {page.template: page for page in reversed(pages.every_page(SITE).values())}
MARK = "<p>Of my own.</p>"


def tree(name: str) -> nodes.Template:
    return Environment().parse((pages.THEME / name).read_text("utf-8"))


def blocks(name: str) -> Iterator[str]:
    """The blocks of a template and of what it extends."""
    yield from (block.name for block in tree(name).find_all(nodes.Block))
    for parent in tree(name).find_all(nodes.Extends):
        assert isinstance(parent.template, nodes.Const)
        yield from blocks(parent.template.value)


def cases() -> Iterator[Any]:
    for name, page in sorted(PAGES.items()):
        if name.endswith(".html") and name != "redirect.html":
            yield from (pytest.param(page, block, id=f"{name}: {block}") for block in sorted({*blocks(name)}))


@pytest.mark.parametrize(("page", "block"), [*cases()])
def test_block_can_be_replaced_alone(page: Page, block: str) -> None:
    own = f'{{% extends "default/{page.template}" %}}{{% block {block} %}}{MARK}{{% endblock %}}'
    changed = pages.renderer(SITE, {page.template: own}).render(page).decode()
    assert changed.count(MARK) == 1
    assert changed.startswith("<!doctype html>")
    assert changed.endswith("</html>\n")


@pytest.mark.parametrize(("page", "block"), [*cases()])
def test_block_can_be_added_to(page: Page, block: str) -> None:
    theme = pages.renderer(SITE).render(page).decode()
    own = f'{{% extends "default/{page.template}" %}}{{% block {block} %}}{{{{ super() }}}}{MARK}{{% endblock %}}'
    changed = pages.renderer(SITE, {page.template: own}).render(page).decode()
    assert changed.replace(MARK, "").split() == theme.split()


def test_own_part_stands_in_every_page() -> None:
    made = pages.renderer(SITE, {"parts/footer.html": "<footer>{{ site.title }}</footer>"})
    for page in PAGES.values():
        if page.template.endswith(".html") and page.template != "redirect.html":
            assert "<footer>A blog &amp; more</footer>" in made.render(page).decode()


def test_post_and_standalone_page_are_changed_each_by_itself() -> None:
    own = {"post.html": f'{{% extends "default/post.html" %}}{{% block content %}}{MARK}{{% endblock %}}'}
    made = pages.renderer(SITE, own)
    assert MARK in made.render(PAGES["post.html"]).decode()
    assert MARK not in made.render(PAGES["page.html"]).decode()
    assert (
        MARK
        in made.render(
            replace(PAGES["page.html"], template="post.html", context=PAGES["post.html"].context)
        ).decode()
    )
