"""When files were first committed: the date of a post that says none itself.

Git is asked once for all files. A shallow clone knows only its newest commits, so it is not asked at all.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

from recto.frontmatter import zone
from recto.loader.repository import ask
from recto.model import Moment

_COMMIT = "\x01"  # before a commit's time, where the name of a change would be


@dataclass(frozen=True, slots=True)
class History:
    """The first commit of each file by its path; `shallow` where the repository does not know."""

    seconds: Mapping[str, int] = field(default_factory=dict)
    shallow: bool = False

    def moment(self, path: str, timezone_name: str) -> Moment | None:
        """When a file was first committed, in that zone."""
        if path not in self.seconds:
            return None
        try:
            instant = datetime.fromtimestamp(self.seconds[path], UTC).astimezone(zone(timezone_name))
        except (OverflowError, ValueError, OSError):
            return None
        return Moment(instant=instant, day=instant.date(), timed=True)


def history(root: Path, folder: str, paths: Collection[str], when: object = None) -> History:
    """The first commits of these files below `folder`; a file that was renamed there keeps its first. `when` is the stamp of
    the repository, by which two histories can be told apart."""
    if not paths or ask(root, "rev-parse", "--is-inside-work-tree") != "true\n":
        return History()
    if ask(root, "rev-parse", "--is-shallow-repository") != "false\n":
        return History(shallow=True)
    options = (
        "-z",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "-M",
        "--diff-filter=AR",
        "--name-status",
    )
    log = ask(root, "log", *options, f"--format={_COMMIT}%at", "--relative", "--", folder)
    return History(_first(log.split("\0"), paths))


def stamp(root: Path) -> object:
    """What changes whenever the history does: how the repository's logs and heads look from outside."""
    folder = next(
        (place / ".git" for place in (root, *root.resolve().parents) if (place / ".git").exists()), None
    )
    if folder is None:
        return None
    return tuple(
        _look(folder / name) for name in ("", "HEAD", "logs/HEAD", "index", "packed-refs", "shallow")
    )


def _look(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size)


def _first(tokens: list[str], paths: Collection[str]) -> dict[str, int]:
    """Read the log, newest first: each addition of a file is older than the ones seen before."""
    names = {
        path: path for path in paths
    }  # what a file was called at this point of the log -> what it is now
    found: dict[str, int] = {}
    for seconds, before, after in _changes(tokens):
        if path := names.get(after):
            found[path] = seconds
            if before:
                del names[after]
                names[before] = path
    return found


def _changes(tokens: list[str]) -> Iterator[tuple[int, str, str]]:
    """The commit's time and the old and new name of each file that a commit added ("" before) or renamed."""
    rest = iter(tokens)
    seconds = 0
    for token in rest:
        word = token.strip("\n")
        if word.startswith(_COMMIT):
            seconds = int(word.removeprefix(_COMMIT).split("\n")[0] or 0)
        elif word:
            before = next(rest, "") if word.startswith("R") else ""
            yield seconds, normalize("NFC", before), normalize("NFC", next(rest, ""))
