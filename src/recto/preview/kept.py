"""Keep the pages that were looked at for the next time, so that a large site opens at once.

They are kept under a name for everything that decides them (`builder.fingerprint`): while nothing has changed they are,
byte for byte, what the first build of the next preview will give, and until then they stand for it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import msgspec

from recto.memo import Store, digest
from recto.model import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Pages by path, as they were rendered, and the files that go with them. `base` is the folder below which all is served,
    `due` the moment from which it is no more what the site is."""

    base: str
    pages: Mapping[str, bytes]
    assets: tuple[Asset, ...]
    due: datetime | None = None


def keep(store: Store, fingerprint: str, kept: Kept) -> None:
    """Keep this under that name."""
    store.put({_key(fingerprint): msgspec.msgpack.encode(kept)})


def find(store: Store, fingerprint: str, now: datetime) -> Kept | None:
    """What is kept under a name and still holds."""
    key = _key(fingerprint)
    with suppress(msgspec.MsgspecError, ValueError):
        kept = msgspec.msgpack.decode(store.get([key]).get(key, b""), type=Kept)
        return kept if kept.due is None or now < kept.due else None
    return None


def _key(fingerprint: str) -> str:
    return digest(("kept", fingerprint))
