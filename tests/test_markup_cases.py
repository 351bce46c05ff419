"""Each case file says what its Markdown becomes: title, input and expected HTML, parted by lines of ===."""

from pathlib import Path

import html5lib
import pytest

from recto.markup import convert
from recto.model import Body, MarkdownOptions
from recto.pictures import HOLES

CASES = sorted((Path(__file__).parent / "cases" / "markup").glob("*.md"))


def html(text: str, **rest: object) -> str:
    content = convert(Body(text=text, options=MarkdownOptions(anchors=False), **rest))  # type: ignore[arg-type]
    around_pictures = [""] * HOLES * len(content.frames)
    return str(content.html.fill([*(reference.url for reference in content.references), *around_pictures]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    title, text, expected = case.read_text(encoding="utf-8").split("\n===\n")
    assert html(text) == expected.rstrip("\n"), title


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_is_valid_html(case: Path) -> None:
    _, text, _ = case.read_text(encoding="utf-8").split("\n===\n")
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(f"<!doctype html><title>x</title>{html(text)}")
