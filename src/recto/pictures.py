"""A picture in the sizes that there are of it, and the HTML that lets a browser choose.

Pure, and one place: bodies, cards and own templates all show a picture by `picture`.
"""

from dataclasses import dataclass

from markupsafe import Markup, escape

SIZES = "(min-width: 46rem) 42rem, calc(100vw - 2.5rem)"  # the width of a picture in the theme's text


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A file that a browser may choose: its root-relative `url`, its width in pixels, its type ("image/webp")."""

    url: str
    width: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture: `url` root-relative (or absolute, elsewhere), `permalink` absolute or "".

    `width` and `height` are in pixels as shown, 0 where they are not known; `color` its mean ("#a0b0c0") or "".
    `variants` are its smaller files, of modern types first. `in_text` says that the body shows it already, `drawn` that it is
    a cover made from a title.
    """

    url: str
    permalink: str = ""
    alt: str = ""
    in_text: bool = False
    width: int = 0
    height: int = 0
    color: str = ""
    variants: tuple[Variant, ...] = ()
    drawn: bool = False


def picture(
    image: Image, *, sizes: str = SIZES, eager: bool = False, name: str = "", alt: str | None = None
) -> Markup:
    """The picture as HTML. `sizes` is how wide it is shown, `eager` loads it at once (for the first one of a page), `name` is
    its class, `alt` another text than its own."""
    before, inside, after = frame(image, sizes=sizes, eager=eager)
    said = image.alt if alt is None else alt
    named = Markup(' class="{}"').format(name) if name else ""
    return Markup('{}<img{} src="{}" alt="{}"{}>{}').format(before, named, image.url, said, inside, after)


def frame(image: Image, *, sizes: str = SIZES, eager: bool = False) -> tuple[Markup, Markup, Markup]:
    """What stands before, in and after an `<img>` tag of the picture that has its `src` and `alt` already."""
    kinds: dict[str, list[Variant]] = {}
    for variant in image.variants:
        kinds.setdefault(variant.type, []).append(variant)
    *modern, last = kinds.items() or [("", [])]
    sources = [
        Markup('<source type="{}" srcset="{}" sizes="{}">').format(kind, _srcset(found), sizes)
        for kind, found in modern
    ]
    inside = Markup("")
    if last[1]:
        inside += Markup(' srcset="{}" sizes="{}"').format(_srcset(last[1]), sizes)
    if image.width and image.height:
        inside += Markup(' width="{}" height="{}"').format(image.width, image.height)
    if image.color:
        inside += Markup(' style="background:{}"').format(image.color)
    inside += Markup(' fetchpriority="high"' if eager else ' loading="lazy"')
    if not sources:
        return Markup(""), inside, Markup("")
    return Markup("<picture>") + Markup("").join(sources), inside, Markup("</picture>")


def _srcset(variants: list[Variant]) -> str:
    return ", ".join(f"{escape(variant.url)} {variant.width}w" for variant in variants)
