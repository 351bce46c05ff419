"""Make a picture's files: decode once, as small as will do, then resize from each width to the next smaller one.

What an author's file can do wrong ends here, in words. Limits keep a process below about a gigabyte, whatever the file: a
JPEG is decoded at a half, a quarter or an eighth of its size where that will do, so it may be large; other kinds cannot.
Encoders are told everything, and work in one thread: same bytes in, same bytes out.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

from recto.images.kinds import CHANGED, GONE, drawing, kind
from recto.images.strip import CLEANERS, orientation, salvage, strip
from recto.memo import digest_bytes, keep_blob
from recto.model import Blob, ImageOptions, Original, Picture, Rendition

LARGEST = 64_000_000  # pixels that are decoded
LARGEST_JPEG = 256_000_000  # pixels of a JPEG, of which fewer are decoded

MODERN = ("avif", "webp")  # best first
LONGEST = {"webp": 16_383, "jpeg": 65_500, "avif": 65_535}  # pixels of a side
_DRAWN = ("png", "gif")  # kinds of what may have few colours and sharp edges

# Pillow's own limit warns, and raises in words that are not for authors: ours hold.
Image.MAX_IMAGE_PIXELS = None


class UnfitError(Exception):
    """The picture cannot be used, for a reason that its author can understand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decoded:
    """A picture as read: its kind, its size as shown, whether it moves, and its pixels at some size, the right way up, in
    sRGB (L, RGB or RGBA). `turned` is its orientation as stored; `few` says that it was stored with few colours, `exact`
    that it may have edges to be kept sharp."""

    kind: str
    width: int
    height: int
    moving: bool
    turned: int
    few: bool
    exact: bool
    image: Image.Image


def make(original: Original) -> Picture:
    """What `recto.images.make` promises."""
    try:
        data = Path(original.source).read_bytes()
    except OSError:
        return Picture(problem=GONE)
    if digest_bytes(data) != original.digest:
        return Picture(problem=CHANGED)
    found = kind(data)
    if found == "svg":
        width, height = drawing(data) or (0, 0)
        return Picture(width=width, height=height)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow, about files: what matters is an error
        try:
            picture = _decode(found, data, original.options)
        except UnfitError as problem:
            return _refused(original, found, data, str(problem))
        except (
            Exception
        ):  # Pillow raises whatever comes to pass in a file that was damaged, or made to do harm
            return _refused(original, found, data, "its file is damaged, or not complete")
        return _kept(original, picture, data, list(_files(picture, data, original.options)))


def _refused(original: Original, kind: str, data: bytes, problem: str) -> Picture:
    """What is published of a picture that cannot be made smaller: its file, without its metadata where that can be told
    from the rest."""
    clean = salvage(kind, data, _turned(kind, data)) if original.options.strip else None
    return Picture(problem=problem, stripped=_keep(original, clean) if clean and clean != data else None)


def _turned(kind: str, data: bytes) -> int:
    """Which side of a damaged picture is up, where its head still says so."""
    try:
        with Image.open(BytesIO(data), formats=[kind.upper()]) as image:
            return orientation(image.info.get("exif") or b"")
    except Exception:  # as it may for any damage
        return 1


def _keep(original: Original, content: bytes) -> Blob:
    facts = keep_blob(original.blobs, content)
    return Blob(digest=facts.digest, size=facts.size)


def _kept(original: Original, picture: _Decoded, data: bytes, files: Sequence["_File"]) -> Picture:
    clean = strip(picture.kind, data, picture.turned) if original.options.strip else data
    return Picture(
        width=picture.width,
        height=picture.height,
        color=_color(picture.image),
        renditions=tuple(
            Rendition(width=width, height=height, format=format, blob=_keep(original, content))
            for width, height, format, content in files
        ),
        stripped=_keep(original, clean) if clean != data else None,
    )


# ---- reading ------------------------------------------------------------------------------------------------


def _decode(kind: str, data: bytes, options: ImageOptions) -> _Decoded:
    _refuse(kind, data)
    image = Image.open(BytesIO(data), formats=[kind.upper()])
    turned = orientation(image.info.get("exif") or b"")
    width, height = image.size[::-1] if turned >= 5 else image.size
    moving = kind != "jpeg" and getattr(image, "is_animated", False)
    widest = max((1, *_widths(width, options)))
    size = (widest, max(1, round(height * widest / width)))
    few = image.mode in ("1", "P")
    pixels = _pixels(kind, image, size[::-1] if turned >= 5 else size)
    pixels = _opaque(_srgb(pixels, image.info.get("icc_profile")))
    if turned in _TURNS:
        pixels = pixels.transpose(_TURNS[turned])
    pixels.info = {}  # encoders would look into it
    return _Decoded(
        kind=kind,
        width=width,
        height=height,
        moving=moving,
        turned=turned,
        few=few and pixels.mode != "RGBA",
        exact=kind in _DRAWN or (kind == "webp" and b"VP8L" in data[:64]),
        image=pixels,
    )


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _refuse(kind: str, data: bytes) -> None:
    if not data:
        raise UnfitError("its file is empty")
    if not kind:
        raise UnfitError("its file is not a picture")
    if kind != kind.lower():
        raise UnfitError(f"it is a {kind} file, which not every browser shows; save it as JPEG or PNG")


