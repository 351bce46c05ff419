"""Keep the pages that were looked at for the next time, so that a large site opens at once.

They are kept under a name for everything that decides them (`builder.fingerprint`): while nothing has changed they are,
byte for byte, what the first build of the next preview will give, and until then they stand for it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from recto import builder
from recto.memo import Store, digest
from recto.model import Asset, Page
from recto.preview.editions import Edition, moment_of_change
from recto.preview.options import Options

MOST = 4_000_000  # bytes of pages that are kept
LONG = 0.5  # seconds of a first build; a shorter one need not be bridged
FRONT = "index.html"
UNSHOWN = "social/"  # files that no page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Pages by path, as they were rendered, and the files that go with them. `base` is the folder below which all is served,
    `due` the moment from which it is no more what the site is."""

    name: str
    base: str
    pages: Mapping[str, bytes]
    assets: tuple[Asset, ...]
    due: datetime | None = None


def name_of(store: Store, root: Path, options: Options) -> str | None:
    """The name for all that decides what is shown now; None where there is none."""
    shown = (options.base_path, options.drafts, options.future)
    return builder.fingerprint(root, store=store, options=shown)


def of(edition: Edition, name: str, made: Mapping[str, bytes]) -> Kept:
    """What to keep of an edition, of which these pages were made: the newest of them that are public, and the front page."""
    plan, size = edition.plan, 0
    assert plan, "pages were made of a plan"
    front, pages = edition.find(FRONT), dict[str, bytes]()
    if isinstance(front, Page) and FRONT not in made:
        made = {**made, FRONT: plan.renderer.render(front)}
    for path, data in reversed([*made.items()]):
        page = edition.find(path)
        size += len(data)
        if isinstance(page, Page) and page.origin.path not in plan.withheld and size < MOST:
            pages[path] = data
    return Kept(
        name=name,
        base=edition.base,
        pages=pages,
        assets=tuple(asset for asset in plan.assets if not asset.path.startswith(UNSHOWN)),
        due=moment_of_change(plan, edition.round.moment),
    )


def keep(store: Store, root: Path, kept: Kept) -> None:
    """Keep it for the next time, in the place of what was kept before."""
    store.put({_key(root): msgspec.msgpack.encode(kept)})


def found(store: Store, root: Path) -> Kept | None:
    """What was kept, whether it still holds or not."""
    key = _key(root)
    with suppress(msgspec.MsgspecError, ValueError):
        return msgspec.msgpack.decode(store.get([key]).get(key, b""), type=Kept)
    return None


def _key(root: Path) -> str:
    return digest(("kept", str(root)))
