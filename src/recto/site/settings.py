"""What settings mean for the files of the site: where a post is edited, and which fonts are not there."""

from collections.abc import Iterable, Iterator

from recto.diagnostics import Diagnostic, Location, did_you_mean, error
from recto.model import FONT_FILES, Asset, Config
from recto.text import encode_path


def edit_url(config: Config, path: str) -> str:
    """Where the source file `path` is edited; "" where the site does not say."""
    return config.theme.edit.replace("{path}", encode_path(path))


def font_problems(config: Config, assets: Iterable[Asset]) -> Iterator[Diagnostic]:
    """Fonts that are named as files of the site and are none."""
    files = {asset.path for asset in assets}
    known = sorted(file for file in files if file.lower().endswith(FONT_FILES))
    for use in ("text", "display", "ui", "code"):
        font = getattr(config.theme.fonts, use)
        if font.lower().endswith(FONT_FILES) and font not in files:
            place = config.places.get(f"theme.fonts.{use}", Location(path="site.yaml"))
            hint = did_you_mean(font, known) or f"put it at {config.folders.static}/{font}"
            yield error("missing-font", f'there is no font "{font}"', place, hint=hint)
