"""What a template is made of, by its text alone: what it extends, its blocks, the templates that it leads to."""

from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError, nodes

from recto.renderer.needs import constant_names

_LEADING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """`extends` is "" where it stands alone; `blocks` are in the order of the text; `leads` are names as written, None where
    one of them is computed."""

    extends: str = ""
    blocks: tuple[str, ...] = ()
    leads: frozenset[str] | None = frozenset()


def outline(text: str) -> Outline:
    """The outline of a template; an empty one where it cannot be read, which a build reports."""
    try:
        tree = Environment(autoescape=True).parse(text)
    except TemplateSyntaxError:
        return Outline()
    named = [constant_names(tag.template) for tag in tree.find_all(_LEADING)]  # type: ignore[attr-defined]  # each has it
    extends = next((constant_names(tag.template) or () for tag in tree.find_all(nodes.Extends)), ())
    blocks = dict.fromkeys(block.name for block in tree.find_all(nodes.Block))
    return Outline(
        extends=extends[0] if extends else "",
        blocks=tuple(blocks),
        leads=None if None in named else frozenset(name for names in named for name in names or ()),
    )
