"""Deploy to a branch of a git repository: one commit each time, made of what changed, onto the one that was read.

A commit's message names its tree, so nobody can change a file and leave it looking like one of recto's. The snapshot is a file of
that tree, under a name that readers cannot guess.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from recto.deploy import snapshot
from recto.deploy.faults import DeployError
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets.branch import Branch, Commit
from recto.deploy.targets.repository import IMPORTED, opened
from recto.memo import digest_bytes
from recto.model import GitTarget

_SNAPSHOT = re.compile(r"\.recto-deploy-[0-9a-f]{40}\.json")


class GitBranch:
    """A branch that holds a site, and nothing else."""

    def __init__(self, settings: GitTarget, place: Place) -> None:
        self._settings = settings
        self._place = place
        self._tip: Commit | None = None
        self._is_known = False

    def extras(self) -> dict[str, bytes]:
        """What GitHub Pages wants in the site: not to be taken for Jekyll's, and its domain."""
        if self._settings.type != "github-pages":
            return {}
        domain = {"CNAME": f"{self._settings.cname}\n".encode()} if self._settings.cname else {}
        return {".nojekyll": b"", **domain}

    def read(self) -> Snapshot | None:
        """What the branch holds. Where its newest commit is somebody else's, it is not known what became of the files."""
        tip = self._tip = self._branch.tip()
        found = self._held(tip) if tip else None
        self._is_known = bool(tip and tip.ours and found)
        if found and not self._is_known:
            return found.unsure({path: file.size for path, file in found.files.items()})
        return found

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Commit the release onto what `read` saw, and push it."""
        tip = self._tip
        if tip and not tip.ours and not force:
            raise self._foreign(tip)
        tree = self._branch.repository.make_tree(
            _stream(release, tip, self._unwanted(release, tip), progress)
        )
        if not tip or not tip.ours or tip.tree != tree:
            self._branch.add(tree, release.label, tip, alone=self._settings.history == "squash")

    def rollback(self) -> str:
        """Commit the site of the deploy before, as another commit. Done twice, it goes back by two."""
        self.read()
        before = self._before(self._tip) if self._tip else None
        if not before:
            raise self._no_rollback()
        self._branch.add(before.tree, f"Roll back to: {before.subject}", self._tip, shows=before.name)
        return before.subject

    def close(self) -> None:
        """Nothing is held."""

    @cached_property
    def _branch(self) -> Branch:
        return Branch(
            opened(self._settings, self._place), self._settings.branch, f"refs/recto/{self._settings.name}"
        )

    def _git(self, *arguments: str) -> bytes:
        return self._branch.repository.work(f"cannot read {self._branch.shown}", *arguments)

    def _held(self, tip: Commit) -> Snapshot | None:
        """The snapshot in a commit."""
        name = next(filter(_SNAPSHOT.fullmatch, self._names(tip)), "")
        return snapshot.read(self._git("cat-file", "blob", f"{tip.name}:{name}")) if name else None

    def _names(self, tip: Commit, *options: str) -> list[str]:
        listed = self._git("ls-tree", "-z", "--name-only", *options, tip.name)
        return [name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0")[:-1]]

    def _unwanted(self, release: Release, tip: Commit | None) -> Iterable[str]:
        """What is to leave the tree: where it is not known what that has, whatever is not of the site."""
        if tip is None:
            return ()
        if self._is_known:
            return [*release.sending.removed, *filter(_SNAPSHOT.fullmatch, self._names(tip))]
        stays = release.shipment.files.keys() | release.sending.kept.keys()
        return [path for path in self._names(tip, "-r") if path not in stays]

    def _before(self, tip: Commit) -> Commit | None:
        """The deploy whose site was shown before that of `tip`; never what somebody else made."""
        shown = self._branch.commit(tip.shows)
        before = self._branch.commit(shown.parent) if shown.parent else None
        return self._branch.commit(before.shows) if before and before.ours and tip.ours else None

    def _foreign(self, tip: Commit) -> DeployError:
        kept = ", and keeps it in the history" if self._settings.history == "keep" else ""
        message = f'{self._settings.name}: the newest commit of {self._branch.shown} is not recto\'s: {tip.name[:10]} "{tip.subject}"'
        hint = f"see whether somebody needs it; recto deploy --force puts the site in its place{kept}"
        return DeployError("deploy-foreign", message, hint)

    def _no_rollback(self) -> DeployError:
        message = f"{self._settings.name}: {self._branch.shown} has no deploy before the newest one"
        hint = "check out an earlier commit of the site, and deploy that"
        if self._settings.history == "squash":
            hint += "; history: keep leaves something to go back to"
        return DeployError("deploy-rollback", message, hint)


def _stream(
    release: Release, tip: Commit | None, unwanted: Iterable[str], progress: Progress
) -> Iterator[bytes]:
    """The release for `git fast-import`: what becomes of the tree of `tip`."""
    sent = release.sending.sent
    yield f"commit {IMPORTED}\ncommitter recto <> 0 +0000\ndata 0\n".encode()
    if tip:
        yield f"from {tip.name}\n".encode()
    for path in unwanted:
        yield b"D " + _quoted(path) + b"\n"
    for done, path in enumerate(sent, 1):
        yield from _file(path, release.shipment[path].read())
        progress(done, len(sent))
    data = snapshot.as_bytes(release.snapshot)
    yield from _file(_name(data), data)


def _file(path: str, data: bytes) -> Iterator[bytes]:
    yield b"M 100644 inline %b\ndata %d\n" % (_quoted(path), len(data))
    yield data
    yield b"\n"


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode("utf-8", "surrogateescape")


def _name(data: bytes) -> str:
    return f".recto-deploy-{digest_bytes(data)}.json"
