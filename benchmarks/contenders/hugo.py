from pathlib import Path

from contenders.base import Contender, yaml_front_matter
from corpus import Post


class Hugo(Contender):
    name = "hugo"
    incremental = (
        "none for `hugo build` (full rebuild over the old output); the server keeps the site in memory"
    )
    posts_dir = "content/posts"
    static_dir = "static"
    caches = ("resources", ".cache", ".hugo_build.lock")
    feed = "index.xml"
    serve_note = "default fast-render mode"

    @property
    def program(self) -> str:
        """The binary itself: the PyPI package's Python wrapper adds its own start-up time."""
        found = sorted((self.home / "hugo").glob("lib/python3*/site-packages/hugo/binaries/hugo*"))
        return str(found[0]) if found else "hugo"

    def front_matter(self, post: Post) -> str:
        return yaml_front_matter({"title": post.title, "categories": list(post.categories)})

    def version_command(self) -> list[str]:
        return [self.program, "version"]

    def cold(self, site: Path) -> list[str]:
        return [self.program, "build", "--quiet", "--cacheDir", str(site / ".cache")]

    def serve(self, site: Path, port: int) -> list[str]:
        return [
            self.program,
            "server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--baseURL",
            f"http://127.0.0.1:{port}/",
            "--cacheDir",
            str(site / ".cache"),
        ]
