"""Find old addresses at which nobody would find anything any more, and redirects that lead nowhere.

It asks the finished plan, whatever led to it: an address that was public is a file, or a move has an answer for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recto import ledger
from recto.audit.outputs import Outputs
from recto.diagnostics import Diagnostic, Location, error, warning
from recto.model import Known, Ledger, Move, Omission, Post, Site
from recto.recall import Recall
from recto.text import Names, output_paths

_WHY = {
    "draft": "its post is a draft now",
    "unpublished": "its post is not published now",
    "scheduled": "the date of its post is in the future now",
    "ignored": "the name of its post, or ignore in site.yaml, keeps it out now",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """What is to be judged: what is known of old addresses, and what leads from them. `asked` are the redirects of site.yaml."""

    ledger: Ledger | None = None
    asked: tuple[Move, ...] = ()
    moves: tuple[Move, ...] = ()
    omissions: tuple[Omission, ...] = ()


def addresses(site: Site, files: Outputs, old: Old, recall: Recall) -> tuple[Diagnostic, ...]:
    """What is wrong with the old addresses of a site of these files."""
    if not (old.ledger or old.moves or old.asked):
        return ()
    there = recall.once(_there, files)
    lost = recall.once(_lost, there, old) if old.ledger else ()
    posts = recall.each(_titled, (*site.posts, *site.unlisted, *site.pages)) if lost else []
    return (
        *recall.once(_redirects, site.base_path, there, old),
        *recall.once(_told, lost, tuple(posts), old),
    )


def _there(files: Outputs) -> frozenset[str]:
    return frozenset(output.path for output in (*files.pages, *files.assets))


def _answers(url: str, there: frozenset[str]) -> bool:
    return any(path in there for path in output_paths(url))


# ---- addresses that were public -----------------------------------------------------------------------------


def _lost(there: frozenset[str], old: Old) -> tuple[str, ...]:
    """The addresses that were public and have no answer."""
    led = {move.url for move in old.moves}
    public = dict.fromkeys(ledger.public(old.ledger) if old.ledger else ())
    return tuple(url for url in public if url not in led and not _answers(url, there))


def _titled(post: Post) -> tuple[str, str]:
    return post.url, post.source


def _told(lost: tuple[str, ...], posts: tuple[tuple[str, str], ...], old: Old) -> tuple[Diagnostic, ...]:
    known, sources = old.ledger or Ledger(), dict(posts)
    owners = {url: post for post in known.posts for url in post.urls} if lost else {}
    reasons = {omission.source: _WHY.get(omission.reason, "") for omission in old.omissions}
    names = Names(sources if lost else ())
    return tuple(
        _one(url, owners.get(url), known, reasons, sources.get(names.nearest(url), "")) for url in lost
    )


def _one(url: str, owner: Known | None, known: Ledger, reasons: Mapping[str, str], near: str) -> Diagnostic:
    why = _why(url, owner, known, reasons)
    there = f"{near}, if that replaces it" if near else "the post that replaces it"
    hint = (
        f"write aliases: [{url}] in {there},\n"
        f"or in site.yaml, redirects: {{{url}: /where/it/is/now/}},\n"
        f"or give it up: recto deploy --gone {url}"
    )
    place = Location(path=ledger.NAME, line=known.lines.get(url, 0))
    return warning("url-lost", f'"{url}" would be gone: {why}', place, hint=hint)


def _why(url: str, owner: Known | None, known: Ledger, reasons: Mapping[str, str]) -> str:
    if owner:
        missing = f"{owner.source} is not there, and no other post is surely the same"
        return reasons.get(owner.source) or missing
    if url in known.files:
        return "the file is not there, nor is it anywhere else"
    if url in known.lists:
        return "the list that was there is no more"
    return "it was public before, and no post has it"


# ---- redirects ----------------------------------------------------------------------------------------------


def _redirects(base_path: str, there: frozenset[str], old: Old) -> tuple[Diagnostic, ...]:
    return tuple(_of_redirects(base_path, there, old))


def _of_redirects(base_path: str, there: frozenset[str], old: Old) -> Iterator[Diagnostic]:
    led = {move.url: move for move in old.moves}
    for asked in old.asked:
        move = led.get(asked.url)
        if move is None:
            message = f'something is at "{asked.url}", so nobody is led from there to "{asked.target}"'
            yield warning("redirect-unused", message, asked.origin, hint="take the redirect out")
        else:
            yield from _of_target(move, base_path, there, led)


def _of_target(
    move: Move, base_path: str, there: frozenset[str], led: Mapping[str, Move]
) -> Iterator[Diagnostic]:
    """What is wrong with where a redirect leads: it has led to the end already, where there is one."""
    url = move.target.partition("#")[0].partition("?")[0]
    if not url.startswith("/") or url.startswith("//"):
        return
    following = led.get(url) or led.get(f"{url}/")
    if following and following.target:
        message, hint = f'the redirect from "{move.url}" leads in a circle', "let one of them lead to a page"
        yield error("redirect-circle", message, move.origin, hint=hint)
    elif following:
        message = f'the redirect from "{move.url}" leads to "{url}", which is gone for good'
        yield error("redirect-nowhere", message, move.origin, hint="let it lead to a page that is there")
    elif not _answers(url, there):
        message = f'the redirect from "{move.url}" leads to "{url}", where nothing is'
        yield error("redirect-nowhere", message, move.origin, hint=_hint(url, base_path, there))


def _hint(url: str, base_path: str, there: Iterable[str]) -> str:
    short = url.removeprefix(base_path) if base_path and url.startswith(f"{base_path}/") else url
    if short != url and _answers(short, frozenset(there)):
        return f'write "{short}": recto puts "{base_path}" before it'
    near = Names(sorted("/" + path.removesuffix("index.html") for path in there)).nearest(url)
    return f'did you mean "{near}"?' if near else "let it lead to a page that is there"
