"""Tell a picture's kind from its bytes, whatever its name says, the size of a drawing, and why there may be no picture."""

import re

CHANGED = "it changed while it was read"
GONE = "its file cannot be read"

FOREIGN = {
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"BM": "BMP",
    b"8BPS": "Photoshop",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"%PDF": "PDF",
}
_HEAD = 65_536  # bytes of a drawing in which its root element opens
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH = re.compile(r"\s*+\+?((?:\d++(?:\.\d++)?|\.\d++)(?:e[+-]?\d++)?)\s*+([a-z%]*+)\s*+", re.I)
_NOISE = re.compile(  # what is never closed goes to the end, so that each character is looked at once
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*+(?:\[.*?(?:\]\s*>|\Z)|>|\Z)", re.S | re.I
)


def kind(data: bytes) -> str:
    """ "jpeg", "png", "gif", "webp", "avif" or "svg"; the name of one that browsers do not show; "" for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        brands = data[8 : int.from_bytes(data[:4], "big")][:256]
        return "avif" if b"avif" in brands or b"avis" in brands else "HEIC"
    foreign = next((name for magic, name in FOREIGN.items() if data.startswith(magic)), "")
    return foreign or ("svg" if drawing(data) is not None else "")


def drawing(data: bytes) -> tuple[int, int] | None:
    """The width and height that an SVG says it has, 0 where it does not; None where it is none."""
    text = _NOISE.sub(
        "", data[:_HEAD].decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    )
    root = re.match(
        r"\s*+\ufeff?\s*+<(?:\w+:)?svg((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>", text
    )
    if root is None:
        return None
    said = {
        name: value[1:-1] for name, value in re.findall(r"([\w:.-]+)\s*=\s*(\"[^\"]*\"|'[^']*')", root[1])
    }
    width, height = _pixels(said.get("width", "")), _pixels(said.get("height", ""))
    box = [_pixels(part) for part in re.split(r"[\s,]+", said.get("viewBox", "").strip())[2:4]]
    if len(box) == 2 and all(box):
        ratio = box[0] / box[1]
        width, height = (
            (width or (height * ratio if height else box[0])),
            height or (width / ratio if width else box[1]),
        )
    return (max(1, round(width)), max(1, round(height))) if width and height else (0, 0)


def _pixels(length: str) -> float:
    """A length in CSS pixels; 0 for one that depends on the page."""
    found = _LENGTH.fullmatch(length)
    pixels = float(found[1]) * _UNITS.get(found[2].lower(), 0.0) if found else 0.0
    return pixels if pixels < 1e6 else 0.0
