"""Add to a page what the preview adds, and take it out again: one script, and for a post that is not public a banner.

Pure. The script runs before anything else of the page; all other bytes stay as `recto build` writes them. What is served
is found again by the same scan that found where to put it, so that `strip` is the exact inverse.
"""

import re

from markupsafe import escape

BANNER = b'<aside id="recto-banner"'  # how every banner begins; it ends with the first </aside>
_BANNER_END = b"</aside>"

_VALUE = rb"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|(?!["'])[^\s>]*+)"""
_ATTRIBUTES = rb"(?:[\s/]++|[^\s>/][^\s>=/]*+(?:\s*+=\s*+" + _VALUE + rb")?+)*+"
_COMMENT = rb"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![A-Za-z]))[^>]*+>?"
_BEFORE_HEAD = re.compile(  # of what may stand before the end of <head>, one piece
    rb"\s++|(?P<place><!doctype[^>]*+>|<(?:html|head)(?=[\s/>])" + _ATTRIBUTES + rb">)|" + _COMMENT,
    re.IGNORECASE | re.DOTALL,
)
_RAW = {
    tag: re.compile(rb"</" + tag + rb"(?=[\s/>])", re.IGNORECASE)
    for tag in (b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes")
}
_TOKEN = re.compile(
    _COMMENT + rb"|</?(?P<tag>[A-Za-z][^\s/>]*+)" + _ATTRIBUTES + rb"(?P<whole>>)?", re.IGNORECASE | re.DOTALL
)
_MARK = "\ufeff".encode()


def script(base: str) -> bytes:
    """The tag of the preview's script, for a site deployed below the folder `base` ("" or "/blog")."""
    return f'<script src="{escape(base)}/_recto/preview.js"></script>'.encode()


_SCRIPT = re.compile(re.escape(script("BASE")).replace(b"BASE", rb'[^"<>]*'))


def inject(html: bytes, base: str, banner: str = "") -> bytes:
    """The page with the script right after its `<head>`, and the banner (of `banners.banner`) right after its `<body>`.

    Where there is no such tag the script stands as early and the banner as late as possible: after the doctype, else first;
    and last of all.
    """
    served = _put(html, _early(html), script(base))
    return _put(served, _body(served), banner.encode()) if banner else served


def strip(served: bytes) -> bytes:
    """The page as it was before `inject`."""
    at = _body(served)
    if not served.startswith(BANNER, at) and served.endswith(_BANNER_END):
        at = served.rfind(BANNER)
    if at >= 0 and served.startswith(BANNER, at):
        served = served[:at] + served[served.index(_BANNER_END, at) + len(_BANNER_END) :]
    found = _SCRIPT.match(served, _early(served))
    return served[: found.start()] + served[found.end() :] if found else served


def _put(html: bytes, at: int, piece: bytes) -> bytes:
    return html[:at] + piece + html[at:]


def _early(html: bytes) -> int:
    """Where the head's content begins."""
    place = at = len(_MARK) if html.startswith(_MARK) else 0
    while found := _BEFORE_HEAD.match(html, at):
        at = found.end()
        if found["place"]:
            place = at
            if found["place"][:5].lower() == b"<head":
                break
    return place


def _body(html: bytes) -> int:
    """Where the body's content begins, after its tag; the end of the page where it has none."""
    at = 0
    while found := _TOKEN.search(html, at):
        at, tag = found.end(), (found["tag"] or b"").lower()
        closing = html.startswith(b"</", found.start())
        if tag == b"body" and found["whole"] and not closing:
            return at
        if tag in _RAW and not closing:
            end = _RAW[tag].search(html, at)
            at = end.start() if end else len(html)
    return len(html)
