"""Bring the pictures into the site once it is known what there is of each: its size, its color, its smaller files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from recto.diagnostics import Diagnostic, Location, warning
from recto.model import Asset, Author, Blob, ImageOptions, Picture, Post, Rendition, Source, Theme
from recto.pictures import Image, Variant
from recto.site.assembly import Assembly
from recto.site.covers import cover
from recto.text import encode_path, unquote_path

_ENDINGS = {"jpeg": "jpg"}  # of a format's files, where that is not its name
ICON = 200  # pixels of the width below which a picture of a text does not stand for its post
_SHORT = 8  # digits of a digest that are enough for a file's name


def shown(assembly: Assembly) -> frozenset[str]:
    """The pictures that the site shows, by their paths in the output: in a body, as a post's own, as an author's."""
    recall, home = assembly.recall, assembly.config.url
    files = recall.once(_paths, assembly.assets)
    paths = recall.each(_shown, assembly.posts, shared=(home, files))
    return frozenset(chain(chain.from_iterable(paths), files.intersection(faces(assembly))))


def faces(assembly: Assembly) -> frozenset[str]:
    """Those pictures that are shown as an author's, by their paths."""
    authors = _authors(assembly)
    return frozenset(local(author.avatar, assembly.config.url) for author in authors)


def illustrate(
    assembly: Assembly, pictures: Mapping[str, Picture], blobs: str, options: ImageOptions
) -> Assembly:
    """The assembly with what is known of its pictures, by their paths: posts show them in all their sizes, and the files
    in the folder `blobs` are published beside them."""
    recall = assembly.recall
    assets = [asset for asset in assembly.assets if asset.path in pictures]
    made = recall.each(_image, assets, (pictures[asset.path] for asset in assets))
    sound = {a.path: image for a, image in zip(assets, made, strict=True) if not pictures[a.path].problem}
    album = _Album(
        home=assembly.config.url,
        images=recall.same("pictures", sound),
        sizes=options.sizes,
        theme=assembly.config.theme,
    )
    known = recall.once(_portraits, _authors(assembly), album)
    sources = _sources(assembly)
    posts = recall.each(
        _illustrated,
        assembly.posts,
        (bool(source.front.image) for source in sources),
        (source.kind for source in sources),
        shared=(album, known),
    )
    published = recall.once(_published, assembly.assets, pictures, blobs)
    return replace(
        assembly,
        posts=tuple(posts),
        shelves=replace(assembly.shelves, faces=known),
        assets=published,
        diagnostics=(*assembly.diagnostics, *_unreadable(assembly, pictures)),
    )


def local(url: str, home: str) -> str:
    """The path of the file that an address of this site names; "" for one that leads elsewhere."""
    if home and url.startswith(f"{home}/"):
        url = url[len(home) :]
    if not url.startswith("/") or url.startswith("//"):
        return ""
    return unquote_path(url.partition("#")[0].partition("?")[0])[1:]


def _sources(assembly: Assembly) -> tuple[Source, ...]:
    return (*assembly.sources.posts, *assembly.sources.pages)


def _paths(assets: Iterable[Asset]) -> frozenset[str]:
    return frozenset(asset.path for asset in assets)


def _authors(assembly: Assembly) -> tuple[Author, ...]:
    """All who are shown, each once."""
    written = assembly.recall.once(_different, tuple(post.authors for post in assembly.posts))
    shelves = assembly.shelves
    having_pages = (author for author in shelves.writers.described if author.page)
    return tuple(dict.fromkeys((shelves.author, *having_pages, *written)))


def _different(authors: Iterable[tuple[Author, ...]]) -> tuple[Author, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(authors)))


def _shown(post: Post, home: str, files: frozenset[str]) -> tuple[str, ...]:
    """The pictures that a post shows, by their paths."""
    addresses = [post.links[frame.reference] for frame in post.body.frames]
    if post.image:
        addresses.append(post.image.url)
    return tuple(path for path in (local(address, home) for address in addresses) if path in files)


@dataclass(frozen=True, kw_only=True)
class _Album:
    """What is known of pictures, by their paths, and how they are shown."""

    home: str
    images: Mapping[str, Image]
    sizes: str
    theme: Theme

    def standing(self, post: Post, images: tuple[Image | None, ...], *, named: bool) -> Image | None:
        """The picture that stands for the post: the one that it names, else the first of its text that is no icon."""
        first = post.image and self.found(post.image)
        if not first or named or not _is_icon(first):
            return first
        larger = next((image for image in images if image and not _is_icon(image)), None)
        return larger and replace(larger, permalink=larger.permalink if self.home else "")

    def framed(self, link: str, permalink: str, alt: str) -> Image | None:
        facts = self._facts(link)
        return replace(facts, url=link, permalink=permalink, alt=alt, in_text=True) if facts else None

    def found(self, image: Image) -> Image:
        facts = self._facts(image.url) or image
        return replace(
            image, width=facts.width, height=facts.height, color=facts.color, variants=facts.variants
        )

    def _facts(self, link: str) -> Image | None:
        return self.images.get(local(link, self.home))


