"""Steps for the tests of the memo: functions of a module, so that worker processes find them."""

import os
import time
from dataclasses import dataclass

from recto.memo import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An input."""

    text: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A result."""

    words: tuple[str, ...] = ()
    count: int = 0


def split(value: Text) -> Words:
    words = tuple(value.text.split()) * value.times
    return Words(words=words, count=len(words))


def die_in_a_worker(value: int) -> int:
    """As if the system had killed it for its memory."""
    if value == 7 and os.environ.get("RECTO_TEST_PARENT") != str(os.getpid()):
        os._exit(9)
    return value * 2


def fail(value: int) -> int:
    if value == 7:
        raise ZeroDivisionError("seven")
    return value


def process(value: int) -> int:
    return os.getpid()


def slow(value: int) -> int:
    time.sleep(60)
    return value


SPLIT = Step(name="split", run=split, input=Text, output=Words)
DIE = Step(name="die", run=die_in_a_worker, input=int, output=int)
FAIL = Step(name="fail", run=fail, input=int, output=int)
PROCESS = Step(name="process", run=process, input=int, output=int)
SLOW = Step(name="slow", run=slow, input=int, output=int)
