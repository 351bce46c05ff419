from pathlib import Path

from contenders.base import Contender
from corpus import CATEGORIES


class Jekyll(Contender):
    name = "jekyll"
    skeleton = "jekyll"
    incremental = "plain `jekyll build`: its disk cache of rendered Markdown (.jekyll-cache) is on by default"
    posts_dir = "_posts"
    output = "_site"
    caches = (".jekyll-cache", ".jekyll-metadata")
    serve_note = "full regeneration on change"

    def finish(self, site: Path) -> None:
        for category in CATEGORIES:
            page = site / "categories" / category / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text(f"---\nlayout: category\ntitle: {category}\ncategory: {category}\n---\n")

    def version_command(self) -> list[str]:
        return ["jekyll", "--version"]

    def cold(self, site: Path) -> list[str]:
        return ["jekyll", "build", "--quiet"]

    def serve(self, site: Path, port: int) -> list[str]:
        return ["jekyll", "serve", "--host", "127.0.0.1", "--port", str(port)]


class JekyllIncremental(Jekyll):
    name = "jekyll-incr"
    incremental = "`--incremental` (experimental: .jekyll-metadata) plus the disk cache"
    serve_note = "`--incremental`"

    def cold(self, site: Path) -> list[str]:
        return [*super().cold(site), "--incremental"]

    def serve(self, site: Path, port: int) -> list[str]:
        return [*super().serve(site, port), "--incremental"]
