"""Digest the parts of a context that templates use: equal digests, equal pages.

Digests keep the order of mappings, since templates walk through them in that order. An object of the model is
digested once for each way of looking at it, however many pages show it.
"""

from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import fields, is_dataclass
from hashlib import blake2b

from jinja2 import Environment, Undefined

from recto.memo import Digester
from recto.renderer.needs import Need, Step

ABSENT = b"absent"
_WHOLE = Need(whole=True)


def combine(kind: str, parts: Iterable[bytes]) -> bytes:
    """One digest of several, which are of one length or short names."""
    pieces = [b"%d:%b" % (len(part), part) for part in parts]
    return blake2b(b"%b(%b" % (kind.encode(), b"".join(pieces)), digest_size=16).digest()


def text(value: str) -> bytes:
    """The digest of a text."""
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Digests:
    """Digests of values, remembered by the identity of the objects that have them."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._digester = Digester()
        self._known: dict[tuple[int, int], bytes] = {}
        self._kept: list[object] = []  # what is remembered by identity must live as long

    def part(self, value: object, need: Need) -> bytes:
        """The digest of those parts of the value that are needed."""
        if need.whole and not is_dataclass(value):
            return self._plain(value)
        if not is_dataclass(value):
            return self._parts(value, need)
        place = (id(value), id(_WHOLE if need.whole else need))
        known = self._known.get(place)
        if known is None:
            known = self._fields(value) if need.whole else self._parts(value, need)
            self._known[place] = known
            self._kept.append((value, need))
        return known

    def _parts(self, value: object, need: Need) -> bytes:
        steps = sorted(need.parts.items(), key=lambda item: repr(item[0]))
        return combine("parts", [self._step(value, step, inner) for step, inner in steps])

    def _step(self, value: object, step: Step, need: Need) -> bytes:
        if isinstance(value, Undefined):
            return ABSENT
        return _STEPS[step[0]](self, value, step[1], need)

    def _attribute(self, value: object, name: object, need: Need) -> bytes:
        return self._found(self._environment.getattr(value, str(name)), need)

    def _item(self, value: object, key: object, need: Need) -> bytes:
        return self._found(self._environment.getitem(value, key), need)

    def _found(self, value: object, need: Need) -> bytes:
        return ABSENT if isinstance(value, Undefined) else self.part(value, need)

    def _slice(self, value: object, ends: object, need: Need) -> bytes:
        sliceable = isinstance(value, str | tuple | list)
        return self.part(value[slice(*ends)], need) if sliceable else ABSENT  # type: ignore[misc,index]

    def _each(self, value: object, _: object, need: Need) -> bytes:
        return (
            combine("each", [self.part(item, need) for item in value])
            if isinstance(value, Iterable)
            else ABSENT
        )

    def _count(self, value: object, _: object, need: Need) -> bytes:
        return b"%d" % len(value) if isinstance(value, Sized) else ABSENT

    def _truth(self, value: object, _: object, need: Need) -> bytes:
        return b"true" if value else b"false"

    def _existence(self, value: object, _: object, need: Need) -> bytes:
        return b"none" if value is None else b"some"

    def _fields(self, value: object) -> bytes:
        names = [field.name for field in fields(value)]  # type: ignore[arg-type]
        return combine(type(value).__name__, [self.part(getattr(value, name), _WHOLE) for name in names])

    def _plain(self, value: object) -> bytes:
        if isinstance(value, Mapping):
            return combine("mapping", [self.part(half, _WHOLE) for item in value.items() for half in item])
        if isinstance(value, tuple | list):
            return combine(type(value).__name__, [self.part(item, _WHOLE) for item in value])
        owner = getattr(value, "__self__", None)  # of a method: it may use all of its object
        return self._digester(value).encode() if owner is None else self.part(owner, _WHOLE)


_STEPS: Mapping[str, Callable[[Digests, object, object, Need], bytes]] = {
    "attribute": Digests._attribute,
    "item": Digests._item,
    "slice": Digests._slice,
    "each": Digests._each,
    "count": Digests._count,
    "truth": Digests._truth,
    "existence": Digests._existence,
}
