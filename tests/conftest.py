"""Sites made of a dictionary, built the way the command builds them, at a moment that never changes."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from recto import builder
from recto.diagnostics import format_text, has_errors
from recto.memo import Store
from recto.model import Build, Changes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# A search index adds its files to every site and some time to every build: here only tests of search (`searchable`) have it.
sys.modules["pagefind_bin"] = None  # type: ignore[assignment]  # what Python understands as: not installed

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A build, and what it did to the output folder; None where errors kept it from touching that."""

    plan: Build
    changes: Changes | None

    @property
    def problems(self) -> list[str]:
        """Every problem as the terminal shows it."""
        return format_text(self.plan.diagnostics)


@dataclass(frozen=True, slots=True)
class Project:
    """A site's folder, with its memo in .recto/ and its output in dist/."""

    path: Path

    def write(self, files: Files) -> None:
        """Make or replace these files; texts are written as they stand, in UTF-8."""
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def delete(self, *names: str) -> None:
        """Remove these files."""
        for name in names:
            (self.path / name).unlink()

    def build(
        self,
        *,
        now: datetime = NOW,
        base_url: str | None = None,
        drafts: bool = False,
        future: bool = False,
        jobs: int = 1,
    ) -> Result:
        """Build into dist/, with the options of the command."""
        out = self.path / "dist"
        with Store.open(self.path) as store:
            plan = builder.build(
                self.path,
                store=store,
                now=now,
                base_url=base_url,
                drafts=drafts,
                future=future,
                jobs=jobs,
                out=out,
            )
            if has_errors(plan.diagnostics):
                return Result(plan=plan, changes=None)
            changes, _ = builder.write(plan, out, store=store, root=self.path)
        return Result(plan=plan, changes=changes)

    def output(self) -> dict[str, bytes]:
        """Each file of dist/ by its path, without the manifest and the like."""
        out = self.path / "dist"
        names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        return {name: (out / name).read_bytes() for name in names if not name.startswith(".")}


@pytest.fixture
def searchable(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that makes search indexes."""
    monkeypatch.delitem(sys.modules, "pagefind_bin")


MakeProject = Callable[[Files], Project]


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """`project({"posts/a.md": "..."})` makes a site in a temporary folder; called again, it makes another."""
    count = 0

    def make(files: Files) -> Project:
        nonlocal count
        count += 1
        made = Project(tmp_path / f"site{count}")
        made.path.mkdir()
        made.write(files)
        return made

    return make
