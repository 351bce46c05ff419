"""Read a body's lines before Python-Markdown does: clean them, and take the fenced code out.

Fences are found here, in quotes and lists too, because here a line still has its number and its tabs. Each block of code
becomes one placeholder line in Python-Markdown's stash, indented as its fence was.
"""

import re
from collections.abc import Sequence

from markdown import Markdown
from markdown.extensions.md_in_html import HTMLExtractorExtra
from markdown.preprocessors import Preprocessor

from recto.markup.code import Fence, figure, read_fence, suggestion
from recto.markup.draft import Draft, tagging

NOTHING = "\x7f"  # stands for a character that was taken away, so that columns stay what they are
# STX and ETX frame Python-Markdown's placeholders; none of these belongs in a text, nor half a surrogate pair.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_MARKER = re.compile(r"^( {0,3}(?:[*+-]|\d{1,9}[.)]|\#{1,6}))\xa0", re.MULTILINE)
_FENCE = re.compile(
    r"(?P<prefix>[ >]*(?:(?:[*+-]|\d{1,9}[.)]) +)*)(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$"
)
_CONTAINER = re.compile(r"[ >]*(?:[*+-] +|\d{1,9}[.)] +|: {1,3}|\[\^[^\]]*\]:|!!! )")
_QUOTE = re.compile(r" {0,3}> ?")


def clean(text: str) -> str:
    """The text with LF line ends, NOTHING in place of what HTML has no use for, and spaces after the marks of lists
    and headings where word processors put ones that do not break."""
    text = _CONTROL.sub(NOTHING, text.replace("\r\n", "\n").replace("\r", "\n"))
    return _MARKER.sub(r"\1 ", text) if "\xa0" in text else text


class HtmlReader(Preprocessor):
    """Python-Markdown's reader of raw HTML blocks, for texts that have a tag at all."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.draft = Draft()

    def run(self, lines: list[str]) -> list[str]:
        """The lines with each block of HTML as a placeholder."""
        text = "\n".join(lines)
        if "<" not in text:
            return lines
        self.draft.spend(tagging(text), text[text.find("<") :])
        extractor = Extractor(self.md, self.draft)
        extractor.feed(text)
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


class Extractor(HTMLExtractorExtra):
    """Python-Markdown's, which would move an empty tag right behind a block into the next block."""

    def __init__(self, md: Markdown, draft: Draft) -> None:
        super().__init__(md)
        self.draft = draft

    def handle_starttag(  # type: ignore[override]  # the stubs of its two bases disagree
        self, tag: str, attrs: Sequence[tuple[str, str]]
    ) -> None:
        """Open an element, within bounds."""
        self.draft.deepen(len(vars(self)["mdstack"]), self.get_starttag_text() or "")
        super().handle_starttag(tag, attrs)

    def handle_empty_tag(self, data: str, is_block: bool) -> None:
        """Keep the tag where it stands."""
        if self.intail and not self.inraw:
            self.handle_data(data)
        else:
            super().handle_empty_tag(data, is_block)


class SourceReader(Preprocessor):
    """Take code out of the lines, and expand tabs in the rest."""

    def __init__(self, md: Markdown, *, numbered: bool) -> None:
        super().__init__(md)
        self.numbered = numbered
        self.draft = Draft()

    def run(self, lines: list[str]) -> list[str]:
        """The lines without code and tabs; white space alone is an empty line."""
        if not any("```" in line or "~~~" in line for line in lines):
            return [
                line.expandtabs(4).rstrip(" ") if line.isspace() else line.expandtabs(4) for line in lines
            ] + ["", ""]
        out: list[str] = []
        inside = 0  # how far the content of the list or note that we are in is indented
        number = 0
        while number < len(lines):
            line = lines[number].expandtabs(4)
            opened = _FENCE.match(line) if "```" in line or "~~~" in line else None
            if opened and _indent(opened["prefix"]) - inside <= 3:
                end = self._block(out, lines, number, opened)
            else:
                end = number + 1
                out.append("" if line.isspace() else line)
            inside = _inside(line, inside)
            number = end
        return [*out, "", ""]

    def _block(self, out: list[str], lines: list[str], start: int, opened: re.Match[str]) -> int:
        """Put the placeholder of the block that opens at `start`; gives the number of the first line after it."""
        code, end = _contents(lines, start + 1, opened)
        fence = read_fence(opened["info"])
        html, known = figure(code, fence, numbered=self.numbered)
        if not known:
            self._unknown(fence, start + 1, lines[start])
        out.append(opened["prefix"] + self.md.htmlStash.store(html))
        self.draft.code.append((start, end - 1))
        if end > len(lines):
            self._unclosed(opened, start + 1)
        return end

    def _unclosed(self, opened: re.Match[str], number: int) -> None:
        self.draft.warn(
            "unclosed-fence",
            "this code block is not closed, so all text after it is code",
            number,
            column=opened.start("fence") + 1,
            width=len(opened["fence"]),
            hint=f"close it with a line {opened['fence']}",
        )

    def _unknown(self, fence: Fence, number: int, line: str) -> None:
        column = line.find(fence.language) + 1
        hint = suggestion(fence.language.lower())
        self.draft.warn(
            "unknown-language",
            f'there are no colours for the language "{fence.language}", so its code is shown plain',
            number,
            column=column,
            width=len(fence.language),
            hint=hint or 'write "text" for what is no programming language',
        )


def _inside(line: str, inside: int) -> int:
    """The indentation of content after this line: of the item it opens, none where it stands at the margin."""
    if opened := _CONTAINER.match(line):
        return max(opened.end(), 4)
    return inside if not line or line[0] in " >" else 0


def _indent(prefix: str) -> int:
    """How many spaces stand between the innermost mark (quote or list) and the fence."""
    return len(prefix) - len(prefix.rstrip(" ")) if prefix.strip() else len(prefix)


def _contents(lines: list[str], start: int, opened: re.Match[str]) -> tuple[str, int]:
    """The code between the fences, without the fence's indentation and quote marks, and the number of the line after
    it all, which is beyond the end where nothing closes it."""
    before, quote, indent = opened["prefix"].rpartition(">")
    quotes = (before + quote).count(">")
    width = len(indent.removeprefix(" ") if quote else indent)  # a quote's mark takes one space with it
    closing = re.compile(f" *{opened['fence'][0]}{{{len(opened['fence'])},}}\\s*$")
    code: list[str] = []
    for number in range(start, len(lines)):
        line = _unquoted(lines[number], quotes)
        if line is None:
            return "\n".join(code), number
        if closing.match(line):
            return "\n".join(code), number + 1
        code.append(_dedented(line, width))
    return "\n".join(code).rstrip("\n"), len(lines) + 1


def _unquoted(line: str, quotes: int) -> str | None:
    """The line without its quote marks; None where the quote ends before it."""
    for _ in range(quotes):
        mark = _QUOTE.match(line)
        if not mark:
            return None
        line = line[mark.end() :]
    return line


def _dedented(line: str, width: int) -> str:
    """The line without at most `width` columns of white space; tabs after it stay tabs."""
    if not width:
        return line
    rest = line.lstrip(" \t")
    space = line[: len(line) - len(rest)]
    return space.expandtabs(4)[width:] + rest
