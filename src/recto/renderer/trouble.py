"""Turn what goes wrong in a template into a located problem: file, line, column, and what to do.

Jinja knows the line; the column is found by looking for the word in question among the template's tags.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType

from jinja2 import TemplateNotFound, TemplateSyntaxError
from jinja2.utils import missing

from recto.diagnostics import Diagnostic, Location, did_you_mean, error
from recto.model import Template
from recto.renderer.environment import SOURCE, THEME, Lookup, MissingNameError, public
from recto.renderer.misuse import MisuseError

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BARE = r"(?<![\w.\"'])"
_OF_SOMETHING = r"(?:(?<=\.)|(?<=\. )|(?<=\[)|(?<=\[[\"'])|(?<=attribute=[\"']))"
# What stands before a part of something: `post.`, `post.tags[0].`, `post.extra["`.
_OWNER = re.compile(r"""[A-Za-z_]\w*(?:\.\w+|\[\w+\]|\["\w+"\]|\['\w+'\])*(?:\.|\[["']?)$""")
_ROOTS = ("site", "page", "post")  # whose parts are asked for without them; the last is the likeliest
_CLOSING = {".": "", "[": "]", '"': '"]', "'": "']"}
_TAGS = (
    *(
        "autoescape",
        "block",
        "call",
        "extends",
        "filter",
        "for",
        "from",
        "if",
        "import",
        "include",
        "macro",
        "raw",
        "set",
    ),
    *(
        "endautoescape",
        "endblock",
        "endcall",
        "endfilter",
        "endfor",
        "endif",
        "endmacro",
        "endraw",
        "endset",
        "endwith",
    ),
    *("elif", "else", "with"),
)
_REACH = 12  # lines below the one that Jinja names on which a long tag may still go on


def from_syntax(problem: TemplateSyntaxError, template: Template) -> Diagnostic:
    """A template that Jinja cannot read."""
    said = problem.message or "this is not a template"
    open_tag = re.search(r"needs to be closed is '(\w+)'", said)
    hint = f"{{% {open_tag[1]} %}} is closed by {{% end{open_tag[1]} %}}" if open_tag else ""
    if tag := re.match(r"Encountered unknown tag '(\w+)'", said):
        at = place(template, problem.lineno, rf"(?<!\w){tag[1]}(?!\w)", anywhere=True)
        if tag[1] not in _TAGS:
            return unknown("tag", tag[1], _TAGS, at)
        return error("template-syntax", f'"{tag[1]}" belongs to nothing that is open here', at, hint=hint)
    words = re.findall(r"'([^']+)'", said)
    at = place(template, problem.lineno, re.escape(words[0]) if words else "", anywhere=True)
    return error("template-syntax", _lower(said.partition(". ")[0]), at, hint=hint)


def unknown(kind: str, name: str, known: Iterable[str], location: Location, context: str = "") -> Diagnostic:
    """A name that leads nowhere: of a template, a filter or a test."""
    elsewhere = "it is neither yours nor the theme's: recto templates list names them all"
    hint = did_you_mean(name, known) or (elsewhere if kind == "template" else "")
    return error(f"{kind}-unknown", f'there is no {kind} "{name}"', location, hint=hint, context=context)


def from_rendering(
    problem: Exception, lookup: Lookup, names: Mapping[str, object], origin: Location
) -> Diagnostic:
    """What a template did wrong while a page was made of it. `names` are those of its context."""
    if isinstance(problem, TemplateSyntaxError) and (template := lookup.find(problem.name or "")):
        return from_syntax(problem, template)
    template, line = _last_template(problem.__traceback__, lookup)
    if template is None:
        return error("template", _described(problem), origin)
    return _in_template(problem, template, line, lookup, names, origin.path)


def _in_template(
    problem: Exception,
    template: Template,
    line: int,
    lookup: Lookup,
    names: Mapping[str, object],
    context: str,
) -> Diagnostic:
    match problem:
        case MissingNameError():
            return _missing(problem, template, line, names, context)
        case TemplateNotFound():
            at = place(template, line, re.escape(str(problem.name)))
            return unknown("template", str(problem.name), lookup.names, at, context)
        case MisuseError():
            at = place(template, line, re.escape(problem.word))
            return error("template", str(problem), at, hint=problem.hint, context=context)
        case RecursionError():
            hint = f'to build on the theme\'s: {{% extends "{THEME}{template.name.removeprefix(THEME)}" %}}'
            message = "this template includes or extends itself without end"
            return error("template", message, place(template, line), hint=hint, context=context)
    called = re.match(r"(\w+)\(\) ", str(problem))  # Python's words on arguments that do not fit
    at = place(template, line, rf"{_BARE}{called[1]}(?=\W)" if called else "")
    return error("template", _described(problem), at, context=context)


def _described(problem: Exception) -> str:
    what = str(problem).partition("\n")[0] or "no reason given"
    return f"the template fails here: {_lower(what)} ({type(problem).__name__})"


def _missing(
    problem: MissingNameError, template: Template, line: int, names: Mapping[str, object], context: str
) -> Diagnostic:
    bare = problem.owner is missing
    pattern = f"{_BARE if bare else _OF_SOMETHING}{re.escape(problem.name)}(?!\\w)"
    location = place(template, line, pattern)
    found = _OWNER.search(location.text[: max(0, location.column - 1)])
    owner = found[0] if found else ""
    full = f"{owner}{problem.name}{_CLOSING[owner[-1]] if owner else ''}"
    hint = _bare_hint(problem.name, names) if bare else did_you_mean(problem.name, public(problem.owner))
    if isinstance(problem.owner, Mapping) and owner:
        hint = f'{hint}\nwhere it may be missing: {{{{ {full} | default("") }}}}'.strip()
    elif problem.owner in (None, ()) and owner:
        hint = f"there is none here: {{% if {owner.rstrip(''.join(_CLOSING))} %}}…{{% endif %}}"
    return error("undefined", f"{full} does not exist", location, hint=hint, context=context)


def _bare_hint(name: str, names: Mapping[str, object]) -> str:
    if name in names:
        return "an imported template does not see the page: end the import with `with context`"
    parts = {part: f"{root}.{part}" for root in _ROOTS if root in names for part in public(names[root])}
    known = {**parts, **{each: each for each in names}}
    guess = re.sub(r'"(.+)"', lambda found: f'"{known[found[1]]}"', did_you_mean(name, known))
    return guess or f"there are: {', '.join(key for key in names if not callable(names[key]))}"


def _last_template(trace: TracebackType | None, lookup: Lookup) -> tuple[Template | None, int]:
    found: tuple[Template | None, int] = (None, 0)
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(SOURCE):
            found = (lookup.find(file.removeprefix(SOURCE)), trace.tb_lineno)
        trace = trace.tb_next
    return found


def place(template: Template, line: int, pattern: str = "", *, anywhere: bool = False) -> Location:
    """Where it is in the template: the first match of the pattern within a tag on the line, or below it where the
    tag goes on; `anywhere`: outside of tags too. The line alone where nothing matches."""
    path = template.name if template.name.startswith(THEME) else template.path
    lines = template.text.splitlines() or [""]
    start = sum(len(text) + 1 for text in lines[: line - 1])
    text = "\n".join(lines)
    end = sum(len(text) + 1 for text in lines[: line - 1 + (1 if anywhere else _REACH)])
    spans = [(start, end)] if anywhere else _tags(text, start, end)
    for first, last in spans:
        if pattern and (match := re.compile(pattern).search(text, first, last)):
            row = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            return Location(path=path, line=row, column=column, width=len(match[0]), text=lines[row - 1])
    return Location(path=path, line=line, text=lines[line - 1] if line <= len(lines) else "")


def _tags(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for tag in _TAG.finditer(text):
        if tag.end() > start and tag.start() < end:
            yield max(tag.start(), start), tag.end()


def _lower(message: str) -> str:
    message = message.strip().rstrip(".")
    return message if message[:2].isupper() else message[:1].lower() + message[1:]