def _pixels(kind: str, image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at this size, decoded as small as will do; with its own colours, but not in a palette."""
    whole = image.width * image.height
    if kind == "jpeg":
        image.draft(None, size)
    if image.width * image.height > LARGEST or whole > LARGEST_JPEG:
        megapixels, most = whole / 1e6, LARGEST / 1e6
        raise UnfitError(f"it has {megapixels:,.0f} megapixels, which is too many; {most:.0f} are fine")
    plain = _plain(image)
    if plain.size == size:
        return plain
    if size[0] == 1:  # only its mean is wanted
        return plain.resize(size, Image.Resampling.BOX)
    return plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA" or (image.mode in ("L", "RGB", "CMYK") and not image.has_transparency_data):
        image.load()  # as it is: a copy takes as much again
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        return _eight(image)
    return image.convert("L" if image.mode == "1" else "RGB")


def _eight(image: Image.Image) -> Image.Image:
    """A picture of 16 bits a pixel in 8."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in the colours of the web."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile)) if profile else None
        if own and "sRGB" not in ImageCms.getProfileDescription(own):
            done = ImageCms.profileToProfile(image, own, _SRGB, outputMode=mode)
            assert done is not None
            return done.convert("L") if image.mode == "L" else done
    except (ImageCms.PyCMSError, OSError):  # no profile, or one for other pictures: browsers pass over it too
        pass
    return image.convert("RGB") if image.mode == "CMYK" else image


_SRGB = ImageCms.createProfile("sRGB")


def _opaque(image: Image.Image) -> Image.Image:
    """Without an alpha channel that says nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _color(image: Image.Image) -> str:
    """The mean of its pixels; "" where something behind would show through it."""
    if image.mode == "RGBA":
        return ""
    mean = image.resize((1, 1), Image.Resampling.BOX).convert("RGB")
    return f"#{mean.tobytes().hex()}"


# ---- writing ------------------------------------------------------------------------------------------------

_File = tuple[int, int, str, bytes]  # width, height, format, content


def _widths(own: int, options: ImageOptions) -> list[int]:
    """The widths to make, widest first: none wider than the picture is."""
    smaller = {width for width in options.widths if width < own}
    whole = {own} if own <= max(options.widths, default=0) else set()
    return sorted(smaller | whole, reverse=True)


def _files(picture: _Decoded, data: bytes, options: ImageOptions) -> Iterator[_File]:
    """The picture's files, of modern kinds first, from narrow to wide; of no kind that cannot be as high as the picture."""
    widths = _widths(picture.width, options)
    if picture.moving or not widths:
        return
    images = list(_sizes(picture, widths))[::-1]
    for format in _modern(picture.kind, options):
        if all(image.height <= LONGEST[format] for image in images):
            yield from (_file(image, format, picture, options) for image in images)
    yield from _own(picture, images, data, options)


def _sizes(picture: _Decoded, widths: Sequence[int]) -> Iterator[Image.Image]:
    image = picture.image
    for width in widths:
        size = (width, max(1, round(picture.height * width / picture.width)))
        if image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        yield image


def _modern(kind: str, options: ImageOptions) -> Sequence[str]:
    """The kinds to make beside the picture's own: none older than that."""
    better = MODERN[: MODERN.index(kind)] if kind in MODERN else MODERN
    return [format for format in better if format in options.formats]


def _own(picture: _Decoded, images: Sequence[Image.Image], data: bytes, options: ImageOptions) -> list[_File]:
    """The files of the picture's own kind; in its own size the picture itself, where making it anew gains nothing."""
    format = "png" if picture.kind == "gif" else picture.kind
    few = picture.few and format == "png"
    files = [_file(_few(image) if few else image, format, picture, options) for image in images]
    width, height, _, content = files[-1]
    if width == picture.width and picture.turned == 1 and picture.kind == format and format in CLEANERS:
        clean = strip(picture.kind, data, 1)
        if len(clean) <= len(content):
            files[-1] = (width, height, format, clean)
    return files


def _few(image: Image.Image) -> Image.Image:
    return image.quantize(256, dither=Image.Dither.NONE)


def _file(image: Image.Image, format: str, picture: _Decoded, options: ImageOptions) -> _File:
    """The image as a file; as WebP, of a picture that may have sharp edges, without loss where that is lighter."""
    content = _encoded(image, format, **_OPTIONS[format](options.quality))
    if format == "webp" and picture.exact:
        content = min(_encoded(image, format, lossless=True, quality=75, method=4), content, key=len)
    return (image.width, image.height, format, content)


def _encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format.upper(), **options)
    return buffer.getvalue()


# AVIF's scale of quality is another: 64 there looks like 80 elsewhere.
_OPTIONS: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "avif": lambda quality: {
        "quality": quality * 4 // 5,
        "speed": 8,
        "max_threads": 1,
        "subsampling": "4:2:0",
    },
    "webp": lambda quality: {"quality": quality, "method": 4},
    "jpeg": lambda quality: {
        "quality": quality,
        "progressive": True,
        "optimize": True,
        "subsampling": "4:2:0",
    },
    "png": lambda quality: {"compress_level": 9},
}
