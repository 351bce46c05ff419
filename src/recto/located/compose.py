"""YAML text -> plain values, places and diagnostics, in one pass over the parser's tree.

Bounded whatever the text: its length, its depth and what its aliases expand to are limited before they cost anything.
"""

import re
from typing import Any, NamedTuple

import yaml

try:
    from yaml import CSafeLoader as _Parser
except ImportError:  # a PyYAML without libyaml: slower, otherwise the same
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

from recto.diagnostics import Diagnostic, error
from recto.located.explain import Complaint, explain
from recto.located.places import KEY, Places, Span
from recto.located.scalars import resolve

MAX_LENGTH = 1_000_000  # characters
MAX_DEPTH = 60
MAX_COPIES = 10_000  # values that come from aliases

_LINE_SEPARATORS = str.maketrans(
    "\x85\u2028\u2029", "   "
)  # YAML 1.1 breaks lines there; no editor counts them
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DEEPENING = re.compile(r"[\[{]|^[ \-?:]+", re.MULTILINE)
_TAG = "tag:yaml.org,2002:"


class Document(NamedTuple):
    """A YAML text: its value (None where it could not be read), where everything stands, what is wrong."""

    value: object
    places: Places
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, *, path: str, first_line: int = 1, code: str = "yaml") -> Document:
    """Read one YAML document. `first_line` is the line of the file on which the text starts, `code` that of the
    diagnostics for what is not YAML. Keys are always text, as written."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_SEPARATORS)
    reader = _Reader(text)
    places = Places(text, path, first_line, reader.spans)
    try:
        tree = _tree(text)
        value = reader.value(tree, "", 0) if tree else None
    except Complaint as stop:
        value = None
        reader.complaints.append(stop)
    return Document(value, places, tuple(_diagnostic(c, code, places) for c in reader.complaints))


def _diagnostic(complaint: Complaint, code: str, places: Places) -> Diagnostic:
    related = (places.location(*complaint.first),) if complaint.first else ()
    return error(
        complaint.code or code,
        complaint.message,
        places.location(*complaint.span),
        hint=complaint.hint,
        related=related,
    )


def _tree(text: str) -> Any:
    _guard(text)
    composer = _Composer(text)
    try:
        return composer.get_single_node()
    except yaml.MarkedYAMLError as problem:
        raise explain(text, problem) from None
    finally:
        composer.dispose()


def _guard(text: str) -> None:
    """Refuse what the parser must not see: it descends on the machine's stack and stops at control characters."""
    if len(text) > MAX_LENGTH:
        hint = "keep large tables in a JSON file in data/"
        raise Complaint(
            f"this is more YAML than recto reads at once ({MAX_LENGTH:,} characters)", (0, 1), hint
        )
    if bad := _FORBIDDEN.search(text):
        name = f"U+{ord(bad.group()):04X}"
        raise Complaint(f"there is an invisible control character ({name}) here", bad.span(), "delete it")
    if len(text) > MAX_DEPTH and (deep := _too_deep(text)) is not None:
        raise _depth_complaint((deep, deep + 1))


def _too_deep(text: str) -> int | None:
    """Where the nesting passes the limit. Openings are counted first, which is enough for all but hostile texts."""
    if sum(len(run) for run in _DEEPENING.findall(text)) < 2_000:
        return None
    depth = 0
    composer = _Composer(text)
    try:
        while composer.check_event():
            event: Any = composer.get_event()
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                return int(event.start_mark.index)
    except yaml.MarkedYAMLError as problem:
        raise explain(text, problem) from None
    finally:
        composer.dispose()
    return None


def _depth_complaint(span: Span) -> Complaint:
    return Complaint(f"values are nested more than {MAX_DEPTH} levels deep", span, "write it flatter")


class _Composer(_Parser):
    """The parser's tree with places and without guesses about types, which is most of what composing costs."""

    def descend_resolver(self, *_: object) -> None: ...
    def ascend_resolver(self) -> None: ...
    def resolve(self, *_: object) -> None: ...


