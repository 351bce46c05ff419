"""Read the site's ledger, `urls.lock`."""

import os
from pathlib import Path

from recto import ledger
from recto.diagnostics import Diagnostic
from recto.loader.reading import text
from recto.loader.walk import Found
from recto.model import Ledger

Read = tuple[Ledger | None, tuple[Diagnostic, ...]]


def find(root: Path) -> Found:
    """The file, whether it is there or not."""
    return Found(ledger.NAME, os.path.join(os.path.realpath(root), ledger.NAME))  # noqa: PTH118


def addresses(root: Path) -> Read:
    """The ledger of the site in `root`, None where there is none; and what is wrong with it."""
    return load(find(root))


def load(found: Found) -> Read:
    """The ledger that a file holds."""
    read = text(found)
    if read is None:
        return None, ()
    return ledger.parse(read, found.path) if isinstance(read, str) else (None, (read,))
