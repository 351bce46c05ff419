"""What pip has to be given, elsewhere, to install the recto that runs here."""

import json
import os
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from recto import __version__


def requirement(site: Path, top: Path, extras: Sequence[str]) -> str:
    """The requirement, with these extras, as it is to be written in the folder `site` of the repository `top`: this version, or the
    very commit or file that recto was installed from (https://peps.python.org/pep-0610/)."""
    wanted = f"[{','.join(extras)}]" if extras else ""
    origin = _origin()
    address = _public(str(origin.get("url", "")))
    commit = origin.get("vcs_info", {}).get("commit_id", "")
    if commit and address:
        return f"recto{wanted} @ {origin['vcs_info'].get('vcs', 'git')}+{address}@{commit}"
    if "archive_info" in origin and address:
        return f"recto{wanted} @ {address}"
    if "dir_info" in origin and (own := _within(str(origin["url"]), site, top)):
        return f"{own}{wanted}"
    return f"recto{wanted}=={__version__}"


def _origin() -> dict[str, Any]:
    """Where pip got recto from; nothing where that was a package index."""
    try:
        written = distribution("recto").read_text("direct_url.json")
        found = json.loads(written) if written else {}
    except (PackageNotFoundError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _public(url: str) -> str:
    """The address without name and password; "" where only this machine knows it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host).geturl() if host and parts.scheme in ("http", "https") else ""


def _within(url: str, site: Path, top: Path) -> str:
    """The way from the site to a folder of its own repository; "" for any other folder."""
    folder = Path(url2pathname(urlsplit(url).path)).resolve()
    if not folder.is_relative_to(top.resolve()):
        return ""
    way = Path(os.path.relpath(folder, site.resolve())).as_posix()
    return way if way.startswith(".") else f"./{way}"  # or pip would look for a package of that name
