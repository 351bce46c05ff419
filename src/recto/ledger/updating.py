"""Say what is public once a build is, beside all that ever was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from recto.ledger.keeping import in_order, united
from recto.ledger.matching import fingerprint
from recto.model import Build, Known, Ledger, Meta, Sources
from recto.text import encode_path

_NOT_FOUND = "404.html"  # what hosts show for every address that leads nowhere
_LISTS = frozenset(("index", "terms", "term", "author", "archive", "search", "subscribe"))
_FEEDS = ("feed.xml", "feed.json")
# fmt: off
_DOCUMENTS = (
    ".7z", ".apk", ".asc", ".azw3", ".bib", ".bz2", ".csv", ".deb", ".dmg", ".doc", ".docx", ".epub", ".exe", ".flac",
    ".geojson", ".gpx", ".gz", ".htm", ".html", ".ics", ".ipynb", ".jar", ".key", ".kml", ".m4a", ".md", ".mobi",
    ".mov", ".mp3", ".mp4", ".msi", ".odp", ".ods", ".odt", ".ogg", ".opml", ".opus", ".pdf", ".ppt", ".pptx", ".ps",
    ".rar", ".rtf", ".tar", ".tex", ".tgz", ".tsv", ".vcf", ".wav", ".webm", ".xhtml", ".xls", ".xlsx", ".xz", ".zip",
)
# fmt: on


def updated(build: Build, sources: Sources) -> Ledger:
    """What `build.ledger` knows, and what is public with this build, which is made of these sources. Nothing that was known is
    dropped; each address stands once, where it says most."""
    old, claims = build.ledger or Ledger(), _Claims()
    written, files = list(_written(build, sources)), dict(_documents(build))
    out = {known.source for known in old.posts} - {known.source for known in written}
    now = [claims.first(known.urls) for known in written]
    lists, there = claims.of(_lists(build)), claims.of(files)
    gone = claims.of(move.url for move in build.moves if not move.target and move.url in old.gone)
    posts = [
        replace(known, urls=in_order((*first, *claims.of(known.urls))))
        for known, first in zip(written, now, strict=True)
    ]
    posts += [replace(known, urls=claims.of(known.urls)) for known in old.posts if known.source in out]
    return Ledger(
        home=build.site.url or old.home,
        posts=tuple(sorted((known for known in posts if known.urls), key=lambda known: known.source)),
        lists=united(lists, claims.of(old.lists)),
        files=dict(sorted((url, {**old.files, **files}[url]) for url in (*there, *claims.of(old.files)))),
        strays=united(claims.of(old.strays), claims.of(move.url for move in build.moves if move.target)),
        gone=united(gone),
    )


@dataclass(slots=True)
class _Claims:
    """Gives each address to the first who asks for it."""

    taken: set[str] = field(default_factory=set)

    def of(self, urls: Iterable[str]) -> tuple[str, ...]:
        """Those of the addresses that are still to be had."""
        free = tuple(url for url in dict.fromkeys(urls) if url not in self.taken)
        self.taken.update(free)
        return free

    def first(self, urls: tuple[str, ...]) -> tuple[str, ...]:
        """The first of the addresses, if it is still to be had."""
        return self.of(urls[:1])


def _written(build: Build, sources: Sources) -> Iterator[Known]:
    """The posts and standalone pages that are public, with all addresses that lead to them."""
    texts = {source.path: source.body.text for source in (*sources.posts, *sources.pages)}
    for post in (*build.site.posts, *build.site.unlisted, *build.site.pages):
        if post.path != _NOT_FOUND and not post.draft:
            yield Known(
                source=post.source,
                day=str(post.day or ""),
                text=fingerprint(texts.get(post.source, "")),
                title=fingerprint(post.title),
                urls=(post.url, *post.aliases, *post.former),
                id=post.feed_id,
            )


def _lists(build: Build) -> Iterator[str]:
    """The addresses of pages that nobody wrote, and that people or feed readers ask for."""
    led = {move.url for move in build.moves}
    for page in build.pages:
        meta = page.context.get("page")
        listed = meta.kind in _LISTS if isinstance(meta, Meta) else page.template in _FEEDS
        if listed and page.url not in led:
            yield page.url


def _documents(build: Build) -> Iterator[tuple[str, str]]:
    """The addresses of files that people keep links to, each with a name for its bytes."""
    for asset in build.assets:
        if asset.path.lower().endswith(_DOCUMENTS):
            yield "/" + encode_path(asset.path), mark(asset.digest)


def mark(digest: str) -> str:
    """A short name for the bytes of a file with this digest."""
    return digest[:10]
