"""Answers over HTTP: which path an address means, and the bytes for it with all that browsers ask of them.

An address is decoded here and nowhere else. What it gives is only ever compared with the paths of a plan, so no spelling of it
can lead to another file.
"""

import asyncio
import os
import re
import stat
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

CHUNK = 1 << 18  # bytes read of a file at once

# fmt: off
_TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "css": "text/css",
    "js": "text/javascript", "mjs": "text/javascript", "json": "application/json", "map": "application/json",
    "webmanifest": "application/manifest+json", "xml": "application/xml", "xsl": "application/xslt+xml",
    "atom": "application/atom+xml", "rss": "application/rss+xml", "txt": "text/plain", "md": "text/markdown",
    "csv": "text/csv", "ics": "text/calendar", "vtt": "text/vtt",
    "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "avif": "image/avif", "jxl": "image/jxl", "bmp": "image/bmp", "ico": "image/x-icon",
    "tif": "image/tiff", "tiff": "image/tiff",
    "woff2": "font/woff2", "woff": "font/woff", "ttf": "font/ttf", "otf": "font/otf",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mov": "video/quicktime",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg",
    "wav": "audio/wav", "flac": "audio/flac",
    "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip", "wasm": "application/wasm",
}
# fmt: on
_TEXT = re.compile(r"text/.*|.*[/+](?:json|xml)")


def decoded(raw: bytes) -> str | None:
    """The path that an address spells, as a request has it without its query; None where it spells none.

    Composed Unicode (NFC), like the paths of a plan.
    """
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return normalize("NFC", path) if path.startswith("/") and "\0" not in path else None


def content_type(path: str) -> str:
    """The type of a file by its name, always the same one; all text is UTF-8."""
    kind = _TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "application/octet-stream")
    return f"{kind}; charset=utf-8" if _TEXT.fullmatch(kind) else kind


# ---- what is asked of some bytes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of some bytes is answered: the status, the first byte and the one after the last, and what is said of them."""

    status: int
    start: int
    stop: int
    headers: Mapping[str, str] = field(default_factory=dict)


_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def part(method: str, asked: Mapping[str, str], *, etag: str, size: int, status: int = 200) -> Part:
    """What to answer to a request with these headers (RFC 9110, sections 13 and 14), where there are `size` bytes.

    Several ranges at once, and those of another unit, are not understood, and so passed over. Of all headers a script can
    read the Server-Timing of its page alone: so it knows of which bytes that was made.
    """
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Server-Timing": f"edition;desc={etag}"}
    if status != 200:
        return Part(status=status, start=0, stop=size, headers=headers)
    if _known(asked.get("if-none-match", ""), etag):
        return Part(status=304, start=0, stop=0, headers=headers)
    headers["Accept-Ranges"] = "bytes"
    found = _RANGE.fullmatch(asked.get("range", "").replace(" ", "")) if method == "GET" else None
    if not found or found[0] == "bytes=-" or asked.get("if-range", etag) != etag:
        return Part(status=200, start=0, stop=size, headers=headers)
    start, stop = _span(found, size)
    if start is None:
        return Part(status=200, start=0, stop=size, headers=headers)
    if start >= size or start >= stop:
        return Part(status=416, start=0, stop=0, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return Part(status=206, start=start, stop=stop, headers=headers)


def _span(found: re.Match[str], size: int) -> tuple[int | None, int]:
    """The first byte asked for and the one after the last; None where the last is said to be before the first."""
    first, last = found[1], found[2]
    if not first:
        return max(0, size - int(last)) if int(last) else size, size
    if last and int(last) < int(first):
        return None, 0
    return int(first), min(size, int(last) + 1) if last else size


def _known(said: str, etag: str) -> bool:
    """Whether an If-None-Match names what there is."""
    return said.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in said.split(","))


def etag(data: bytes) -> str:
    """A strong validator of these bytes."""
    return f'"{blake2b(data, digest_size=16).hexdigest()}"'


