"""Take out of a picture's file, without touching the picture, what it says of where, when and by what it was taken.

What is left is what a browser needs: the picture, its colour profile and which side is up. All else goes, known or
not: phones keep whole second pictures and films behind the first.
"""

import re
import struct
from collections.abc import Callable, Iterator, Mapping
from zlib import crc32

# JPEG: markers without a length, then those that say nothing but how to show the picture.
_BARE = {0x01, *range(0xD0, 0xD8)}
_APPLICATION = {*range(0xE0, 0xF0), 0xFE}
_SHOWING = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_START, _END, _SCAN, _EXIF = 0xD8, 0xD9, 0xDA, 0xE1

_PNG = frozenset(
    b"PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_WEBP = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


def strip(kind: str, data: bytes, orientation: int) -> bytes:
    """The file without its metadata; of a kind that we cannot take apart, as it is."""
    cleaner = CLEANERS.get(kind)
    return cleaner(data, _exif(orientation)) if cleaner else data


def salvage(kind: str, data: bytes, orientation: int) -> bytes | None:
    """The same of a damaged file; None where something that it says may have stayed in it."""
    if kind not in CLEANERS or kind == "avif":  # whose parts are where a damaged table says
        return None
    try:
        return None if _TOLD.search(strip(kind, data, 1)) else strip(kind, data, orientation)
    except (IndexError, struct.error):
        return None


# What metadata begins with, wherever damage has left it.
_TOLD = re.compile(
    rb"Exif\0|eXIf|EXIF|II\*\0|MM\0\*|http://ns\.adobe\.com/|<x:xmpmeta|Photoshop 3\.0|<rdf:RDF"
)


def orientation(exif: bytes) -> int:
    """Which side of the picture is up, as Exif counts (1: as it is stored); 1 where that is not said."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(f"{order}L", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHLH", tiff, place)
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:  # cut off, or never meant as Exif
        return 1
    return 1


def _exif(orientation: int) -> bytes:
    """The shortest Exif that says it; nothing for a picture that is the right way up."""
    if orientation == 1:
        return b""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHLHHL", 1, 0x0112, 3, 1, orientation, 0, 0)


def _jpeg(data: bytes, exif: bytes) -> bytes:
    said = b"Exif\0\0" + exif
    segment = b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said if exif else b""
    parts = list(_segments(data))
    start = 1 if parts and parts[0][:2] == b"\xff\xe0" else 0  # JFIF wants to be the first
    return b"".join((b"\xff\xd8", *parts[:start], segment, *parts[start:]))


def _segments(data: bytes) -> Iterator[bytes | memoryview]:
    """The segments that show the first picture, each with the scan behind it."""
    view, place = memoryview(data), 2
    while 0 <= (place := data.find(b"\xff", place)) < len(data) - 1:
        marker = data[place + 1]
        if marker == _END:
            yield b"\xff\xd9"
            return
        if marker in (0x00, 0xFF, _START) or marker in _BARE:
            place += 1 if marker == 0xFF else 2
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == _SCAN:
            found = _NEXT.search(data, end)
            end = found.start() if found else len(data)
        if marker not in _APPLICATION:
            yield view[place:end]
        elif data.startswith(_SHOWING.get(marker, b"?"), place + 4):
            yield _without_thumbnail(data[place:end]) if marker == 0xE0 else view[place:end]
        place = end


def _without_thumbnail(segment: bytes) -> bytes:
    return segment if len(segment) <= 18 else b"\xff\xe0\0\x10" + segment[4:16] + b"\0\0"


def _png(data: bytes, exif: bytes) -> bytes:
    chunks = [data[:8]]
    place = 8
    while place + 12 <= len(data):
        length, name = struct.unpack_from(">L4s", data, place)
        end = place + 12 + length
        if name in _PNG or name[:1].isupper():
            chunks.append(data[place:end])
        if name == b"IHDR" and exif:
            chunks.append(_chunk(b"eXIf", exif))
        place = end if name != b"IEND" else len(data)
    return b"".join(chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", crc32(name + content))


def _webp(data: bytes, exif: bytes) -> bytes:
    kept: list[bytes] = []
    place, end = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while place + 8 <= end:
        name, length = struct.unpack_from("<4sL", data, place)
        content = data[place + 8 : min(place + 8 + length, end)]
        if name == b"VP8X":
            flags = content[0] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if exif else 0)
            content = bytes([flags]) + content[1:]
        if name in _WEBP or name == b"VP8X":
            kept.append(_riff(name, content))
        place += 8 + length + length % 2
    if exif and kept and kept[0][:4] == b"VP8X":
        kept.append(_riff(b"EXIF", exif))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _riff(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<L", len(content)) + content + b"\0" * (len(content) % 2)


def _avif(data: bytes, exif: bytes) -> bytes:
    """Overwritten in place, so that nothing moves; which side is up is not in the Exif of this kind."""
    out = bytearray(data)
    try:
        for name, start, length in _items(data):
            if name in (b"Exif", b"mime") and start + length <= len(data):
                blank = b" " * length if name == b"mime" else (_NOTHING + b"\0" * length)[:length]
                out[start : start + length] = blank
    except (KeyError, IndexError, struct.error):  # built in another way than any camera does
        return data
    return bytes(out)


_NOTHING = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"  # an Exif without entries


def _items(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The parts of an AVIF file: type, place and length (ISO/IEC 14496-12, 8.11)."""
    start, end = _boxes(data, 0, len(data))[b"meta"]
    boxes = _boxes(data, start + 4, end)
    kinds = dict(_kinds(data, *boxes[b"iinf"]))
    place, _ = boxes[b"iloc"]
    version, sizes = data[place], int.from_bytes(data[place + 4 : place + 6], "big")
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    read = _Reader(data, place + 6)
    for _ in range(read.number(4 if version == 2 else 2)):
        item = read.number(4 if version == 2 else 2)
        method = read.number(2) & 15 if version else 0
        read.number(2)
        base = read.number(base_size) + (boxes[b"idat"][0] if method == 1 else 0)
        for _ in range(read.number(2)):
            read.number(index_size if version else 0)
            offset = base + read.number(offset_size)
            yield kinds.get(item, b""), offset, read.number(length_size)


def _kinds(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The types of the parts by their numbers."""
    place = start + (6 if data[start] == 0 else 8)
    while place + 8 <= end:
        length, name, version = struct.unpack_from(">L4sB", data, place)
        wide = 4 if version == 3 else 2
        if name == b"infe" and version >= 2:
            number = int.from_bytes(data[place + 12 : place + 12 + wide], "big")
            yield number, data[place + 14 + wide : place + 18 + wide]
        place += max(8, length)


def _boxes(data: bytes, place: int, end: int) -> dict[bytes, tuple[int, int]]:
    """The first box of each name: where its content begins and ends."""
    found: dict[bytes, tuple[int, int]] = {}
    while place + 8 <= end:
        length, name = struct.unpack_from(">L4s", data, place)
        head = 16 if length == 1 else 8
        length = int.from_bytes(data[place + 8 : place + 16], "big") if length == 1 else length or end - place
        found.setdefault(name, (place + head, min(end, place + length)))
        place += max(8, length)
    return found


class _Reader:
    """Numbers one after the other."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def number(self, size: int) -> int:
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise struct.error("cut off")
        return int.from_bytes(self._data[start : self._place], "big")


CLEANERS: Mapping[str, Callable[[bytes, bytes], bytes]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "avif": _avif,
}
