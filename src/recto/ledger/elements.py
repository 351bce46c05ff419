"""Read sitemaps and feeds that are XML: sitemaps and their indexes, RSS of any version, Atom.

The parser tells of one element after the other, and only what is of use is kept. Names of elements say what they are, whatever
namespace their author took for the right one; a field is an element right below its record, in the same namespace. No
entity is expanded and nothing outside is opened.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from xml.parsers import expat

from recto.ledger.entries import Document, Entry, day_of, joined, listed, told

_Kind = Literal["sitemap", "feed", ""]
_KINDS: dict[str, _Kind] = {
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "feed": "feed",
    "rss": "feed",
    "RDF": "feed",
}
_RECORDS: dict[_Kind, tuple[str, ...]] = {"sitemap": ("url", "sitemap"), "feed": ("entry", "item"), "": ()}
_DAYS = ("published", "pubDate", "issued", "date", "updated", "modified")  # best first
_FOREIGN = ("date", "origLink")  # of Dublin Core and of FeedBurner, in RSS of any kind
_FIELDS = {"loc", "link", "guid", "id", "title", *_DAYS, *_FOREIGN}
_BASE = "http://www.w3.org/XML/1998/namespace base"
_DEEPEST = 200  # elements within one another


class _RefusedError(Exception):
    """The document is of a kind that serves nobody but who wants to do harm."""


@dataclass(slots=True)
class _Record:
    """An element that stands for a page, while it is read. `links` are by what they are for; `name` is its id, which may be
    its address too (`lasting`)."""

    kind: str
    space: str
    depth: int
    about: str
    fields: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    lasting: bool = True

    @property
    def name(self) -> str:
        return self.fields.get("guid") or self.fields.get("id") or self.about

    @property
    def address(self) -> str:
        said = self.fields
        own = said.get("loc") or said.get("origLink") or self.links.get("alternate") or said.get("link")
        return own or (self.name if self.lasting else "")

    @property
    def day(self) -> str:
        return next(filter(None, (day_of(self.fields.get(key, "")) for key in _DAYS)), "")


class Reader:
    """Hears what the parser finds in one document, which was found at `address`."""

    def __init__(self, address: str) -> None:
        self._address, self._bases = address, [address]
        self._kind: _Kind = ""
        self._record: _Record | None = None
        self._field, self._text, self._generator = "", list[str](), ""
        self._entries, self._more = list[Entry](), list[str]()

    def read(self, data: bytes) -> Document:
        """What the document says; as far as it can be read, where it breaks off."""
        parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.EntityDeclHandler = self._hear, self._refuse_entities
        flaw = ""
        try:
            parser.Parse(_as_xml(data).encode(), True)
        except expat.ExpatError as problem:
            flaw = f"it breaks off at line {problem.lineno}: {expat.ErrorString(problem.code)}"
        except _RefusedError as problem:
            flaw = str(problem)
        if not self._kind:
            return Document(flaw="it is no sitemap and no feed")
        more = tuple(self._following())
        return Document(kind=self._kind, entries=tuple(self._entries), more=more, flaw=flaw)

    def _following(self) -> Iterator[str]:
        """Documents that go on where this one ends. WordPress has further pages of a feed, though it names none."""
        yield from dict.fromkeys(filter(None, self._more))
        if "wordpress" in self._generator.lower() and self._address and self._entries and not self._more:
            page = re.search(r"[?&]paged=(\d{1,4})\Z", self._address)
            yield f"{self._address.partition('?')[0]}?paged={int(page[1]) + 1 if page else 2}"

    # ---- what the parser tells ------------------------------------------------------------------------------

    def _refuse_entities(self, *_: object) -> None:
        raise _RefusedError("it declares entities, which no sitemap and no feed has to")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if len(self._bases) == 1:
            self._kind = _KINDS.get(local, "")
        if len(self._bases) > _DEEPEST:
            raise _RefusedError(f"it has more than {_DEEPEST} elements within one another")
        self._bases.append(self._joined(attributes[_BASE]) if _BASE in attributes else self._bases[-1])
        record, depth = self._record, len(self._bases)
        if record is None and local in _RECORDS[self._kind]:
            about = next((text for key, text in attributes.items() if key.endswith(" about")), "")
            self._record = _Record(kind=local, space=space, depth=depth, about=about)
        elif record is None:
            self._of_the_whole(local, attributes)
        elif depth == record.depth + 1 and (space == record.space or local in _FOREIGN):
            self._field, self._text = (local if local in _FIELDS else ""), []
            self._of_a_record(record, local, attributes)

    def _of_the_whole(self, local: str, attributes: dict[str, str]) -> None:
        if local == "link" and attributes.get("rel") == "next":
            self._more.append(self._joined(attributes.get("href", "")))
        if local == "generator":
            self._field, self._text = local, [attributes.get("uri", ""), " "]

    def _of_a_record(self, record: _Record, local: str, attributes: dict[str, str]) -> None:
        if local == "guid":
            record.lasting = attributes.get("isPermaLink", "true").strip().lower() == "true"
        if local == "link" and attributes.get("href"):
            use, best = attributes.get("rel", "alternate"), attributes.get("type", "text/html") == "text/html"
            if best or use not in record.links:
                record.links[use] = self._joined(attributes["href"])

    def _hear(self, text: str) -> None:
        if self._field:
            self._text.append(text)

    def _end(self, name: str) -> None:
        record, depth = self._record, len(self._bases)
        self._bases.pop()
        if record and depth == record.depth:
            self._record = None
            self._keep(record)
        elif self._field and name.rpartition(" ")[2] == self._field:
            text, self._text = "".join(self._text).strip(), []
            if record is None:
                self._generator = text
            elif depth > record.depth + 1:
                return  # an element of the same name within a title that is XHTML
            else:
                record.fields.setdefault(self._field, text)
            self._field = ""

    def _keep(self, record: _Record) -> None:
        address = self._joined(record.address)
        if record.kind == "sitemap":
            self._more.append(address)
        elif self._kind == "sitemap":
            self._entries += filter(None, [listed(address)])
        else:
            title = record.fields.get("title", "")
            self._entries += filter(None, [told(address, title=title, day=record.day, id=record.name)])

    def _joined(self, address: str) -> str:
        return joined(self._bases[-1], address)


# ---- text -> text that the parser takes ---------------------------------------------------------------------

# All but the five entities that XML has by itself are text here, whoever declared them; and so is a "&" alone, a common slip.
_AMPERSAND = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)", re.DOTALL
)
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")


def _as_xml(data: bytes) -> str:
    """The text of the document, without the slips that would keep all of it from being read."""
    declared = _DECLARED.match(data[:1_000])
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    name = "utf-16" if wide else declared[1].decode("ascii", "replace") if declared else "utf-8"
    try:
        text = data.decode(name, "replace")
    except (LookupError, UnicodeError):
        text = data.decode("utf-8", "replace")
    text = _NO_CHARACTER.sub("", text.encode("utf-8", "replace").decode()).lstrip("\ufeff \t\r\n")
    return _AMPERSAND.sub(lambda found: found[1] or "&amp;", text)
