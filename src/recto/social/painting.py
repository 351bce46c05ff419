"""Paint a drawing: the shapes of recto.drawing as pixels."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from recto.drawing import Area, Disc, Drawing

_FINE = 2  # pixels painted for each one that is shown, both ways, so that edges are smooth
_BENDS = 14  # straight pieces of a curve


def paint(drawing: Drawing, width: int, height: int, *, left: float, top: float, scale: float) -> Image.Image:
    """The part of a drawing whose corner is at (left, top), so many pixels large, each unit of the drawing `scale` pixels."""
    fine = scale * _FINE
    canvas = Image.new("P", (width * _FINE, height * _FINE), drawing.ground)
    canvas.putpalette(bytes.fromhex("".join(drawing.colors).replace("#", "")))
    brush = ImageDraw.Draw(canvas)
    for shape in drawing.shapes:
        if isinstance(shape, Disc):
            x, y, r = (shape.x - left) * fine, (shape.y - top) * fine, shape.r * fine
            brush.ellipse((x - r, y - r, x + r - 1, y + r - 1), fill=shape.fill)
        else:
            brush.polygon([((x - left) * fine, (y - top) * fine) for x, y in _line(shape)], fill=shape.fill)
    return canvas.convert("RGB").reduce(_FINE)


def _line(area: Area) -> Iterator[tuple[float, float]]:
    """The points of a polygon that cannot be told from the area."""
    x, y = float(area.x), float(area.y)
    yield x, y
    for step in area.steps:
        if len(step) == 2:
            yield step[0], step[1]
        else:
            x1, y1, x2, y2, x3, y3 = step
            for bend in range(1, _BENDS + 1):
                t = bend / _BENDS
                a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
                yield a * x + b * x1 + c * x2 + d * x3, a * y + b * y1 + c * y2 + d * y3
        x, y = step[-2], step[-1]
