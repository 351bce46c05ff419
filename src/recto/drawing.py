"""Draw a cover from a title: the same title makes the same picture, on every machine and for ever.

A picture is a Drawing, a value: colors, and shapes laid over one another, within WIDTH x HEIGHT. `svg` writes it as text; a
painter of pixels needs no more than this module's values either. Colors are reckoned in oklch, in which equal steps look
equal, and written as sRGB.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import groupby
from math import cos, hypot, pi, radians, sin
from unicodedata import normalize

from markupsafe import Markup

WIDTH, HEIGHT = 1200, 800

# ---- values -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disc:
    """A full circle about (x, y)."""

    fill: int
    x: int
    y: int
    r: int


@dataclass(frozen=True, slots=True)
class Area:
    """What lies within a line that begins at (x, y), goes along `steps` and ends where it began. A step is the (x, y) that a
    straight line leads to, or the three points of a Bezier curve: (x1, y1, x2, y2, x, y)."""

    fill: int
    x: int
    y: int
    steps: tuple[tuple[int, ...], ...]


Shape = Disc | Area


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes from the lowest to the topmost on a ground; `ground` and each `fill` are indexes into `colors` ("#a0b0c0"), which go
    from light to dark; the last one is the accent."""

    colors: tuple[str, ...]
    ground: int
    shapes: tuple[Shape, ...]


# ---- chance -------------------------------------------------------------------------------------------------


class _Dice:
    """Numbers that a title throws."""

    def __init__(self, title: str) -> None:
        text = normalize("NFC", title).encode("utf-8", "surrogatepass")
        self._state = int.from_bytes(sha256(text).digest()[:8], "big")

    def __call__(self, sides: int) -> int:
        """A whole number from 0 to sides - 1 (Knuth's linear congruence, its upper half)."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        return (self._state >> 33) % sides

    def between(self, low: int, high: int) -> int:
        return low + self(high - low + 1)

    def ratio(self, low: float, high: float) -> float:
        return low + (high - low) * self(1001) / 1000


# ---- colors -------------------------------------------------------------------------------------------------

# The hues of the light and of the dark end, and of the accent: those that sit well together and on paper.
_PAIRS = (
    (75, 25, 85),
    (40, 355, 80),
    (15, 320, 75),
    (130, 165, 75),
    (185, 220, 45),
    (235, 265, 65),
    (280, 305, 60),
    (330, 290, 85),
)
_GOLD, _CORAL = 75, 35  # accents for a hue that is none of these; coral where gold would be lost
_ACCENT = 6  # its place among the colors; 0 to 5 go from light to dark


@cache
def oklch(lightness: float, chroma: float, hue: float) -> str:
    """A color as sRGB ("#a0b0c0"), as strong as that can show it. The matrices are those of oklab's definition."""
    low, high = 0.0, chroma
    channels = _linear(lightness, chroma, hue)
    if not _shows(channels):
        for _ in range(16):
            middle = (low + high) / 2
            channels = _linear(lightness, middle, hue)
            low, high = (middle, high) if _shows(channels) else (low, middle)
        channels = _linear(lightness, low, hue)
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, value)))):02x}" for value in channels)


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741  # of the cones: long, medium, short
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )


def _shows(channels: Sequence[float]) -> bool:
    return all(-1e-4 <= value <= 1 + 1e-4 for value in channels)


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


@cache
def _ramp(light: int, dark: int, accent: int) -> tuple[str, ...]:
    """Six steps from light to dark, and the accent."""
    turn = (dark - light + 180) % 360 - 180
    steps = (
        (0.945, 0.025, 0.0),
        (0.865, 0.055, 0.15),
        (0.765, 0.085, 0.35),
        (0.645, 0.105, 0.55),
        (0.495, 0.105, 0.8),
        (0.345, 0.085, 1.0),
    )
    return (*(oklch(l, c, (light + turn * t) % 360) for l, c, t in steps), oklch(0.79, 0.13, accent))  # noqa: E741


def _colors(dice: _Dice, hue: int | None) -> tuple[str, ...]:
    light, dark, accent = _PAIRS[dice(len(_PAIRS))]
    if hue is None:
        return _ramp(light, dark, accent)
    aside = ((dark - light + 180) % 360 - 180) // 2  # less than by chance: the author has named a color
    return _ramp(hue % 360, (hue + aside) % 360, _CORAL if 60 <= hue < 130 else _GOLD)


# ---- styles -------------------------------------------------------------------------------------------------


