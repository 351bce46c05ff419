"""A folder on a server: each deploy a release of its own, and a link to the one that readers get.

```text
path/current -> releases/3f2a...-1b2c/site        switched at once, by renaming a new link over it
path/releases/3f2a...-1b2c/site/                  the files, which everybody may read; those that did not change are hard links
                          /snapshot.json          what it is, for the next deploy
                          /before                 the release that was shown before it
                          /label                  what it is, for people
path/releases/.new-1b2c/                          one that is being made
```
"""

import re
import secrets
import shlex
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from recto.deploy import snapshot
from recto.deploy.faults import DeployError
from recto.deploy.snapshot import Snapshot
from recto.deploy.target import Place, Progress, Release
from recto.deploy.targets import scripts
from recto.deploy.targets.connection import TRIES, Connection
from recto.model import SshTarget

_OURS = re.compile(r"releases/([0-9a-f]+-[0-9a-f]+)/site")


class SshServer:
    """A server that ssh leads to."""

    def __init__(self, settings: SshTarget, place: Place) -> None:
        self._settings = settings
        self._connection = Connection(settings.name, settings.host, settings.port)
        self._seen = ""
        self._old = ""

    def read(self) -> Snapshot | None:
        """What the server shows; None where that is nothing, or nothing of ours."""
        link, _, data = self._run(scripts.LOOK).partition(b"\n")
        self._seen = link.decode("utf-8", "surrogateescape")
        ours, found = _OURS.fullmatch(self._seen), snapshot.read(data)
        self._old = ours[1] if ours and found else ""
        return found if self._old else None

    def apply(self, release: Release, progress: Progress, *, force: bool = False) -> None:
        """Make a release beside the one that is shown, and show it. DeployError."""
        self._refuse_foreign(force)
        token = secrets.token_hex(4)
        new = f"{release.snapshot.digest}-{token}"
        try:
            self._prepare(token, release.sending.removed)
            self._send(release, token, progress)
            self._switch(token, new)
        except BaseException:
            self._discard(token)
            raise
        self._seen, self._old = f"releases/{new}/site", new
        self._after()

    def rollback(self) -> str:
        """Show the release that was shown before this one; its label."""
        answer, _, label = self._run(scripts.BACK, token=secrets.token_hex(4)).partition(b"\n")
        self._told(answer)
        self._after()
        return label.decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Log out."""
        self._connection.close()

    def _refuse_foreign(self, force: bool) -> None:
        if self._seen and not self._old and not force:
            message = f"{self._settings.name}: {self._settings.path}/current is not of recto's making"
            hint = "name another path, or deploy --force to put the site in its place"
            raise DeployError("deploy-foreign", message, hint)

    def _prepare(self, token: str, removed: Sequence[str]) -> None:
        """Make the folder of the new release out of hard links to the old one, without what is to leave."""
        script = "\n".join((scripts.PREPARE, *scripts.removing(removed), "echo done"))
        self._told(self._run(script, token=token, seen=self._seen, old=self._old))

    def _send(self, release: Release, token: str, progress: Progress) -> None:
        done, total = 0, len(release.sending.sent)

        def told() -> None:
            nonlocal done
            done = min(done + 1, total)  # more where a connection broke and all is told again
            progress(done, total)

        into = f"{self._root}/releases/.new-{token}"
        with tempfile.TemporaryDirectory(prefix="recto-") as name:
            for folder, paths in _folders(release, Path(name, "site")).items():
                self._connection.send(folder, paths, f"{into}/site", told)
            facts = self._facts(release)
            for path, data in facts.items():
                Path(name, path).write_bytes(data)
            self._connection.send(Path(name), tuple(facts), into, lambda: None)

    def _facts(self, release: Release) -> dict[str, bytes]:
        """What is kept beside the site, as files."""
        return {
            "snapshot.json": snapshot.as_bytes(release.snapshot),
            "before": self._old.encode(),
            "label": " ".join(release.label.split()).encode() + b"\n",
        }

    def _switch(self, token: str, new: str) -> None:
        releases = str(self._settings.releases)
        self._told(self._run(scripts.SWITCH, token=token, seen=self._seen, new=new, releases=releases))

    def _discard(self, token: str) -> None:
        """Remove what was made of a release that is not to be; what cannot be removed now goes with a later deploy."""
        with suppress(DeployError):
            self._run('cd "$root/releases"; rm -rf ".new-$token"', tries=1, token=token)

    def _after(self) -> None:
        """Run what the settings say. DeployError, by which the site stays as it is now."""
        command = self._settings.run
        if not command:
            return
        script = 'cd "$root"; code=0; sh -c "$command" 2>&1 || code=$?; echo; echo $code'
        try:
            answer = self._run(script, tries=1, command=command)
        except DeployError:
            answer = b"the connection broke, so it may have run or not\n?"
        *said, end = answer.decode("utf-8", "replace").strip().splitlines()
        if end != "0":
            words = next((line for line in reversed(said) if line.strip()), "it says nothing")
            message = f"{self._settings.name} is deployed, but its command failed ({end}): {words}"
            raise DeployError("deploy-run", message, f"on the server: {command}")

    def _run(self, script: str, *, tries: int = TRIES, **values: str) -> bytes:
        named = {"root": self._root} | values
        lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in named.items())
        return self._connection.run(lines + script, tries=tries)

    @property
    def _root(self) -> str:
        """The folder over there; one that does not begin with "/" counts from the user's own."""
        return self._settings.path.removeprefix("~/").rstrip("/") or "/"

    def _told(self, answer: bytes) -> None:
        name = self._settings.name
        match answer.decode("utf-8", "replace").strip():
            case "overtaken":
                message = f"{name} was deployed to by somebody else since we looked"
                raise DeployError("deploy-overtaken", message, "deploy again, to see what changes now")
            case "busy":
                message = f"somebody else is deploying to {name} at this moment"
                raise DeployError("deploy-busy", message, "wait until it has finished, then deploy again")
            case "none":
                message = f"{name} has no release from before this one"
                hint = "check out the older sources and deploy them; `releases` says how many are kept"
                raise DeployError("deploy-rollback", message, hint)


def _folders(release: Release, made: Path) -> Mapping[Path, Sequence[str]]:
    """In which folders what is to be sent is, under its path; `made` is one for what has no file of its path yet."""
    found: dict[Path, list[str]] = defaultdict(list)
    for path in release.sending.sent:
        item = release.shipment[path]
        data, parts = item.read(), path.split("/")
        if item.source and item.source.parts[-len(parts) :] == tuple(parts):
            found[item.source.parents[len(parts) - 1]].append(path)
        else:
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_bytes(data)
            found[made].append(path)
    return found
