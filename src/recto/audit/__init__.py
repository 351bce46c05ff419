"""Find what would be wrong with the finished site before a byte of it is written.

Pure, and linear in the number of pages and of addresses in them: every question is a look into a set.
"""

from collections.abc import Iterable, Sequence

from recto.audit.links import links
from recto.audit.outputs import outputs
from recto.diagnostics import Diagnostic
from recto.model import Asset, Page, Site, Sources

__all__ = ["check"]


def check(
    site: Site, sources: Sources, pages: Sequence[Page], assets: Iterable[Asset]
) -> tuple[Diagnostic, ...]:
    """Two files in one place, names that cannot be written, addresses that lead to nothing."""
    assets = tuple(assets)
    return (*outputs(pages, assets), *links(site, sources, pages, assets))
