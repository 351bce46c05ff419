"""Know again what pure functions made of the very same values: what one build of a process leaves to the next.

The memo remembers on disk, by digest, what is costly to make. This remembers all the rest, by identity, for as long as
the process lives: a build that is given nearly the values of the build before has nearly its results at once.

Two laws keep it right. A function sees only its arguments, and changes none of them. And what is made anew but equal to
what was there before gives way to it, so that a change travels no further than it must. Equal is meant strictly, of one
type in every part: 1 and True are not, nor is one moment in two time zones, for they make different pages.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from itertools import compress, count
from operator import is_, is_not
from typing import Any, TypeVar, cast

Value = TypeVar("Value")
Result = TypeVar("Result")

Row = tuple[Any, ...]
Columns = Sequence[Sequence[Any]]


class Recall:
    """What is known of the last build. Used by one thread. A new one knows nothing: with it, all is made."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def own(self, make: Callable[[], Value], name: Hashable = None) -> Value:
        """What `make()` gave when it was first asked for: for a stage that keeps knowledge of its own."""
        key = (Recall.own, make, name)
        if key not in self._known:
            self._known[key] = make()
        return cast(Value, self._known[key])

    def part(self, name: Hashable) -> "Recall":
        """A recall within this one, for what is done several times in one build."""
        return self.own(Recall, name)

    def same(self, name: Hashable, value: Value) -> Value:
        """The value; the one of last time where that is equal."""
        key = (Recall.same, name)
        self._known[key] = settled(self._known.get(key), value)
        return cast(Value, self._known[key])

    def once(self, function: Callable[..., Result], *args: Any) -> Result:
        """`function(*args)`; the result of last time where the arguments are equal."""
        return self.revise(lambda value, before: function(*value), args, name=function)

    def revise(
        self,
        function: Callable[[Value, tuple[Value, Result] | None], Result],
        value: Value,
        *,
        name: Hashable = None,
    ) -> Result:
        """`function(value, before)`: `before` is what it was given last time and what it made of that, so that it can do
        the difference only. It must make the same of (value, None)."""
        key = (Recall.once, name or function)
        before: tuple[Value, Result] | None = self._known.get(key)
        if before and same(before[0], value):
            return before[1]
        result = function(value, before)
        self._known[key] = (value, settled(before[1], result) if before else result)
        return cast(Result, self._known[key][1])

    def each(
        self, function: Callable[..., Result], *columns: Iterable[Any], shared: tuple[Any, ...] = ()
    ) -> list[Result]:
        """`[function(*row, *shared) for row in zip(*columns)]`, called only for the rows that are new."""
        return self._rows(function, lambda rows: [function(*row, *shared) for row in rows], columns, shared)

    def batch(
        self,
        function: Callable[[list[Any]], Sequence[Result]],
        values: Iterable[Any],
        *,
        name: Hashable,
        shared: tuple[Any, ...] = (),
    ) -> list[Result]:
        """`function(values)`, where each result depends on its own value and on `shared` alone, called only for the values
        that are new."""
        return self._rows(name, lambda rows: function([value for (value,) in rows]), (values,), shared)

    def _rows(
        self,
        name: Hashable,
        function: Callable[[list[Row]], Sequence[Result]],
        columns: Iterable[Iterable[Any]],
        shared: tuple[Any, ...],
    ) -> list[Result]:
        key = (Recall.each, name)
        now = tuple(column if isinstance(column, tuple) else tuple(column) for column in columns)
        before: _Table = self._known.get(key, _NOTHING)
        if len(before.columns) != len(now):
            before = _Table(columns=((),) * len(now))
        if not before.results:
            results = list(function(list(zip(*now, strict=True))))
            self._known[key] = _Table(columns=now, shared=shared, results=results)
            return list(results)
        results, fresh = before.aligned(now) if len(now[0]) == len(before.results) else before.found(now)
        if not same(before.shared, shared):
            fresh = dict(enumerate(results)) | fresh
        if fresh:
            made = function([tuple(column[number] for column in now) for number in fresh])
            for (number, old), result in zip(fresh.items(), made, strict=True):
                results[number] = settled(old, result)
        self._known[key] = _Table(columns=now, shared=shared, results=results)
        return list(results)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Rows, by their columns, and what was made of each."""

    columns: Columns
    shared: tuple[Any, ...] = ()
    results: Sequence[Any] = ()

    def aligned(self, now: Columns) -> tuple[list[Any], dict[int, Any]]:
        """The results for as many rows as there were; and the numbers of the new ones, each with the result that was in its
        place."""
        results = list(self.results)
        changed = {n for old, new in zip(self.columns, now, strict=True) for n in _differing(old, new)}
        if not changed:
            return results, {}
        moved = {_identity(self.columns, number): number for number in changed}
        fresh: dict[int, Any] = {}
        for number in changed:
            place = moved.get(_identity(now, number), -1)
            if place < 0:
                fresh[number] = results[number]
            else:
                results[number] = self.results[place]
        return results, fresh

    def found(self, now: Columns) -> tuple[list[Any], dict[int, Any]]:
        """The same for more or fewer rows, which are known by their first value."""
        numbers = dict(zip(map(id, self.columns[0]), count()))
        places = [numbers.get(name, -1) for name in map(id, now[0])]
        changed = {number for number, place in enumerate(places) if place < 0}
        for old, new in zip(self.columns[1:], now[1:], strict=True):
            before = [old[place] if place >= 0 else None for place in places]
            changed.update(_differing(before, new))
        results = [self.results[place] if place >= 0 else None for place in places]
        return results, {number: results[number] for number in changed}


_NOTHING = _Table(columns=())


def _differing(before: Sequence[Any], now: Sequence[Any]) -> Iterator[int]:
    unlike = () if before is now else compress(count(), map(is_not, before, now))
    return (number for number in unlike if not same(before[number], now[number]))


def _identity(columns: Columns, number: int) -> tuple[int, ...]:
    return tuple(id(column[number]) for column in columns)


def settled(before: Value | None, now: Value) -> Value:
    """`before` where it equals `now`, else `now`."""
    return cast(Value, before) if same(before, now) else now


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal in every part, types included; False where that cannot be told."""
    if one is other:
        return True
    kind = type(one)
    return kind is type(other) and _comparison(cast(Hashable, kind))(one, other)


