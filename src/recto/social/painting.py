"""Paint a drawing: the shapes of recto.drawing as numbers of colors, which is several times as quick as to paint colors.

Where an edge parts a pixel, its number is the mean of those beside it: colors go from light to dark, so it stands for one between
them. The accent is not in that row; how much of a pixel has it is painted apart.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

from recto.drawing import Area, Disc, Drawing, Shape

_FINE = 2  # pixels painted for each one that is shown, both ways, so that edges are smooth
_PARTS = _FINE**2
_BENDS = 14  # straight pieces of a curve
_CURVE = tuple(
    ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    for t in (bend / _BENDS for bend in range(1, _BENDS + 1))
)


def paint(drawing: Drawing, width: int, height: int, *, left: float, top: float, scale: float) -> Image.Image:
    """The part of a drawing whose corner is at (left, top), so many pixels large, each unit of the drawing `scale` pixels; an
    image with a palette."""
    accent = len(drawing.colors) - 1
    shades = _PARTS * (accent - 1) + 1
    fine = scale * _FINE
    size = (width * _FINE, height * _FINE)
    ground, light = Image.new("L", size, _PARTS * drawing.ground), Image.new("L", size)
    below, above = ImageDraw.Draw(ground), ImageDraw.Draw(light)
    lit = False
    for shape in drawing.shapes:
        if shape.fill == accent:
            lit = True
            _lay(above, shape, _PARTS * shades, left, top, fine)
        else:
            _lay(below, shape, _PARTS * shape.fill, left, top, fine)
            if lit:
                _lay(above, shape, 0, left, top, fine)
    painted = ImageChops.add(ground.reduce(_FINE), light.reduce(_FINE))
    painted.putpalette(_palette(drawing.colors))
    return painted


def _lay(brush: ImageDraw.ImageDraw, shape: Shape, number: int, left: float, top: float, fine: float) -> None:
    """Lay a shape over what is there."""
    if isinstance(shape, Disc):
        x, y, r = (shape.x - left) * fine, (shape.y - top) * fine, shape.r * fine
        brush.ellipse((x - r, y - r, x + r - 1, y + r - 1), fill=number)
    else:
        brush.polygon([((x - left) * fine, (y - top) * fine) for x, y in _line(shape)], fill=number)


def _line(area: Area) -> Iterator[tuple[float, float]]:
    """The points of a polygon that cannot be told from the area."""
    x, y = float(area.x), float(area.y)
    yield x, y
    for step in area.steps:
        if len(step) == 2:
            yield step[0], step[1]
        else:
            x1, y1, x2, y2, x3, y3 = step
            for a, b, c, d in _CURVE:
                yield a * x + b * x1 + c * x2 + d * x3, a * y + b * y1 + c * y2 + d * y3
        x, y = step[-2], step[-1]


@cache
def _palette(colors: tuple[str, ...]) -> bytes:
    """All shades from light to dark, in parts of the way from one color to the next; then the same with ever more of the accent,
    in the end nothing else."""
    *row, accent = [tuple(bytes.fromhex(color[1:])) for color in colors]
    steps = [_mixed(one, other, part) for one, other in pairwise(row) for part in range(_PARTS)]
    shades = [*steps, row[-1]]
    return bytes(
        value for part in range(_PARTS + 1) for shade in shades for value in _mixed(shade, accent, part)
    )


def _mixed(one: tuple[int, ...], other: tuple[int, ...], part: int) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * part / _PARTS) for a, b in zip(one, other, strict=True))
