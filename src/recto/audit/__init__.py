"""Find what would be wrong with the finished site before a byte of it is written.

Pure, and linear in the number of pages and of addresses in them: every question is a look into a set.
"""

from collections.abc import Iterable, Sequence

from recto.audit.links import links, reach
from recto.audit.outputs import outputs
from recto.diagnostics import Diagnostic
from recto.model import Asset, Page, Site, Sources
from recto.recall import Recall

__all__ = ["check"]


def check(
    site: Site,
    sources: Sources,
    pages: Sequence[Page],
    assets: Iterable[Asset],
    recall: Recall | None = None,
) -> tuple[Diagnostic, ...]:
    """Two files in one place, names that cannot be written, addresses that lead to nothing."""
    recall, assets = recall or Recall(), tuple(assets)
    made = tuple(page.path for page in pages)
    origins = tuple(page.origin for page in pages)
    return (
        *recall.once(outputs, made, origins, assets),
        *links(site, sources, recall.once(reach, site.url, site.base_path, made, assets), recall),
    )