class _Reader:
    """Makes values of nodes, notes where they stand, and collects complaints."""

    def __init__(self, text: str) -> None:
        self.spans: dict[str, Span] = {}
        self.complaints: list[Complaint] = []
        self._left = (
            2 * len(text) + MAX_COPIES
        )  # without aliases a text has fewer values than twice its characters

    def value(self, node: Any, path: str, depth: int) -> object:
        """The value of a node, whose key path is `path`."""
        self._left -= 1
        if self._left < 0:
            hint = "write the values out, or keep them in a file in data/"
            raise Complaint(
                f"the aliases (*name) expand to more than {MAX_COPIES:,} values", _span(node), hint
            )
        if depth > MAX_DEPTH:
            raise _depth_complaint(_span(node))
        if node.id == "scalar":
            return _scalar(node)
        return (
            self._sequence(node, path, depth) if node.id == "sequence" else self._mapping(node, path, depth)
        )

    def _sequence(self, node: Any, path: str, depth: int) -> list[object]:
        _check_tag(node, "seq")
        prefix = f"{path}." if path else ""
        values = []
        for index, item in enumerate(node.value):
            key = f"{prefix}{index}"
            self.spans[key] = _span(item)
            values.append(self.value(item, key, depth + 1))
        return values

    def _mapping(self, node: Any, path: str, depth: int) -> dict[str, object]:
        _check_tag(node, "map")
        prefix = f"{path}." if path else ""
        values: dict[str, object] = {}
        merged: list[Any] = []
        first: dict[str, Span] = {}
        for key_node, item in node.value:
            key = _key(key_node)
            if key == "<<" and not key_node.style:
                merged.append(item)
                continue
            place = f"{prefix}{key}"
            start, end = _span(key_node)
            if key in values:
                self._duplicate(key, (start, end), first[key])
            first[key] = self.spans[place + KEY] = (start, end)
            inside = _span(item)
            self.spans[place] = inside if inside[0] < inside[1] else (start, end)
            values[key] = self.value(item, place, depth + 1)
        return self._inherit(merged, values, path, depth) if merged else values

    def _inherit(
        self, merged: list[Any], values: dict[str, object], path: str, depth: int
    ) -> dict[str, object]:
        """What `<<: *other` adds: keys of the others that the mapping itself does not have; earlier ones win."""
        own = dict(self.spans)
        for outer in merged:
            for node in outer.value if outer.id == "sequence" else [outer]:
                if node.id != "mapping":
                    raise Complaint("<< can only take in a mapping", _span(node), "write <<: *name")
                values = {**self._inherited(node, path, depth), **values}
        self.spans.update(own)
        return values

    def _inherited(self, node: Any, path: str, depth: int) -> dict[str, object]:
        value = self.value(node, path, depth + 1)
        return value if isinstance(value, dict) else {}

    def _duplicate(self, key: str, span: Span, first: Span) -> None:
        hint = "keep one of the two lines"
        self.complaints.append(
            Complaint(f'"{key}" is there twice', span, hint, code="duplicate-key", first=first)
        )


def _span(node: Any) -> Span:
    return node.start_mark.index, node.end_mark.index


def _key(node: Any) -> str:
    if node.id != "scalar":
        raise Complaint("a key must be plain text", _span(node), 'put quotes around it: "[a]": ...')
    return str(node.value)


def _scalar(node: Any) -> object:
    text = str(node.value)
    if node.tag is None or node.tag == "!":
        return text if node.style or node.tag else resolve(text)
    _check_tag(node, "str", "int", "float", "bool", "null", "timestamp")
    return text if node.tag == f"{_TAG}str" else resolve(text)


def _check_tag(node: Any, *known: str) -> None:
    if node.tag in (None, "!") or node.tag in [_TAG + name for name in known]:
        return
    name = node.tag.replace(_TAG, "!!")
    raise Complaint(
        f'"{name}" is a YAML tag that recto does not know', _span(node), "put the value in quotes"
    )
