"""Turn text of any script into slugs, URLs and plain words: the one place that knows how.

Everything here is linear in the length of its text, however hostile, and gives Unicode in its composed form (NFC),
so that a name typed on a Mac and one typed on Windows are one name.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import combinations, filterfalse, pairwise
from typing import Literal
from unicodedata import category, normalize
from urllib.parse import quote as percent_encode
from urllib.parse import unquote as percent_decode


def slugify(text: str) -> str:
    """The text as the last part of a URL: lower case, its letters and digits, "-" between them; "" if it has none.

    An apostrophe within a word parts nothing: "What's new" is "whats-new".
    """
    text = _APOSTROPHE.sub("", text)
    if text.isascii():
        return "-".join(_ASCII_WORD.findall(text.lower()))
    kept = "".join(_slug_character(c) for c in normalize("NFC", text).lower())
    words = (word for word in kept.split() if any(map(str.isalnum, word)))
    return normalize("NFC", "-".join(words))


_APOSTROPHE = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")
_ASCII_WORD = re.compile("[a-z0-9]+")


def name_slug(name: str) -> str:
    """A file's name as the last part of a URL, letter case and dots kept: Jekyll's rule for `:title`
    (`Utils.slugify` in its mode "pretty")."""
    return re.sub(r"[^\w.~!$&'()+,;=@]+", "-", normalize("NFC", name)).strip("-")


def heading_id(text: str) -> str:
    """The id of a heading, by the rule of GitHub and of Jekyll's kramdown (its GFM parser), so that links to it stay:
    lower case, only word characters and hyphens, a hyphen for each space; "" if nothing is left."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", normalize("NFC", text).lower()).strip())


def _slug_character(character: str) -> str:
    """Itself, a space where words part, or nothing for the invisible (joiners, soft hyphens, direction marks)."""
    kind = category(character)
    return character if kind[0] in "LMN" else "" if kind == "Cf" else " "


def quote(path: str) -> str:
    """The path of an address, percent-encoded once: what is encoded already stays so."""
    return encode_path(unquote_path(path))


_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.~/-]*")


def encode_path(path: str) -> str:
    """A file's path as it stands in a URL, where "%" is just a character of its name."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    return percent_encode(normalize("NFC", path), safe="/", errors="replace")


def unquote_path(url: str) -> str:
    """The path that a percent-encoded address means."""
    if url.isascii() and "%" not in url:
        return url
    return normalize("NFC", percent_decode(url, errors="replace"))


ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")  # how an address begins that names a scheme or a host


def output_path(url: str) -> str:
    """The file of the output folder that answers for a root-relative URL: "/x/" is "x/index.html"."""
    path = unquote_path(url).removeprefix("/")
    return path if path and path[-1] != "/" else path + "index.html"


def output_paths(url: str) -> tuple[str, ...]:
    """The files of the output folder that may answer for a root-relative URL; the first that is there does: for "/x" that is x,
    or else x/index.html."""
    path = output_path(url)
    return (path,) if url.endswith("/") else (path, f"{path}/index.html")


def tidy(address: str) -> str:
    """A path as the URL it is served at: "a//ü" is "/a/%C3%BC/", "/a/index.html" is "/a/"."""
    folders = [part for part in unquote_path(address).split("/") if part]
    if folders and folders[-1] == "index.html":
        folders[-1] = ""
    url = encode_path("/" + "/".join(folders))
    return url if url.endswith(("/", ".html", ".htm")) else url + "/"


IS_FILE = re.compile(
    r"\.(?!html?\Z)[A-Za-z][A-Za-z0-9]{0,9}\Z", re.IGNORECASE
)  # how an address ends where no page can be


def tidy_old(address: str) -> str:
    """The same for an address that may be a file's: "/feed.xml" stays."""
    url = tidy(address)
    return url[:-1] if IS_FILE.search(address) else url


_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|pl|cfm)\Z", re.IGNORECASE)  # what made pages elsewhere


def old_path(url: str) -> str:
    """The file of the output folder that answers at an old address: where a page can be, it is one. Web servers lead from
    "/x.php" to "/x.php/" where that is a folder."""
    path = output_path(url)
    is_whole = path.endswith((".html", ".htm")) or (IS_FILE.search(path) and not _SCRIPT.search(path))
    return path if is_whole else f"{path}/index.html"


_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def flaw(address: str) -> str:
    """What keeps an address from being a place of its own in the site; "" if nothing does."""
    path = unquote_path(address)
    if ELSEWHERE.match(address):
        return "is not a path within this site"
    if _CONTROL.search(path):
        return "has a character that no address can have"
    if "?" in address or "#" in address:
        return 'has a "?" or "#", which never reaches a file'
    if {".", ".."}.intersection(path.split("/")):
        return 'has a "." or ".." in it'
    return ""


def same_name(path: str) -> str:
    """What is the same in paths that some file system takes for one: letter case and Unicode form do not count."""
    return path if path.isascii() and path.islower() else normalize("NFC", normalize("NFC", path).casefold())


