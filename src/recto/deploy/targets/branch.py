"""A branch of another repository: read it, and add a commit to it only where it is as it was read."""

import re
from dataclasses import dataclass

from recto.deploy.targets.repository import Repository

_TREE = re.compile(r"^Recto-Tree: ([0-9a-f]{40,64})$", re.MULTILINE)
_SHOWS = re.compile(r"^Recto-Shows: ([0-9a-f]{40,64})$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit of recto's or of somebody else's. `parent` is "" for the first one. `shows` is the deploy whose site it has: after
    a rollback, an earlier one."""

    name: str
    tree: str
    parent: str
    subject: str
    shows: str
    ours: bool


class Branch:
    """A branch by its name; what was read of it is kept in the ref `copy` of the repository on this machine."""

    def __init__(self, repository: Repository, name: str, copy: str) -> None:
        self.repository = repository
        self.shown = f"{name} of {repository.shown}"
        self._ref = f"refs/heads/{name}"
        self._copy = copy

    def tip(self) -> Commit | None:
        """The newest commit, with all that is in it; None where there is no such branch. DeployError."""
        name = self._listed()
        if not name:
            return None
        if self.repository.ask("rev-parse", "--verify", "--quiet", self._copy) != name:
            self._fetch()
        return self.commit(self.repository.ask("rev-parse", self._copy))

    def commit(self, name: str) -> Commit:
        """A commit that was read."""
        data = self.repository.work(f"cannot read {self.shown}", "cat-file", "commit", name)
        head, _, message = data.decode("utf-8", "replace").partition("\n\n")
        lines = [line.partition(" ") for line in head.split("\n")]
        tree, shows = _TREE.findall(message), _SHOWS.findall(message)
        named = {key: value for key, _, value in reversed(lines)}  # of several parents, the first
        return Commit(
            name=name,
            tree=named["tree"],
            parent=named.get("parent", ""),
            subject=message.split("\n", 1)[0],
            shows=shows[-1] if shows else name,
            ours=tree[-1:] == [named["tree"]],
        )

    def add(
        self, tree: str, label: str, onto: Commit | None, *, shows: str = "", alone: bool = False
    ) -> None:
        """Make a commit of recto's and push it; `alone` makes it the only one. DeployError where the branch is no longer at `onto`."""
        trailers = [f"Recto-Shows: {shows}"] * bool(shows) + [f"Recto-Tree: {tree}"]
        message = "\n".join((" ".join(label.split()), "", *trailers, ""))
        parents = ("-p", onto.name) if onto and not alone else ()
        data = self.repository.work(
            "cannot make a commit",
            "commit-tree",
            tree,
            *parents,
            data=message.encode(),
            settings=self._identity(),
        )
        made = data.decode().strip()
        self._push(made, onto.name if onto else "")
        self.repository.ask("update-ref", self._copy, made)

    def _listed(self) -> str:
        doing = f"cannot read {self.shown}"
        listed = self.repository.connect(doing, "ls-remote", "--", self.repository.remote, self._ref)
        lines = (line.partition("\t") for line in listed.splitlines())
        return next((name for name, _, ref in lines if ref == self._ref), "")  # others may end like it

    def _fetch(self) -> None:
        options = ("--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--recurse-submodules=no")
        refs = f"+{self._ref}:{self._copy}"
        self.repository.connect(
            f"cannot fetch {self.shown}", "fetch", *options, "--", self.repository.remote, refs
        )

    def _push(self, made: str, onto: str) -> None:
        options = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
        lease, refs = f"--force-with-lease={self._ref}:{onto}", f"{made}:{self._ref}"
        self.repository.connect(
            f"cannot push to {self.shown}", "push", *options, lease, "--", self.repository.remote, refs
        )

    def _identity(self) -> dict[str, str]:
        """Who commits, where git does not know."""
        found: dict[str, str] = {}
        for role in ("AUTHOR", "COMMITTER"):
            if not self.repository.ask("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT"):
                found |= {f"GIT_{role}_NAME": "recto", f"GIT_{role}_EMAIL": "recto@localhost"}
        return found
