"""Write redirects and caching in the forms that hosts read. Pure.

Each form was taken from its host's own description: Netlify's and Cloudflare's of `_redirects` and `_headers`, Apache's of mod_alias,
nginx's of its map module. An address that a form cannot say keeps the page that recto writes there, which leads on as well.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, islice, takewhile
from urllib.parse import quote, unquote_to_bytes

from recto.deploy.headers import LASTING, cache_control
from recto.model import Move
from recto.model.targets import Redirects
from recto.text import ELSEWHERE, encode_path, old_path

Own = Callable[[str], bytes | None]

NGINX_MAP = "_redirects.map"
GONE = "gone"  # the value of nginx's map where nothing is there any more

_STATIC_RULES = 2000  # that Cloudflare reads
_LINE = 1000  # characters of a line that it reads
_HEADER_RULES = 100  # that it reads
_LONGEST_KEY = (
    190  # bytes; a longer one would not fit the bucket of the hash table that our documentation sets up
)

_PATTERN = re.compile(r"\*|:[A-Za-z]")  # what is more than a character in an address of `_redirects`
_UNSAYABLE = re.compile(r"[?#]|%(?:[01][0-9A-Fa-f]|7[Ff])|[\0-\x1f\x7f]")
_IN_URLS = "%/:?#[]@!&'()*+,;=~"  # what may stand in one; "$" might too, but not in nginx's


def extras(
    kind: Redirects, moves: Sequence[Move], *, base_path: str, own: Own, files: Iterable[str] = ()
) -> dict[str, bytes]:
    """The files that tell a host of this kind where old addresses lead, and which of the site's `files` may be cached for ever.

    `own(path)` is what the author wrote under that name: it stays, and comes first.
    """
    known = [
        Move(url=base_path + move.url, target=_based(move.target, base_path), origin=move.origin)
        for move in moves
        if not _UNSAYABLE.search(move.url)
    ]
    match kind:
        case "netlify":
            made = {
                "_redirects": _after(own("_redirects"), _netlify(known)),
                "_headers": _after(own("_headers"), _headers(files, base_path)),
            }
        case "cloudflare":
            made = {
                "_redirects": _cloudflare(own("_redirects"), known),
                "_headers": _cloudflare_headers(own("_headers"), _headers(files, base_path)),
            }
        case "apache":
            made = {".htaccess": _after(own(".htaccess"), _apache(known))}
        case "nginx":
            theirs = own(NGINX_MAP)
            made = {NGINX_MAP: _after(theirs, _nginx(known, theirs or b""))}
        case _:
            made = {}
    return {path: data for path, data in made.items() if data}


def _based(target: str, base_path: str) -> str:
    return target if not target or ELSEWHERE.match(target) else base_path + target


def _after(own: bytes | None, lines: Sequence[bytes]) -> bytes:
    """The author's lines, then these; nothing where there are none of these, as the author's own file is there already."""
    return _text((*_lines(own), *lines)) if lines else b""


def _lines(own: bytes | None) -> list[bytes]:
    return (own or b"").splitlines()


def _text(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _encoded(url: str) -> str:
    return quote(url, safe=_IN_URLS)


# ---- Netlify and Cloudflare ---------------------------------------------------------------------------------


def _netlify(moves: Iterable[Move]) -> list[bytes]:
    """A rule for each; "!" makes it stronger than the page at the same place."""
    return [
        f"{_encoded(move.url)} {_encoded(move.target) or _page(move.url)} {301 if move.target else 410}!".encode()
        for move in moves
        if not _PATTERN.search(move.url)
    ]


def _page(url: str) -> str:
    return f"{_encoded(url)}index.html" if url.endswith("/") else _encoded(url)


def _cloudflare(own: bytes | None, moves: Iterable[Move]) -> bytes:
    """As many rules as it reads. It knows no 410, and takes a rule for a plain one only before the first that is a pattern."""
    theirs = _lines(own)
    first = list(takewhile(lambda line: not _has_pattern(line), theirs))
    room = max(0, _STATIC_RULES - sum(map(_is_rule, first)))
    rules = (
        f"{_encoded(move.url)} {_encoded(move.target)} 301".encode()
        for move in moves
        if move.target and not _PATTERN.search(move.url)
    )
    ours = list(islice((rule for rule in rules if len(rule) <= _LINE), room))
    return _text((*first, *ours, *theirs[len(first) :])) if ours else b""


def _is_rule(line: bytes) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(b"#")


def _has_pattern(line: bytes) -> bool:
    return _is_rule(line) and bool(_PATTERN.search(line.split()[0].decode("utf-8", "replace")))


def _cloudflare_headers(own: bytes | None, lines: list[bytes]) -> bytes:
    theirs = sum(line.startswith((b"/", b"https://")) for line in _lines(own))
    return _after(own, lines[: 2 * max(0, _HEADER_RULES - theirs)])


def _headers(files: Iterable[str], base_path: str) -> list[bytes]:
    """Two lines for each folder of which every file may be cached for ever: these forms know no better pattern."""
    folders: dict[str, bool] = defaultdict(lambda: True)
    for path in files:
        lasting = cache_control(path) == LASTING
        for folder in _folders(path):
            folders[folder] &= lasting
    whole = {folder for folder, lasting in folders.items() if lasting}
    highest = sorted(folder for folder in whole if whole.isdisjoint(_folders(folder)))
    return [
        line
        for folder in highest
        for line in (
            f"{base_path}/{encode_path(folder)}/*".encode(),
            f"  Cache-Control: {LASTING}".encode(),
        )
    ]


def _folders(path: str) -> Iterator[str]:
    """The folders that a path is in, the site's own one not counted."""
    return accumulate(path.split("/")[:-1], "{}/{}".format)


