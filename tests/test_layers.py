"""A module imports only from lower ranks; modules of one rank do not know one another; nothing goes in circles."""

import ast
import re
from pathlib import Path

import pytest

import sources

RANKS = (
    ("__init__", "diagnostics", "drawing", "pictures", "recall", "text", "words"),
    ("model", "memo", "located"),
    ("config", "frontmatter", "ledger"),
    ("loader", "markup", "images", "social", "site", "planner", "renderer", "audit", "search", "output"),
    ("builder",),
    ("deploy", "preview", "scaffold", "theming"),
    ("cli",),
    ("__main__",),
)
RANK = {part: rank for rank, parts in enumerate(RANKS) for part in parts}

GRAPH = {module: sources.imports(module) & sources.modules().keys() for module in sources.modules()}


def test_every_module_has_a_rank() -> None:
    unknown = {sources.part(module) for module in GRAPH} - RANK.keys()
    assert not unknown, "give it a rank here and in docs/architecture.md"


def test_the_architecture_page_shows_these_ranks_and_every_module() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs/architecture.md").read_text("utf-8")
    shown = {module: int(rank) for rank, module in re.findall(r"^\| (\d) \| `(\w+)`", page, re.M)}
    assert shown == RANK
    inside = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.M))
    parts = [module.split(".")[1:] for module in GRAPH if module.count(".") == 2]
    assert [f"{package}.{name}" for package, name in parts if f"`{name}`" not in inside[package]] == []


@pytest.mark.parametrize("module", GRAPH)
def test_module_imports_only_from_lower_ranks(module: str) -> None:
    part = sources.part(module)
    others = {other for other in GRAPH[module] if sources.part(other) != part}
    assert {other for other in others if RANK[sources.part(other)] >= RANK[part]} == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    left = {module: needs - {module} for module, needs in GRAPH.items()}
    while free := {module for module, needs in left.items() if not needs & left.keys()}:
        left = {module: needs for module, needs in left.items() if module not in free}
    assert not left, "these modules import one another"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import recto.memo", {"recto.memo"}),
        ("from recto import memo, __version__", {"recto.memo", "recto"}),
        ("from recto.memo import Store", {"recto.memo"}),
        ("def f():\n    from recto.cli.report import problems", {"recto.cli.report"}),
        ("if TYPE_CHECKING:\n    from recto import cli", {"recto.cli"}),
        ("from . import report", {"recto.cli.report"}),
        ("from .report import problems", {"recto.cli.report"}),
        ("from ..memo import Store", {"recto.memo"}),
    ],
)
def test_import_is_found_in_every_form(text: str, expected: set[str]) -> None:
    known = dict.fromkeys(("recto", "recto.memo", "recto.cli", "recto.cli.report"), Path())
    assert set(sources.imported(ast.parse(text), "recto.cli", known)) == expected
