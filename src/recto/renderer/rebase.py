"""Put the folder below which a site is deployed before every root-relative address of a page.

A scanner of tags, not a parser: it splits a page as browsers do into tags, comments and raw text, and changes
nothing but the values of attributes that hold addresses. It is linear in the length of the page.
"""

import re
from collections.abc import Callable, Mapping

from markupsafe import escape

_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|(?!["'])[^\s>]*+)"""
_ATTRIBUTES = rf"(?:[\s/]++|[^\s>/][^\s>=/]*+(?:\s*+=\s*+{_VALUE})?+)*+"
_ATTRIBUTE = re.compile(rf"([^\s>/][^\s>=/]*+)(\s*+=\s*+)({_VALUE})|[^\s>/][^\s>=/]*+")
_RAW = {
    tag: re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE)
    for tag in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}
_TOKEN = re.compile(  # all but tags that have no attributes and begin no raw text
    rf"""<(?:!--(?:-?>|.*?(?:--!?>|\Z))
       | (?:[!?]|/(?![A-Za-z]))[^>]*+
       | /[A-Za-z][^\s/>]*+(?=[\s/]){_ATTRIBUTES}
       | (?P<tag>[A-Za-z][^\s/>]*+)(?P<attributes>(?=[\s/]){_ATTRIBUTES})
       | (?P<bare>(?i:{"|".join(_RAW)}))>)""",
    re.VERBOSE | re.DOTALL,
)

_ROOTED = r"/(?![\t\r\n]*[/\\])"  # "//host" and "/\host" lead to another host
_ALONE = re.compile(rf"(\s*)(?={_ROOTED})")
_AFTER_DELAY = re.compile(rf"(\s*[\d.]+\s*(?:[;,]\s*)?(?:url\s*=\s*)?['\"]?\s*)(?={_ROOTED})", re.IGNORECASE)
_IN_LIST = re.compile(r"([\s,]*)(\S*[^\s,])(,|\s[^,(]*(?:\([^)]*\)[^,(]*)*|\Z)")

Rule = Callable[[str, str], str]


def rebase(page: str, folder: str) -> str:
    """The HTML page as it is below `folder` ("/blog"); fragments and addresses with a host stay as they are."""
    base = str(escape(folder))
    pieces: list[str] = []
    start = done = 0
    while token := _TOKEN.search(page, start):
        start = token.end()
        attributes = token["attributes"] or ""
        if "/" in attributes and page.startswith(">", start):
            pieces += (page[done : token.start("attributes")], _rebased(token["tag"], attributes, base))
            done = start
        if raw := _RAW.get((token["tag"] or token["bare"] or "").lower()):
            end = raw.search(page, start)
            start = end.start() if end else len(page)
    return "".join((*pieces, page[done:]))


def _rebased(tag: str, attributes: str, base: str) -> str:
    rules = _META_RULES if tag.lower() == "meta" and "refresh" in attributes.lower() else _RULES

    def value(attribute: re.Match[str]) -> str:
        rule = rules.get((attribute[1] or "").lower())
        if rule is None:
            return attribute[0]
        quote = attribute[3][:1] if attribute[3][:1] in ("'", '"') else ""
        return attribute[1] + attribute[2] + quote + rule(attribute[3][len(quote) :], base)

    return _ATTRIBUTE.sub(value, attributes)


def _address(value: str, base: str) -> str:
    place = _ALONE.match(value)
    return place[1] + base + value[place.end() :] if place else value


def _refresh(value: str, base: str) -> str:
    place = _AFTER_DELAY.match(value)
    return place[1] + base + value[place.end() :] if place else value


def _candidates(value: str, base: str) -> str:
    return _IN_LIST.sub(lambda candidate: candidate[1] + _address(candidate[2], base) + candidate[3], value)


_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(
        ("href", "src", "poster", "action", "formaction", "data", "xlink:href", "cite"), _address
    ),
    **dict.fromkeys(("srcset", "imagesrcset"), _candidates),
}
_META_RULES: Mapping[str, Rule] = {"content": _refresh}
