"""Tell which characters a font has, from the table in its file that says so (OpenType, "cmap": formats 4 and 12)."""

from collections.abc import Iterator
from struct import error, unpack_from

Ranges = tuple[tuple[int, int], ...]
_UNICODE = {
    (3, 10): 2,
    (0, 6): 2,
    (0, 4): 2,
    (3, 1): 1,
    (0, 3): 1,
}  # platform and encoding; the wider is better


def covered(data: bytes) -> Ranges:
    """The first and last of each run of characters that the font in a file has (of several, the first one's); none where
    it is no font."""
    try:
        return _merged(sorted(_runs(data)))
    except (error, IndexError):
        return ()


def _merged(runs: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in runs:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _runs(data: bytes) -> Iterator[tuple[int, int]]:
    start = unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = unpack_from(">H", data, start + 4)[0]
    tables = (unpack_from(">4sxxxxI", data, start + 12 + 16 * number) for number in range(count))
    table = next((offset for name, offset in tables if name == b"cmap"), None)
    if table is None:
        return
    records = [
        unpack_from(">HHI", data, table + 4 + 8 * n) for n in range(unpack_from(">H", data, table + 2)[0])
    ]
    known = [
        (_UNICODE[platform, encoding], table + offset)
        for platform, encoding, offset in records
        if (platform, encoding) in _UNICODE
    ]
    if known:
        _, best = max(known)
        kind = unpack_from(">H", data, best)[0]
        yield from {4: _segments, 12: _groups}.get(kind, _nothing)(data, best)


def _nothing(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    yield from ()


def _groups(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Format 12."""
    for number in range(min(unpack_from(">I", data, at + 12)[0], len(data) // 12)):
        first, last, glyph = unpack_from(">III", data, at + 16 + 12 * number)
        if first <= last <= 0x10FFFF:
            yield first + (glyph == 0), last


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Format 4: four lists, of ends, starts, differences, and of where glyphs are listed one by one."""
    count = unpack_from(">H", data, at + 6)[0] // 2
    ends = unpack_from(f">{count}H", data, at + 14)
    starts = unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = unpack_from(f">{count}H", data, at + 16 + 4 * count)
    listed = at + 16 + 6 * count
    offsets = unpack_from(f">{count}H", data, listed)
    for number, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        if first > last or first == 0xFFFF:
            continue
        if not offset:
            missing = (-delta) % 0x10000  # the one character that this difference leads to glyph 0
            if first <= missing <= last:
                yield from ((a, b) for a, b in ((first, missing - 1), (missing + 1, last)) if a <= b)
            else:
                yield first, last
            continue
        glyphs = unpack_from(f">{last - first + 1}H", data, listed + 2 * number + offset)
        yield from ((code, code) for code, glyph in enumerate(glyphs, first) if glyph)
