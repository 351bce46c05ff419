"""Digest the parts of a context that templates use: equal digests, equal pages.

A value is written as bytes that say where they end, so that different values never read alike. Mappings keep their
order, since templates walk through them in that order. An object of the model is looked at once for each way of
looking at it, however many pages show it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from hashlib import blake2b
from itertools import chain
from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2 import Environment, Undefined

from recto.memo import Digester
from recto.renderer.needs import COUNT, DEFINEDNESS, EACH, Need, Step

ABSENT = b"-"
OPTIONAL = b"~"  # what a mapping does not have, whose truth may be asked for
DIGEST_SIZE = 20


def digest(*encodings: bytes) -> bytes:
    """One digest of several encodings."""
    return blake2b(b"".join(encodings), digest_size=DIGEST_SIZE).digest()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A way of looking at a value: all of it (None), or parts of it, in a fixed order."""

    parts: tuple[tuple[Step, "View"], ...] | None


WHOLE = View(None)


class Views:
    """The views that needs ask for: one for equal needs, so that what pages see alike is looked at once."""

    def __init__(self) -> None:
        self._known: dict[str, View] = {}

    def of(self, need: Need) -> View:
        """The view that shows what is needed."""
        if need.whole:
            return WHOLE
        implied = {COUNT} if EACH in need.parts else set()
        if len(need.parts) > 1:
            implied.add(DEFINEDNESS)
        steps = sorted(need.parts.keys() - implied, key=repr)
        parts = tuple((step, self.of(need.parts[step])) for step in steps)
        return self._known.setdefault(repr([(step, id(view)) for step, view in parts]), View(parts))


class Encoder:
    """Encodings of values, those of the model's objects remembered by identity."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._digester = Digester()
        self._known: dict[tuple[int, int], bytes] = {}
        self._kept: list[object] = []  # what is remembered by identity must live as long

    def encode(self, value: object, view: View = WHOLE) -> bytes:
        """The encoding of those parts of the value that the view shows; an object's is its digest."""
        kind: Any = type(value)
        whole = _whole(kind)
        if whole is Encoder._fields:
            return self._object(value, view)
        return whole(self, value) if view.parts is None else self._parts(value, view.parts)

    def _object(self, value: object, view: View) -> bytes:
        place = (id(value), id(view))
        known = self._known.get(place)
        if known is None:
            known = digest(self._fields(value) if view.parts is None else self._parts(value, view.parts))
            known = self._known[place] = b"#" + known
            self._kept.append(value)
        return known

    def _parts(self, value: object, parts: tuple[tuple[Step, View], ...]) -> bytes:
        if isinstance(value, Undefined):
            return ABSENT
        return b"(%b)" % b"".join([_STEPS[kind](self, value, key, view) for (kind, key), view in parts])

    def _attribute(self, value: object, name: Any, view: View) -> bytes:
        try:
            found = getattr(value, name)
        except AttributeError:
            found = self._environment.getattr(value, name)
        return self._found(value, found, view)

    def _item(self, value: object, key: object, view: View) -> bytes:
        return self._found(value, self._environment.getitem(value, key), view)

    def _found(self, owner: object, value: object, view: View) -> bytes:
        if isinstance(value, Undefined):
            return OPTIONAL if isinstance(owner, Mapping) else ABSENT
        return self.encode(value, view)

    def _slice(self, value: object, ends: object, view: View) -> bytes:
        sliceable = isinstance(value, str | tuple | list)
        return self.encode(value[slice(*ends)], view) if sliceable else ABSENT  # type: ignore[misc,index]

    def _each(self, value: object, _: object, view: View) -> bytes:
        if not isinstance(value, Iterable):
            return ABSENT
        items = [self.encode(item, view) for item in value]
        return b"e%d:%b" % (len(items), b"".join(items))

    def _count(self, value: object, _: object, view: View) -> bytes:
        return b"%d;" % len(value) if isinstance(value, Sized) else ABSENT

    def _truth(self, value: object, _: object, view: View) -> bytes:
        return b"1" if value else b"0"

    def _existence(self, value: object, _: object, view: View) -> bytes:
        return b"n" if value is None else b"s"

    def _definedness(self, value: object, _: object, view: View) -> bytes:
        return b"d"

    def _fields(self, value: object) -> bytes:
        kind: Any = type(value)
        values = [getattr(value, name) for name in _field_names(kind)]
        return b"o%b:%b" % (kind.__name__.encode(), self._all(values))

    def _mapping(self, value: Mapping[object, object]) -> bytes:
        return b"k%d:%b" % (len(value), self._all(chain.from_iterable(value.items())))

    def _list(self, value: Sequence[object]) -> bytes:
        return b"l%d:%b" % (len(value), self._all(value))

    def _tuple(self, value: Sequence[object]) -> bytes:
        return b"t%d:%b" % (len(value), self._all(value))

    def _text(self, value: str) -> bytes:
        data = value.encode("utf-8", "surrogatepass")
        return b"%b%d:%b" % (b"s" if type(value) is str else b"m", len(data), data)

    def _moment(self, value: datetime) -> bytes:
        known = self._known.get((id(value), id(WHOLE)))
        if known is None:
            known = self._known[id(value), id(WHOLE)] = self._plain(value)
            self._kept.append(value)
        return known

    def _plain(self, value: object) -> bytes:
        try:
            return self._digester.one(value)
        except (
            TypeError
        ):  # not of the model, such as the zone of a date; where its words change, the page is rendered
            return b"r" + self._text(repr(value))

    def _method(self, value: MethodType | BuiltinMethodType) -> bytes:
        return self.encode(value.__self__)  # it may use all of its object

    def _all(self, values: Iterable[object]) -> bytes:
        return b"".join([self.encode(value) for value in values])


@cache
def _whole(kind: type) -> Callable[[Encoder, Any], bytes]:
    """How all of a value of this type is encoded."""
    if is_dataclass(kind):
        return Encoder._fields
    for family, encode in _FAMILIES:
        if issubclass(kind, family):
            return encode
    return Encoder._plain


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


_FAMILIES: tuple[tuple[type | tuple[type, ...], Callable[[Encoder, Any], bytes]], ...] = (
    (Enum, Encoder._plain),
    (datetime, Encoder._moment),
    (str, Encoder._text),
    (Mapping, Encoder._mapping),
    (list, Encoder._list),
    (tuple, Encoder._tuple),
    ((MethodType, BuiltinMethodType), Encoder._method),
)
_STEPS: Mapping[str, Callable[[Encoder, object, object, View], bytes]] = {
    "attribute": Encoder._attribute,
    "item": Encoder._item,
    "slice": Encoder._slice,
    "each": Encoder._each,
    "count": Encoder._count,
    "truth": Encoder._truth,
    "existence": Encoder._existence,
    "definedness": Encoder._definedness,
}
