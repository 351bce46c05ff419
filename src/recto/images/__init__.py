"""Pictures in the sizes and kinds that a page needs, and without what their files say of their author.

A step of the memo: it sees the bytes of one picture, so equal pictures are made once, in any order and in any process.
It never raises for an author's file; what cannot be shown has its problem in words. Pillow is imported for the first
picture that is not remembered.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from recto.images.kinds import CHANGED, GONE
from recto.memo import Step, Store
from recto.model import Asset, Folders, ImageOptions, Original, Picture

__all__ = ["STEP", "make", "usable", "wanted"]

_PASSING = {CHANGED, GONE}  # problems that the same bytes may not have again

_KINDS = ("jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "avif", "svg")
FACES = (96, 192)  # widths, in pixels
_FOREIGN = ("heic", "heif", "tif", "tiff", "bmp", "jxl", "jp2", "psd")


def wanted(
    assets: Iterable[Asset],
    shown: Collection[str],
    options: ImageOptions,
    folders: Folders,
    blobs: str,
    faces: Collection[str] = (),
) -> dict[str, Original]:
    """What to make of which pictures, by their path in the output: smaller files of those in `shown`, of others only facts.

    `faces` are those that are shown as small as an author's, and so in smaller files still. A picture among the static files, or in a theme, is left as it is. `blobs` is the folder for what is made.
    """
    whole = replace(options, sizes="")
    small = replace(whole, widths=(*FACES, *whole.widths))
    plain = ImageOptions(widths=(), formats=(), quality=0, strip=options.strip)
    return {
        asset.path: Original(
            digest=asset.digest,
            source=asset.source,
            blobs=blobs,
            options=(small if asset.path in faces else whole)
            if asset.path in shown and options.widths
            else plain,
        )
        for asset in assets
        if _ours(asset.origin, folders) and (asset.path in shown or _may_tell(asset.path, options))
    }


def _ours(origin: str, folders: Folders) -> bool:
    """Whether it is an author's picture: the innermost of the site's folders that it is in says so."""
    homes = {
        **dict.fromkeys((folders.images, folders.posts, folders.pages), True),
        **dict.fromkeys((folders.static, "templates", "default"), False),
    }
    folder = origin.rpartition("/")[0]
    while folder and folder not in homes:
        folder = folder.rpartition("/")[0]
    return homes.get(folder or ".", False)


def _may_tell(path: str, options: ImageOptions) -> bool:
    """Whether a picture that no post shows is looked at all the same, by its ending: for what its file says of its author."""
    ending = path.rpartition(".")[2].lower()
    return ending in _KINDS or (options.strip and ending in _FOREIGN)


def usable(store: Store) -> Callable[[Picture], bool]:
    """Whether a result still holds: its files are there, and it is about the bytes that it was asked about."""
    return lambda picture: picture.problem not in _PASSING and store.holds(_files(picture))


def _files(picture: Picture) -> Iterable[str]:
    yield from (rendition.blob.digest for rendition in picture.renditions)
    if picture.stripped:
        yield picture.stripped.digest


def make(original: Original) -> Picture:
    """The picture's facts, and its files, kept in the folder that it names."""
    from recto.images.making import make as making

    return making(original)


def _identity(original: Original) -> object:
    return (original.digest, original.options)


STEP = Step(
    name="pictures",
    run=make,
    input=Original,
    output=Picture,
    modules=("recto.diagnostics", "recto.model", "recto.pictures", "recto.words"),
    libraries=("pillow",),
    identity=_identity,
    chunk=1,
)
