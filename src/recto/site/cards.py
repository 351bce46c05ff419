"""Say what other sites show of each page when it is shared, and bring in the files that were made of that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from recto.model import Asset, Card, CardFile, Post, Site
from recto.pictures import Image, media_type
from recto.site.assembly import Assembly
from recto.site.covers import companion
from recto.site.illustrate import local
from recto.text import encode_path

WIDTH, HEIGHT = 1200, 630
SITE = ""  # names the card of the site itself, as its source names a post's
_ENDINGS = {"jpeg": "jpg"}
_READ = frozenset(("image/jpeg", "image/png", "image/webp", "image/gif"))  # not every Pillow reads AVIF
_ENOUGH = 700  # pixels: the width of a smaller file that still fills its part of a card


def cards(assembly: Assembly, blobs: str) -> dict[str, Card]:
    """The cards of the site's posts, standalone pages and of itself, by source; none where they could not be linked to, or
    are not wanted. `blobs` is the folder for their files."""
    site = assembly.site
    if not (site.url and site.theme.features.social_images):
        return {}
    shelf = _Shelf(site, {asset.path: asset for asset in assembly.assets})
    home = Card(
        title=site.title,
        text=site.title,
        above=site.url.partition("://")[2],
        below=site.description,
        direction=site.direction,
        hue=site.theme.hue,
        blobs=blobs,
    )
    return {SITE: home, **{post.source: _card(site, post, shelf, blobs) for post in _posts(site)}}


def carded(assembly: Assembly, files: Mapping[str, CardFile], blobs: str) -> Assembly:
    """The assembly with its cards, as they were made, and their files among its own."""
    site = assembly.site
    if not files:
        return assembly
    drawn = {
        post.source: _drawn(site, post.source, post.path, files[post.source], blobs) for post in _posts(site)
    }
    home = _drawn(site, "site.yaml", "site/index.html", files[SITE], blobs)
    posts = {
        post.source: replace(post, social=_image(site, drawn[post.source], post.title))
        for post in _posts(site)
    }
    assets = {asset.path: asset for asset in (home, *drawn.values())}
    return replace(
        assembly,
        site=replace(site.with_posts(posts), social=_image(site, home, site.title)),
        assets=(*assembly.assets, *assets.values()),
    )


def _posts(site: Site) -> tuple[Post, ...]:
    return (*site.posts, *site.unlisted, *site.pages)


def _card(site: Site, post: Post, shelf: "_Shelf", blobs: str) -> Card:
    picture = shelf.picture(post)
    return Card(
        title=post.title,
        text=post.title,
        above=site.title,
        direction=post.direction,
        hue=site.theme.hue,
        options=post.cover_options,
        picture=picture.digest if picture else "",
        picture_file=picture.source if picture else "",
        blobs=blobs,
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The files of a site, by path."""

    site: Site
    files: Mapping[str, Asset]

    def picture(self, post: Post) -> Asset | None:
        """The smallest file that is large enough of the post's picture; None where it has none that can be read."""
        return next(self._files(post.image), None) if post.image else None

    def _files(self, image: Image) -> Iterator[Asset]:
        fit = [variant for variant in image.variants if variant.width >= _ENOUGH and variant.type in _READ]
        urls = [variant.url for variant in sorted(fit, key=lambda variant: variant.width)]
        for path in (local(url, self.site.url) for url in (*urls, image.url)):
            if path in self.files and media_type(path) in _READ:
                yield self.files[path]


def _drawn(site: Site, origin: str, path: str, file: CardFile, blobs: str) -> Asset:
    digest = file.blob.digest
    ending = _ENDINGS.get(file.format, file.format)
    return Asset(
        path=f"social/{companion(path)}.{digest[:8]}.{ending}",
        source=f"{blobs}/{digest}",
        origin=origin,
        digest=digest,
        size=file.blob.size,
    )


def _image(site: Site, asset: Asset, title: str) -> Image:
    url = "/" + encode_path(asset.path)
    return Image(url=url, permalink=site.url + url, alt=title, width=WIDTH, height=HEIGHT)
