"""Code blocks: read a fence's options, highlight by Pygments, draw the figure.

Classes only, no inline styles. Lexer classes are looked up once a process; a lexer itself is made for each block,
because some of them remember what they read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape as escape_attribute

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name, find_lexer_class_for_filename, get_all_lexers
from pygments.token import STANDARD_TYPES, Token, _TokenType
from pygments.util import ClassNotFound

from recto.diagnostics import did_you_mean

BORDER = "\x01"  # stands on both sides of the code within its block, where nobody need look for addresses
MAX_HIGHLIGHTED = 200_000  # characters: beyond that code is shown plain

# Names of what is no programming language: plain, and nothing to warn of. Some of it a script in the page draws: bare.
DRAWN = frozenset("mermaid math katex chart".split())
PLAIN = DRAWN | set("text txt plain plaintext none nohighlight raw output ascii log csv tsv".split())
# What people write that Pygments knows by another name.
OTHER_NAMES = {
    "shell-script": "bash",
    "terminal": "console",
    "cmd": "batch",
    "vb": "vbnet",
    "vue": "html",
    "svelte": "html",
    "astro": "html",
    "jsonc": "json",
    "json5": "json",
    "node": "javascript",
    "gitignore": "bash",
    "dotenv": "bash",
    "env": "bash",
    "patch": "diff",
    "sqlite": "sqlite3",
    "viml": "vim",
    "elisp": "common-lisp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """What a fence's info string says. `marked` are line numbers within the block; `first` is the number of its first
    line, 0 for no numbers, None where the fence does not say."""

    language: str = ""
    title: str = ""
    marked: frozenset[int] = frozenset()
    first: int | None = None


_OPTION = re.compile(
    r"""\{(?P<lines>[\d\s,-]+)\}
      | (?P<key>[A-Za-z_][\w-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s}]+))
      | (?P<word>[^\s{}]+)""",
    re.VERBOSE,
)
_MARKED = frozenset(("hl", "hl_lines", "hl-lines", "highlight", "mark", "mark_lines"))
_NUMBERS = frozenset(
    ("linenums", "linenos", "linenostart", "startfrom", "start", "numberlines", "showlinenumbers")
)
_TITLES = frozenset(("title", "filename", "file", "name", "caption"))


def read_fence(info: str) -> Fence:
    """The options after a fence's marks, in any of the ways in which people write them."""
    language, title, marked, first = "", "", set[int](), None
    for option in _OPTION.finditer(info):
        key, word, lines = option["key"], option["word"], option["lines"]
        value = option["double"] or option["single"] or option["bare"] or ""
        if lines:
            marked |= _ranges(lines)
        elif key and key.lower() in _MARKED:
            marked |= _ranges(value)
        elif key and key.lower() in _TITLES:
            title = value
        elif key and key.lower() in _NUMBERS:
            first = _first_line(value)
        elif word and word.lstrip(".").lower() in _NUMBERS:
            first = 1
        elif word and word[0] == "." and not language:
            language = word[1:]
        elif word and word[0] not in ".#:" and not language:
            language = word.partition(",")[0]
        elif word and word[0] not in ".#:" and not title:
            title = word
    return Fence(language=language, title=title, marked=frozenset(marked), first=first)


def _ranges(text: str) -> set[int]:
    """Line numbers from "3,5-6" or "3 5-6"; a range is cut at ten thousand lines."""
    numbers: set[int] = set()
    for start, end in re.findall(r"(\d{1,6})(?:-(\d{1,6}))?", text):
        numbers.update(range(int(start), min(int(end or start), int(start) + 10_000) + 1))
    return numbers


def _first_line(value: str) -> int:
    """The number of the first line; 0 (no numbers) for "false" and "0"."""
    if value.isdecimal():
        return int(value[:6])
    return 0 if value.lower() in ("false", "no", "off") else 1


@cache
def lexer_class(language: str) -> type[Lexer] | None:
    """The lexer for a language's name, or for a file name's extension; None where there is none."""
    name = OTHER_NAMES.get(language, language)
    try:
        return find_lexer_class_by_name(name)
    except ClassNotFound:
        return find_lexer_class_for_filename(f"x.{name}") if re.fullmatch(r"[\w+-]{1,12}", name) else None


