"""Text of the default theme keeps a contrast of 7:1 with what is behind it, in light and dark and at every hue."""

import math
import re

import pytest

import pages

STYLE = "".join((pages.THEME / "assets" / name).read_text("utf-8") for name in ("style.css", "post.css"))
SCHEMES = ("light", "dark")
CODE = ("keyword", "string", "function", "number", "gone")
TONES = [int(hue) for hue in re.findall(r"--tone: (\d+)", STYLE)]

Colour = tuple[float, float, float]  # lightness 0 to 1, chroma, hue in degrees


def colour(name: str, scheme: str, *, hue: int = 35, of: str = STYLE) -> Colour:
    """A custom property that is given as light-dark(oklch(…), oklch(…))."""
    found = re.search(rf"--{name}: light-dark\(oklch\((.*?)\), oklch\((.*?)\)\);", of)
    assert found, name
    lightness, chroma, angle = re.sub(r"var\(--\w+\)?", str(hue), found[SCHEMES.index(scheme) + 1]).split()
    return float(lightness.rstrip("%")) / 100, float(chroma), float(angle)


def linear(shade: Colour) -> tuple[float, float, float]:
    """Linear sRGB; Björn Ottosson's matrices, as in CSS Color 4."""
    lightness, chroma, hue = shade
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def luminance(shade: Colour) -> float:
    """Relative luminance, with the chroma reduced until the colour is within sRGB, as browsers do."""
    lightness, chroma, hue = shade
    while not all(-1e-4 <= part <= 1.0001 for part in linear((lightness, chroma, hue))):
        chroma *= 0.985
    red, green, blue = (min(1.0, max(0.0, part)) for part in linear((lightness, chroma, hue)))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The ratio that WCAG 2 defines."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("text", ["ink", "soft", *CODE])
def test_text_and_code_can_be_read(scheme: str, text: str) -> None:
    for behind in ("bg", "surface", "tint"):
        assert contrast(colour(text, scheme), colour(behind, scheme)) >= 7, behind


@pytest.mark.parametrize("scheme", SCHEMES)
def test_links_can_be_read_at_every_hue(scheme: str) -> None:
    for behind in ("bg", "surface", "tint"):
        ratios = {
            hue: contrast(colour("link", scheme, hue=hue), colour(behind, scheme)) for hue in range(361)
        }
        assert min(ratios.values()) >= 7, (behind, min(ratios, key=ratios.__getitem__))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("tone", TONES)
def test_callouts_can_be_read(scheme: str, tone: int) -> None:
    callout = STYLE[STYLE.index(".callout {") :]
    behind = colour("tint", scheme, hue=tone, of=callout)
    assert contrast(colour("tone-ink", scheme, hue=tone, of=callout), behind) >= 7
    assert contrast(colour("ink", scheme), behind) >= 7
    assert contrast(colour("link", scheme), behind) >= 7
