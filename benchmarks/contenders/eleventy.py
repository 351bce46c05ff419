"""Eleventy: full rebuilds from the command line, incremental ones in its server."""

from pathlib import Path

from contenders.base import Contender, yaml_front_matter
from corpus import Post


class Eleventy(Contender):
    """The commonest generator of the Node world."""

    name = "eleventy"
    incremental = (
        "none: the full build again (one-shot `--incremental=FILE` of 3.1.8 stops with "
        '"templateRender has not yet initialized" on this site)'
    )
    static_dir = "static"
    caches = (".cache",)
    serve_note = "`--serve --incremental`"

    @property
    def program(self) -> str:
        return str(self.home / self.name / "node_modules" / ".bin" / "eleventy")

    def finish(self, site: Path) -> None:
        (site / "node_modules").symlink_to(self.home / self.name / "node_modules")

    def front_matter(self, post: Post) -> str:
        return yaml_front_matter({"title": post.title, "tags": list(post.categories)})

    def version_command(self) -> list[str]:
        return [self.program, "--version"]

    def cold(self, site: Path) -> list[str]:
        return [self.program, "--quiet"]

    def serve(self, site: Path, port: int) -> list[str]:
        return [self.program, "--serve", "--incremental", f"--port={port}"]
