"""What the steps of pictures and of cards take, and the files that they make."""

from dataclasses import dataclass
from typing import Literal

from recto.model.config import ImageOptions
from recto.model.sources import CoverOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The whole input of the picture step: a picture's bytes, by their `digest`, and what to make of them. `source` is
    where to read them and `blobs` the folder for what is made: these two decide nothing. `options` without widths asks
    for its facts only."""

    digest: str
    source: str
    blobs: str
    options: ImageOptions = ImageOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A file made by a step, kept in the store's folder of blobs under its `digest`."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A picture in another size or kind: `format` is "webp", "avif", "jpeg", "png" or "gif"."""

    width: int
    height: int
    format: str
    blob: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the picture step makes of an Original: its size as shown and its mean color ("#a0b0c0"), its `renditions` from
    modern formats to its own and from narrow to wide, and the `stripped` file to publish in its place (None: it goes as
    it is). `problem` says in words why it could not be read; then only `stripped` may be known."""

    width: int = 0
    height: int = 0
    color: str = ""
    renditions: tuple[Rendition, ...] = ()
    stripped: Blob | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The whole input of the card step: what other sites show of a page. `text` is set large, `above` and `below` small
    ("": nothing), in the `font` of that digest, through a shaper where its script needs one (`shaped`).

    Beside the text is the `picture` of that digest, or where that is "" the cover of `title`; where there is no text, that
    alone. `font_file`, `picture_file` and `blobs` say where to read and to write: they decide nothing.
    """

    title: str
    text: str = ""
    above: str = ""
    below: str = ""
    direction: Literal["ltr", "rtl"] = "ltr"
    hue: int = 35
    options: CoverOptions = CoverOptions()
    picture: str = ""
    font: str = ""
    shaped: bool = False
    picture_file: str = ""
    font_file: str = ""
    blobs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """A card's file. `complete` says that it shows the text and the picture that were asked for."""

    blob: Blob
    format: Literal["png", "jpeg"]
    complete: bool = True
