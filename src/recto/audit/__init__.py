"""Find what would be wrong with the finished site before a byte of it is written.

Pure, and linear in the number of pages and of addresses in them: every question is a look into a set.
"""

from collections.abc import Iterable, Sequence

from recto.audit.addresses import Old, addresses
from recto.audit.links import links
from recto.audit.outputs import Outputs, of_asset, output, outputs
from recto.diagnostics import Diagnostic
from recto.model import Asset, Page, Site, Sources
from recto.recall import Recall

__all__ = ["Old", "check"]


def check(
    site: Site,
    sources: Sources,
    pages: Sequence[Page],
    assets: Iterable[Asset],
    recall: Recall | None = None,
    old: Old | None = None,
) -> tuple[Diagnostic, ...]:
    """Two files in one place, names that cannot be written, addresses that lead to nothing or that would be gone."""
    recall, assets = recall or Recall(), tuple(assets)
    made = recall.part("pages").each(output, [page.path for page in pages], [page.origin for page in pages])
    copied = recall.each(of_asset, assets)
    files = Outputs(pages=tuple(made), assets=tuple(copied))
    return (
        *recall.once(outputs, files),
        *links(site, sources, files, recall),
        *addresses(site, files, old or Old(), recall),
    )
