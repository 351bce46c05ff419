"""The list of what recto wrote into an output folder: a file in that folder, and the mark that recto made it.

It holds nothing of the clock or the machine: equal sites have equal manifests.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from recto.diagnostics import BuildError, error

NAME = ".recto-manifest.json"
VERSION = 1
SPECIAL = "\0" if os.sep == "/" else "\0:\\"  # in a path, these are not part of a name


class _Shape(msgspec.Struct, frozen=True):
    version: int
    files: dict[str, str]


def read(out: Path) -> dict[str, str] | None:
    """The digests of the files by path; None where there is no manifest. BuildError where it cannot be trusted."""
    try:
        shape = msgspec.json.decode((out / NAME).read_bytes(), type=_Shape)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ValueError):
        raise _damaged(out) from None
    if shape.version != VERSION or not all(is_inside(path) for path in shape.files):
        raise _damaged(out)
    return shape.files


def as_bytes(files: Mapping[str, str]) -> bytes:
    """The manifest of these files: a line each, sorted."""
    shape = {"version": VERSION, "files": dict(sorted(files.items()))}
    return (json.dumps(shape, ensure_ascii=False, indent=0) + "\n").encode()


def is_inside(path: str) -> bool:
    """Whether the path names a file in the folder it is relative to, whatever is in that folder."""
    plain = not any(part in ("", ".", "..") for part in path.split("/"))
    return plain and not any(character in path for character in SPECIAL)


def parents(path: str) -> list[str]:
    """The folders that the path goes through, outermost first: "a/b/c" has "a" and "a/b"."""
    return [path[:i] for i, character in enumerate(path) if character == "/"]


def _damaged(out: Path) -> BuildError:
    message = f"{NAME} in {out} is damaged, so recto cannot know which files there are its own"
    return BuildError([error("output-manifest", message, hint=f"remove {out} yourself and build again")])
