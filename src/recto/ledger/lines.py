"""Read and write `urls.lock`: one fact a line, each whole by itself.

So lines of two branches, put together in any order, say what both said: `git` may merge the file by keeping all lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recto.diagnostics import Diagnostic, Location, error, warning
from recto.model import Known, Ledger
from recto.text import flaw, quote

NAME = "urls.lock"
_HEAD = "# Every address that this site ever had, so that none dies. recto keeps this file; commit it.\n"

# What can follow an address, and how many words come after that: a post that is there (source, day, fingerprints of text and
# title, and an id that is not the address), one that was there (source), or what has no source.
_KINDS = {"is": (4, 5), "was": (1, 1), "file": (1, 1), "list": (0, 0), "stray": (0, 0), "gone": (0, 0)}
_NOTHING = "-"  # a word that is not known
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_PLAIN = re.compile(r"(?:/[\w~-]+(?:\.[\w~-]+)*)*/?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_ESCAPED = re.compile(r"\\x([0-9a-f]{2})")


def parse(text: str, path: str = NAME) -> tuple[Ledger, tuple[Diagnostic, ...]]:
    """The ledger that a text says, and what is wrong with it."""
    reader = _Reader(path)
    for number, line in enumerate(text.split("\n"), 1):
        reader.read(number, line.rstrip("\r"))
    return reader.ledger(), tuple(reader.problems)


def write(ledger: Ledger) -> str:
    """The ledger as a text: the same for equal ones, and sorted, so that what changes is easy to see."""
    home = [("home", ledger.home)] if ledger.home else []
    return _HEAD + "".join("\t".join(fact) + "\n" for fact in (*home, *sorted(set(_facts(ledger)))))


def _facts(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    for known in ledger.posts:
        source, (now, *before) = _escaped(known.source), known.urls or ("",)
        if now:
            words = (known.day, known.text, known.title, "" if known.id == ledger.home + now else known.id)
            yield (now, "is", source, *_said(words))
        yield from ((url, "was", source) for url in before)
    yield from ((url, "file", print_) for url, print_ in ledger.files.items())
    for kind, urls in (("list", ledger.lists), ("stray", ledger.strays), ("gone", ledger.gone)):
        yield from ((url, kind) for url in urls)


def _said(words: tuple[str, ...]) -> Iterator[str]:
    *always, last = words
    yield from (word or _NOTHING for word in always)
    if last:
        yield _escaped(last)


def _escaped(word: str) -> str:
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", word)


def _unescaped(word: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), word) if "\\" in word else word


@dataclass(slots=True)
class _Post:
    """What lines say of a post: where it is (the last line that tells), and all addresses."""

    now: tuple[str, ...] = ()
    id: str = ""
    urls: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """Takes lines, one after the other."""

    path: str
    homes: dict[str, Location] = field(default_factory=dict)
    posts: dict[str, _Post] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=lambda: {"list": [], "stray": [], "gone": []})
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def read(self, number: int, line: str) -> None:
        """Take a line, or say what is wrong with it."""
        if not line.strip() or line[0] == "#":
            return
        address, *words = line.split("\t")
        if address == "home" and len(words) == 1:
            self.homes.setdefault(words[0], self._place(number, line))
        elif not words or not self._understood(words):
            self._complain(number, line)
        elif wrong := _flaw(address):
            message, hint = f'the address "{address}" {wrong}', "mend the line, or take it out"
            self.problems.append(error("ledger-line", message, self._place(number, line), hint=hint))
        else:
            self._note(quote(address), number, *words)

    def _understood(self, words: list[str]) -> bool:
        least, most = _KINDS.get(words[0], (1, 0))
        return least < len(words) <= most + 1

    def _note(self, url: str, number: int, kind: str, *words: str) -> None:
        self.lines.setdefault(url, number)
        if kind in ("is", "was"):
            source = _unescaped(words[0])
            post = self.posts.setdefault(source, _Post())
            post.urls[url] = None
            if kind == "is":
                self.lines[source] = number
                post.now = (url, *("" if word == _NOTHING else word for word in words[1:4]))
                post.id = _unescaped(words[4]) if words[4:] else post.id
        elif kind == "file":
            self.files[url] = words[0]
        else:
            self.others[kind].append(url)

    def _complain(self, number: int, line: str) -> None:
        place = self._place(number, line)
        if line.startswith(_CONFLICT):
            message = "git could not merge this file by itself"
            hint = (
                f"take out the lines that begin with {_CONFLICT[0]}, {_CONFLICT[2]} and {_CONFLICT[3]}; all others may stay\n"
                f'and with a line "{NAME} merge=union" in .gitattributes, git does so by itself'
            )
            if not any(problem.code == "ledger-conflict" for problem in self.problems):
                self.problems.append(error("ledger-conflict", message, place, hint=hint))
        else:
            hint = "get the line back from git, or take it out; if a newer recto wrote it, use that one"
            hint = hint if "\t" in line else "put a tab between its words, or get the line back from git"
            self.problems.append(
                error("ledger-line", "this line says nothing that recto understands", place, hint=hint)
            )

    def _place(self, number: int, line: str) -> Location:
        return Location(path=self.path, line=number, column=1, width=len(line), text=line)

    def ledger(self) -> Ledger:
        """What all lines say."""
        home, *others = reversed(self.homes or {"": Location(path=self.path)})
        for other in others:
            message, hint = (
                f'the site has two addresses here, "{other}" and "{home}"',
                "take out the wrong one",
            )
            related = (self.homes[other],)
            self.problems.append(
                warning("ledger-home", message, self.homes[home], hint=hint, related=related)
            )
        return Ledger(
            home=home,
            posts=tuple(_known(source, self.posts[source], home) for source in sorted(self.posts)),
            lists=tuple(sorted(set(self.others["list"]))),
            files=dict(sorted(self.files.items())),
            strays=tuple(sorted(set(self.others["stray"]))),
            gone=tuple(sorted(set(self.others["gone"]))),
            lines=self.lines,
        )


def _known(source: str, post: _Post, home: str) -> Known:
    first, day, text, title = post.now or (min(post.urls), "", "", "")
    urls = (first, *sorted(post.urls.keys() - {first}))
    return Known(
        source=source, day=day, text=text, title=title, urls=urls, id=post.id or (home and home + first)
    )


def _flaw(address: str) -> str:
    """What keeps an address from being one of the site; "" if nothing does."""
    if _PLAIN.fullmatch(address) and address:
        return ""
    return flaw(address) if address.startswith("/") else 'does not begin with "/"'
