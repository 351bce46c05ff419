"""recto's own source, read as syntax trees: which modules there are and what each one names."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "recto"


@cache
def modules() -> dict[str, Path]:
    """Every module of recto by its dotted name; "recto" is the package itself."""
    return {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def part(module: str) -> str:
    """The part of recto a module belongs to: recto.markup.code is of "markup"; the package itself is "__init__"."""
    return module.split(".")[1] if "." in module else "__init__"


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def imports(module: str) -> set[str]:
    """The modules that a module imports, wherever in it: at the top, in a function, for type checking only."""
    path = modules()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return set(imported(tree(module), package, known=modules()))


def imported(syntax: ast.AST, package: str, known: dict[str, Path]) -> Iterator[str]:
    """What a tree imports: `from recto import memo` is recto.memo, `from recto import __version__` is recto."""
    for node in ast.walk(syntax):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            for name in node.names:
                inner = f"{base}.{name.name}"
                yield inner if inner in known else base


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parents = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
