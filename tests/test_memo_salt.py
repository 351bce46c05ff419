"""No module that a step runs on is missing from its salt: that is the one mistake that makes stale pages."""

from typing import Any

import pytest

import sources
from recto import images, markup, search, social
from recto.memo import Step

STEPS: list[Step[Any, Any]] = [images.STEP, markup.STEP, search.STEP, social.STEP]


def needed(package: str) -> set[str]:
    """The modules of recto that a package imports, directly or by way of others; without the memo's own."""
    known = sources.modules()
    seen, todo = set[str](), [name for name in known if f"{name}.".startswith(f"{package}.")]
    while todo:
        name = todo.pop()
        if name not in seen and not f"{name}.".startswith("recto.memo."):
            seen.add(name)
            todo += sources.imports(name) & known.keys()
    return seen


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_names_every_module_it_runs_on(step: Step[Any, Any]) -> None:
    home = step.run.__module__
    named = {*step.modules, home, step.input.__module__, step.output.__module__}
    assert {name for name in needed(home) if not covered(name, named)} == set()


def covered(name: str, named: set[str]) -> bool:
    return any(f"{name}.".startswith(f"{other}.") for other in named)
