"""recto, from the environment that runs the harness."""

import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from contenders.base import Contender
from corpus import Post


class Recto(Contender):
    """The command as it is installed beside the running interpreter, with templates equal to the others'."""

    name = "recto"
    incremental = "default: remembers conversions and pages in .recto/"
    static_dir = "static"
    output = "dist"
    caches = (".recto",)
    categories_paginated = True
    serve_note = "renders the page that is asked for"

    @property
    def program(self) -> str:
        beside = Path(sys.executable).with_name("recto")
        return str(beside) if beside.exists() else shutil.which("recto") or str(beside)

    def version_command(self) -> list[str]:
        return [self.program, "--version"]

    def cold(self, site: Path) -> list[str]:
        return [self.program, "build", "--quiet"]

    def serve(self, site: Path, port: int) -> list[str]:
        return [self.program, "serve", "--port", str(port), "--no-color"]


class RectoWhole(Recto):
    """The same blog as a new one is: in the default theme, with all that this makes besides, and its pictures where recto makes
    smaller ones of them. `off` are features of the theme that it does without."""

    name = "recto-whole"
    skeleton = "recto"
    style = "custom.css"
    off: tuple[str, ...] = ()

    def prepare(self, site: Path, posts: Iterable[Post]) -> None:
        super().prepare(site, posts)
        shutil.rmtree(site / "templates")
        shutil.copytree(site / "static" / "img", site / "images")
        features = {"theme": {"features": dict.fromkeys(self.off, False)}} if self.off else {}
        settings = {"title": "Bench Blog", "url": "https://blog.example.org", "pagination": "plain"}
        (site / "site.yaml").write_text(json.dumps(settings | features))

    def write_post(self, site: Path, post: Post) -> None:
        super().write_post(site, replace(post, body=post.body.replace("(/img/", "(/images/")))