# ---- Apache and nginx: what they compare is decoded -----------------------------------------------------------


def _apache(moves: Sequence[Move]) -> list[bytes]:
    """A rule for each. The page of the first address that is gone speaks for all of them."""
    gone = (move.url for move in moves if not move.target and old_path(move.url).endswith(".html"))
    farewell = next(gone, None)
    spoken = [b"ErrorDocument 410 " + _quoted(_decoded(_page(farewell)))] if farewell else []
    return [*map(_apache_rule, moves), *spoken]


def _apache_rule(move: Move) -> bytes:
    """Apache encodes the path of where it leads, so that is decoded here; "$" would be a group of the pattern."""
    pattern = _quoted(b"^%b$" % _regex(_decoded(move.url)))
    if not move.target:
        return b"RedirectMatch 410 " + pattern
    path, *tail = re.split("(?=[?#])", move.target, maxsplit=1)
    target = _decoded(path).replace(b"$", b"\\$") + _encoded("".join(tail)).encode()
    return b"RedirectMatch 301 %b %b" % (pattern, _quoted(target))


def _nginx(moves: Sequence[Move], own: bytes) -> list[bytes]:
    """Entries of a map of `$uri`, without those that the author has. Strings are compared without regard to case, which would lead
    from "/Bees/" to "/bees/" and so in a circle: where case matters the entry is a pattern, which is slower."""
    theirs = {key.lower() for key in re.findall(rb'^\s*"?([^\s";]+)', own, re.MULTILINE)}
    keys = Counter(_decoded(move.url).lower() for move in moves)
    targets = {_decoded(re.split("[?#]", move.target)[0]).lower() for move in moves}

    def entry(move: Move) -> bytes:
        key = _decoded(move.url)
        plain = keys[key.lower()] == 1 and key.lower() not in targets and len(key) <= _LONGEST_KEY
        form = key if plain else b"~^%b$" % _regex(key)
        return b"%b %b;" % (_quoted(form), _quoted(_encoded(move.target or GONE).encode()))

    return [entry(move) for move in moves if _decoded(move.url).lower() not in theirs]


def _decoded(url: str) -> bytes:
    return unquote_to_bytes(url)


def _regex(text: bytes) -> bytes:
    """A pattern that means these bytes."""
    return re.sub(rb"[\\^$.|?*+()\[\]{}]", rb"\\\g<0>", text)


def _quoted(text: bytes) -> bytes:
    """The text as a configuration has it: both servers read quotes in one way."""
    return b'"%b"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
