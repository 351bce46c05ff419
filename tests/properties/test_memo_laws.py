"""memo_map is a plain map, whatever the store holds and however many work; equal values have equal digests."""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from memo_steps import SPLIT, Text, split
from recto.memo import Digester, Store, Workers, digest, memo_map
from recto.model import Author, Heading, NavItem


@dataclass(frozen=True)
class Box:
    content: object


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC) | st.none())
    | st.builds(Heading, level=st.integers(1, 6), id=st.text(), text=st.text())
    | st.builds(Author, name=st.text(), bio=st.text(min_size=200))
    | st.builds(NavItem, title=st.text(), url=st.text())
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=4)
        | st.builds(Box, inner)
    ),
    max_leaves=12,
)


def shape(value: Any) -> object:
    """A value in a form in which == tells apart what a template would show differently."""
    match value:
        case Mapping():
            return ("mapping", frozenset((key, shape(item)) for key, item in value.items()))
        case tuple() | list():
            return (type(value), tuple(shape(item) for item in value))
        case Box():
            return (Box, shape(value.content))
        case float():
            return (float, str(value))
    return (type(value), value)


def rebuilt(value: Any) -> Any:
    """An equal value with no part in common, and its mappings in another order."""
    match value:
        case Mapping():
            return {key: rebuilt(item) for key, item in reversed(list(value.items()))}
        case tuple() | list():
            return type(value)(rebuilt(item) for item in value)
        case Box():
            return Box(rebuilt(value.content))
    return value


@given(VALUES)
def test_equal_values_have_equal_digests(value: object) -> None:
    assert digest(value) == digest(rebuilt(value))


@given(VALUES, VALUES)
def test_values_have_equal_digests_only_where_they_are_equal(one: object, other: object) -> None:
    assert (digest(one) == digest(other)) == (shape(one) == shape(other))


@given(st.lists(VALUES, max_size=5))
def test_a_digester_agrees_with_digest_whatever_it_has_seen(values: list[object]) -> None:
    digester = Digester()
    assert [digester(value) for value in (*values, values)] == [digest(value) for value in (*values, values)]


State = Literal["as it is", "other bytes", "other shape", "forgotten", "new store", "damaged file"]
TEXTS = st.builds(Text, text=st.text(max_size=8), times=st.integers(0, 3))
STEPS = st.tuples(
    st.lists(TEXTS, max_size=6),
    st.sampled_from(["as it is", "other bytes", "other shape", "new store", "damaged file"]),
    st.booleans(),
)
TWO = Workers(2, trial=-1, start="fork" if sys.platform == "linux" else "spawn")


def spoil(folder: Path, inputs: list[Text], state: State) -> None:
    """Bring the store into a state that a crash, a disk or somebody could have left."""
    database = folder / ".recto" / "memo.sqlite"
    if state == "new store":
        database.unlink(missing_ok=True)
    elif state == "damaged file" and database.exists():
        data = database.read_bytes()
        database.write_bytes(data[: len(data) // 2] + b"\xff" * (len(data) // 2))
    elif inputs and state.startswith("other"):
        data = b"\xc1\xc1" if state == "other bytes" else b"\x93\x01\x02\x03"
        with Store.open(folder) as store:
            store.put({SPLIT.key(inputs[0]): data})


@settings(max_examples=40)
@given(st.lists(STEPS, min_size=1, max_size=4))
def test_memo_map_is_a_plain_map(steps: list[tuple[list[Text], State, bool]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for inputs, state, parallel in steps:
            spoil(folder, inputs, state)
            with Store.open(folder) as store:
                results = memo_map(SPLIT, inputs, store, TWO if parallel else Workers(1))
            assert results == [split(value) for value in inputs]
