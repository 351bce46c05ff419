"""The pure modules touch nothing outside their arguments, and the command starts without the heavy libraries."""

import ast
import subprocess
import sys

import pytest

import sources

PURE = {
    "diagnostics",
    "drawing",
    "recall",
    "text",
    "words",
    "model",
    "located",
    "frontmatter",
    "ledger",
    "markup",
    "site",
    "planner",
    "renderer",
    "audit",
}
BANNED = {
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "time",
    "urllib.request",
    "uuid",
}
CLOCK = {"now", "today", "utcnow"}
HEAVY = {
    "PIL",
    "asyncio",
    "boto3",
    "httpx",
    "jinja2",
    "markdown",
    "multiprocessing",
    "pygments",
    "rich",
    "sqlite3",
    "starlette",
    "uvicorn",
    "watchfiles",
    "yaml",
}

PURE_MODULES = [module for module in sources.modules() if sources.part(module) in PURE]


@pytest.mark.parametrize("module", PURE_MODULES)
def test_pure_module_imports_nothing_that_reaches_outside(module: str) -> None:
    assert {name for name in sources.imports(module) if _is_banned(name)} == set()


def _is_banned(name: str) -> bool:
    return name in BANNED or name.partition(".")[0] in BANNED


@pytest.mark.parametrize("module", PURE_MODULES)
def test_pure_module_opens_no_file_and_asks_no_clock(module: str) -> None:
    assert _reaches(sources.tree(module)) == set()


def _reaches(tree: ast.AST) -> set[str]:
    """The calls in a tree that reach outside: open(...), datetime.now(...), anything.today()."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {f.id for f in called if isinstance(f, ast.Name)} & {"open", "input", "print", "exec", "eval"}
    return names | {f.attr for f in called if isinstance(f, ast.Attribute)} & CLOCK


@pytest.mark.parametrize("text", ["datetime.now()", "Date.today()", "x = open('a')", "print(1)"])
def test_reaching_outside_is_noticed(text: str) -> None:
    assert _reaches(ast.parse(text))


@pytest.mark.parametrize(
    "program",
    [
        "import recto.cli",
        "import recto.cli as c\ntry: c.main(['--version'])\nexcept SystemExit as e: assert not e.code",
        "import recto.cli as c\ntry: c.main(['--help'])\nexcept SystemExit as e: assert not e.code",
    ],
)
def test_command_starts_without_heavy_libraries(program: str) -> None:
    tell = f"{program}\nimport sys; print(*sorted({HEAVY!r} & sys.modules.keys()), sep=',', end='', file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", tell], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, done.stderr) == (0, "")
