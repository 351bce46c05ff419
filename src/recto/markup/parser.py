"""Python-Markdown's block parser within bounds: pieces of text that cost nothing to take, depth and work counted."""

from collections.abc import Iterable
from typing import cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser

from recto.markup.draft import BLOCK, PARSING, Draft


class Blocks:
    """Pieces of text still to be parsed. Taking the next costs the same however many follow.

    It is used as Python-Markdown uses its list. A piece is fresh when a blank line stood before it, which is not so
    for what a processor gave back.
    """

    def __init__(self, pieces: Iterable[str], draft: Draft) -> None:
        self._pieces = [(piece, True) for piece in pieces]
        self._pieces.reverse()
        self._draft = draft
        draft.spend(len(self._pieces) * BLOCK, "")

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, index: int) -> str:
        return self._pieces[-1 - index][0]

    @property
    def fresh(self) -> bool:
        """Whether a blank line stood before the next piece."""
        return self._pieces[-1][1]

    def pop(self, index: int = 0) -> str:
        """Take a piece."""
        return self._pieces.pop(-1 - index)[0]

    def insert(self, index: int, piece: str) -> None:
        """Give a piece back."""
        self._draft.spend(len(piece) * PARSING, piece)
        self._pieces.insert(len(self._pieces) - index, (piece, False))


class Parser(BlockParser):
    """Python-Markdown's parser with a limit to depth and work."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.draft = Draft()
        self.depth = 0

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802
        """Parse all pieces into the parent."""
        queue = self.queue(blocks)
        self.depth += 1
        self.draft.deepen(self.depth, queue[0] if len(queue) else "")
        while len(queue):
            self.step(parent, queue)
        self.depth -= 1

    def queue(self, blocks: "list[str] | Blocks") -> Blocks:
        """The pieces as Blocks."""
        return blocks if isinstance(blocks, Blocks) else Blocks(blocks, self.draft)

    def step(self, parent: Element, queue: Blocks) -> None:
        """Let the first processor that wants the next piece have it."""
        pieces = cast(list[str], queue)
        for processor in self.blockprocessors:
            if processor.test(parent, pieces[0]) and processor.run(parent, pieces) is not False:
                return
