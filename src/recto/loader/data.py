"""Read data/: a tree of values for templates, by folder and file name."""

import json
from collections.abc import Iterator, Sequence
from typing import NoReturn

from recto import located
from recto.diagnostics import Diagnostic, Location, error
from recto.loader.looks import Look
from recto.loader.reading import text
from recto.loader.walk import Found
from recto.located import MAX_DEPTH

FORMATS = (".yaml", ".yml", ".json")


def load(
    folder: str, files: tuple[Found, ...], looks: Sequence[Look]
) -> tuple[dict[str, object], tuple[Diagnostic, ...]]:
    """`data/talks/2017.yaml` is data["talks"]["2017"]; the values, and what is wrong. `looks` are those of the files."""
    data: dict[str, object] = {}
    owners: dict[tuple[str, ...], str] = {}
    diagnostics: list[Diagnostic] = []
    for found in files:
        stem, dot, extension = found.path.removeprefix(f"{folder}/").rpartition(".")
        written = text(found) if f"{dot}{extension.lower()}" in FORMATS else None
        if not isinstance(written, str):
            diagnostics += [written] if written else []
            continue
        keys = tuple(stem.split("/"))
        if other := _claimed(keys, owners):
            message = f"{found.path} and {other} are both site.data.{'.'.join(keys)}"
            diagnostics.append(error("data-name", message, Location(path=found.path), hint="rename one"))
            continue
        owners[keys] = found.path
        value, problems = _value(written, found.path)
        diagnostics += problems
        _put(data, keys, value)
    return data, tuple(diagnostics)


def _claimed(keys: tuple[str, ...], owners: dict[tuple[str, ...], str]) -> str:
    """The file that already has this place, one within it, or one around it."""
    around = (owners[keys[:n]] for n in range(1, len(keys) + 1) if keys[:n] in owners)
    within = (owner for place, owner in owners.items() if place[: len(keys)] == keys)
    return next(around, "") or next(within, "")


def _put(data: dict[str, object], keys: tuple[str, ...], value: object) -> None:
    for key in keys[:-1]:
        inner = data.setdefault(key, {})
        assert isinstance(inner, dict)  # files have folders to themselves, see _claimed
        data = inner
    data[keys[-1]] = value


def _value(text: str, path: str) -> tuple[object, tuple[Diagnostic, ...]]:
    if not path.lower().endswith(".json"):
        value, _, diagnostics = located.parse(text, path=path)
        return value, diagnostics
    try:
        value = json.loads(text, parse_constant=_no_constant)
        if not _is_deeper(value, MAX_DEPTH):
            return value, ()
        message = f"this JSON is nested more than {MAX_DEPTH} levels deep"
    except json.JSONDecodeError as problem:
        return None, (_bad_json(problem, path),)
    except RecursionError:
        message = f"this JSON is nested more than {MAX_DEPTH} levels deep"
    except ValueError as problem:
        message = f"this is not valid JSON: {problem}"
    return None, (error("json", message, Location(path=path)),)


def _is_deeper(value: object, levels: int) -> bool:
    """Whether lists and mappings are within one another beyond that; later stages descend on the machine's stack."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (not levels or any(_is_deeper(item, levels - 1) for item in inner))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _bad_json(problem: json.JSONDecodeError, path: str) -> Diagnostic:
    lines = problem.doc.split("\n")
    text = lines[problem.lineno - 1] if problem.lineno <= len(lines) else ""
    place = Location(path=path, line=problem.lineno, column=problem.colno, text=text.rstrip("\r"))
    message = f"this is not valid JSON: {_lower(problem.msg)}"
    return error("json", message, place, hint="; ".join(_hints(text[problem.colno - 1 :], problem)))


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _hints(rest: str, problem: json.JSONDecodeError) -> Iterator[str]:
    before = problem.doc[: problem.pos].rstrip()
    if before.endswith(",") and rest.lstrip()[:1] in ("]", "}", ""):
        yield "remove the comma after the last item"
    elif rest.startswith("'"):
        yield "JSON has double quotes only"
    elif rest.startswith(("//", "#", "/*")):
        yield "JSON has no comments; YAML has"
