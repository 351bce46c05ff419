"""recto, from the environment that runs the harness."""

import shutil
import sys
from pathlib import Path

from contenders.base import Contender


class Recto(Contender):
    """The command as it is installed beside the running interpreter, with templates equal to the others'."""

    name = "recto"
    incremental = "default: remembers conversions and pages in .recto/"
    static_dir = "static"
    output = "dist"
    caches = (".recto",)
    categories_paginated = True
    serves = False
    serve_note = "none"

    @property
    def program(self) -> str:
        beside = Path(sys.executable).with_name("recto")
        return str(beside) if beside.exists() else shutil.which("recto") or str(beside)

    def version_command(self) -> list[str]:
        return [self.program, "--version"]

    def cold(self, site: Path) -> list[str]:
        return [self.program, "build", "--quiet"]
