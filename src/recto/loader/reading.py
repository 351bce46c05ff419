"""Read files as text, and say what cannot be read."""

from pathlib import Path

from recto.diagnostics import Diagnostic, Location, error
from recto.loader.walk import Found, unreadable
from recto.located import decode
from recto.memo import Store
from recto.model import Asset

MAX_BYTES = 10_000_000


class Reading:
    """Collects what is wrong with the files that are read. A file that vanished since it was found is just not there."""

    def __init__(self, store: Store) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._store = store

    def text(self, found: Found) -> str | None:
        """A file's text, without a byte order mark; None where there is none to have."""
        try:
            with open(found.file, "rb") as file:  # noqa: PTH123  # ten thousand posts: a Path each is what it costs
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as problem:
            self.diagnostics.append(unreadable(found.path, problem))
            return None
        if len(data) > MAX_BYTES:
            message = f"this file is larger than {MAX_BYTES // 1_000_000} MB"
            self.diagnostics.append(error("too-large", message, Location(path=found.path), hint="split it"))
            return None
        text = decode(data, found.path)
        if isinstance(text, str):
            return text
        self.diagnostics.append(text)
        return None

    def asset(self, found: Found, path: str, *, origin: str = "") -> Asset | None:
        """A file to be copied to `path`; `origin` is its name for people, where that is not its own."""
        try:
            facts = self._store.file(Path(found.file))
        except FileNotFoundError:
            return None
        except OSError as problem:
            self.diagnostics.append(unreadable(found.path, problem))
            return None
        return Asset(
            path=path,
            source=found.file,
            origin=origin or found.path,
            digest=facts.digest,
            size=facts.size,
        )
