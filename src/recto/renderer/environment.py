"""Give templates their surroundings: where a name leads, what may be shown, what a missing name says.

Nothing here depends on the clock, on chance or on a file: Jinja's `random` and `lipsum` are taken away, and only
what is text may be shown, not an object with its place in memory.
"""

from collections.abc import Callable, Mapping
from datetime import date as Date  # noqa: N812
from functools import partial
from types import CodeType
from typing import NoReturn

from jinja2 import (
    BytecodeCache,
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    Undefined,
    UndefinedError,
)
from jinja2.bccache import Bucket
from jinja2.utils import missing

from recto.model import Template
from recto.renderer.filters import FILTERS, FUNCTIONS
from recto.renderer.misuse import MisuseError
from recto.words import Phrase, Words

THEME = "default/"
SOURCE = "recto template "  # before a template's name, as the file name in its tracebacks


class Lookup:
    """The templates by name: an own one, else the theme's."""

    def __init__(self, templates: tuple[Template, ...]) -> None:
        self._by_name = {template.name: template for template in templates}

    def find(self, name: str) -> Template | None:
        """What the name leads to, if anything."""
        return self._by_name.get(name) or self._by_name.get(THEME + name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that leads somewhere."""
        return tuple(sorted({*self._by_name, *(name.removeprefix(THEME) for name in self._by_name)}))


class MissingNameError(UndefinedError):
    """A name that does not exist, with the object that does not have it (Jinja's `missing` for a bare name)."""

    def __init__(self, owner: object, name: object, message: str | None = None) -> None:
        super().__init__(message)
        self.owner = owner
        self.name = str(name)


class Strict(StrictUndefined):
    """A name that does not exist: an error wherever it is used.

    But what an author may or may not have written, a key of a mapping, can be asked for: `{% if post.extra.mood %}`.
    """

    __slots__ = ()

    def __init__(
        self, hint: str | None = None, obj: object = missing, name: str | None = None, *_: object
    ) -> None:
        super().__init__(hint, obj, name)
        self._undefined_exception = partial(MissingNameError, obj, name)  # type: ignore[assignment]  # called to be raised

    def __bool__(self) -> bool:  # type: ignore[override]  # Jinja's never returns
        return False if isinstance(self._undefined_obj, Mapping) else super().__bool__()


class _Compiled(BytecodeCache):
    """What templates were last compiled to in this process, by name: the next build of a preview needs it too."""

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._code.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key] = (bucket.checksum, bucket.code)


_COMPILED = _Compiled()


class Surroundings(Environment):
    """Jinja's environment, with what our filters and functions ask for: the site's address, files, language and words."""

    def __init__(
        self,
        lookup: Lookup,
        *,
        address: str,
        files: Mapping[str, str],
        language: str = "en",
        words: Mapping[str, Phrase] | None = None,
    ) -> None:
        super().__init__(
            loader=FunctionLoader(partial(_source, lookup)),
            autoescape=_is_markup,
            undefined=Strict,
            finalize=shown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=_COMPILED,
        )
        self.address = address
        self.files = files
        self.language = language
        self.words = Words(language, words)
        self.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        del self.globals["lipsum"], self.filters["random"]
        self.filters |= FILTERS
        self.globals |= FUNCTIONS


def _source(lookup: Lookup, name: str) -> tuple[str, str, Callable[[], bool]]:
    template = lookup.find(name)
    if template is None:
        raise TemplateNotFound(name)
    return template.text, SOURCE + template.name, lambda: True


def _is_markup(name: str | None) -> bool:
    return name is None or name.endswith((".html", ".xml", ".svg"))


def shown(value: object) -> object:
    """What `{{ value }}` writes: text, a number or a date as it is, nothing for None; all else is a mistake."""
    if isinstance(value, str | int | float | Date | Undefined) or hasattr(value, "__html__"):
        return value
    return "" if value is None else _refuse(value)


def _refuse(value: object) -> NoReturn:
    kind = type(value).__name__
    if callable(value):
        raise MisuseError("this is a function, not text", hint="to call it, put (…) after its name")
    names = [name for name in ("title", "name", "url", "text") if hasattr(value, name)]
    hint = (
        f"ask for a part of it, such as its {names[0]}"
        if names
        else 'to show each of its items: {{ … | join(", ") }}'
    )
    raise MisuseError(f"this is a {kind}, not text", hint=hint)


def public(value: object) -> list[str]:
    """The names that a template may ask an object for."""
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    return [name for name in dir(value) if not name.startswith("_")]
