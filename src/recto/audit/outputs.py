"""Find files of the output that would overwrite one another, or that some system cannot hold."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recto.diagnostics import Diagnostic, Location, error, warning
from recto.model import Asset
from recto.text import same_name

LONGEST_NAME = 255  # bytes, on nearly every file system


@dataclass(frozen=True, slots=True, kw_only=True)
class _Output:
    """A file of the output, and what asks for it."""

    path: str
    origin: Location


def outputs(
    paths: Iterable[str], origins: Iterable[Location], assets: Iterable[Asset]
) -> tuple[Diagnostic, ...]:
    """Collisions, and names that cannot be written; of pages with these paths, and because of what, and of files."""
    return tuple(_outputs(paths, origins, assets))


def _outputs(
    paths: Iterable[str], origins: Iterable[Location], assets: Iterable[Asset]
) -> Iterator[Diagnostic]:
    found = [
        *(_Output(path=path, origin=origin) for path, origin in zip(paths, origins, strict=True)),
        *(_Output(path=asset.path, origin=Location(path=asset.origin)) for asset in assets),
    ]
    by_key: dict[str, _Output] = {}
    for output in found:
        first = by_key.setdefault(same_name(output.path), output)
        if first is not output:
            yield _collision(first, output)
    folders = _folders(by_key)
    for key, output in by_key.items():
        if key in folders:
            yield _file_and_folder(output, by_key[folders[key]])
        yield from _name(output)


def _collision(first: _Output, second: _Output) -> Diagnostic:
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


def _folders(keys: Iterable[str]) -> Mapping[str, str]:
    """Every folder above the files, with one of the files."""
    folders: dict[str, str] = {}
    for key in keys:
        folder = key.rpartition("/")[0]
        while folder and folder not in folders:
            folders[folder] = key
            folder = folder.rpartition("/")[0]
    return folders


def _file_and_folder(file: _Output, inside: _Output) -> Diagnostic:
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


def _name(output: _Output) -> Iterator[Diagnostic]:
    path = output.path
    longest = max(path.split("/"), key=len) if len(path) > LONGEST_NAME // 4 else ""
    if len(longest.encode("utf-8", "replace")) > LONGEST_NAME:
        message = (
            f'the name "{longest[:40]}…" is longer than the {LONGEST_NAME} bytes that a file system can hold'
        )
        yield error("file-name", message, output.origin, hint="give it a shorter slug or file name")
    elif "\0" in path:
        yield error(
            "file-name", f"{_shown(path)} has a character no name can have", output.origin, hint="rename it"
        )
    elif bad := _UNPORTABLE.search(path):
        message = f"{_shown(path)} cannot be written on Windows: a name there cannot {_cannot(bad[0])}"
        yield warning("file-name", message, output.origin, hint="rename it if the site is ever built there")


def _cannot(bad: str) -> str:
    if bad in (".", " "):
        return f'end in "{bad}"'
    return f'be "{bad}"' if len(bad) > 1 else f"have {bad!r} in it"
