"""Marks within a line, where Python-Markdown's own ones fall short."""

import re
from html import unescape
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import ReferenceInlineProcessor, ShortReferenceInlineProcessor
from markdown.util import INLINE_PLACEHOLDER_RE


class _CodeInLabels(ReferenceInlineProcessor):
    """A label may hold code: it is looked up as it was written."""

    def _written(self, label: str | None) -> str | None:
        stash: dict[str, Element | str] = vars(self.md.treeprocessors["inline"])["stashed_nodes"]

        def back(found: re.Match[str]) -> str:
            node = stash.get(found[1])
            return (
                f"`{unescape(node.text or '')}`"
                if isinstance(node, Element) and node.tag == "code"
                else found[0]
            )

        return INLINE_PLACEHOLDER_RE.sub(back, label).lower() if label else label


class Reference(_CodeInLabels):
    """`[text][label]`."""

    def evalId(self, data: str, index: int, text: str) -> tuple[str | None, int, bool]:  # noqa: N802
        """The label, where it ends, and whether there is one."""
        label, end, handled = super().evalId(data, index, text)
        return self._written(label), end, handled


class ShortReference(_CodeInLabels, ShortReferenceInlineProcessor):
    """`[label]`."""

    def evalId(self, data: str, index: int, text: str) -> tuple[str | None, int, bool]:  # noqa: N802
        """The label, where it ends, and whether there is one."""
        label, end, handled = super().evalId(data, index, text)
        return self._written(label), end, handled
