"""Name values by their content: equal values have equal digests, in every process and on every machine.

What is digested is the structure (type, length, bytes), never a pickle or a `repr`: those differ between equal
values. Python calls 1, True and 1.0 equal, but a template prints them differently, so here they differ, as do a
tuple and a list, and one moment in two time zones. An unknown type is a TypeError: guessing would make stale pages.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import blake2b
from struct import pack

from markupsafe import Markup

DIGEST_SIZE = 20  # bytes; two of 10^12 values share a digest with a chance of 10^-24
INLINE = 256  # bytes; a dataclass with a longer encoding stands as its digest, which is then computed once


def digest_bytes(data: bytes) -> str:
    """The digest of a file's or a page's bytes, as in `FileFacts` and in the manifest of an output folder."""
    return blake2b(data, digest_size=DIGEST_SIZE).hexdigest()


def digest(value: object) -> str:
    """The digest of a value of the model or of plain ones. TypeError for any other."""
    return Digester()(value)


class Digester:
    """`digest`, remembering the frozen dataclasses it met: a post on forty pages is walked once.

    Remembers by identity and keeps what it remembers alive, so it lives as long as one build.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[object, bytes]] = {}

    def __call__(self, value: object) -> str:
        return digest_bytes(_ENCODERS[type(value)](self, value))

    def one(self, value: object) -> bytes:
        """The encoding of a value, which says its own length."""
        return _ENCODERS[type(value)](self, value)

    def many(self, values: tuple[object, ...] | list[object]) -> bytes:
        """The encodings of values, one after the other; each says its own length."""
        return b"".join([_ENCODERS[type(value)](self, value) for value in values])

    def remembered(self, value: object) -> bytes | None:
        """The encoding of a dataclass met before."""
        known = self._seen.get(id(value))
        return known[1] if known else None

    def remember(self, value: object, encoded: bytes) -> bytes:
        """Shorten a long encoding to its digest, and keep that."""
        if len(encoded) <= INLINE:
            return encoded
        short = b"#" + blake2b(encoded, digest_size=DIGEST_SIZE).digest()
        self._seen[id(value)] = (value, short)
        return short


Encoder = Callable[[Digester, object], bytes]


def _frame(tag: bytes, data: bytes) -> bytes:
    return b"%b%d:%b" % (tag, len(data), data)


def _text(text: str) -> bytes:
    return _frame(b"s", text.encode("utf-8", "surrogatepass"))


def _none(_: Digester, value: object) -> bytes:
    return b"n"


def _bool(_: Digester, value: object) -> bytes:
    return b"y" if value else b"z"


def _int(_: Digester, value: object) -> bytes:
    return b"i%x;" % value  # type: ignore[str-format]  # chosen by type, in _ENCODERS


def _float(_: Digester, value: object) -> bytes:
    return b"f" + pack(">d", value)


def _str(_: Digester, value: object) -> bytes:
    data = value.encode("utf-8", "surrogatepass")  # type: ignore[attr-defined]  # chosen by type, in _ENCODERS
    return b"s%d:%b" % (len(data), data)


def _markup(_: Digester, value: object) -> bytes:
    return b"m" + _text(str(value))


def _bytes(_: Digester, value: object) -> bytes:
    return _frame(b"b", value)  # type: ignore[arg-type]  # chosen by type, in _ENCODERS


def _tuple(digester: Digester, value: object) -> bytes:
    return b"t%d:%b" % (len(value), digester.many(value))  # type: ignore[arg-type]  # chosen by type


def _list(digester: Digester, value: object) -> bytes:
    return b"l%d:%b" % (len(value), digester.many(value))  # type: ignore[arg-type]  # chosen by type


def _date(_: Digester, value: object) -> bytes:
    return b"d" + _text(str(value))


def _datetime(digester: Digester, value: object) -> bytes:
    assert isinstance(value, datetime)
    return b"c" + digester.many((value.isoformat(), value.tzname(), value.fold))


def _mapping(digester: Digester, value: object) -> bytes:
    assert isinstance(value, Mapping)
    return b"k%d:%b" % (len(value), b"".join(sorted(digester.many(item) for item in value.items())))


def _enum(_: Digester, value: object) -> bytes:
    assert isinstance(value, Enum)
    return b"e" + _text(f"{_class_name(type(value))}.{value.name}")


def _class_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _dataclass(cls: type) -> Encoder:
    """The encoder of one dataclass: its name and its fields' names once, then their values in order."""
    names = [f.name for f in fields(cls)]
    head = b"o" + _text(" ".join((_class_name(cls), *names)))
    frozen = cls.__dataclass_params__.frozen  # type: ignore[attr-defined]  # every dataclass has it

    def encode(digester: Digester, value: object) -> bytes:
        known = digester.remembered(value) if frozen else None
        if known:
            return known
        encoded = head + digester.many([getattr(value, name) for name in names])
        return digester.remember(value, encoded) if frozen else encoded

    return encode


class _Encoders(dict[type, Encoder]):
    """How each type is encoded; dataclasses, enumerations and mappings are added when first met."""

    def __missing__(self, cls: type) -> Encoder:
        self[cls] = self._find(cls)
        return self[cls]

    @staticmethod
    def _find(cls: type) -> Encoder:
        if is_dataclass(cls):
            return _dataclass(cls)
        if issubclass(cls, Enum):
            return _enum
        if issubclass(cls, Mapping):
            return _mapping
        raise TypeError(f"no digest is defined for {_class_name(cls)}")


_ENCODERS = _Encoders(
    {
        type(None): _none,
        bool: _bool,
        int: _int,
        float: _float,
        str: _str,
        Markup: _markup,
        bytes: _bytes,
        tuple: _tuple,
        list: _list,
        dict: _mapping,
        date: _date,
        datetime: _datetime,
    }
)
