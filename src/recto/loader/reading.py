"""Read files as text, and say what cannot be read."""

from recto.diagnostics import Diagnostic, Location, error
from recto.loader.walk import Found, unreadable
from recto.located import decode
from recto.memo import Store
from recto.model import Asset

MAX_BYTES = 10_000_000


def text(found: Found) -> str | Diagnostic | None:
    """A file's text, without a byte order mark, or what keeps it from being read. A file that vanished since it was found
    is just not there."""
    try:
        with open(found.file, "rb") as file:  # noqa: PTH123  # ten thousand posts: a Path each is what it costs
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as problem:
        return unreadable(found.path, problem)
    if len(data) > MAX_BYTES:
        message = f"this file is larger than {MAX_BYTES // 1_000_000} MB"
        return error("too-large", message, Location(path=found.path), hint="split it")
    return decode(data, found.path)


def asset(found: Found, path: str, origin: str, store: Store) -> Asset | Diagnostic | None:
    """A file to be copied to `path`; `origin` is its name for people."""
    try:
        facts = store.file(found.file)
    except FileNotFoundError:
        return None
    except OSError as problem:
        return unreadable(found.path, problem)
    return Asset(path=path, source=found.file, origin=origin, digest=facts.digest, size=facts.size)
