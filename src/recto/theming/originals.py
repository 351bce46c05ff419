"""Keep the originals of copied templates, and read and write the files of a folder of templates.

An original is kept whole, in the folder `.originals` of the site's templates, under the name of its copy: so it is
committed with it, any tool can compare the three, and nothing has to be written into the copy itself, which may be JSON.
"""

from pathlib import Path
from unicodedata import normalize

from recto.diagnostics import BuildError, error

FOLDER = ".originals"


def files(folder: Path) -> dict[str, Path]:
    """The files below a folder by their names in it, without those whose names begin with a dot."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    shown = {
        name: path for name, path in found.items() if not any(part.startswith(".") for part in name.parts)
    }
    return {normalize("NFC", name.as_posix()): path for name, path in shown.items()}


def text_of(path: Path) -> str:
    """A file's text, with line ends as they are here; what is not UTF-8 shows as such."""
    return path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")


def keep(folder: Path, name: str, text: str) -> None:
    """Remember what a copy is made from."""
    write(folder / FOLDER / name, text, anew=True)


def recall(folder: Path, name: str) -> str | None:
    """What a copy was made from; None where that is not known."""
    path = folder / FOLDER / name
    return text_of(path) if path.is_file() else None


def write(path: Path, text: str, *, anew: bool = False) -> None:
    """Write a file, replacing one only if `anew`. Raises BuildError where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if anew else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        hint = "look at the permissions of the folder and the space left on its disk"
        raise BuildError([error("cannot-write", f'cannot write "{path}": {reason}', hint=hint)]) from None
