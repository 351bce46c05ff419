"""Decide where the files that stand beside posts and pages are published.

A bundle's files go beside its page, and are dropped with it. Other files below the posts' folder keep their place in it,
and those below the pages' folder go, as the pages do, by their path within it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from recto.model import Asset, Folders
from recto.text import output_path


def publish(
    assets: Iterable[Asset], bundles: Mapping[str, str], left_out: Collection[str], folders: Folders
) -> tuple[Asset, ...]:
    """The assets with their paths in the output. `bundles` gives the URL of the page that each bundle's folder makes;
    `left_out` are the sources that are not built."""
    dropped = {
        path.rpartition("/")[0]: None for path in left_out if path.rpartition("/")[2].startswith("index.")
    }
    homes: dict[str, str | None] = {
        **dropped,
        **{folder: _beside(url) for folder, url in bundles.items()},
        folders.posts: "posts/",
        folders.pages: "",
    }
    placed = (_placed(asset, homes) for asset in assets)
    return tuple(sorted((asset for asset in placed if asset), key=lambda asset: asset.path))


def _beside(url: str) -> str:
    """The output folder of a page's own files: for "/x/" and "/x.html" alike "x/"."""
    path = output_path(url)
    return path.removesuffix("index.html") if url.endswith("/") else path.rpartition(".")[0] + "/"


def _placed(asset: Asset, homes: Mapping[str, str | None]) -> Asset | None:
    folder = asset.origin.rpartition("/")[0]
    while folder and folder not in homes:
        folder = folder.rpartition("/")[0]
    if not folder:
        return asset
    home = homes[folder]
    return None if home is None else replace(asset, path=home + asset.origin[len(folder) + 1 :])
