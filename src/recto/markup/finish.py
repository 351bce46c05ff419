"""From finished HTML to Content: headings and their ids, the excerpt, plain text, and the holes: for addresses, around pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from recto.markup.draft import Draft
from recto.markup.excerpt import ID, excerpt, is_mark, plain, shortened, without
from recto.markup.frames import enframe
from recto.markup.pieces import Piece, cut
from recto.markup.places import Places
from recto.markup.tree import HEADINGS, UNNAMED
from recto.markup.words import Words
from recto.model import Body, Content, Heading, Hypertext, Reference
from recto.text import count_words, heading_id, keywords


@dataclass(slots=True)
class Title:
    """A heading among the pieces: where its tags are, and its text."""

    level: int
    opening: int
    closing: int
    text: str
    id: str


def finish(html: str, body: Body, draft: Draft, words: Words) -> Content:
    """Everything that is known of a body once its HTML is."""
    pieces = cut(html)
    titles = _titles(pieces)
    text_title = titles[0].text if titles else ""
    if body.lift_title and titles and _opens(pieces, titles[0]):
        gone = titles.pop(0).closing + 1
        while gone < len(pieces) and pieces[gone].kind == "text" and pieces[gone].parts[0].isspace():
            gone += 1
        pieces = pieces[gone:]
        titles = [Title(t.level, t.opening - gone, t.closing - gone, t.text, t.id) for t in titles]
    ids = _name(pieces, titles, draft)
    if body.options.anchors:
        pieces = _anchored(pieces, titles, words)
    if any("[TOC]" in piece.parts[0] for piece in pieces if piece.kind == "text"):
        pieces = _with_contents(pieces, [t for t in titles if t.level <= body.options.toc_depth], words)
    references = _refer(pieces, draft)
    frames = enframe(pieces, len(references))
    chosen, cut_short = excerpt(pieces)
    text = plain(without(pieces, is_mark))
    summary = plain(chosen)
    return Content(
        html=_hypertext(pieces),
        excerpt=_hypertext(chosen),
        summary=shortened(summary) if cut_short else summary,
        references=references,
        frames=frames,
        headings=tuple(Heading(level=t.level, id=t.id, text=t.text) for t in titles),
        ids=tuple(ids),
        title=text_title,
        text=text,
        words=count_words(text),
        keywords=keywords(text),
        problems=tuple(sorted(draft.problems, key=lambda p: (p.line, p.column, p.code, p.message))),
    )


# ---- headings -----------------------------------------------------------------------------------------------


def _titles(pieces: Sequence[Piece]) -> list[Title]:
    """The headings that have an id or get one: those of Markdown, and raw ones that say theirs."""
    titles: list[Title] = []
    opened: int | None = None
    for index, piece in enumerate(pieces):
        if piece.kind == "open" and piece.name in HEADINGS and piece.attributes.get("id"):
            opened = index
        elif piece.kind == "close" and opened is not None and piece.name == pieces[opened].name:
            tag = pieces[opened]
            text = plain(without(pieces[opened:index], is_mark))
            titles.append(Title(int(tag.name[1]), opened, index, text, tag.attributes["id"]))
            opened = None
    return titles


def _opens(pieces: Sequence[Piece], title: Title) -> bool:
    """Whether nothing visible stands before the heading."""
    return not any(p.kind not in ("text", "hidden") or _visible(p) for p in pieces[: title.opening])


OF_THE_PAGE = frozenset(("main", "series"))  # ids that the theme's pages have around a body


def _visible(piece: Piece) -> bool:
    return piece.kind == "text" and not piece.parts[0].isspace()


def _name(pieces: Sequence[Piece], titles: Sequence[Title], draft: Draft) -> dict[str, None]:
    """Give each heading without an id one of its text; all ids, in order. An id that is there already is taken away
    from its second element, and said so."""
    taken: dict[str, None] = {}
    for piece in pieces:
        name = piece.attributes.get("id", UNNAMED)
        if name != UNNAMED and name in taken:
            piece.parts = [ID.sub("", part) for part in piece.parts]
            hint = "ids must differ within a page: rename one of them"
            draft.warn("duplicate-id", f'the id "{name}" is used twice', draft.line_of_last(name), hint=hint)
        elif name != UNNAMED:
            taken[name] = None
    counts: dict[str, int] = {}
    for title in titles:
        if title.id == UNNAMED:
            title.id = _unique(heading_id(title.text) or "section", taken, counts)
            tag = pieces[title.opening]
            tag.parts = [part.replace(UNNAMED, escape(title.id)) for part in tag.parts]
            taken[title.id] = None
    return taken


def _unique(name: str, taken: dict[str, None], counts: dict[str, int]) -> str:
    """The name, with the least number behind it that makes it the only one."""
    if name not in taken and name not in OF_THE_PAGE:
        return name
    number = counts.get(name, 0) + 1
    while f"{name}-{number}" in taken:
        number += 1
    counts[name] = number
    return f"{name}-{number}"


def _anchored(pieces: Sequence[Piece], titles: Sequence[Title], words: Words) -> list[Piece]:
    """The pieces with a link to itself at each heading's end."""
    result: list[Piece] = []
    done = 0
    for title in titles:
        result += pieces[done : title.closing]
        result += cut(
            f'<a class="anchor" href="#{escape(title.id)}" aria-label="{escape(words.section)}">#</a>'
        )
        done = title.closing
    result += pieces[done:]
    return result


