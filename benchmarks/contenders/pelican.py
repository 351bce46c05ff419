from pathlib import Path

from contenders.base import Contender
from corpus import Post


class Pelican(Contender):
    name = "pelican"
    incremental = (
        "CACHE_CONTENT + LOAD_CONTENT_CACHE (readers' results; off in the cold build, as by default)"
    )
    posts_dir = "content/posts"
    static_dir = "content/extra"
    output = "output"
    caches = ("cache", "__pycache__")
    feed = "feeds/all.atom.xml"
    serve_note = "`--autoreload --listen`"

    @property
    def program(self) -> str:
        return str(self.home / "pelican" / "bin" / "pelican")

    def front_matter(self, post: Post) -> str:
        return f"Title: {post.title}\nTags: {', '.join(post.categories)}\n\n"

    def version_command(self) -> list[str]:
        return [self.program, "--version"]

    def cold(self, site: Path) -> list[str]:
        return [self.program, "--quiet", "-s", "pelicanconf.py"]

    def rebuild(self, site: Path, changed: Path | None) -> list[str]:
        return [self.program, "--quiet", "-s", "cachedconf.py"]

    def serve(self, site: Path, port: int) -> list[str]:
        return [
            self.program,
            "-s",
            "cachedconf.py",
            "--autoreload",
            "--listen",
            "-b",
            "127.0.0.1",
            "-p",
            str(port),
        ]
