"""A picture in the sizes that there are of it, and the HTML that lets a browser choose.

Pure, and one place: bodies, cards and own templates all show a picture by what is here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

SIZES = (
    "(min-width: 72rem) 42rem, (min-width: 42rem) 39rem, 91vw"  # the width of a picture in the theme's text
)
PLACES: Mapping[str, str] = {  # and in figures of these classes, the first that one has
    "duo": "(min-width: 72rem) 20.6rem, (min-width: 42rem) 19rem, 44vw",
    **dict.fromkeys(("out", "wide"), "(min-width: 60rem) 56rem, 91vw"),
}
WIDEST = 800  # pixels: what is wider is shown smaller than it is, in the theme's text

TYPES: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
_ENDING = re.compile(r"[^?#]*\.([A-Za-z]+)(?:[?#]|\Z)")


def media_type(address: str) -> str:
    """What kind of picture an address or a file's name promises, by its ending: "image/webp"; "" where none."""
    ending = _ENDING.match(address)
    return TYPES.get(ending[1].lower(), "") if ending else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A file that a browser may choose: its root-relative `url`, its width in pixels, its type ("image/webp")."""

    url: str  # its address from the root
    width: int  # how many pixels wide it is
    type: str  # such as `image/webp`


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture: `url` root-relative (or absolute, elsewhere), `permalink` absolute or "".

    `width` and `height` are in pixels as shown, 0 where they are not known; `color` its mean ("#a0b0c0") or "".
    `variants` are its smaller files, of modern types first. `in_text` says that the body shows it already, `drawn` that it is
    a cover made from a title.
    """

    url: str  # its address from the root
    permalink: str = ""  # its full address
    alt: str = ""  # what is on it, for those who do not see it
    in_text: bool = False  # whether the text shows it already
    width: int = 0  # how many pixels wide it is shown at most; 0 where that is not known
    height: int = 0  # the same of its height
    color: str = ""  # its mean colour
    variants: tuple[Variant, ...] = ()  # its smaller files, modern kinds first
    drawn: bool = False  # whether it is a cover made from a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture that a body shows: the `reference` to its file, its text, and what its author settled already.

    `place` is the class of its figure that says how wide that is. `width` and `height` are as written, in pixels (0: not).
    `written` are the attributes of its tag that recto would set
    too. `linked` says that it stands where no link can be put around it, `chosen` that its author gave other files to
    choose from.
    """

    reference: int
    alt: str = ""
    place: str = ""
    width: int = 0
    height: int = 0
    written: tuple[str, ...] = ()
    linked: bool = False
    chosen: bool = False


SETTABLE = ("width", "height", "srcset", "sizes", "style", "loading", "fetchpriority")
HOLES = 4  # that a body has for each picture; and what fills them:
Fillings = tuple[
    Markup, Markup, Markup, Markup
]  # before its tag, at the end within it, after it, in a link's tag

_NOTHING, _ZOOM = Markup(""), Markup(' class="zoom"')
_ALONE = Frame(reference=0, linked=True)


def picture(
    image: Image, *, sizes: str = SIZES, eager: bool = False, name: str = "", alt: str | None = None
) -> Markup:
    """The picture as HTML. `sizes` is how wide it is shown, `eager` loads it at once (for the first one of a page), `name` is
    its class, `alt` another text than its own."""
    before, inside, after, _ = framed(image, _ALONE, sizes=sizes, eager=eager)
    said = image.alt if alt is None else alt
    named = {"class": name} if name else {}
    return Markup(f"{before}<img{_written({**named, 'src': image.url, 'alt': said})}{inside}>{after}")


def framed(
    image: Image | None, frame: Frame, *, sizes: str = "", eager: bool = False, zoom: bool = False
) -> Fillings:
    """What a page says around and in an `<img>` tag that has its `src` and `alt`; `image` is None for a picture of which
    nothing is known. Without `sizes` it is as wide as the theme shows it. With `zoom`, one that is shown smaller than it
    is leads to itself, and one in a link to another opens that in place."""
    link = _ZOOM if zoom else _NOTHING
    if image is None:
        return _NOTHING, _NOTHING if eager else _attributes(frame, {"loading": "lazy"}), _NOTHING, link
    said: dict[str, object] = {}
    before = after = ""
    if not frame.chosen:
        before, srcset, after = _choices(
            image, _sizes(image, frame) or sizes or PLACES.get(frame.place, SIZES)
        )
        said |= srcset
    said |= _size(image, frame)
    if image.color and not frame.chosen:
        said["style"] = f"background:{image.color}"
    if "loading" not in frame.written and "fetchpriority" not in frame.written:
        said |= {"fetchpriority": "high"} if eager else {"loading": "lazy"}
    if zoom and _shrinks(image, frame):
        before = f'<a{_ZOOM} href="{escape(image.url)}">{before}'
        after += "</a>"
    return Markup(before), _attributes(frame, said), Markup(after), link


def measured(image: Image | None, frame: Frame) -> Fillings:
    """The same for a feed: nothing but the picture's size."""
    return _NOTHING, _attributes(frame, _size(image, frame) if image else {}), _NOTHING, _NOTHING


def _sizes(image: Image, frame: Frame) -> str:
    """How wide it is where its author says so in its tag."""
    width = frame.width or (_size(image, frame).get("width") if frame.height else 0)
    return f"{width}px" if width else ""


def _choices(image: Image, sizes: str) -> tuple[str, dict[str, object], str]:
    """The files to choose from: those of the picture's own type stand in its tag, all others before it."""
    kinds: dict[str, list[str]] = {}
    for variant in image.variants:
        kinds.setdefault(variant.type, []).append(f"{variant.url} {variant.width}w")
    own = kinds.pop(media_type(image.url), [])
    srcset: dict[str, object] = {"srcset": ", ".join(own), "sizes": sizes} if own else {}
    if not kinds:
        return "", srcset, ""
    sources = (
        f"<source{_written({'type': kind, 'srcset': ', '.join(files), 'sizes': sizes})}>"
        for kind, files in kinds.items()
    )
    return f"<picture>{''.join(sources)}", srcset, "</picture>"


def _size(image: Image, frame: Frame) -> dict[str, object]:
    """The width and height that its tag lacks; one that is written gives the other."""
    if not (image.width and image.height):
        return {}
    if frame.width:
        return {"height": max(1, round(frame.width * image.height / image.width))}
    if frame.height:
        return {"width": max(1, round(frame.height * image.width / image.height))}
    if "width" in frame.written or "height" in frame.written:  # as something else than pixels
        return {}
    return {"width": image.width, "height": image.height}


def _shrinks(image: Image, frame: Frame) -> bool:
    """Whether it is shown smaller than it is, and a link around it would be one that has a name."""
    free = not (frame.linked or frame.chosen) and bool(frame.alt)
    return free and image.width > (frame.width or WIDEST)


def _attributes(frame: Frame, said: Mapping[str, object]) -> Markup:
    """Those attributes that the tag does not have yet."""
    return Markup(_written({name: value for name, value in said.items() if name not in frame.written}))


def _written(attributes: Mapping[str, object]) -> str:
    return "".join([f' {name}="{escape(value)}"' for name, value in attributes.items()])
