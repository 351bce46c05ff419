"""What decides what a template writes: the templates and files it leads to, and the parts of its context it names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from jinja2 import nodes

Kind = Literal["attribute", "item", "slice", "each", "count", "truth", "existence", "definedness"]
Step = tuple[Kind, object]

EACH: Step = ("each", None)
COUNT: Step = ("count", None)
TRUTH: Step = ("truth", None)
EXISTENCE: Step = ("existence", None)
DEFINEDNESS: Step = (
    "definedness",
    None,
)  # of what is asked for a part, which is an error where it is undefined


@dataclass(slots=True)
class Need:
    """A part of the context: all of it, or only some parts of it."""

    whole: bool = False
    parts: dict[Step, "Need"] = field(default_factory=dict)

    def add(self, steps: Iterable[Step]) -> None:
        """Note that what these steps lead to is used."""
        need = self
        for step in steps:
            need = need.parts.setdefault(step, Need())
        need.whole = True


@dataclass(slots=True)
class Needs:
    """All that decides what a template writes. `templates` are the names it asks for, or None for any; `files` the names it
    asks `asset` for, or None for any; `context` maps a name to the parts that are used, and is None for everything."""

    templates: set[str] | None = field(default_factory=set)
    files: set[str] | None = field(default_factory=set)
    context: dict[str, Need] | None = field(default_factory=dict)


def constant_names(node: nodes.Expr) -> tuple[str, ...] | None:
    """The templates that a tag names; None where they are computed."""
    items = node.items if isinstance(node, nodes.List | nodes.Tuple) else (node,)
    names = tuple(
        item.value for item in items if isinstance(item, nodes.Const) and isinstance(item.value, str)
    )
    return names if len(names) == len(items) else None


def references(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The templates that must be there for this one, each with the line that names it."""
    for tag in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        names = constant_names(tag.template) or ()  # type: ignore[attr-defined]  # each of these has it
        if len(names) == 1 and not getattr(tag, "ignore_missing", False):
            yield names[0], tag.lineno
