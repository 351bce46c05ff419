"""Ask the system's git, and try again what a network drops.

Nothing here touches the working tree, the index or HEAD, or runs a hook of the repository; and no password is asked for where
nobody sits at a terminal.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recto.deploy.faults import DeployError
from recto.deploy.target import Place
from recto.deploy.targets import disks, refusals
from recto.diagnostics import did_you_mean
from recto.model import GitTarget

PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds before each further try
IMPORTED = "refs/worktree/recto"

_SAFE = (
    *("-c", f"core.hooksPath={os.devnull}", "-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=300"),  # five minutes of silence are the end
)
_SSH = "ssh -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"

# By these a git that runs us, as in a hook, says what it works on itself.
_ITS_OWN = {
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"),
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_QUARANTINE_PATH", "GIT_SHALLOW_FILE"),
}


class GitError(Exception):
    """Git complained; all that it printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository on this machine, and the one that it is in touch with: `remote` is a name or an address. `options` tell git
    which it is. `target` is what messages begin with."""

    target: str
    root: Path
    options: tuple[str, ...]
    remote: str

    @property
    def shown(self) -> str:
        """The remote, as it may be shown."""
        return refusals.open_part(self.remote)

    def run(self, *arguments: str, data: bytes = b"", settings: Mapping[str, str] | None = None) -> bytes:
        """What git prints. GitError where it complains. `settings` are added to its environment."""
        return _git(self.root, *self.options, *arguments, data=data, settings=settings or {})

    def ask(self, *arguments: str) -> str:
        """The line that git prints; "" where it has no answer."""
        with suppress(GitError):
            return _text(self.run(*arguments))
        return ""

    def work(
        self, doing: str, *arguments: str, data: bytes = b"", settings: Mapping[str, str] | None = None
    ) -> bytes:
        """What git prints. `doing` says what cannot be done where it complains. DeployError."""
        try:
            return self.run(*arguments, data=data, settings=settings)
        except GitError as problem:
            raise refusals.named(str(problem)).told(self.target, doing) from None

    def connect(self, doing: str, *arguments: str) -> str:
        """The same where git goes over a network: tried again while the failure may pass."""
        settings = self._calling()
        for pause in (*PAUSES, None):
            try:
                return _text(self.run(*arguments, settings=settings))
            except GitError as problem:
                refusal = refusals.named(str(problem))
            if pause is None or not refusal.passing:
                break
            time.sleep(pause)
        raise refusal.told(self.target, doing)

    def make_tree(self, stream: Iterable[bytes]) -> str:
        """The name of the tree that a stream for `git fast-import` makes of IMPORTED. DeployError where that cannot be."""
        common = os.fspath(self.root / self.ask("rev-parse", "--git-common-dir"))
        with tempfile.TemporaryDirectory(prefix="recto-") as folder:
            # Only objects go to the repository; the ref, and what fast-import leaves where it dies, are in this folder.
            Path(folder, "HEAD").write_text(f"ref: {IMPORTED}\n", "utf-8")
            Path(folder, "reftable").mkdir()  # where a repository of that kind has it
            settings = {"GIT_DIR": folder, "GIT_COMMON_DIR": common}
            try:
                _feed(self.root, stream, settings)
                return _text(_git(self.root, "rev-parse", f"{IMPORTED}^{{tree}}", settings=settings))
            except GitError as problem:
                raise refusals.named(str(problem)).told(self.target, "cannot keep the site in git") from None

    def _calling(self) -> dict[str, str]:
        """How git is to call ssh, where nobody has said it: so that it gives up on a network that is gone."""
        if {"GIT_SSH", "GIT_SSH_COMMAND"} & os.environ.keys() or self.ask("config", "core.sshCommand"):
            return {}
        return {"GIT_SSH_COMMAND": _SSH if _is_attended() else f"{_SSH} -o BatchMode=yes"}


def opened(settings: GitTarget, place: Place) -> Repository:
    """The repository to work in: the site's own where the remote is one of its, so that its settings and passwords count; else one
    of recto's, in its own folder. DeployError."""
    if not shutil.which("git"):
        hint = "install git, and see that it is on the PATH"
        raise DeployError("deploy-missing", f"{settings.name}: there is no git on this machine", hint)
    site = Repository(target=settings.name, root=place.root, options=(), remote=settings.remote)
    if settings.remote in (names := site.ask("remote").split("\n")):
        return site
    if not (set(settings.remote) & set("/\\:") or settings.remote in (".", "..")):
        raise _unknown(settings, site, names)
    with disks.telling(settings.name, place.cache):
        place.cache.mkdir(parents=True, exist_ok=True)
    folder = str(place.cache / "git")
    remote = disks.expanded(settings.remote)
    own = Repository(target=settings.name, root=place.root, options=(f"--git-dir={folder}",), remote=remote)
    try:
        # It does no harm to one that is there. What it is without being told, future versions of git may change.
        own.run("init", "--quiet", "--bare", "--template=", "--object-format=sha1", folder)
    except GitError as problem:
        raise refusals.named(str(problem)).told(settings.name, f"cannot use {folder}") from None
    return own


def _unknown(settings: GitTarget, site: Repository, names: list[str]) -> DeployError:
    """What to say where the site's repository has no remote of that name."""
    remote, hint = settings.remote, "write the address of the repository at remote:"
    try:
        site.run("rev-parse", "--git-dir")
    except GitError as problem:
        if "not a git repository" not in str(problem):
            return refusals.named(str(problem)).told(settings.name, "cannot use the site's own repository")
        message = f'{settings.name}: the site is in no git repository, so none of its remotes is "{remote}"'
        return DeployError("deploy-remote", message, hint)
    guess = did_you_mean(remote, names) or f"git remote add {remote} ADDRESS"
    message = f'{settings.name}: the git repository of the site has no remote "{remote}"'
    return DeployError("deploy-remote", message, f"{guess}, or {hint}")


# ---- running it ---------------------------------------------------------------------------------------------


def _git(root: Path, *arguments: str, data: bytes = b"", settings: Mapping[str, str]) -> bytes:
    environment = {**_environment(), **settings}
    command = ["git", *_SAFE, *arguments]
    done = subprocess.run(command, input=data, capture_output=True, env=environment, cwd=root, check=False)
    if done.returncode:
        raise GitError((done.stderr + done.stdout).decode("utf-8", "replace"))
    return done.stdout


def _feed(root: Path, stream: Iterable[bytes], settings: Mapping[str, str]) -> None:
    """Give a stream to `git fast-import`."""
    command = ["git", *_SAFE, "fast-import", "--quiet"]
    environment = {**_environment(), **settings}
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment, cwd=root
        ) as process:
            assert process.stdin
            with suppress(BrokenPipeError):  # it has ended already, and said why
                for chunk in stream:
                    process.stdin.write(chunk)
                process.stdin.flush()
            with suppress(BrokenPipeError):
                process.stdin.close()
        if process.returncode:
            said.seek(0)
            raise GitError(said.read().decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name not in _ITS_OWN}
    unattended = {} if _is_attended() else {"GIT_TERMINAL_PROMPT": "0"}
    return ours | unattended | {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def _is_attended() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").strip()
