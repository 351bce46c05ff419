"""The theme's style sheets: small, layered, for both directions of writing, and asking nobody for anything."""

import gzip
import re

import pytest

import pages

SHEETS = {path.name: path.read_text("utf-8") for path in sorted((pages.THEME / "assets").glob("*.css"))}
RULES = re.compile(r"([^{}]+)\{([^{}]*)\}")


def small(text: str) -> int:
    """Its size as it is sent."""
    return len(gzip.compress(text.encode(), 9, mtime=0))


def rules(sheet: str) -> list[tuple[str, str]]:
    """Selectors and declarations of each rule."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return [(selector.strip(), declared.strip()) for selector, declared in RULES.findall(plain)]


def test_sheet_of_every_page_is_small() -> None:
    assert small(SHEETS["style.css"]) < 3900


def test_sheet_of_texts_is_small() -> None:
    assert small(SHEETS["post.css"]) < 4350


def test_script_is_small() -> None:
    assert (pages.THEME / "assets" / "app.js").stat().st_size < 2048


def test_list_of_posts_with_all_that_it_needs_is_small() -> None:
    posts = [pages.post(f"post-{n}", title=f"Post number {n}", image=pages.SIZED) for n in range(5)]
    index = pages.output(pages.site(*posts))["index.html"]
    script = (pages.THEME / "assets" / "app.js").read_text("utf-8")
    assert small(index) + small(SHEETS["style.css"]) + small(script) < 8192


def test_page_of_a_post_is_small_but_for_its_text() -> None:
    post = pages.post(image=pages.SIZED, series="A series")
    html = pages.output(pages.site(post, *(pages.post(f"p{n}", image=pages.SIZED) for n in range(3))))
    assert small(html[post.path].replace(str(post.content), "")) < 6000


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_sheet_asks_nobody_for_anything(sheet: str) -> None:
    assert not re.search(r"@import|url\(|https?:", sheet)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_nothing_is_so_important_that_a_site_could_not_change_it(sheet: str) -> None:
    assert "!important" not in sheet


@pytest.mark.parametrize("name", ["style.css", "post.css", "search.css"])
def test_every_rule_is_in_a_layer(name: str) -> None:
    outside = re.sub(r"@layer \w+ \{.*?\n\}", "", SHEETS[name], flags=re.DOTALL)
    assert rules(outside) == []


def test_order_of_the_layers_is_said_first() -> None:
    [named] = re.findall(r"@layer ([\w, ]+);", SHEETS["style.css"])
    used = {layer for sheet in SHEETS.values() for layer in re.findall(r"@layer (\w+) \{", sheet)}
    assert used == set(named.split(", "))


LEFT_TO_RIGHT = re.compile(r"\bpre\b|\.ln\b|\.hl\b|\.image\.(left|right)|\.table$")


@pytest.mark.parametrize("name", ["style.css", "post.css", "search.css"])
def test_sheet_is_mirrored_where_writing_is(name: str) -> None:
    sided = re.compile(r"(?:^|[;\s-])(?:left|right)\b(?!\s*\))")
    found = [selector for selector, declared in rules(SHEETS[name]) if sided.search(declared)]
    assert [selector for selector in found if not LEFT_TO_RIGHT.search(selector)] == []


def test_every_variable_that_is_used_is_given() -> None:
    together = "".join(SHEETS.values())
    script = (pages.THEME / "assets" / "app.js").read_text("utf-8")
    given = set(re.findall(r"(--[\w-]+):", together + script))
    assert set(re.findall(r"var\((--[\w-]+)\)", together)) - given == set()
    assert given - set(re.findall(r"var\((--[\w-]+)", together)) - {"--x", "--y", "--up"} == set()
