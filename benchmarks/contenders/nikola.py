from pathlib import Path

from contenders.base import Contender, yaml_front_matter
from corpus import Post


class Nikola(Contender):
    name = "nikola"
    incremental = "default: doit's dependency database (.doit.db) rebuilds only tasks whose inputs changed"
    static_dir = "files"
    output = "output"
    caches = (
        "cache",
        ".doit.db.db",
        ".doit.db",
        ".doit.db.dat",
        ".doit.db.dir",
        ".doit.db.bak",
        "__pycache__",
    )
    feed = "rss.xml"
    serve_note = "`nikola auto`"

    @property
    def program(self) -> str:
        return str(self.home / "nikola" / "bin" / "nikola")

    def front_matter(self, post: Post) -> str:
        return yaml_front_matter(
            {
                "title": post.title,
                "slug": post.slug,
                "date": f"{post.date} 00:00:00 UTC",
                "tags": list(post.categories),
            }
        )

    def version_command(self) -> list[str]:
        return [self.program, "version"]

    def cold(self, site: Path) -> list[str]:
        return [self.program, "build", "-v", "0"]

    def serve(self, site: Path, port: int) -> list[str]:
        return [self.program, "auto", "-a", "127.0.0.1", "-p", str(port)]

    def index_path(self, page: int) -> str:
        """Nikola counts the later pages from 1."""
        return "index.html" if page == 1 else f"page/{page - 1}/index.html"