def suggestion(language: str) -> str:
    """What the author may have meant by an unknown language."""
    return did_you_mean(language, _language_names())


@cache
def _language_names() -> tuple[str, ...]:
    return tuple(alias for _, aliases, _, _ in get_all_lexers() for alias in aliases)


def figure(code: str, fence: Fence, *, numbered: bool) -> tuple[str, bool]:
    """The block as HTML, and whether its language is known. `numbered` rules where the fence does not say."""
    language = fence.language.lower()
    lexer = lexer_class(language) if language and language not in PLAIN else None
    lines = _highlighted(code, lexer) if lexer and len(code) <= MAX_HIGHLIGHTED else escape(code).split("\n")
    first = fence.first if fence.first is not None else int(numbered)
    if first or fence.marked:
        lines = _wrapped(lines, fence.marked, first)
    attribute = f' class="language-{escape_attribute(language)}"' if language else ""
    body = f'<pre tabindex="0"><code{attribute}>{BORDER}' + "\n".join(lines) + f"{BORDER}</code></pre>"
    shown = str(lexer.name) if lexer else "" if language in ("", *PLAIN) else fence.language
    if language not in DRAWN or fence.title:
        kind = "code numbered" if first else "code"
        body = f'<figure class="{kind}">{_header(fence.title, shown)}{body}</figure>'
    return body, bool(lexer) or not language or language in PLAIN


def _header(title: str, language: str) -> str:
    """The row above the code, where the theme's button to copy stands too: its title or file name, and its language's name."""
    named = f"<b>{escape(title)}</b>" if title else ""
    spoken = f'<span class="lang">{escape(language)}</span>' if language else ""
    return f"<div>{named}{' ' * bool(named and spoken)}{spoken}</div>"


def escape(text: str) -> str:
    """Text for HTML, outside of attributes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Classes(dict[_TokenType, str]):
    """A token's short class name: its own, or that of the nearest kind above it; "" for what needs none."""

    def __missing__(self, kind: _TokenType) -> str:
        near = kind
        while near not in STANDARD_TYPES:
            near = near.parent or Token
        name = STANDARD_TYPES[near]
        self[kind] = "" if kind in (Token.Name, Token.Punctuation) or name in ("w", "x", "g") else name
        return self[kind]


_CLASSES = _Classes()


def _highlighted(code: str, lexer: type[Lexer]) -> list[str]:
    """The lines of the code with a span around each run of one class; no span reaches over a line's end."""
    try:
        return "".join(_spans(_tokens(code, lexer()))).removesuffix("\n").split("\n")
    except Exception:  # a lexer that fails on odd input must not fail the build
        return escape(code).split("\n")


def _tokens(code: str, lexer: Lexer) -> Iterator[tuple[str, str]]:
    """(class, text) with neighbours of one class joined. The code's last line end is the lexer's to see only."""
    current, run = "", list[str]()
    for _, kind, value in lexer.get_tokens_unprocessed(code + "\n"):
        name = _CLASSES[kind]
        if name != current:
            yield current, "".join(run)
            current, run = name, []
        run.append(value)
    yield current, "".join(run)


def _spans(tokens: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in tokens:
        safe = escape(text)
        if not name or not text:
            yield safe
        elif "\n" in safe:
            yield "\n".join(
                f'<span class="{name}">{part}</span>' if part else "" for part in safe.split("\n")
            )
        else:
            yield f'<span class="{name}">{safe}</span>'


def _wrapped(lines: list[str], marked: frozenset[int], first: int) -> list[str]:
    """Each line in a span of its own, marked or numbered. Line ends stay between them, so that copying keeps them."""
    return [
        f'<span class="{"ln hl" if number in marked else "ln"}"'
        + (f' data-n="{number + first - 1}">' if first else ">")
        + f"{line}</span>"
        for number, line in enumerate(lines, 1)
    ]
