"""Covers drawn from titles: always the same one, of every style, small, and quick to guess the color of."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recto.drawing import STYLES, draw, oklch, svg

TITLES = [f"What the tide leaves, part {number}" for number in range(1000)]
COVERS = [svg(title) for title in TITLES]


def style(title: str) -> str:
    """The style in which a title is drawn."""
    return next(style for style in STYLES if svg(title, style) == svg(title))


def test_title_always_gives_the_same_cover() -> None:
    cover = svg("On keeping a notebook", "rings")
    circles = [
        (896, 553, 1250),
        (914, 549, 1079),
        (932, 545, 908),
        (950, 541, 736),
        (968, 537, 565),
        (986, 533, 394),
    ]
    fills = ["#ecccad", "#dca57d", "#ecccad", "#c27953", "#dca57d", "#944937", "#e1b34d"]
    assert cover == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 800">'
        '<path fill="#f7ebdb" d="M0 0h1200v800H0z"/>'
        + "".join(
            f'<g fill="{fill}"><circle cx="{x}" cy="{y}" r="{r}"/></g>'
            for fill, (x, y, r) in zip(fills, [*circles, (1004, 529, 223)], strict=True)
        )
        + "</svg>"
    )


def test_cover_does_not_depend_on_how_letters_with_accents_are_written() -> None:
    assert svg("Caf\u00e9") == svg("Cafe\u0301")


def test_thousand_titles_spread_over_all_styles() -> None:
    counts = Counter(map(style, TITLES))
    assert counts.keys() == set(STYLES)
    assert min(counts.values()) > 150


def test_hardly_two_of_a_thousand_titles_have_the_same_cover() -> None:
    assert len(set(COVERS)) > 990


def test_covers_are_small() -> None:
    sizes = [len(cover.encode()) for cover in COVERS]
    assert sum(sizes) / len(sizes) < 2500
    assert max(sizes) < 3600


@pytest.mark.parametrize("cover", [svg(title, style) for style in STYLES for title in TITLES[:5]])
def test_cover_is_a_document_without_text(cover: str) -> None:
    root = ElementTree.fromstring(cover)
    assert root.attrib == {"viewBox": "0 0 1200 800"}
    tags = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()}
    assert tags <= {"svg", "g", "path", "circle"}
    assert "".join(root.itertext()) == ""


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["", *STYLES]), st.none() | st.integers(0, 360))
def test_any_title_is_drawn(title: str, style: str, hue: int | None) -> None:
    drawing = draw(title, style, hue)
    assert drawing.shapes
    assert {drawing.ground, *(shape.fill for shape in drawing.shapes)} <= set(range(len(drawing.colors)))
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in drawing.colors)


@pytest.mark.parametrize("style", STYLES)
def test_style_is_the_one_that_the_author_chose(style: str) -> None:
    assert {len(draw(title, style).shapes) for title in TITLES[:50]} != {0}
    assert draw("Moss", style).shapes != draw("Moss", next(s for s in STYLES if s != style)).shapes


def test_hue_that_the_author_chose_changes_colors_and_nothing_else() -> None:
    free, green, blue = draw("Moss"), draw("Moss", hue=150), draw("Moss", hue=250)
    assert free.shapes == green.shapes == blue.shapes
    assert len({free.colors, green.colors, blue.colors}) == 3
    red, green_part, blue_part = channels(draw("Moss", hue=150).colors[2])
    assert green_part > max(red, blue_part)


def channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


@pytest.mark.parametrize(
    ("lightness", "chroma", "hue", "color"),
    [
        (1, 0, 0, "#ffffff"),
        (0, 0, 0, "#000000"),
        (0.62796, 0.25768, 29.234, "#ff0000"),
        (0.86644, 0.29483, 142.495, "#00ff00"),
        (0.45201, 0.31321, 264.052, "#0000ff"),
        (0.6, 0, 123, "#808080"),
    ],
)
def test_oklch_is_reckoned_as_css_defines_it(lightness: float, chroma: float, hue: float, color: str) -> None:
    assert all(
        abs(a - b) <= 1 for a, b in zip(channels(oklch(lightness, chroma, hue)), channels(color), strict=True)
    )


def test_color_that_a_screen_cannot_show_keeps_its_lightness() -> None:
    assert channels(oklch(0.9, 0.4, 264)) == channels(oklch(0.9, 0.2, 264))