def _hills(dice: _Dice) -> Iterator[Shape]:
    """Ridges before a low sun, the nearest darkest."""
    yield Disc(_ACCENT, dice.between(240, 960), dice.between(200, 330), dice.between(75, 130))
    high, wide = dice.ratio(0.7, 1.3), dice.ratio(0.8, 1.3)
    for number in range(1, 6):
        top = 215 + 105 * number
        yield _below(
            number,
            _Wave(top, dice.ratio(30, 62) * high, dice.ratio(0, 2 * pi), dice.ratio(0.0035, 0.0065) * wide),
        )


def _waves(dice: _Dice) -> Iterator[Shape]:
    """Bands that follow one another, with the ground between them."""
    height, length, start = dice.ratio(45, 95), dice.ratio(0.0042, 0.0068), dice.ratio(0, 2 * pi)
    lag, thick, bright = dice.ratio(0.2, 0.45), dice.between(38, 58), 3 + dice(5)
    for number in range(-1, 10):
        wave = _Wave(90 * number, height, start + number * lag, length)
        yield _below(_ACCENT if number == bright else 2 + number % 4, wave)
        yield _below(0, replace(wave, y=wave.y + thick))


def _rings(dice: _Dice) -> Iterator[Shape]:
    """Circles within one another, drifting to one side."""
    x, y, count = dice.between(180, 1020), dice.between(300, 620), dice.between(7, 11)
    aside, up = dice.between(-18, 18), dice.between(-12, 6)
    fills = (1, 2, 1, 3, 2, 4, 3, 5, 2, 4, 3)
    for number in range(count):
        last = number == count - 1
        radius = round(1250 * (1 - number / (count + 0.3)))
        yield Disc(_ACCENT if last else fills[number], x + aside * number, y + up * number, radius)


def _dots(dice: _Dice) -> Iterator[Shape]:
    """Dots in rows, the larger the nearer to a place of light."""
    x, y = dice.between(150, 1050), dice.between(120, 680)
    found = []
    for row in range(8):
        for column in range(11):
            left, top = column * 120 + row % 2 * 60, row * 110 + 15
            far = hypot(left - x, top - y) / 1000
            radius = round(58 - 56 * far)
            if radius > 6:
                fill = (
                    _ACCENT if far < 0.13 else 5 if far < 0.32 else 4 if far < 0.5 else 3 if far < 0.7 else 2
                )
                found.append(Disc(fill, left, top, radius))
    yield from sorted(found, key=lambda dot: dot.fill)


_LAP = 1  # pixels by which tiles overlap, or a browser that scales them leaves hairlines between them


def _tiles(dice: _Dice) -> Iterator[Shape]:
    """Squares with a figure in each."""
    size = (200, 200, 400)[dice(3)]
    places = [(x, y) for y in range(0, HEIGHT, size) for x in range(0, WIDTH, size)]
    bright = {dice(len(places)), dice(len(places))}
    squares: list[Area] = []
    figures: list[Shape] = []
    for number, (x, y) in enumerate(places):
        base, fill, kind = dice(4), 1 + dice(5), dice(7)
        if abs(fill - base) < 2:
            fill = 5 - dice(2) if base < 3 else dice(2)
        figures += _figure(_ACCENT if number in bright else fill, kind, x, y, size + _LAP, dice)
        if base != 1:
            right, bottom = x + size + _LAP, y + size + _LAP
            squares.append(Area(base, x, y, ((right, y), (right, bottom), (x, bottom))))
    yield from sorted(squares, key=lambda square: square.fill)
    yield from sorted(figures, key=lambda figure: figure.fill)