@cache
def _comparison(kind: Any) -> Callable[[Any, Any], bool]:
    """How two values of a type are compared."""
    if is_dataclass(kind):
        return _alike_in(tuple(part.name for part in fields(kind)))
    return next((how for family, how in _FAMILIES if issubclass(kind, family)), is_)


def _alike_in(names: tuple[str, ...]) -> Callable[[Any, Any], bool]:
    return lambda one, other: all(same(getattr(one, name), getattr(other, name)) for name in names)


def _sequences(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return len(one) == len(other) and (all(map(is_, one, other)) or all(map(same, one, other)))


def _mappings(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    """Order counts: templates walk through a mapping."""
    return _sequences(tuple(one), tuple(other)) and _sequences(tuple(one.values()), tuple(other.values()))


def _sets(one: Set[Any], other: Set[Any]) -> bool:
    """Of texts: of other values, equal ones may not be the same."""
    return one == other and all(isinstance(value, str) for value in one)


def _moments(one: datetime, other: datetime) -> bool:
    return (
        one == other
        and one.tzinfo is other.tzinfo
        and one.fold == other.fold
        and one.utcoffset() == other.utcoffset()
    )


def _plain(one: object, other: object) -> bool:
    return one == other


_FAMILIES: tuple[tuple[type | tuple[type, ...], Callable[[Any, Any], bool]], ...] = (
    (Enum, is_),
    ((str, bytes, int, float), _plain),
    (datetime, _moments),
    (date, _plain),
    ((tuple, list), _sequences),
    (Mapping, _mappings),
    (Set, _sets),
)
