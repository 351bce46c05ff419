"""Give a cover, drawn from its title, to a post that has no picture."""

from hashlib import blake2b

from recto.drawing import HEIGHT, WIDTH, mean_color
from recto.model import CoverOptions, Theme
from recto.pictures import Image
from recto.text import encode_path

_LONGEST = 200  # bytes of a file's name, so that an ending can follow


def cover(home: str, theme: Theme, title: str, path: str, options: CoverOptions) -> Image | None:
    """The cover of a post that is written to `path` in the site at `home`; None where its author or the site wants none."""
    if not (options.drawn and theme.features.covers):
        return None
    url = f"/covers/{encode_path(companion(path))}.svg"
    return Image(
        url=url,
        permalink=home and home + url,
        width=WIDTH,
        height=HEIGHT,
        color=mean_color(title, options.style, options.hue),
        drawn=True,
    )


def companion(path: str) -> str:
    """The path, without its ending, of a file that goes with a page: no two pages have the same."""
    folder, slash, name = path.removesuffix("/index.html").rpartition("/")
    written = name.encode("utf-8", "replace")
    if len(written) > _LONGEST:
        digest = blake2b(written, digest_size=8).hexdigest()
        name = f"{written[: _LONGEST - 17].decode('utf-8', 'ignore')}-{digest}"
    return folder + slash + name
