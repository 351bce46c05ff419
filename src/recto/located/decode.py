"""Bytes of a file -> text, or the place of the first byte that is not UTF-8."""

from recto.diagnostics import Diagnostic, Location, error

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes, path: str) -> str | Diagnostic:
    """The text of the file `path`, without a byte order mark; a diagnostic where it is not UTF-8."""
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as bad:
        return _not_utf8(data, bad.start, path)


def _not_utf8(data: bytes, at: int, path: str) -> Diagnostic:
    start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    stop = data.find(b"\n", at)
    line = data[start : None if stop < 0 else stop].decode("utf-8", "replace").rstrip("\r")
    before = data[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    place = Location(
        path=path,
        line=before.count(b"\n") + 1,
        column=len(data[start:at].decode("utf-8")) + 1,
        text="".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line[:2000]),
    )
    if data.startswith(_UTF16):
        return error(
            "not-utf8", "this file is UTF-16, not UTF-8", place, hint="save it as UTF-8 in your editor"
        )
    message = f"this file is not UTF-8: the byte {data[at]:02X} stands for nothing here"
    return error("not-utf8", message, place, hint="save it as UTF-8 in your editor")
