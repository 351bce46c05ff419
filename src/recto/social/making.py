"""Compose a card: paper with a title, and a panel with the picture or the cover; the panel alone where no text can be set."""

from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

from recto import drawing
from recto.memo import digest_bytes, keep_blob
from recto.model import Blob, Card, CardFile
from recto.social.lines import Setting, setting
from recto.social.painting import paint

WIDTH, HEIGHT = 1200, 630
_PANEL = 420  # pixels of the width
_MARGIN = 72
_COLUMN = WIDTH - _PANEL - 2 * _MARGIN + 12
_TITLE = ((88, 4), (80, 4), (72, 5), (64, 5), (58, 5), (52, 5), (46, 6), (40, 6))  # sizes, and lines that fit
_NOTE = ((34, 3), (30, 3))
_LABEL = ((32, 1), (28, 1))
_LEADING = 1.16
_ROWS = 3  # of zlib: looks for rows of one color only, of which a card has many; twice as quick

_PAPER = drawing.oklch(0.985, 0.006, 85)
_INK = drawing.oklch(0.245, 0.012, 60)
_SOFT = drawing.oklch(0.43, 0.016, 60)


def make(card: Card) -> CardFile:
    """The card's file: a PNG of few colors, or a JPEG where it has a photograph."""
    paper = _written(card)
    width = _PANEL if paper else WIDTH
    data = _read(card)
    picture = _picture(data, width) if data else None
    panel = picture or _cover(card, width)
    canvas = _beside(paper, panel, card.direction) if paper else panel
    facts = keep_blob(card.blobs, _jpeg(canvas) if picture else _png(canvas))
    return CardFile(
        blob=Blob(digest=facts.digest, size=facts.size),
        format="jpeg" if picture else "png",
        complete=(bool(data) or not card.picture) and (bool(paper) or not card.text),
    )


def _beside(paper: Image.Image, panel: Image.Image, direction: str) -> Image.Image:
    """The text where reading begins, and the panel where it ends. Both, where the panel has few colors too, in one palette."""
    canvas = Image.new(panel.mode, (WIDTH, HEIGHT))
    if panel.mode == "P":
        shift = len(paper.getpalette() or ()) // 3
        canvas.putpalette([*(paper.getpalette() or ()), *(panel.getpalette() or ())])
        panel = panel.point([index + shift for index in range(256 - shift)] + [0] * shift)
    else:
        paper = paper.convert(panel.mode)
    mirrored = direction == "rtl"
    canvas.paste(paper, (panel.width if mirrored else 0, 0))
    canvas.paste(panel, (0 if mirrored else paper.width, 0))
    return canvas


def _jpeg(canvas: Image.Image) -> bytes:
    file = BytesIO()
    canvas.save(file, "JPEG", quality=84, optimize=True, subsampling=0)
    return file.getvalue()


def _png(canvas: Image.Image) -> bytes:
    file = BytesIO()
    canvas.save(file, "PNG", compress_level=9, compress_type=_ROWS)
    return file.getvalue()


# ---- the panel ----------------------------------------------------------------------------------------------


def _cover(card: Card, width: int) -> Image.Image:
    """The cover, as high as the card or as wide, whichever is more."""
    scale = max(width / drawing.WIDTH, HEIGHT / drawing.HEIGHT)
    drawn = drawing.draw(card.title, card.options.style, card.options.hue)
    left, top = (drawing.WIDTH - width / scale) / 2, (drawing.HEIGHT - HEIGHT / scale) / 2
    return paint(drawn, width, HEIGHT, left=left, top=top, scale=scale)


def _read(card: Card) -> bytes:
    """The bytes of the card's picture; none where its file is another by now."""
    with suppress(OSError):
        data = Path(card.picture_file).read_bytes() if card.picture else b""
        return data if digest_bytes(data) == card.picture else b""
    return b""


