"""Ask git about the repository that a site is in. It only reads: no setting of the repository can make it run or fetch anything."""

import os
import shutil
import subprocess
from pathlib import Path

TIMEOUT = 60  # seconds

_SAFE = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "-c", "log.showSignature=false"),
    *("-c", "protocol.allow=never", "-c", "safe.bareRepository=explicit", "-c", "core.quotePath=false"),
)
_KEPT = {"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CEILING_DIRECTORIES"}


def ask(root: Path, *arguments: str) -> str:
    """What git prints; "" where there is no git, no repository, or no answer."""
    program = shutil.which("git")
    if not program:
        return ""
    try:
        done = subprocess.run(
            [
                program,
                "-C",
                os.fspath(root.resolve()),
                "--no-pager",
                "--no-optional-locks",
                *_SAFE,
                *arguments,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
            env=_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return os.fsdecode(done.stdout) if done.returncode == 0 else ""


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    return ours | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }
