"""Say what other sites show of each page when it is shared, and bring in the files that were made of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from recto.model import Asset, Card, CardFile, Post
from recto.pictures import Image, media_type
from recto.site.assembly import Assembly
from recto.site.covers import companion
from recto.site.illustrate import local
from recto.text import direction, encode_path

WIDTH, HEIGHT = 1200, 630
_ENDINGS = {"jpeg": "jpg"}
_READ = frozenset(("image/jpeg", "image/png", "image/webp", "image/gif"))  # not every Pillow reads AVIF
_ENOUGH = 700  # pixels: the width of a smaller file that still fills its part of a card


def cards(assembly: Assembly, blobs: str) -> tuple[Card, ...]:
    """The cards of the site itself and of its posts and pages, in their order; none where they could not be linked to, or
    are not wanted. `blobs` is the folder for their files."""
    config, recall = assembly.config, assembly.recall
    if not (config.url and config.theme.features.social_images):
        return ()
    home = Card(
        title=config.title,
        text=config.title,
        above=config.url.partition("://")[2],
        below=config.description,
        direction=direction(config.language),
        hue=config.theme.hue,
        blobs=blobs,
    )
    shelf = _Shelf(config.url, recall.once(_by_path, assembly.assets))
    return (home, *recall.each(_card, assembly.posts, shared=(shelf, config.title, config.theme.hue, blobs)))


def carded(assembly: Assembly, files: Sequence[CardFile], blobs: str) -> Assembly:
    """The assembly with its cards' files, in the order of `cards`, among its own."""
    config, recall = assembly.config, assembly.recall
    if not files:
        return assembly
    first, *others = files
    home = _drawn("site.yaml", "site/index.html", first, blobs)
    origins, paths = [post.source for post in assembly.posts], [post.path for post in assembly.posts]
    drawn = recall.each(_drawn, origins, paths, others, shared=(blobs,))
    posts = recall.each(_with_card, assembly.posts, drawn, shared=(config.url,))
    cards = {asset.path: asset for asset in (home, *drawn)}
    return replace(
        assembly,
        posts=tuple(posts),
        social=_image(home, config.title, config.url),
        assets=(*assembly.assets, *cards.values()),
    )


def _by_path(assets: Sequence[Asset]) -> dict[str, Asset]:
    return {asset.path: asset for asset in assets}


def _card(post: Post, shelf: "_Shelf", title: str, hue: int, blobs: str) -> Card:
    picture = shelf.picture(post)
    return Card(
        title=post.title,
        text=post.title,
        above=title,
        direction=post.direction,
        hue=hue,
        options=post.cover_options,
        picture=picture.digest if picture else "",
        picture_file=picture.source if picture else "",
        blobs=blobs,
    )


def _with_card(post: Post, drawn: Asset, home: str) -> Post:
    return replace(post, social=_image(drawn, post.title, home))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The files of the site at `home`, by path."""

    home: str
    files: Mapping[str, Asset]

    def picture(self, post: Post) -> Asset | None:
        """The smallest file that is large enough of the post's picture; None where it has none that can be read."""
        return next(self._files(post.image), None) if post.image else None

    def _files(self, image: Image) -> Iterator[Asset]:
        fit = [variant for variant in image.variants if variant.width >= _ENOUGH and variant.type in _READ]
        urls = [variant.url for variant in sorted(fit, key=lambda variant: variant.width)]
        for path in (local(url, self.home) for url in (*urls, image.url)):
            if path in self.files and media_type(path) in _READ:
                yield self.files[path]


def _drawn(origin: str, path: str, file: CardFile, blobs: str) -> Asset:
    digest = file.blob.digest
    ending = _ENDINGS.get(file.format, file.format)
    return Asset(
        path=f"social/{companion(path)}.{digest[:8]}.{ending}",
        source=f"{blobs}/{digest}",
        origin=origin,
        digest=digest,
        size=file.blob.size,
    )


def _image(asset: Asset, title: str, home: str) -> Image:
    url = "/" + encode_path(asset.path)
    return Image(url=url, permalink=home + url, alt=title, width=WIDTH, height=HEIGHT)
