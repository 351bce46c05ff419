"""Build a blog by the command, this repo's own or another, and serve it on the loopback interface as a static host does."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("site.yaml", "posts", "pages", "data", "images", "static")
ADDRESS = "https://example.com"
NOW = 1795435200  # 23 November 2026, noon


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A built site: `folder` holds it, `base` is its address here, `prefix` the folder it is deployed below."""

    folder: Path
    base: str
    prefix: str
    pages: tuple[tuple[str, str], ...]  # URL without prefix, source

    @property
    def urls(self) -> list[str]:
        """The full addresses of all HTML pages."""
        return [self.base + url for url, _ in self.pages]

    def posts(self) -> list[str]:
        """The full addresses of the posts."""
        return [self.base + url for url, source in self.pages if source.startswith("posts/")]


class Handler(SimpleHTTPRequestHandler):
    """Serves files as a static host does: 404.html for what is not there. Says nothing."""

    not_found: Path

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at the answers, not at a log."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page, whatever is wrong: nothing but a missing file can be."""
        body = self.not_found.read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(site: Path, www: Path, prefix: str, sources: Path = ROOT) -> Iterator[Served]:
    """The blog in the folder `sources`, copied to `site` and deployed below the folder `prefix` of a host ("" or "/blog")."""
    folder = www / prefix.strip("/")
    _copy(sources, site)
    pages = _build(site, folder, ADDRESS + prefix)
    handler = type("SiteHandler", (Handler,), {"not_found": folder / "404.html"})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(www))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}{prefix}"
        yield Served(folder=folder, base=base, prefix=prefix, pages=pages)
        server.shutdown()
        thread.join()


def _copy(sources: Path, site: Path) -> None:
    for name in SOURCES:
        if (sources / name).is_dir():
            shutil.copytree(sources / name, site / name)
        elif (sources / name).exists():
            shutil.copy(sources / name, site / name)


def _build(site: Path, out: Path, address: str) -> tuple[tuple[str, str], ...]:
    done = subprocess.run(
        [sys.executable, "-m", "recto", "build", str(site), "-o", str(out), "-b", address, "--json"],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(NOW)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    built = json.loads(done.stdout)["pages"]
    return tuple((page["url"], page["from"]) for page in built if _is_html(page["path"], out))


def _is_html(path: str, out: Path) -> bool:
    """Pages that people read: not feeds, and not redirects, which lead away at once."""
    return path.endswith(".html") and "http-equiv=" not in (out / path).read_text(encoding="utf-8")
