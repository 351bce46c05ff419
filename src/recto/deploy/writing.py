"""Write a small file so that it is the old one or the new one, whole, whenever that is cut off."""

from contextlib import suppress
from pathlib import Path


def replace(path: Path, data: bytes) -> None:
    """Put a file in place of the one of its name, in a folder that is made if need be. OSError; then the old one stands."""
    draft = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