def _with_contents(pieces: list[Piece], titles: Sequence[Title], words: Words) -> list[Piece]:
    """The pieces with the contents in place of the first paragraph `[TOC]`."""
    for index, piece in enumerate(pieces):
        if piece.kind == "close" and piece.name == "p" and _is_toc(pieces[index - 2 : index]):
            return [*pieces[: index - 2], *cut(_contents(titles, words)), *pieces[index + 1 :]]
    return pieces


def _is_toc(before: Sequence[Piece]) -> bool:
    return len(before) == 2 and before[0].name == "p" and before[1].parts[0].strip() == "[TOC]"


def _contents(titles: Iterable[Title], words: Words) -> str:
    html: list[str] = []
    levels: list[int] = []
    for title in titles:
        while levels and levels[-1] > title.level:
            levels.pop()
            html.append("</li></ol>")
        if levels and levels[-1] == title.level:
            html.append("</li>")
        else:
            levels.append(title.level)
            html.append("<ol>")
        html.append(f'<li><a href="#{escape(title.id)}">{escape(title.text, quote=False)}</a>')
    html += ["</li></ol>"] * len(levels)
    return f'<nav class="toc" aria-label="{escape(words.contents)}">{"".join(html)}</nav>' if html else ""


# ---- addresses ----------------------------------------------------------------------------------------------


def _refer(pieces: Sequence[Piece], draft: Draft) -> tuple[Reference, ...]:
    """Number all addresses, and find the pictures that say nothing to those who do not see them."""
    places = Places(draft.text, draft.code)
    references: list[Reference] = []
    for piece in pieces:
        for url, kind in piece.addresses:
            line, column = (0, 0) if is_mark(piece) else places.find(url)
            piece.holes.append(len(references))
            references.append(Reference(url=url, kind=kind, line=line, column=column))
        if piece.name == "img" and "alt" not in piece.attributes:
            _no_alt(piece, references[piece.holes[0]] if piece.holes else None, draft)
    return tuple(references)


def _no_alt(piece: Piece, reference: Reference | None, draft: Draft) -> None:
    """Warn of a picture without a text; the HTML gets an empty one, so that it is valid."""
    piece.parts[-1] = f'{piece.parts[-1].removesuffix(">").rstrip()} alt="">'
    name = reference.url if reference else "without an address"
    draft.warn(
        "missing-alt",
        f"the picture {name if len(name) <= 80 else name[:79] + '…'} has no text for those who do not see it",
        reference.line if reference else 0,
        column=reference.column if reference else 0,
        width=len(name) if reference and reference.line else 1,
        hint='say what it shows: ![a red door](door.jpg), or write {decorative} behind it or alt="" if it shows nothing',
    )


def _hypertext(pieces: Iterable[Piece]) -> Hypertext:
    parts: list[str] = []
    holes: list[int] = []
    since: list[str] = []
    for piece in pieces:
        for part, hole in zip(piece.parts, piece.holes, strict=False):
            since.append(part)
            parts.append("".join(since))
            holes.append(hole)
            since = []
        since.append(piece.parts[-1])
    parts.append("".join(since))
    return Hypertext(parts=tuple(parts), holes=tuple(holes))
