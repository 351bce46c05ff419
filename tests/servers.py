"""Find the servers that deploys are tested against; run as a script, install those that are missing where that is possible.

Without one its tests fail, and say this: a deploy that was never seen by a real server proves nothing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from chromium import is_debian

PACKAGES = {
    "apache2": "apache2-bin",
    "git": "git",
    "nginx": "nginx-light",
    "rsync": "rsync",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "sshd": "openssh-server",
}
FOLDERS = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin:/opt/homebrew/bin"  # often not on the PATH of who is not root


def find(program: str) -> str:
    """Where a program is. AssertionError, which fails the test that wants it, where it is nowhere."""
    found = _look(program)
    assert found, f"no {program} found: {sys.executable} tests/servers.py installs it where it can"
    return found


def _look(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path=FOLDERS)


def missing() -> list[str]:
    """The programs that are nowhere."""
    return [program for program in PACKAGES if not _look(program)]


def install(programs: list[str]) -> None:
    """Install Debian's packages of these: root on Debian may, and nobody else is asked for a password."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") and is_debian()):
        return
    packages = sorted({PACKAGES[program] for program in programs})
    print(f"installing Debian's {', '.join(packages)} for the tests of deploys", flush=True)
    # No service is to be started by its installation: each test starts its own.
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", *command], env=environment, stdin=subprocess.DEVNULL, check=False, stdout=2
        )
    if ours:
        policy.unlink()


def main() -> int:
    """Make sure that all are there; 1 where one is not and CI must not go on without."""
    if absent := missing():
        install(absent)
    if not (absent := missing()):
        return 0
    print(f"error: not installed: {', '.join(absent)}", file=sys.stderr)
    print("  the tests of deploys to real servers fail without", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