# ---- bytes that are held ------------------------------------------------------------------------------------


def held(method: str, asked: Mapping[str, str], data: bytes, kind: str, *, status: int = 200) -> Response:
    """The answer that gives these bytes, as far as they are asked for."""
    found = part(method, asked, etag=etag(data), size=len(data), status=status)
    return Response(data[found.start : found.stop], found.status, {**_typed(found, kind), **found.headers})


def said(status: int, text: str, **headers: str) -> Response:
    """A short answer in plain words."""
    return Response(
        f"{text}\n", status, {**headers, "Content-Type": content_type("x.txt"), "Cache-Control": "no-store"}
    )


def moved(url: str) -> Response:
    """The answer that leads to another address of this server, for now."""
    return Response(b"", 302, {"Location": url, "Cache-Control": "no-cache"})


def _typed(found: Part, kind: str) -> dict[str, str]:
    return {"Content-Type": kind} if found.status in (200, 206, 404, 500) else {}


# ---- files --------------------------------------------------------------------------------------------------

_FLAGS = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")
)
_OTHERS = (".git", ".hg", ".svn", ".recto")


def opened(source: str, root: str) -> BinaryIO:
    """A file of the plan for the site in `root` (a real path), for reading; OSError where it is none any more.

    What was a file when that was planned may be a link out of the site by now, or a pipe that never ends.
    """
    real = os.path.realpath(source)
    if _strays(source, real, root):
        raise FileNotFoundError(f"not in the site: {source}")
    file = os.fdopen(os.open(real, _FLAGS), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(f"not a file: {source}")
    return file


def _strays(source: str, real: str, root: str) -> bool:
    """Whether what is written as a file of the site leads out of it, or to what others keep there."""
    if not Path(source).is_relative_to(root):  # the theme's, or one that a step made
        return False
    if not Path(real).is_relative_to(root):
        return True
    top = Path(real).relative_to(root).parts[0]
    return top in _OTHERS and top != Path(source).relative_to(root).parts[0]


def of_file(
    method: str, asked: Mapping[str, str], file: BinaryIO, kind: str, *, digest: str, executor: Executor
) -> Response:
    """The answer that gives an open file, as far as it is asked for, and closes it. `digest` is what the plan knows of it."""
    looks = os.fstat(file.fileno())
    tag = f'"{digest[:32]}-{looks.st_size:x}-{looks.st_mtime_ns:x}-{looks.st_ino:x}"'
    found = part(method, asked, etag=tag, size=looks.st_size)
    headers = {**_typed(found, kind), **found.headers}
    if method == "GET" and found.stop > found.start:
        return _FileAnswer(file, found, headers, executor)
    file.close()
    size = {} if found.status == 304 else {"Content-Length": str(found.stop - found.start)}
    return Response(b"", found.status, {**headers, **size})


async def departure(receive: Receive) -> None:
    """Until whoever asked has left, or has the whole answer."""
    while (await receive())["type"] != "http.disconnect":
        pass


@contextmanager
def ending(task: asyncio.Future[None]) -> Iterator[None]:
    """End the task with the block."""
    try:
        yield
    finally:
        task.cancel()


class _FileAnswer(Response):
    """A part of an open file, read while it is sent. Ends early, and the connection with it, where the file does."""

    def __init__(self, file: BinaryIO, found: Part, headers: Mapping[str, str], executor: Executor) -> None:
        self._file, self._executor = file, executor
        self._start, self._left = found.start, found.stop - found.start
        super().__init__(b"", found.status, {**headers, "Content-Length": str(self._left)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop, left = asyncio.get_running_loop(), self._left
        leaving = asyncio.ensure_future(departure(receive))
        with self._file as file, ending(leaving):
            start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            await send(start)
            file.seek(self._start)
            while left and not leaving.done():
                data = await loop.run_in_executor(self._executor, file.read, min(CHUNK, left))
                if not data:
                    return
                left -= len(data)
                await send({"type": "http.response.body", "body": data, "more_body": left > 0})