# Each alternative ends at the next "<" or eats the rest of the text, so that no text is read twice.
_MARKUP = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <(?P<raw>script|style)\b.*?(?:</(?P=raw)[^<>]*>|\Z)
      | </?(?P<tag>[a-z][^\s<>/]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>
      | </?(?P<odd>[a-z][^\s<>/]*)[^<>]*>
      | <![^<>]*>""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# fmt: off
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "math", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "svg", "time", "tt", "u", "var", "wbr",
))
# fmt: on


def plain_text(markup: str) -> str:
    """The text of HTML: no tags, entities decoded, white space folded, a space where a block ends."""
    return " ".join(html.unescape(_MARKUP.sub(_gap, markup)).split())


def _gap(match: re.Match[str]) -> str:
    tag = match["tag"] or match["odd"]
    return " " if tag and tag.lower() not in _INLINE else ""


# Thai, Lao, Burmese, Khmer, kana, Bopomofo, Han: scripts that do not put spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"[^\W_]\S*")


def count_words(text: str) -> int:
    """How many words a plain text has; a character of a script without spaces counts as half a word."""
    spaced, characters = _UNSPACED.subn(" ", text)
    return len(_WORD.findall(spaced)) + (characters + 1) // 2


# Words with the marks that letters bear in Hebrew, Arabic and the scripts of India.
_MARKED_WORD = re.compile("[\\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0dff]+")
_UNSPACED_RUN = re.compile(f"{_UNSPACED.pattern}{{2,}}")
_HIRAGANA = re.compile("[\u3040-\u309f]{2}")  # mostly endings and particles


def keywords(text: str, most: int = 30) -> tuple[str, ...]:
    """The words that a plain text uses most, in lower case, long ones before short ones: in every language the words that only
    join others are short. Of scripts without spaces pairs of characters."""
    unspaced = [] if text.isascii() else _UNSPACED_RUN.findall(text)
    spaced = _UNSPACED.sub(" ", text) if unspaced else text
    counts = Counter(_MARKED_WORD.findall(spaced.casefold()))
    weights = {word: count * _substance(word) for word, count in counts.items()}
    for run in unspaced:
        for pair in filterfalse(_HIRAGANA.match, map("".join, pairwise(run))):
            weights[pair] = weights.get(pair, 0) + 2
    found = (word for word, weight in weights.items() if weight > 0)
    return tuple(sorted(found, key=lambda word: (-weights[word], word))[:most])


def _substance(word: str) -> int:
    """How much a word is likely to say, by its length; nothing for numbers and the shortest."""
    length = (
        2 * len(word) if "\uac00" <= word[0] <= "\ud7a3" else len(word)
    )  # of Korean a syllable is a letter
    return 0 if word[0].isdigit() or word[0] == "_" else min(length, 10) - 2


# fmt: off
_RTL_SCRIPTS = frozenset((
    "adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa",
))
_RTL_LANGUAGES = frozenset((
    "ar", "arc", "arz", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "rhg",
    "sd", "syr", "ug", "ur", "yi",
))
# fmt: on


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language (BCP 47: "he", "az-Arab") is written; a script subtag decides."""
    first, *rest = language.lower().replace("_", "-").split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    return "rtl" if (script in _RTL_SCRIPTS if script else first in _RTL_LANGUAGES) else "ltr"


class Names:
    """Known names, among which the nearest to a mistyped one is found in a time that does not grow with their number.

    Two names are near if their last parts (of "/a/b/" or "a/b.md": "b") are equal, without a date, after at most one
    character is left out of each: a moved file, another extension, a letter too many, too few, wrong, or swapped with its neighbour.
    """

    _ENOUGH = 50  # names compared in full

    def __init__(self, known: Iterable[str]) -> None:
        self._near: dict[str, list[str]] = defaultdict(list)
        for name in known:
            for key in deletions(_last_part(name), 1):
                self._near[key].append(name)

    def nearest(self, name: str) -> str:
        """The known name most like this one; "" where none is."""
        keys = sorted(deletions(_last_part(name), 1), key=len, reverse=True)
        candidates = [known for key in keys for known in self._near.get(key, ())[: self._ENOUGH]][
            : self._ENOUGH
        ]
        return max(candidates, key=lambda known: SequenceMatcher(None, known, name).ratio(), default="")


_DATE = re.compile(r"^\d{4}-\d\d?-\d\d?-")


def _last_part(name: str) -> str:
    parts = [part for part in name.casefold().split("/") if part.partition(".")[0] not in ("", "index")]
    last = _DATE.sub("", parts[-1]) if parts else ""
    return last.rpartition(".")[0] or last


def deletions(word: str, most: int) -> Iterator[str]:
    """The word, and whatever is left of it without up to `most` of its characters. Long words stay whole."""
    yield word
    for count in range(1, most + 1 if len(word) <= 80 // most else 1):
        yield from (
            {"".join(kept) for kept in combinations(word, len(word) - count)} if len(word) > count else ()
        )


def distance(one: str, other: str) -> int:
    """How many characters must be added, left out, changed or swapped with their neighbour to turn one into the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one):
        before, last, row = row, before, [i + 1]
        for j, b in enumerate(other):
            cost = min(before[j + 1] + 1, row[j] + 1, before[j] + (a != b))
            if i and j and a == other[j - 1] and one[i - 1] == b:
                cost = min(cost, last[j - 1] + 1)
            row.append(cost)
    return row[-1]
