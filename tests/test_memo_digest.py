"""Equal values have equal digests, and values that a page would show differently have different ones."""

import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from recto.diagnostics import Severity
from recto.memo import Digester, digest, digest_bytes
from recto.model import Content, Hypertext, Post, Site, Term, Year

BERLIN = ZoneInfo("Europe/Berlin")
DISTINCT: list[object] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    10**5000,
    0.0,
    -0.0,
    1.0,
    "",
    "1",
    "None",
    "ab",
    "\udc80",
    b"",
    b"1",
    (),
    [],
    {},
    (1,),
    [1],
    ("a", "b"),
    ("ab",),
    ("a", ("b",)),
    (("a",), "b"),
    {"a": 1},
    {"a": True},
    {"a": {"b": 1}},
    {"a": "", "b": ""},
    Markup(""),
    Markup("1"),
    date(2017, 5, 1),
    datetime(2017, 5, 1),  # noqa: DTZ001
    datetime(2017, 5, 1, tzinfo=UTC),
    datetime(2017, 5, 1, 2, tzinfo=BERLIN),
    datetime(2017, 10, 29, 2, tzinfo=BERLIN),
    datetime(2017, 10, 29, 2, tzinfo=BERLIN, fold=1),
    "2017-05-01",
    Severity.ERROR,
    "error",
    Hypertext(),
    Content(),
    Content(words=1),
    Content(text="x" * 1000),
    Content(text="x" * 1001),
    Content(summary="x" * 1000),
]


def test_different_values_differ() -> None:
    digests = [digest(value) for value in DISTINCT]
    assert len(set(digests)) == len(DISTINCT)


def test_a_value_has_one_digest_wherever_it_stands() -> None:
    for value in DISTINCT:
        assert digest(value) == digest(value)
        assert digest((value, value)) == digest((value, value))


def test_the_order_of_a_mapping_is_irrelevant_at_any_depth() -> None:
    one = {"a": {"x": 1, "y": [2]}, "b": "c"}
    other = {"b": "c", "a": MappingProxyType({"y": [2], "x": 1})}
    assert digest(one) == digest(other)


def test_equal_parts_of_different_identity_are_equal() -> None:
    text = "x" * 1000
    assert digest((Content(text=text), Content(text=text))) == digest((Content(text=text),) * 2)


def test_a_class_of_the_same_fields_differs() -> None:
    @dataclass(frozen=True)
    class One:
        value: int

    @dataclass(frozen=True)
    class Other:
        value: int

    assert digest(One(1)) != digest(Other(1))


def test_members_of_two_enumerations_differ() -> None:
    class One(StrEnum):
        A = "a"

    class Other(Enum):
        A = "a"

    assert digest(One.A) != digest(Other.A)


@pytest.mark.parametrize("value", [object(), {1}, frozenset(), ..., int, len, BERLIN, 1j, range(3)])
def test_an_unknown_type_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="no digest is defined for "):
        digest(value)
    with pytest.raises(TypeError):
        digest({"a": (value,)})


def test_a_subclass_of_a_plain_type_is_an_unknown_type() -> None:
    class Special(str):
        pass

    with pytest.raises(TypeError):
        digest(Special("x"))


def test_a_mutable_dataclass_is_looked_at_each_time() -> None:
    @dataclass
    class Box:
        text: str

    digester, box = Digester(), Box("x" * 1000)
    before = digester(box)
    box.text = "y" * 1000
    assert digester(box) != before


def post(number: int) -> Post:
    path = f"posts/{number}/index.html"
    body = Content(html=Hypertext(parts=("<p>" + "word " * 100,)), text="word " * 100)
    return Post(
        source=f"{number}.md", slug="a", url=f"/{number}/", path=path, permalink="", title="A", body=body
    )


def test_a_digester_that_has_seen_much_agrees_with_one_that_has_not() -> None:
    posts = tuple(post(n) for n in range(5))
    terms = tuple(Term(taxonomy="t", name=str(n), slug="", url="", posts=posts[n:]) for n in range(5))
    site = Site(title="A", posts=posts, years=(Year(year=2017, posts=posts),))
    digester = Digester()
    for value in (posts, terms, site, posts[2], replace(site, title="B")):
        assert digester(value) == digest(value)


def test_a_change_deep_inside_shows() -> None:
    one, other = post(1), post(1)
    body = replace(other.body, html=Hypertext(parts=("<p>" + "word " * 99 + "werd ",)))
    assert digest(Site(title="A", posts=(one,))) != digest(
        Site(title="A", posts=(replace(other, body=body),))
    )


def test_a_digest_is_the_same_in_every_process() -> None:
    code = "from recto.memo import digest; print(digest(({'b': 1, 'a': [None]}, 'ü')))"
    env = {"PYTHONHASHSEED": "7"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert result.stdout.strip() == digest(({"a": [None], "b": 1}, "ü"))


def test_digest_bytes_is_of_the_bytes_alone() -> None:
    assert digest_bytes(b"") == "3345524abf6bbe1809449224b5972c41790b6cf2"
    assert digest_bytes(b"a") != digest_bytes(b"b")
