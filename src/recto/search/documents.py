"""Say what of a post is searched: small HTML documents of its text, its title, its terms and its date.

Pagefind knows words by the spaces between them. Chinese and Japanese have none, so each of their characters becomes a
word here, and the search page asks for a word of theirs as a row of characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from recto.model import Hypertext, Post, Site

_TAG = r"<!--.*?(?:-->|\Z)|</?[A-Za-z](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>"
_UNSPACED = "[\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SPREAD = re.compile(rf"{_TAG}|({_UNSPACED}+)", re.DOTALL)

# What leads from a heading to itself, and between a text and its footnotes.
_MARK = re.compile(r'<a [^>]*class="(?:anchor|fnref|fnback)"[^>]*>[^<]*</a>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One searched page: all that the index depends on. `language` is "" where it is the site's; `topics` are the names
    of its terms, of which the first one is shown; `day` its date ("2026-11-14" or "")."""

    url: str
    title: str
    language: str = ""
    topics: tuple[str, ...] = ()
    day: str = ""
    text: Hypertext
    holes: int = 0  # of the text, which addresses and pictures fill

    @property
    def html(self) -> str:
        """What Pagefind reads."""
        facts = {
            "title": self.title,
            "topic": ", ".join(self.topics[:1]),
            "topics": ", ".join(self.topics[1:]),
            "date": self.day,
        }
        head = "".join(
            f'<meta data-pagefind-meta="{name}[content]" content="{escape(spread(value).strip())}">'
            for name, value in facts.items()
            if value
        )
        body = spread(_MARK.sub("", self.text.fill(("",) * self.holes)))
        return f"<!doctype html><html><head>{head}</head><body>{self._language}{body}</body></html>"

    @property
    def _language(self) -> str:
        """An anchor, which is no word to be found. (Pagefind has filters for such facts, but writes them in any order.)"""
        return self.language and f'<i id="lang={escape(self.language)}"></i>'


def documents(site: Site) -> tuple[Document, ...]:
    """What of the site can be found, in an order that does not depend on dates: listed posts and standalone pages."""
    return tuple(sorted(_documents(site), key=lambda document: document.url))


def _documents(site: Site) -> Iterator[Document]:
    for post in (*site.posts, *site.pages):
        if is_found(post):
            yield _document(post, site.language)


def is_found(post: Post) -> bool:
    """Whether a search finds it."""
    return post.listed and post.path != "404.html"


def _document(post: Post, language: str) -> Document:
    return Document(
        url=post.url,
        title=post.title,
        language="" if post.language == language else post.language,
        topics=tuple(label.name for labels in post.terms.values() for label in labels),
        day=post.day.isoformat() if post.day else "",
        text=post.body.html,
        holes=max(post.body.html.holes, default=-1) + 1,
    )


def spread(text: str) -> str:
    """The text, or HTML, with spaces around every character of a script without spaces."""
    return _SPREAD.sub(lambda found: f" {' '.join(found[1])} " if found[1] else found[0], text)
