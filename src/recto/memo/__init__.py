"""Run pure steps only on inputs not seen before: all of what is incremental and parallel in recto is in here.

Three laws keep it right. A step sees only its own input: no other file than one that the input names by its digest,
no clock. Everything that matters is in the
key: the input and the step's salt. Results are values, warnings included, and every one of them, fresh or
remembered, is read back from the bytes that are kept: so a cold build cannot differ from a warm one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from recto.memo.blobs import keep_blob
from recto.memo.digests import Digester, digest, digest_bytes
from recto.memo.entries import batches
from recto.memo.files import FileFacts, Mark, Written, is_settled, mark
from recto.memo.steps import Step
from recto.memo.store import PageRecord, Store
from recto.memo.workers import Workers

__all__ = [
    "Digester",
    "FileFacts",
    "Mark",
    "PageRecord",
    "Step",
    "Store",
    "Workers",
    "Written",
    "digest",
    "digest_bytes",
    "is_settled",
    "keep_blob",
    "mark",
    "memo_map",
]

Input = TypeVar("Input")
Output = TypeVar("Output")
Progress = Callable[[int, int], None]

READ = 200  # results read at once, so that their bytes are not all held
WRITTEN = 64  # results kept at once


def memo_map(
    step: Step[Input, Output],
    inputs: Sequence[Input],
    store: Store,
    workers: Workers,
    progress: Progress | None = None,
    usable: Callable[[Output], bool] = lambda result: True,
) -> list[Output]:
    """`[step.run(i) for i in inputs]`, running only what the store does not have.

    `progress` is told how many of how many different inputs are ready; its first call tells how many were remembered.
    What was made before an interruption is kept. `usable` says whether a result holds, where it names files: one that
    was remembered and does not hold is made again, and a new one that does not hold is not kept.
    """
    tell = progress or (lambda done, total: None)
    keys = [step.key(value) for value in inputs]
    wanted = dict(zip(keys, inputs, strict=True))
    ready = {key: result for key, result in _remembered(step, wanted, store) if usable(result)}
    tell(len(ready), len(wanted))
    missing = {key: value for key, value in wanted.items() if key not in ready}
    for key, result in _made(step, missing, store, workers, usable):
        ready[key] = result
        tell(len(ready), len(wanted))
    return [ready[key] for key in keys]


def _remembered(step: Step[Any, Output], keys: Iterable[str], store: Store) -> Iterator[tuple[str, Output]]:
    for batch in batches(keys, READ):
        for key, data in store.get(batch).items():
            with suppress(msgspec.MsgspecError, ValueError):  # of another shape: as if it were not there
                yield key, step.decode(data)


def _made(
    step: Step[Input, Output],
    missing: Mapping[str, Input],
    store: Store,
    workers: Workers,
    usable: Callable[[Output], bool],
) -> Iterator[tuple[str, Output]]:
    """Run the step on what is missing, and keep the results, also those before an interruption."""
    keys = list(missing)
    fresh: dict[str, bytes] = {}
    try:
        for number, data in workers.run(step, list(missing.values())):
            result = step.decode(data)
            if usable(result):
                fresh[keys[number]] = data
            yield keys[number], result
            if len(fresh) == WRITTEN:
                store.put(fresh)
                fresh = {}
    finally:
        store.put(fresh)