def _illustrated(post: Post, named: bool, kind: str, album: _Album, faces: Mapping[Author, Author]) -> Post:
    """The post with its pictures, itself where it has none; `named` says that it names its own."""
    if not (post.body.frames or post.image or any(author.avatar for author in post.authors)):
        return post
    images = tuple(
        album.framed(post.links[frame.reference], post.permalinks[frame.reference], frame.alt)
        for frame in post.body.frames
    )
    image = album.standing(post, images, named=named)
    return replace(
        post,
        images=images,
        image=image,
        cover=None if image or kind == "page" else post.cover or _cover(post, album),
        authors=tuple(faces.get(author, author) for author in post.authors),
        sizes=album.sizes,
        zoom=album.theme.features.zoom,
    )


def _cover(post: Post, album: _Album) -> Image | None:
    return cover(album.home, album.theme, post.title, post.path, post.cover_options)


def _portraits(authors: Iterable[Author], album: _Album) -> dict[Author, Author]:
    """The authors with an image of the avatar; one value for all posts, as they are many."""
    return {
        author: replace(author, image=album.found(Image(url=author.avatar)) if author.avatar else None)
        for author in authors
    }


def _is_icon(image: Image) -> bool:
    return 0 < image.width < ICON


def _image(asset: Asset, picture: Picture) -> Image:
    return Image(
        url="/" + encode_path(asset.path),
        width=picture.width,
        height=picture.height,
        color=picture.color,
        variants=tuple(
            Variant(url="/" + encode_path(path), width=made.width, type=f"image/{made.format}")
            for made, path in _beside(asset, picture)
        ),
    )


def _beside(asset: Asset, picture: Picture) -> Iterator[tuple[Rendition, str]]:
    """Its smaller files, and where each is published: beside it, under a name that changes with its bytes. One that has
    the very bytes of the picture is the picture."""
    original = picture.stripped.digest if picture.stripped else asset.digest
    folder, slash, name = asset.path.rpartition("/")
    stem = folder + slash + (name.rpartition(".")[0] or name)
    for made in picture.renditions:
        ending = _ENDINGS.get(made.format, made.format)
        same = made.blob.digest == original
        yield made, asset.path if same else f"{stem}-{made.width}.{made.blob.digest[:_SHORT]}.{ending}"


def _published(assets: tuple[Asset, ...], pictures: Mapping[str, Picture], blobs: str) -> tuple[Asset, ...]:
    """The files with what was made of them: the stripped in the place of the original, the others beside it."""
    files: dict[str, Asset] = {}
    for asset in assets:
        picture = pictures.get(asset.path, Picture())
        files |= {path: _as(asset, path, made.blob, blobs) for made, path in _beside(asset, picture)}
        files[asset.path] = _as(asset, asset.path, picture.stripped, blobs) if picture.stripped else asset
    return tuple(sorted(files.values(), key=lambda asset: asset.path))


def _as(asset: Asset, path: str, blob: Blob, blobs: str) -> Asset:
    return replace(asset, path=path, source=f"{blobs}/{blob.digest}", digest=blob.digest, size=blob.size)


def _unreadable(assembly: Assembly, pictures: Mapping[str, Picture]) -> Iterator[Diagnostic]:
    """A warning for each picture that could not be read, at every place that shows it, else at the file."""
    broken = {path: picture for path, picture in pictures.items() if picture.problem}
    if not broken:
        return
    places: dict[str, list[Location]] = defaultdict(list)
    for post, source in zip(assembly.posts, _sources(assembly), strict=True):
        for path, place in _places(post, source, assembly.config.url):
            places[path].append(place)
    origins = {asset.path: asset.origin for asset in assembly.assets}
    for path, picture in broken.items():
        how, until = _REFUSED[picture.stripped is not None]
        for place in places[path] or [Location(path=origins[path])]:
            yield warning(
                "picture-unreadable",
                f"the picture {origins[path]} is published {how}: {picture.problem}",
                place,
                hint=f"save it anew, or replace it{until}",
            )


_REFUSED = {  # by whether its metadata could be taken out
    True: ("in one size", ""),
    False: ("as it is", ": until then nothing is taken out of it"),
}


def _places(post: Post, source: Source, home: str) -> Iterator[tuple[str, Location]]:
    """The pictures that a post shows, and where it says so."""
    found = [post.body.references[frame.reference] for frame in post.body.frames]
    paths = [local(post.links[frame.reference], home) for frame in post.body.frames]
    yield from zip(paths, source.locate((r.line, r.column, len(r.url)) for r in found), strict=True)
    if post.image and source.front.image:
        yield local(post.image.url, home), source.place("image")
