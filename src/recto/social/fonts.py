"""Choose the font that a card's text is set in: the one that comes with recto, or a free one of this machine that has the
text's characters.

The choice is a part of the card, by the digest of the font's file: so a card is the same wherever its font is.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib import resources
from itertools import chain
from pathlib import Path
from unicodedata import category, normalize

from recto.memo import Step, Store, Workers, memo_map
from recto.model import Card
from recto.social.glyphs import Ranges, covered

# Free families in the order in which they are asked, by how the names of their files begin.
_FAMILIES = (
    "notoserif",
    "notosans",
    "noto",
    "sourcehan",
    "dejavuserif",
    "dejavusans",
    "freeserif",
    "freesans",
    "ipa",
    "takao",
    "vl-",
    "wqy",
    "droidsans",
    "nanum",
    "un",
    "amiri",
    "scheherazade",
    "kacst",
    "lohit",
    "samyak",
    "padauk",
    "khmeros",
    "thai",
    "tlwg",
    "garuda",
    "norasi",
)
_BOLD = re.compile(r"bold|black|heavy", re.I)
_SLANTED = re.compile(
    r"italic|oblique|thin|light|mono|condensed|extra|semi|demi|medium|emoji|symbol|math", re.I
)

# Scripts whose letters change shape, order or place beside one another, and marks that stand on letters.
_SHAPED = re.compile(
    "[\u0300-\u036f\u0590-\u08ff\u0900-\u109f\u1700-\u18af\u1900-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\ua800-\ua8ff"
    "\ua900-\ua95f\ua980-\uabff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U00011000-\U00011fff\U0001e800-\U0001efff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A font's file, and the digest of its bytes."""

    digest: str
    file: str


def characters(font: Font) -> Ranges:
    """The characters that a font has; none where its file cannot be read."""
    try:
        return covered(Path(font.file).read_bytes())
    except OSError:
        return ()


CHARACTERS = Step(
    name="characters", run=characters, input=Font, output=Ranges, identity=lambda font: font.digest
)


@cache
def bundled() -> Path:
    """The file of the font that comes with recto."""
    return Path(str(resources.files("font_source_serif_pro"))) / "files" / "SourceSerifPro-Bold.ttf"


def system_folders() -> tuple[Path, ...]:
    """Where this system keeps fonts."""
    home = _home()
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home))
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", local / "Microsoft/Windows/Fonts")
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )


def _home() -> Path:
    with suppress(RuntimeError):  # a user without a home has no fonts in it
        return Path.home()
    return Path("/")


class Fonts:
    """The fonts that there are, the one that comes with recto first; others are looked for only where that is not enough."""

    def __init__(self, store: Store, folders: Iterable[Path]) -> None:
        self._store = store
        self._folders = folders
        self._found: dict[Path, Font | None] = {}
        self._characters: dict[str, frozenset[str]] = {}

    @cached_property
    def _others(self) -> list[Path]:
        return _ranked(self._folders)

    def _all(self) -> Iterator[Font]:
        for path in self._paths():
            if path not in self._found:
                self._found[path] = self._font(path)
            if font := self._found[path]:
                yield font

    def _paths(self) -> Iterator[Path]:
        yield bundled()
        yield from self._others

    def _font(self, path: Path) -> Font | None:
        with suppress(OSError):
            return Font(digest=self._store.file(path).digest, file=str(path))
        return None

    def lacks(self, font: Font, text: str) -> set[str]:
        """The characters of a text that a font does not have."""
        if font.digest not in self._characters:
            [ranges] = memo_map(CHARACTERS, [font], self._store, Workers(1))
            numbers = chain.from_iterable(range(first, last + 1) for first, last in ranges)
            self._characters[font.digest] = frozenset(map(chr, numbers))
        return set(text) - self._characters[font.digest]

    def choose(self, *texts: str) -> Font | None:
        """The first font that has all of the texts, else all of the first one; None where none has."""
        wanted = dict.fromkeys(("".join(texts), texts[0]))
        return next((font for text in wanted for font in self._all() if not self.lacks(font, text)), None)


def _ranked(folders: Iterable[Path]) -> list[Path]:
    """The files of free fonts in the folders: by family, upright and bold ones first."""
    found = (Path(home, name) for folder in folders for home, _, names in os.walk(folder) for name in names)
    known = [(rank, path) for path in found if (rank := _rank(path.name)) is not None]
    return [path for _, path in sorted(known, key=lambda item: (item[0], item[1].name, str(item[1])))]


def _rank(name: str) -> tuple[bool, int, bool] | None:
    """How well a file would do; None where it is no free font that we know."""
    plain = name.lower()
    if not plain.endswith((".ttf", ".otf", ".ttc", ".otc")):
        return None
    family = next((n for n, family in enumerate(_FAMILIES) if plain.startswith(family)), None)
    return None if family is None else (bool(_SLANTED.search(plain)), family, not _BOLD.search(plain))


def typeset(cards: Iterable[Card], store: Store, folders: Iterable[Path] | None = None) -> list[Card]:
    """The cards with the font for their texts. A text without a font is left out, and where that is the title, all text."""
    fonts = Fonts(store, system_folders() if folders is None else folders)
    return [_typeset(card, fonts) for card in cards]


def _typeset(card: Card, fonts: Fonts) -> Card:
    texts = [_readable(text) for text in (card.text, card.above, card.below)]
    plain = [_without_signs(text) for text in texts]
    font = fonts.choose(*plain) if plain[0] else None
    shaped = bool(_SHAPED.search("".join(plain)))
    if font is None or (shaped and not _can_shape()):
        return replace(card, text="", above="", below="")
    text, above, below = (_shown(text, fonts.lacks(font, text)) for text in texts)
    return replace(
        card, text=text, above=above, below=below, font=font.digest, font_file=font.file, shaped=shaped
    )


def _shown(text: str, lacking: set[str]) -> str:
    """The text without the signs that its font lacks; nothing where more than signs would be lost."""
    if not lacking:
        return text
    if any(category(character) not in _SIGNS for character in lacking):
        return ""
    return " ".join("".join(character for character in text if character not in lacking).split())


_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]|\u200d(?!\\w)")
_MOST = 1000  # characters of a text that are looked at; a card has room for some hundred
_SIGNS = frozenset(
    ("So", "Sk", "Me", "Cn", "Co", "Cs", "Cf", "Cc")
)  # emoji and the like: a title can do without them


@lru_cache(maxsize=64)  # what stands above is the same on most cards
def _readable(text: str) -> str:
    text = text[:_MOST]
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", normalize("NFC", text))).split())


def _without_signs(text: str) -> str:
    return text if text.isascii() else "".join(c for c in text if category(c) not in _SIGNS).strip()


def _can_shape() -> bool:
    """Whether Pillow can set scripts whose letters change with their neighbours."""
    from PIL import features

    return bool(features.check("raqm"))
