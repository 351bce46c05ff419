"""Tell what a disk of this machine, or one that is mounted, refuses."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recto.deploy.faults import DeployError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def telling(target: str, path: Path) -> Iterator[None]:
    """Turn a failure of the disk into a DeployError that names the target and the place."""
    try:
        yield
    except OSError as problem:
        raise refusal(target, path, problem) from None


def refusal(target: str, path: Path, problem: OSError) -> DeployError:
    """What the failure means for a deploy."""
    reason = (problem.strerror or str(problem)).lower()
    message = f"{target}: cannot use {path}: {reason}"
    if problem.errno in _FULL:
        return DeployError("deploy-full", message, "make room there, then deploy again")
    return DeployError("deploy-refused", message, "see that it is there and that you may write to it")


def located(root: Path, path: str) -> Path:
    """Where a path of the settings leads: from the site's folder, or from home where it begins with "~"."""
    return Path(os.path.realpath(root / expanded(path)))


def expanded(path: str) -> str:
    """The path with what "~" stands for."""
    return os.path.expanduser(path) if path.startswith("~") else path  # noqa: PTH111  # that of pathlib can fail
