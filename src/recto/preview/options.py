"""What a preview is asked for, and whom it tells what happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from recto.diagnostics import Diagnostic
from recto.preview.editions import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked for.

    `root` is the site's folder and `clock` tells what time it is (aware). `host` is a name or an address to listen at, "" for
    this machine alone; `port` the one to try first, 0 for any. `base_path` ("" or "/blog") replaces the folder of the site's
    url. `drafts` and `future` show what is not public. `poll` looks for changes by itself. `browse` opens a browser.
    """

    root: Path
    clock: Callable[[], datetime]
    host: str = ""
    port: int = 8000
    base_path: str | None = None
    drafts: bool = True
    future: bool = True
    poll: bool = False
    browse: bool = False


class Teller(Protocol):
    """Says in words what happens. Called by one thread at a time."""

    def started(self, edition: Edition, addresses: Sequence[str], *, asked: int, public: bool) -> None:
        """The site is served at these addresses; `asked` is the port that was asked for. `public`: to other machines too."""

    def published(self, edition: Edition) -> None:
        """There is a new edition."""

    def found(self, problems: Sequence[Diagnostic]) -> None:
        """Something is wrong that no build could tell: it showed when a page was asked for."""

    def noted(self, note: str) -> None:
        """Something that one should know, such as that the system does not tell of changes."""

    def ended(self) -> None:
        """The preview was stopped."""


class ServeError(Exception):
    """The preview cannot be served as it was asked for: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint
