"""Laws of the Markdown step, tried on random text made of what Markdown is made of."""

from hypothesis import given
from hypothesis import strategies as st

from recto.markup import convert
from recto.markup.engine import engine
from recto.model import Body, MarkdownOptions
from recto.pictures import HOLES

PIECES = [
    *"abc \n\n\t#>-*_`~[]()!<>&\"'|:{}\\=+1.^@/é日",
    *(
        "- ",
        "1. ",
        "> ",
        "```",
        "~~~",
        "\n\n",
        "\n    ",
        "[^1]",
        "[^1]: ",
        "*[a]: b",
        "](x)",
        "![](y)",
        "!!! note",
    ),
    *(
        "<div>",
        "</div>",
        '<div markdown="1">',
        "<!-- more -->",
        "<img src=z>",
        "{: .a}",
        "{#i}",
        "[TOC]",
        "| a | b |",
    ),
    *(
        "\n|---|---|\n",
        "https://e.com",
        "[a]: /u",
        "> [!TIP]",
        "<script>",
        "</p>",
        "&amp;",
        "--",
        "...",
        "\x00",
        "\x02",
    ),
    *("`a`", "\ud800", "- [ ] ", "```python\nx = 1\n```", "\n: d", "<b", '"'),
]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=80)
bodies = st.builds(
    Body,
    text=texts,
    options=st.builds(
        MarkdownOptions, smart=st.booleans(), anchors=st.booleans(), line_numbers=st.booleans()
    ),
    language=st.sampled_from(["en", "de"]),
    lift_title=st.booleans(),
)


@given(bodies)
def test_no_text_raises_and_every_hole_has_its_reference(body: Body) -> None:
    content = convert(body)
    for text in (content.html, content.excerpt):
        assert len(text.parts) == len(text.holes) + 1
        assert all(0 <= hole < len(content.references) + HOLES * len(content.frames) for hole in text.holes)
    lines = body.text.count("\n") + body.text.count("\r") + 1
    assert all(reference.line <= lines for reference in content.references)
    assert len(set(content.ids)) == len(content.ids)
    "".join((*content.html.parts, content.text, content.summary)).encode()


@given(st.lists(bodies, min_size=2, max_size=4))
def test_a_body_alone_is_what_it_is_after_others(several: list[Body]) -> None:
    in_order = [convert(body) for body in several]
    engine.cache_clear()
    backwards = [convert(body) for body in reversed(several)]
    assert in_order == backwards[::-1]
