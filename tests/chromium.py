"""Find a Chromium for the browser tests; run as a script, install one where there is none and that is possible.

Without one the browser tests are skipped, but never where CI is set: there a missing browser is a failure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
PLAYWRIGHT_FOLDERS = (
    os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
    "~/.cache/ms-playwright",
    "~/Library/Caches/ms-playwright",
    "~/AppData/Local/ms-playwright",
)
PLAYWRIGHT_BINARIES = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
MISSING = "no Chromium found (CHROMIUM=/path/to/it names one)"


def find() -> str | None:
    """The browser's program: the one that CHROMIUM names, else the first of the usual places."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(_candidates(), None)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from filter(os.path.exists, APPLICATIONS)
    for folder in filter(None, PLAYWRIGHT_FOLDERS):
        for pattern in PLAYWRIGHT_BINARIES:
            yield from map(str, sorted(Path(folder).expanduser().glob(pattern), reverse=True))


def install() -> None:
    """Install Debian's package: root on Debian may, and nobody else is asked for a password."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") and is_debian()):
        return
    print("installing Debian's chromium for the browser tests", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-liberation"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", *command], env=environment, stdin=subprocess.DEVNULL, check=False, stdout=2
        )


def is_debian() -> bool:
    """Whether packages of Debian itself fit this machine."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def main() -> int:
    """Make sure that there is a browser; 1 where there is none and CI must not go on without."""
    if os.environ.get("CHROMIUM") and not find():
        print(f"error: CHROMIUM names no program: {os.environ['CHROMIUM']}", file=sys.stderr)
        return 1
    if not find():
        install()
    if find():
        return 0
    if os.environ.get("CI"):
        print(f"error: {MISSING}", file=sys.stderr)
        return 1
    print(f"{MISSING}: the browser tests are skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
