"""Write a file that is not there yet, whole or not at all, and say in words what stands in the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recto.diagnostics import BuildError, error


def write_new(target: Path, text: str) -> None:
    """Make a file, and the folders around it. Never overwrites; BuildError where it cannot be made."""
    with _writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.open("x", encoding="utf-8", newline="\n")
        try:
            with file:
                file.write(text)
        except OSError:
            target.unlink()  # a part of it would stand in the way of the next try
            raise


def replace(target: Path, text: str) -> None:
    """Make a file in place of the one of that name. BuildError where it cannot be made; then that one is as it was."""
    draft = target.with_name(f"{target.name}.new")
    with _writing(target):
        draft.unlink(missing_ok=True)
        write_new(draft, text)
        draft.replace(target)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Turns what the system says into a problem with advice."""
    try:
        yield
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        hint = "look at the permissions of the folder and the space left on its disk"
        raise failure("cannot-write", f'cannot write "{target}": {reason}', hint) from None


def failure(code: str, message: str, hint: str) -> BuildError:
    """What keeps a file from being made."""
    return BuildError([error(code, message, hint=hint)])
