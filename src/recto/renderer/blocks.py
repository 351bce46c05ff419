"""Find what a template that extends another says in vain: blocks that the other has not, and text outside of blocks.

Jinja passes over both without a word. The theme's own templates are left alone: where a site's base.html has fewer blocks
than the theme's, that is how its author wants it.
"""

import re
from collections.abc import Callable, Iterator

from jinja2 import nodes

from recto.diagnostics import Diagnostic, did_you_mean, warning
from recto.model import Template
from recto.renderer.environment import THEME
from recto.renderer.needs import constant_names
from recto.renderer.trouble import place

Trees = Callable[[str], nodes.Template | None]


def said_in_vain(template: Template, tree: nodes.Template, trees: Trees) -> Iterator[Diagnostic]:
    """A warning for each such block and text; nothing in a template of
    the theme, nor where it is not known which template is extended."""
    extends = next((node for node in tree.body if isinstance(node, nodes.Extends)), None)
    if template.name.startswith(THEME) or not extends or not (names := constant_names(extends.template)):
        return
    known = _blocks(names[0], trees)
    if known is None:
        return
    for node in tree.body[tree.body.index(extends) + 1 :]:
        if isinstance(node, nodes.Block) and node.name not in known:
            at = place(template, node.lineno, rf"(?<!\w){re.escape(node.name)}(?!\w)", anywhere=True)
            message = f'{names[0]} has no block "{node.name}", so this one is not shown'
            hint = did_you_mean(node.name, known) or f"it has: {', '.join(sorted(known))}"
            yield warning("block-unknown", message, at, hint=hint)
        elif isinstance(node, nodes.Output) and (text := _text(node)):
            line = node.lineno + text[: len(text) - len(text.lstrip())].count("\n")
            message = f"this stands outside of the blocks of {names[0]}, so it is not shown"
            yield warning("outside-block", message, place(template, line), hint="put it into a block")


def _blocks(name: str, trees: Trees) -> set[str] | None:
    """The blocks that a template has, with those of what it extends in turn; None where that cannot be told."""
    found: set[str] = set()
    seen: set[str] = set()
    while name:
        tree = trees(name)
        if tree is None or name in seen:
            return None
        seen.add(name)
        found.update(block.name for block in tree.find_all(nodes.Block))
        extended = next(tree.find_all(nodes.Extends), None)
        names = constant_names(extended.template) if extended else ("",)
        if not names:
            return None
        name = names[0]
    return found


def _text(node: nodes.Output) -> str:
    """What it writes, as far as that is written in the template; "" for mere white space."""
    text = "".join(part.data if isinstance(part, nodes.TemplateData) else "x" for part in node.nodes)
    return text if text.strip() else ""