def _picture(data: bytes, width: int) -> Image.Image | None:
    """The middle of the picture; None where Pillow cannot read it."""
    try:
        with Image.open(BytesIO(data)) as opened:
            opened.draft("RGB", (2 * width, 2 * HEIGHT))
            upright = ImageOps.exif_transpose(opened)
            if upright.has_transparency_data:
                paper = Image.new("RGBA", upright.size, _PAPER)
                upright = Image.alpha_composite(paper, upright.convert("RGBA"))
            whole = upright.convert("RGB")
            return ImageOps.fit(whole, (width, HEIGHT), Image.Resampling.BICUBIC, centering=(0.5, 0.4))
    except Exception:  # there is no end to what it says of a file that is no picture
        return None


# ---- the text -----------------------------------------------------------------------------------------------

_LEVELS = 16  # of each color of text, from paper to ink


def _written(card: Card) -> Image.Image | None:
    """The paper with the text; None where there is none, or its font cannot be used."""
    with suppress(OSError):
        return _paper(card) if card.text else None
    return None


def _paper(card: Card) -> Image.Image:
    """What is said, on paper: what is above at the top, the title and what is below it at the bottom."""
    pen = _Pen(card)
    title, note = pen.setting(card.text, _TITLE), pen.setting(card.below, _NOTE)
    gap = 28 if card.below else 0
    top = max(_MARGIN + 60, HEIGHT - _MARGIN + 6 - pen.height(title) - gap - pen.height(note))
    pen.write(pen.setting(card.above, _LABEL), _MARGIN - 8, drawing.oklch(0.415, 0.125, card.hue))
    pen.write(title, top, _INK)
    pen.write(note, top + pen.height(title) + gap, _SOFT)
    return pen.paper


class _Pen:
    """Writes on paper in the font of a card, from the side where its script begins."""

    def __init__(self, card: Card) -> None:
        self._card = card
        self._mirrored = card.direction == "rtl"
        self._said: dict[str, Any] = {"direction": card.direction} if card.shaped else {}
        self.paper = Image.new("P", (WIDTH - _PANEL, HEIGHT))
        self._colors: list[int] = []

    def setting(self, text: str, sizes: tuple[tuple[int, int], ...]) -> Setting:
        """The text in lines; none where there is none."""
        return setting(text, self._measured, _COLUMN, sizes)

    def _measured(self, size: int, text: str) -> float:
        return self._font(size).getlength(text, **self._said)

    def height(self, found: Setting) -> int:
        return round(len(found.lines) * found.size * _LEADING)

    def write(self, found: Setting, top: int, color: str) -> None:
        """The lines in a color that the paper does not have yet."""
        height = self.height(found) + found.size
        if not found.lines:
            return
        wet = Image.new("L", (self.paper.width, height))
        brush = ImageDraw.Draw(wet)
        for number, line in enumerate(found.lines):
            y = round((number * _LEADING + 0.94) * found.size)
            x, anchor = (self.paper.width - _MARGIN, "rs") if self._mirrored else (_MARGIN, "ls")
            brush.text((x, y), line, 255, self._font(found.size), anchor, **self._said)
        first = len(self._colors) // 3
        self._colors += _steps(color)
        self.paper.putpalette(self._colors)
        steps = [first + value * (_LEVELS - 1) // 255 for value in range(256)]
        self.paper.paste(wet.point(steps), (0, top), wet.point([255 * (step > first) for step in steps]))

    def _font(self, size: int) -> ImageFont.FreeTypeFont:
        return _font(self._card.font_file, self._card.font, size, self._card.shaped)


@lru_cache(maxsize=8)
def _steps(color: str) -> list[int]:
    """The colors from paper to this one, as a palette has them."""
    ends = [(int(_PAPER[at : at + 2], 16), int(color[at : at + 2], 16)) for at in (1, 3, 5)]
    last = _LEVELS - 1
    return [round(a + (b - a) * step / last) for step in range(_LEVELS) for a, b in ends]


@lru_cache(maxsize=32)
def _font(file: str, digest: str, size: int, shaped: bool) -> ImageFont.FreeTypeFont:
    """A font at a size. Only what must be shaped is: the rest then is the same in every build of Pillow."""
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(file, size, layout_engine=engine)
