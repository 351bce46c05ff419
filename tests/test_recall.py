"""What one build leaves to the next: results of pure functions, by the very values that they were given."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from recto.recall import Recall, same, settled


@dataclass(frozen=True)
class Thing:
    name: str
    size: object = 0


class Counting:
    """A function that says of what it was called."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __call__(self, *args: Any) -> Thing:
        self.asked.append(args)
        return Thing("".join(str(getattr(arg, "name", arg)) for arg in args))

    def taken(self) -> list[str]:
        """What it was called with since it was last asked, by the first argument's name."""
        names, self.asked = [args[0].name for args in self.asked], []
        return names


A, B, C, D = (Thing(name) for name in "abcd")


def test_row_that_was_there_is_not_made_again() -> None:
    recall, make = Recall(), Counting()
    first = recall.each(make, [A, B])
    assert make.taken() == ["a", "b"]
    assert recall.each(make, [A, B]) == first
    assert make.taken() == []


@pytest.mark.parametrize(
    ("now", "fresh"),
    [
        ([A, D, C], ["d"]),
        ([A, B, C, D], ["d"]),
        ([D, A, B, C], ["d"]),
        ([A, C], []),
        ([C, B, A], []),
        ([B, C, D], ["d"]),
        ([], []),
        ([A, A, B, C], []),
    ],
)
def test_only_new_rows_are_made_wherever_they_stand(now: list[Thing], fresh: list[str]) -> None:
    recall, make = Recall(), Counting()
    recall.each(make, [A, B, C])
    make.taken()
    assert [made.name for made in recall.each(make, now)] == [one.name for one in now]
    assert make.taken() == fresh


@pytest.mark.parametrize("now", [[B, A], [A, B, C]])
def test_row_is_made_again_where_another_of_its_values_differs(now: list[Thing]) -> None:
    recall, make = Recall(), Counting()
    recall.each(make, [A, B], ["1", "2"])
    make.taken()
    others = ["2", "3", "4"][: len(now)]
    assert [made.name for made in recall.each(make, now, others)] == [
        f"{one.name}{other}" for one, other in zip(now, others, strict=True)
    ]


def test_all_rows_are_made_again_where_what_they_share_differs() -> None:
    recall, make = Recall(), Counting()
    recall.each(make, [A, B], shared=("x",))
    make.taken()
    recall.each(make, [A, B], shared=("x",))
    assert make.taken() == []
    assert [made.name for made in recall.each(make, [A, B], shared=("y",))] == ["ay", "by"]


def test_another_number_of_columns_is_another_question() -> None:
    recall, make = Recall(), Counting()
    recall.each(make, [A, B])
    assert [made.name for made in recall.each(make, [A, B], "12")] == ["a1", "b2"]


def test_equal_value_in_the_same_row_counts_as_the_same() -> None:
    recall, make = Recall(), Counting()
    recall.each(make, [A, B], [(A, B), (B,)])
    make.taken()
    recall.each(make, [A, B], [(A, B), (B, C)])
    assert make.taken() == ["b"]


def test_result_that_is_made_anew_but_equal_gives_way_to_the_old_one() -> None:
    recall = Recall()
    [old] = recall.each(lambda_length, ["ab"])
    [new] = recall.each(lambda_length, ["cd"])
    assert new is old
    [other] = recall.each(lambda_length, ["cde"])
    assert other == Thing("length", 3)


def lambda_length(text: str) -> Thing:
    return Thing("length", len(text))


def test_what_was_before_the_last_time_is_forgotten() -> None:
    recall, make = Recall(), Counting()
    for rows in ([A], [B], [A]):
        recall.each(make, rows)
    assert make.taken() == ["a", "b", "a"]


def test_batch_is_asked_once_for_all_new_values() -> None:
    recall = Recall()
    asked: list[list[str]] = []

    def double(values: list[str]) -> list[str]:
        asked.append(values)
        return [value * 2 for value in values]

    assert recall.batch(double, ["a", "b"], name="double") == ["aa", "bb"]
    assert recall.batch(double, ["a", "c", "d"], name="double") == ["aa", "cc", "dd"]
    assert asked == [["a", "b"], ["c", "d"]]


def test_once_is_called_only_for_other_arguments() -> None:
    recall, make = Recall(), Counting()
    first = recall.once(make, A, (B, C))
    assert recall.once(make, Thing("a"), (B, Thing("c"))) is first
    assert make.taken() == ["a"]
    recall.once(make, A, (B, D))
    assert make.taken() == ["a"]


def test_revision_is_told_of_the_last_time() -> None:
    recall = Recall()
    told: list[object] = []

    def total(values: tuple[int, ...], before: tuple[tuple[int, ...], int] | None) -> int:
        told.append(before)
        return sum(values)

    assert [recall.revise(total, values) for values in ((1, 2), (1, 2), (3,))] == [3, 3, 3]
    assert told == [None, ((1, 2), 3)]


def test_parts_know_nothing_of_one_another() -> None:
    recall, make = Recall(), Counting()
    recall.part("one").each(make, [A])
    recall.part("two").each(make, [A])
    assert make.taken() == ["a", "a"]
    assert recall.part("one") is recall.part("one")


def test_same_value_is_the_one_of_last_time() -> None:
    recall = Recall()
    first = recall.same("settings", Thing("x"))
    assert recall.same("settings", Thing("x")) is first
    assert recall.same("settings", Thing("y")) == Thing("y")


NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        ("1", 1),
        ((1,), [1]),
        (Thing("a", 1), Thing("a", True)),
        ((0, False), (False, 0)),
        ({"a": 1}, {"a": True}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (frozenset({1}), frozenset({True})),
        (NOON, NOON.astimezone(timezone(timedelta(hours=1)))),
        (NOON.astimezone(ZoneInfo("Europe/Oslo")), NOON.astimezone(ZoneInfo("Europe/Stockholm"))),
        (object(), object()),
        ((1, 2), (1, 2, 3)),
        (float("nan"), float("nan")),
    ],
)
def test_what_makes_different_pages_is_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Thing("a", (1, "x")), Thing("a", (1, "x"))),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        (frozenset({"x", "y"}), frozenset({"y", "x"})),
        (NOON, datetime(2026, 11, 1, 12, tzinfo=UTC)),
        (b"x", b"x"),
        (None, None),
    ],
)
def test_what_is_equal_in_every_part_is_the_same(one: object, other: object) -> None:
    assert same(one, other)
    assert settled(one, other) is one
