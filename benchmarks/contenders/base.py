"""What the harness needs to know about a tool."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from corpus import CATEGORIES, Post, write_static

SITES = Path(__file__).resolve().parent.parent / "sites"


def peers_home() -> Path:
    """Where setup.sh puts the tools."""
    return Path(os.environ.get("PEERS_HOME") or Path(tempfile.gettempdir()) / "peers")


def yaml_front_matter(fields: dict[str, object]) -> str:
    """Front matter as YAML (JSON scalars and flow lists are valid YAML)."""
    lines = [f"{key}: {value if key == 'date' else json.dumps(value)}" for key, value in fields.items()]
    return "---\n" + "\n".join(lines) + "\n---\n"


class Contender:
    """One tool. Subclasses say how its site is laid out and which commands build and serve it."""

    name = ""
    skeleton = ""  # directory under sites/; defaults to the name
    incremental = "none: the same command again"  # how rebuilds are run, for the report
    posts_dir = "posts"
    static_dir = "."
    output = "public"
    caches: tuple[str, ...] = ()  # removed, with the output, before a cold build
    highlight = r"<pre[^>]*>(?:(?!</pre>).)*<span (?:class|style)="
    feed = "feed.xml"
    sitemap = "sitemap.xml"
    categories_paginated = False  # further pages in page/<n>/ below the first
    style = "style.css"  # an author's own style sheet, among the static files
    serves = True
    serve_note = ""

    def __init__(self) -> None:
        self.home = peers_home()

    # -- the site ---------------------------------------------------------------------------------
    def prepare(self, site: Path, posts: Iterable[Post]) -> None:
        """Write a complete site for this tool into the empty directory `site`."""
        shutil.copytree(SITES / (self.skeleton or self.name), site, dirs_exist_ok=True)
        write_static(site / self.static_dir)
        (site / self.posts_dir).mkdir(parents=True, exist_ok=True)
        for post in posts:
            self.write_post(site, post)
        self.finish(site)

    def finish(self, site: Path) -> None:
        """Anything beyond skeleton, static files and posts (category pages, node_modules ...)."""

    def source(self, site: Path, post: Post) -> Path:
        return site / self.posts_dir / post.filename

    def write_post(self, site: Path, post: Post) -> None:
        self.source(site, post).write_text(self.front_matter(post) + post.body)

    def front_matter(self, post: Post) -> str:
        return (
            f"---\npublished: true\ntitle: {json.dumps(post.title)}\n"
            f"categories: {' '.join(post.categories)}\n---\n"
        )

    def clean(self, site: Path) -> None:
        for name in (self.output, *self.caches):
            path = site / name
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()

    def node_modules(self, site: Path) -> None:
        (site / "node_modules").symlink_to(self.home / self.name / "node_modules")

    # -- commands -----------------------------------------------------------------------------------
    def env(self) -> dict[str, str]:
        keep = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
        return keep | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1"}

    def version_command(self) -> list[str]:
        raise NotImplementedError

    def cold(self, site: Path) -> list[str]:
        raise NotImplementedError

    def rebuild(self, site: Path, changed: Path | None) -> list[str]:
        """The command for a build with output and caches in place; `changed` is the edited source."""
        return self.cold(site)

    def serve(self, site: Path, port: int) -> list[str]:
        raise NotImplementedError

    # -- where things end up, relative to the output directory ---------------------------------------
    def post_path(self, post: Post) -> str:
        return f"posts/{post.slug}/index.html"

    def post_url(self, post: Post) -> str:
        return f"/posts/{post.slug}/"

    def category_path(self, category: str) -> str:
        return f"categories/{category}/index.html"

    def index_path(self, page: int) -> str:
        return "index.html" if page == 1 else f"page/{page}/index.html"

    # -- facts ---------------------------------------------------------------------------------------
    def available(self) -> str | None:
        """None when the tool is there, else the reason it is not."""
        program = self.version_command()[0]
        return None if shutil.which(program) else f"no {Path(program).name} under PEERS_HOME or on PATH"

    def version(self) -> str:
        done = subprocess.run(self.version_command(), capture_output=True, text=True, env=self.env())
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        return re.sub(r"\s+from /\S+", "", lines[0]).strip() if lines else "?"


__all__ = ["CATEGORIES", "SITES", "Contender", "Post", "peers_home", "yaml_front_matter"]