def _figure(fill: int, kind: int, x: int, y: int, size: int, dice: _Dice) -> list[Shape]:
    """A quarter of a circle about one of the corners, a disc, a half, a triangle, or a leaf between two corners."""
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    turn = dice(4)
    here, right, across, left = corners[turn:] + corners[:turn]
    if kind < 3:
        return [Area(fill, *here, (right, _arc(right, left, here, across), here))]
    if kind == 3:
        return [Disc(fill, x + size // 2, y + size // 2, size // 2 - dice(3) * size // 9)]
    if kind == 4:
        return [Area(fill, *here, (right, left))]
    if kind == 5:
        return [Area(fill, *right, (_arc(right, left, here, across), _arc(left, right, across, here)))]
    half = ((here[0] + left[0]) // 2, (here[1] + left[1]) // 2)
    other = ((right[0] + across[0]) // 2, (right[1] + across[1]) // 2)
    return [Area(fill, *here, (right, other, half))]


Point = tuple[int, int]
_ROUND = (
    0.5523  # of the radius: how far the handles of a Bezier curve are that is nearly a quarter of a circle
)


def _arc(start: Point, end: Point, center: Point, corner: Point) -> tuple[int, ...]:
    """The quarter of a circle about `center` from `start` to `end`, bulging towards `corner`."""

    def towards(point: Point) -> Iterator[int]:
        return (round(a + (c - a) * _ROUND) for a, c in zip(point, corner, strict=True))

    return (*towards(start), *towards(end), *end)


@dataclass(frozen=True, slots=True)
class _Wave:
    """A sine about a height, of so many pixels up and down."""

    y: float
    height: float
    start: float
    length: float

    def at(self, x: float) -> float:
        return self.y + self.height * sin(self.length * x + self.start)

    def slope(self, x: float) -> float:
        return self.height * self.length * cos(self.length * x + self.start)


_STRIDE = 300  # pixels; a curve through so much of a wave can hardly be told from it


def _below(fill: int, wave: _Wave) -> Area:
    """All that is below a wave."""
    edges = range(0, WIDTH + 1, _STRIDE)
    points = [(wave.at(x), wave.slope(x) * _STRIDE / 3) for x in edges]
    curves = tuple(
        (x - 2 * _STRIDE // 3, round(y + up), x - _STRIDE // 3, round(end - down), x, round(end))
        for x, (y, up), (end, down) in zip(edges[1:], points, points[1:], strict=False)
    )
    return Area(fill, 0, round(points[0][0]), (*curves, (WIDTH, HEIGHT), (0, HEIGHT)))


@dataclass(frozen=True, slots=True)
class _Style:
    """How a style draws, on which ground, and how much of the picture each color takes, in percent."""

    draw: Callable[[_Dice], Iterator[Shape]]
    ground: int
    shares: tuple[int, ...]


_STYLES: Mapping[str, _Style] = {
    "hills": _Style(_hills, 0, (37, 13, 13, 13, 13, 8, 3)),
    "tiles": _Style(_tiles, 1, (13, 15, 12, 14, 16, 19, 11)),
    "rings": _Style(_rings, 0, (0, 5, 24, 26, 23, 11, 11)),
    "waves": _Style(_waves, 0, (48, 0, 14, 13, 10, 9, 6)),
    "dots": _Style(_dots, 1, (0, 68, 1, 5, 10, 12, 4)),
}
STYLES = tuple(_STYLES)

# ---- pictures -----------------------------------------------------------------------------------------------


def draw(title: str, style: str = "", hue: int | None = None) -> Drawing:
    """The cover of a title. `style` (of STYLES) and `hue` (0 to 360) hold where its author gives them."""
    dice, chosen, colors = _thrown(title, style, hue)
    return Drawing(colors, chosen.ground, tuple(chosen.draw(dice)))


def mean_color(title: str, style: str = "", hue: int | None = None) -> str:
    """About the mean color of the cover, for the moment before it is there; much quicker than to draw it."""
    _, chosen, colors = _thrown(title, style, hue)
    return _mean(colors, chosen.shares)


def _thrown(title: str, style: str, hue: int | None) -> tuple[_Dice, _Style, tuple[str, ...]]:
    dice = _Dice(title)
    thrown = STYLES[dice(len(STYLES))]
    return dice, _STYLES[style or thrown], _colors(dice, hue)


@cache
def _mean(colors: tuple[str, ...], shares: tuple[int, ...]) -> str:
    channels = [[int(color[at : at + 2], 16) for color in colors] for at in (1, 3, 5)]
    means = [sum(v * s for v, s in zip(values, shares, strict=True)) / sum(shares) for values in channels]
    return "#" + "".join(f"{round(value):02x}" for value in means)


def svg(title: str, style: str = "", hue: int | None = None) -> Markup:
    """The cover of a title as an SVG document."""
    drawing = draw(title, style, hue)
    groups = groupby(drawing.shapes, key=lambda shape: (type(shape), shape.fill))
    body = "".join(_group(drawing.colors[fill], list(shapes)) for (_, fill), shapes in groups)
    ground = f'<path fill="{drawing.colors[drawing.ground]}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{ground}{body}</svg>'
    )


def _group(color: str, shapes: Sequence[Shape]) -> str:
    discs = [shape for shape in shapes if isinstance(shape, Disc)]
    path = "".join(_outline(shape) for shape in shapes if isinstance(shape, Area))
    if not discs:
        return f'<path fill="{color}" d="{path}"/>'
    circles = "".join(f'<circle cx="{disc.x}" cy="{disc.y}" r="{disc.r}"/>' for disc in discs)
    return f'<g fill="{color}">{circles}</g>'


def _outline(area: Area) -> str:
    steps = (("L" if len(step) == 2 else "C") + " ".join(map(str, step)) for step in area.steps)
    return f"M{area.x} {area.y}{''.join(steps)}z"
