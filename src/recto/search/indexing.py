"""The step that makes an index: documents in, files out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from recto.memo import keep_blob
from recto.model import Blob
from recto.search.documents import Document
from recto.search.service import Service, ServiceError

PATIENCE = 60.0  # seconds
PATIENCE_EACH = 0.03  # seconds; ten times what a post of 700 words takes

# The heading above all the footnotes of a post: no word of its author's.
_PASSED_OVER = ("section.notes > h2",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The whole input of the step: what is searched, the site's `language`, and the folder for what is made, which
    decides nothing."""

    documents: tuple[Document, ...]
    language: str
    blobs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Its files by their path. `problem` says in words why there are none."""

    files: Mapping[str, Blob] = field(default_factory=dict)
    problem: str = ""


class _File(msgspec.Struct):
    path: str
    content: bytes  # base64 in JSON


class _Files(msgspec.Struct):
    files: list[_File]


class _Number(msgspec.Struct):
    index_id: int


class _Added(msgspec.Struct):
    page_url: str


class _Entry(msgspec.Struct):
    languages: dict[str, "_Language"]


class _Language(msgspec.Struct):
    wasm: str | None


def index(library: Library) -> Index:
    """The index of a library: the same files, byte for byte, wherever it is made."""
    try:
        made = _made(library)
        needed = _needed(made)
        wanted = sorted(name for name in made if name in needed or ".pf_" in name)
        return Index(files={name: _kept(library.blobs, made[name]) for name in wanted})
    except (ServiceError, OSError, msgspec.MsgspecError) as problem:
        return Index(problem=str(problem))


def _made(library: Library) -> dict[str, bytes]:
    """All that Pagefind makes, by path. It is told of one page after the other: their order decides its bytes."""
    config = {"force_language": library.language.partition("-")[0].lower(), "exclude_selectors": _PASSED_OVER}
    with Service(patience=PATIENCE + len(library.documents) * PATIENCE_EACH) as service:
        number = service.ask(_Number, "NewIndex", config=config).index_id
        for document in library.documents:
            service.ask(_Added, "AddFile", index_id=number, url=document.url, file_contents=document.html)
        files = service.ask(_Files, "GetFiles", index_id=number).files
    return {file.path.removeprefix("/"): file.content for file in files}


def _needed(made: Mapping[str, bytes]) -> set[str]:
    """What a search reads besides the index itself; Pagefind's own pages and scripts are left out."""
    entry = msgspec.json.decode(made.get("pagefind-entry.json", b""), type=_Entry)
    programs = {f"wasm.{language.wasm or 'unknown'}.pagefind" for language in entry.languages.values()}
    return {"pagefind.js", "pagefind-entry.json", *programs}


def _kept(blobs: str, data: bytes) -> Blob:
    facts = keep_blob(blobs, data)
    return Blob(digest=facts.digest, size=facts.size)
