"""Name a pure function together with everything that decides its results.

A step's salt is made of source code and of versions, so nobody has to remember to raise a number: whatever could
change a result changes the salt, and with it every key.
"""

import importlib.metadata
import importlib.resources
import importlib.util
import platform
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, Generic, TypeVar, cast

import msgspec

from recto.memo.digests import digest

Input = TypeVar("Input")
Output = TypeVar("Output")

CHUNK = 32


def itself(value: object) -> object:
    """The identity of an input that has nothing else in it."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Input, Output]):
    """A pure function whose results are remembered.

    `run` is a function of a module (worker processes find it by its name), sees only its input, and does not raise
    for an author's mistake. `modules` are the modules and packages of recto that `run` uses besides its own and
    those of its types; `libraries` the distributions. `identity` is what of an input decides the result, for inputs
    that also say where to work; a worker is given at most `chunk` inputs at once.
    """

    name: str
    run: Callable[[Input], Output]
    input: type[Input]
    output: type[Output]
    modules: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    identity: Callable[[Input], object] = itself
    chunk: int = CHUNK

    @property
    def salt(self) -> str:
        """The digest of everything but the input that decides a result."""
        return _salt(self)

    def key(self, value: Input) -> str:
        """Under which the result for this input is remembered."""
        return digest((self.salt, self.identity(value)))

    def encode(self, value: Input) -> bytes:
        """Run it; the result as the bytes that are kept."""
        return msgspec.msgpack.encode(self.run(value))

    def decode(self, data: bytes) -> Output:
        """The result that was kept. msgspec.MsgspecError or ValueError where the bytes are anything else."""
        result: Output = _decoder(cast(Hashable, self.output)).decode(data)
        return result


@cache
def _decoder(output: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(cast(Any, output), strict=True)


@cache
def _salt(step: Step[Any, Any]) -> str:
    homes = {getattr(part, "__module__", "builtins") for part in (step.run, step.input, step.output)}
    return digest(
        (
            (step.name, getattr(step.run, "__qualname__", ""), str(step.input), str(step.output)),
            {name: dict(_code(name)) for name in {*step.modules, *homes}},
            {name: _version(name) for name in {*step.libraries, "msgspec"}},
            (platform.python_implementation(), platform.python_version()),
        )
    )


def _version(library: str) -> str:
    """A distribution's version; "" where it is not installed, for libraries that a step can do without."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _code(module: str) -> Iterator[tuple[str, bytes]]:
    """The source files of a module, or of a package with all that is in it, by name."""
    spec = importlib.util.find_spec(module)
    if spec is None:
        raise ModuleNotFoundError(f"no module named {module}", name=module)
    if spec.submodule_search_locations:
        yield from _files(importlib.resources.files(module), "")
    elif get_data := getattr(spec.loader, "get_data", None):
        yield "", get_data(spec.origin)


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir() and item.name != "__pycache__":
            yield from _files(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".py"):
            yield prefix + item.name, item.read_bytes()
