"""Find files of the output that would overwrite one another, or that some system cannot hold."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from recto import ledger
from recto.diagnostics import Diagnostic, Location, error, warning
from recto.model import Asset
from recto.text import same_name

LONGEST_NAME = 255  # bytes, on nearly every file system


class Output(NamedTuple):
    """A file of the output, and what asks for it; its name as systems see it that tell no case apart, and the folders that
    it is in; what is wrong with the name."""

    path: str
    origin: Location
    key: str
    folders: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def of_asset(asset: Asset) -> Output:
    """The file that a copied file becomes."""
    return output(asset.path, Location(path=asset.origin))


def output(path: str, origin: Location) -> Output:
    """The file at a path, which a place asks for."""
    key = same_name(path)
    problems = () if origin.path == ledger.NAME else tuple(_name(path, origin))  # nobody can rename what was
    return Output(path, origin, key, tuple(_folders(key)), problems)


def _folders(key: str) -> Iterator[str]:
    """The folders above a file, the innermost first."""
    while key := key.rpartition("/")[0]:
        yield key


class Outputs(NamedTuple):
    """All files of the output: those that pages become, and those that files become."""

    pages: tuple[Output, ...]
    assets: tuple[Output, ...]


def outputs(files: Outputs) -> tuple[Diagnostic, ...]:
    """Collisions, and names that cannot be written."""
    return tuple(_outputs((*files.pages, *files.assets)))


def _outputs(found: Sequence[Output]) -> Iterator[Diagnostic]:
    keys = [output.key for output in found]
    folders = set(chain.from_iterable([output.folders for output in found]))
    if len(folders.union(keys)) < len(folders) + len(keys):  # seldom: two of them have one name
        yield from _doubles(found)
    yield from chain.from_iterable([output.problems for output in found])


def _doubles(found: Sequence[Output]) -> Iterator[Diagnostic]:
    by_key: dict[str, Output] = {}
    for output in found:
        first = by_key.setdefault(output.key, output)
        if first is not output:
            yield _collision(first, output)
    inside: dict[str, Output] = {}
    for output in by_key.values():
        for folder in output.folders:
            inside.setdefault(folder, output)
    for key, output in by_key.items():
        if key in inside:
            yield _file_and_folder(output, inside[key])


def _collision(first: Output, second: Output) -> Diagnostic:
    hint = "give one of them another slug or permalink"
    if first.path == second.path:
        message = f"two files would be {_shown(second.path)}"
    else:
        message = f"{_shown(second.path)} and {_shown(first.path)} would be one file on many systems"
    return error("two-outputs", message, second.origin, related=(first.origin,), hint=hint)


def _shown(path: str) -> str:
    """The path as the author knows it: a page by its address, another file by its name; on one line, whatever it holds."""
    named = _CONTROL.sub(lambda found: repr(found[0])[1:-1], path.removesuffix("index.html"))
    return f'"/{named}"'


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _file_and_folder(file: Output, inside: Output) -> Diagnostic:
    return error(
        "two-outputs",
        f'"/{file.path}" would be a file, and a folder with {_shown(inside.path)} in it',
        file.origin,
        related=(inside.origin,),
        hint="give one of them another name",
    )


_UNPORTABLE = re.compile(
    r"""[<>:"|?*\\\x01-\x1f]
      | [. ](?=/|\Z)
      | (?:(?<=/)|\A)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=[./]|\Z)""",
    re.VERBOSE | re.IGNORECASE,
)


def _name(path: str, origin: Location) -> Iterator[Diagnostic]:
    longest = max(path.split("/"), key=len) if len(path) > LONGEST_NAME // 4 else ""
    if len(longest.encode("utf-8", "replace")) > LONGEST_NAME:
        message = (
            f'the name "{longest[:40]}…" is longer than the {LONGEST_NAME} bytes that a file system can hold'
        )
        yield error("file-name", message, origin, hint="give it a shorter slug or file name")
    elif "\0" in path:
        yield error("file-name", f"{_shown(path)} has a character no name can have", origin, hint="rename it")
    elif bad := _UNPORTABLE.search(path):
        message = f"{_shown(path)} cannot be written on Windows: a name there cannot {_cannot(bad[0])}"
        yield warning("file-name", message, origin, hint="rename it if the site is ever built there")


def _cannot(bad: str) -> str:
    if bad in (".", " "):
        return f'end in "{bad}"'
    return f'be "{bad}"' if len(bad) > 1 else f"have {bad!r} in it"
