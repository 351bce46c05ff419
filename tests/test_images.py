"""Pictures come out in the sizes and kinds that were asked for, upright, without their metadata; or with a reason why not."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from recto.images import STEP, make, usable, wanted
from recto.memo import Store, Workers, digest_bytes, memo_map
from recto.model import Asset, Blob, Folders, ImageOptions, Original, Picture

SMALL = ImageOptions(widths=(20, 40, 80), formats=("webp",), quality=80)
FACTS = ImageOptions(widths=(), formats=())
FOLDERS = Folders()
SECRET = b"Secret"  # in all metadata that the tests write
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "blobs").mkdir()
    return tmp_path


def original(folder: Path, data: bytes, options: ImageOptions = SMALL) -> Original:
    digest = digest_bytes(data)
    (folder / digest).write_bytes(data)
    return Original(digest=digest, source=str(folder / digest), blobs=str(folder / "blobs"), options=options)


def made(folder: Path, data: bytes, options: ImageOptions = SMALL) -> Picture:
    return make(original(folder, data, options))


def content(folder: Path, blob: Blob | None) -> bytes:
    assert blob
    data = (folder / "blobs" / blob.digest).read_bytes()
    assert (digest_bytes(data), len(data)) == (blob.digest, blob.size)
    return data


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def rendition(folder: Path, picture: Picture, width: int, format: str) -> Image.Image:
    found = next(r for r in picture.renditions if (r.width, r.format) == (width, format))
    image = opened(content(folder, found.blob))
    assert image.format and image.format.lower() == format
    assert image.size == (found.width, found.height)
    return image


def sizes(picture: Picture) -> list[tuple[str, int, int]]:
    return [(r.format, r.width, r.height) for r in picture.renditions]


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def photo(size: tuple[int, int] = (100, 60), mode: str = "RGB") -> Image.Image:
    """Red above, blue below, with grain."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((0, size[1] // 2, *size), fill=BLUE)
    grain = Image.frombytes(
        "L", size, bytes((n * n * 2654435761 >> 7) % 256 for n in range(size[0] * size[1]))
    )
    return Image.blend(image, Image.merge("RGB", [grain] * 3), 0.2).convert(mode)


def exif(orientation: int = 1) -> bytes:
    said = Image.Exif()
    said[0x010F] = SECRET.decode()
    said[0x0112] = orientation
    said[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    return said.tobytes()


def jpeg(orientation: int = 1, size: tuple[int, int] = (100, 60)) -> bytes:
    return saved(
        photo(size), "JPEG", quality=95, exif=exif(orientation), comment=SECRET, xmp=b"<x>" + SECRET + b"</x>"
    )


def png(image: Image.Image | None = None) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return saved(image or photo(), "PNG", pnginfo=text, exif=exif())


def webp(**options: Any) -> bytes:
    return saved(photo(), "WEBP", exif=exif(), xmp=SECRET, **options)


def is_near(pixel: object, color: tuple[int, ...], by: int = 60) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= by for a, b in zip(pixel, color, strict=False))


def has(data: bytes) -> set[str]:
    """Which metadata a file has."""
    info = opened(data).info
    found = {key for key in ("exif", "xmp", "comment", "icc_profile", "Author") if info.get(key)}
    return found | ({"secret"} if SECRET in data else set())


# ---- sizes and kinds ----------------------------------------------------------------------------------------


def test_a_photograph_comes_in_each_width_as_webp_and_as_jpeg(folder: Path) -> None:
    picture = made(folder, jpeg())
    assert (picture.width, picture.height, picture.problem) == (100, 60, "")
    assert sizes(picture) == [
        ("webp", 20, 12),
        ("webp", 40, 24),
        ("webp", 80, 48),
        ("jpeg", 20, 12),
        ("jpeg", 40, 24),
        ("jpeg", 80, 48),
    ]
    for format in ("webp", "jpeg"):
        image = rendition(folder, picture, 80, format)
        assert is_near(image.getpixel((40, 8)), RED) and is_near(image.getpixel((40, 40)), BLUE)


def test_avif_comes_before_webp(folder: Path) -> None:
    options = ImageOptions(widths=(60,), formats=("webp", "avif"))
    assert [r.format for r in made(folder, jpeg(size=(400, 300)), options).renditions] == [
        "avif",
        "webp",
        "jpeg",
    ]


def test_no_picture_is_enlarged(folder: Path) -> None:
    picture = made(folder, jpeg(size=(50, 30)))
    assert [r.width for r in picture.renditions] == [20, 40, 50] * 2
    assert [r.width for r in made(folder, jpeg(size=(10, 6))).renditions] == [10, 10]
    assert {r.width for r in made(folder, jpeg(size=(80, 6))).renditions} == {20, 40, 80}


def test_a_picture_that_is_not_resized_is_not_compressed_twice_in_vain(folder: Path) -> None:
    data = saved(photo((300, 200)), "JPEG", quality=20)
    own = made(folder, data, replace(SMALL, widths=(400,))).renditions[-1]
    assert (own.width, content(folder, own.blob)) == (300, data)


def test_without_widths_only_facts_are_told(folder: Path) -> None:
    picture = made(folder, jpeg(), FACTS)
    assert (picture.width, picture.height, picture.renditions) == (100, 60, ())
    both = (bytes.fromhex(found.color[1:]) for found in (picture, made(folder, jpeg())))
    assert is_near(tuple(next(both)), tuple(next(both)), by=8)


def test_png_stays_png(folder: Path) -> None:
    assert {r.format for r in made(folder, png()).renditions} == {"webp", "png"}


def test_a_picture_too_high_for_a_kind_does_without_it(folder: Path) -> None:
    tall = saved(photo((20, 17_000)), "JPEG")
    assert sizes(made(folder, tall)) == [("jpeg", 20, 17_000)]


def test_flat_graphics_keep_their_sharp_edges(folder: Path) -> None:
    image = Image.new("RGB", (80, 80), "white")
    ImageDraw.Draw(image).rectangle((20, 20, 39, 59), fill="red")
    found = rendition(folder, made(folder, saved(image, "PNG")), 80, "webp").convert("RGB")
    assert found.tobytes() == image.tobytes()


def test_webp_needs_no_second_kind(folder: Path) -> None:
    assert {r.format for r in made(folder, webp()).renditions} == {"webp"}
    both = replace(SMALL, formats=("avif", "webp"))
    assert {r.format for r in made(folder, saved(photo((400, 300)), "AVIF"), both).renditions} == {"avif"}


def test_quality_decides_the_weight(folder: Path) -> None:
    low, high = (made(folder, jpeg(), replace(SMALL, quality=quality)) for quality in (20, 90))
    assert all(a.blob.size < b.blob.size for a, b in zip(low.renditions, high.renditions, strict=True))


# ---- what is taken out, and what is kept --------------------------------------------------------------------


def avif() -> bytes:
    return saved(photo(), "AVIF", exif=exif(6), xmp=SECRET, quality=100)


@pytest.mark.parametrize(
    "data", [jpeg(), jpeg(6), png(), webp(), avif()], ids=["jpeg", "turned", "png", "webp", "avif"]
)
def test_no_published_file_says_where_or_by_what_it_was_taken(folder: Path, data: bytes) -> None:
    assert "secret" in has(data)
    picture = made(folder, data)
    assert {key for r in picture.renditions for key in has(content(folder, r.blob))} == set()
    clean = content(folder, picture.stripped)
    assert has(clean) <= {"exif", "xmp"} and not opened(clean).info.get("xmp", b"").strip()
    assert opened(clean).getexif().get_ifd(0x8825) == {}
    assert opened(clean).tobytes() == opened(data).tobytes()


def test_a_file_with_nothing_to_take_out_is_left_as_it_is(folder: Path) -> None:
    clean = content(folder, made(folder, jpeg()).stripped)
    for data in (clean, saved(photo(), "PNG"), saved(photo(), "WEBP"), saved(photo(), "GIF")):
        assert made(folder, data).stripped is None


def test_metadata_stays_where_its_author_wants_it(folder: Path) -> None:
    picture = made(folder, jpeg(), replace(SMALL, strip=False))
    assert picture.stripped is None
    assert SECRET not in b"".join(content(folder, r.blob) for r in picture.renditions)


def test_the_second_picture_in_a_telephones_file_goes(folder: Path) -> None:
    data = saved(photo(), "MPO", save_all=True, append_images=[photo((40, 40))], exif=exif())
    clean = content(folder, made(folder, data + SECRET).stripped)
    assert clean.count(b"\xff\xd8\xff") == 1 and clean.endswith(b"\xff\xd9") and b"MPF\0" not in clean
    assert opened(clean).tobytes() == opened(data).tobytes()


def test_what_stands_behind_the_end_of_a_png_goes(folder: Path) -> None:
    data = saved(photo(), "PNG")
    assert content(folder, made(folder, data + SECRET).stripped) == data


def test_progressive_jpeg_is_stripped_without_loss(folder: Path) -> None:
    data = saved(photo((300, 200)), "JPEG", progressive=True, exif=exif(), restart_marker_rows=1)
    clean = content(folder, made(folder, data).stripped)
    assert opened(clean).tobytes() == opened(data).tobytes() and has(clean) == set()


def test_a_colour_profile_stays_in_the_original_and_is_applied_in_the_rest(folder: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    linear = saved(Image.new("RGB", (40, 40), (128, 128, 128)), "PNG", icc_profile=profile, exif=exif())
    picture = made(folder, linear)
    assert has(content(folder, picture.stripped)) == {"icc_profile"}
    assert has(content(folder, picture.renditions[0].blob)) == set()
    own = saved(Image.new("RGB", (40, 40), (128, 128, 128)), "PNG", icc_profile=b"nonsense")
    assert made(folder, own).color == "#808080"


def test_adobe_rgb_green_is_greener_than_that_of_the_web(folder: Path) -> None:
    profile = swapped_profile()
    data = saved(Image.new("RGB", (40, 40), (200, 30, 30)), "PNG", icc_profile=profile)
    assert is_near(rendition(folder, made(folder, data), 20, "webp").getpixel((9, 9)), (30, 200, 30), 12)


def swapped_profile() -> bytes:
    """sRGB with red and green exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = bytearray(profile.replace(b"s\0R\0G\0B", b"o\0t\0h\0e").replace(b"sRGB b", b"othe b"))
    count = int.from_bytes(profile[128:132], "big")
    for place in range(132, 132 + 12 * count, 12):
        swap = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
        profile[place : place + 4] = swap.get(bytes(profile[place : place + 4]), profile[place : place + 4])
    return bytes(profile)


# ---- which side is up ---------------------------------------------------------------------------------------

CORNERS = ("red", "green", "blue", "white")  # of the picture as shown: from the left above, with the clock


def upright() -> Image.Image:
    image = Image.new("RGB", (96, 64))
    draw = ImageDraw.Draw(image)
    for color, (x, y) in zip(CORNERS, ((0, 0), (48, 0), (48, 32), (0, 32)), strict=True):
        draw.rectangle((x, y, x + 47, y + 31), fill=color)
    return image


TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
def test_every_orientation_is_shown_upright(folder: Path, orientation: int, format: str) -> None:
    turn = TURNS[orientation]
    stored = upright() if turn is None else upright().transpose(turn)
    data = saved(stored, format, exif=exif(orientation), quality=95)
    picture = made(folder, data)
    assert (picture.width, picture.height) == (96, 64)
    assert {(r.width, r.height) for r in picture.renditions} == {(20, 13), (40, 27), (80, 53)}
    for format in {r.format for r in picture.renditions}:
        image = rendition(folder, picture, 80, format).convert("RGB")
        assert [near(image.getpixel(place)) for place in ((15, 9), (65, 9), (65, 43), (15, 43))] == [*CORNERS]
        assert not image.getexif()
    clean = opened(content(folder, picture.stripped))
    assert dict(clean.getexif()) == ({0x0112: orientation} if orientation > 1 else {})
    assert clean.tobytes() == opened(data).tobytes()


def near(pixel: object) -> str:
    colors = {"red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    return next((name for name, color in colors.items() if is_near(pixel, color, 50)), str(pixel))


@pytest.mark.parametrize(
    "said",
    [b"", b"Exif\0\0", b"Exif\0\0MM\0*\0\0\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\x09\0", exif(9), exif(0)],
)
def test_an_orientation_that_makes_no_sense_is_none(folder: Path, said: bytes) -> None:
    picture = made(folder, saved(photo(), "JPEG", exif=said))
    assert (picture.width, picture.height, picture.problem) == (100, 60, "")


# ---- unusual pictures ---------------------------------------------------------------------------------------


def wide(mode: str) -> Image.Image:
    """A picture of 16 bits: dark above, light below."""
    dark, light = (struct.pack("<H", value) * 50 * 100 for value in (0x2000, 0xC000))
    return Image.frombytes("I;16", (100, 100), dark + light)


UNUSUAL: Mapping[str, tuple[bytes, str, str]] = {
    "cmyk": (saved(photo(mode="CMYK"), "JPEG"), "jpeg", "RGB"),
    "grey": (saved(photo(mode="L"), "JPEG"), "jpeg", "L"),
    "palette": (saved(photo(mode="P"), "PNG"), "png", "P"),
    "one bit": (saved(photo(mode="1"), "PNG"), "png", "P"),
    "16 bits": (saved(wide("I;16"), "PNG"), "png", "L"),
    "grey png": (saved(photo(mode="L"), "PNG"), "png", "L"),
    "opaque alpha": (saved(photo(mode="RGBA"), "PNG"), "png", "RGB"),
    "still gif": (saved(photo(mode="P"), "GIF"), "png", "P"),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_pictures_are_made_usual(folder: Path, name: str) -> None:
    data, format, mode = UNUSUAL[name]
    picture = made(folder, data)
    assert picture.problem == "" and picture.color.startswith("#")
    assert {r.format for r in picture.renditions} >= {format}
    assert rendition(folder, picture, 40, format).mode == mode


def test_cmyk_has_the_colours_that_it_shows(folder: Path) -> None:
    image = rendition(folder, made(folder, saved(photo(mode="CMYK"), "JPEG")), 80, "jpeg")
    assert is_near(image.getpixel((40, 8)), RED) and is_near(image.getpixel((40, 40)), BLUE)


def test_sixteen_bits_keep_their_tones(folder: Path) -> None:
    image = rendition(folder, made(folder, saved(wide("I;16"), "PNG")), 40, "png")
    assert (image.getpixel((20, 5)), image.getpixel((20, 35))) == (0x20, 0xC0)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_kept_and_nothing_is_painted_behind_it(folder: Path, mode: str) -> None:
    image = photo(mode="RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point([0] * 128 + [255] * 128))
    few = photo(mode="P")
    clear = {"transparency": few.getpixel((0, 0))}
    data = saved(few, "PNG", **clear) if mode == "P" else saved(image.convert(mode), "PNG")
    picture = made(folder, data)
    assert picture.color == ""
    for format in {r.format for r in picture.renditions}:
        assert rendition(folder, picture, 40, format).mode == "RGBA"


def frames() -> list[Image.Image]:
    return [Image.new("RGB", (60, 40), color) for color in ("red", "blue")]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_what_moves_is_left_as_it_is(folder: Path, format: str) -> None:
    data = saved(frames()[0], format, save_all=True, append_images=frames()[1:], duration=100)
    picture = made(folder, data)
    assert (picture.width, picture.height, picture.renditions, picture.problem) == (60, 40, (), "")
    assert picture.stripped is None


def test_what_moves_goes_on_moving_without_its_metadata(folder: Path) -> None:
    data = saved(frames()[0], "WEBP", save_all=True, append_images=frames()[1:], exif=exif())
    clean = opened(content(folder, made(folder, data).stripped))
    assert getattr(clean, "n_frames", 1) == 2 and not clean.getexif()


def test_a_picture_is_what_its_bytes_say(folder: Path) -> None:
    source = folder / "x.jpg"
    source.write_bytes(png())
    named = replace(original(folder, png()), source=str(source))
    assert {r.format for r in make(named).renditions} == {"webp", "png"}


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ('<svg xmlns="x" width="40" height="30"/>', (40, 30)),
        ("<?xml version='1.0'?>\n<!-- <svg width='9'> -->\n<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg width='4cm' height='1in'>", (151, 96)),
        ('<svg viewBox="0 0 300 150">', (300, 150)),
        ('<svg width="100" viewBox="0 0 300 150">', (100, 50)),
        ('<svg height="100px" viewBox="0,0,300,150" width="100%">', (200, 100)),
        ('<svg width="100%">', (0, 0)),
        ('<svg width="1e99" height="-5">', (0, 0)),
        ("<svg:svg xmlns:svg='x' width='7' height='8'>", (7, 8)),
        ("\ufeff<svg>", (0, 0)),
    ],
)  # fmt: skip
def test_a_drawing_has_the_size_that_it_says(folder: Path, text: str, size: tuple[int, int]) -> None:
    assert made(folder, text.encode()) == Picture(width=size[0], height=size[1])
    assert made(folder, ("\ufeff" + text.lstrip("\ufeff")).encode("utf-16")) == Picture(
        width=size[0], height=size[1]
    )


# ---- what cannot be shown -----------------------------------------------------------------------------------


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims a size, and has next to nothing in it."""
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body)) for name, body in chunks
    )  # fmt: skip


DAMAGED = "its file is damaged, or not complete"
FOREIGN = "it is a {} file, which not every browser shows; save it as JPEG or PNG"
UNFIT = {
    b"": "its file is empty",
    b"hello": "its file is not a picture",
    b"<html><svg width='1' height='1'>": "its file is not a picture",
    jpeg()[:-700]: DAMAGED,
    jpeg()[:100]: DAMAGED,
    png()[:-900]: DAMAGED,
    webp()[:300]: DAMAGED,
    b"GIF89a": DAMAGED,
    b"RIFF\0\0\0\0WEBPVP8 ": DAMAGED,
    b"\0\0\0\x18ftypavif\0\0\0\0avifmif1": DAMAGED,
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic": FOREIGN.format("HEIC"),
    saved(photo(), "TIFF"): FOREIGN.format("TIFF"),
    saved(photo(), "BMP"): FOREIGN.format("BMP"),
    bomb(30_000, 30_000): "it has 900 megapixels, which is too many; 64 are fine",
    bomb(2**31 - 1, 1): "it has 2,147 megapixels, which is too many; 64 are fine",
}


@pytest.mark.parametrize("data", UNFIT, ids=[*map(str, range(len(UNFIT)))])
def test_what_cannot_be_shown_is_said_in_words(
    folder: Path, data: bytes, recwarn: pytest.WarningsRecorder
) -> None:
    assert replace(made(folder, data), stripped=None) == Picture(problem=UNFIT[data])
    assert not recwarn.list


@pytest.mark.parametrize(
    "damaged", [jpeg(6)[:-700], png()[:-900], webp().replace(b"VP8 ", b"VP8?")], ids=["jpeg", "png", "webp"]
)
def test_a_damaged_picture_is_published_without_what_it_says(folder: Path, damaged: bytes) -> None:
    assert SECRET in damaged
    picture = made(folder, damaged)
    assert picture.problem == DAMAGED
    assert SECRET not in content(folder, picture.stripped)


def test_a_damaged_picture_is_left_which_side_is_up(folder: Path) -> None:
    stripped = content(folder, made(folder, jpeg(6)[:-700]).stripped)
    with Image.open(BytesIO(stripped)) as image:
        assert dict(image.getexif()) == {0x0112: 6}


def test_what_is_too_large_is_published_without_what_it_says(folder: Path) -> None:
    huge = bomb(30_000, 30_000)
    said = struct.pack(">L", len(exif())) + b"eXIf" + exif() + struct.pack(">L", zlib.crc32(b"eXIf" + exif()))
    assert content(folder, made(folder, huge[:33] + said + huge[33:]).stripped) == huge


@pytest.mark.parametrize(
    "data", [jpeg().replace(b"\xff\xe1", b"\xff\xdb")[:-700], saved(photo(), "AVIF", exif=exif())[:-300]]
)
def test_a_file_that_may_still_say_something_is_not_made_out_to_be_clean(folder: Path, data: bytes) -> None:
    assert made(folder, data) == Picture(problem=DAMAGED)


def test_a_picture_whose_author_keeps_what_it_says_keeps_it_when_damaged(folder: Path) -> None:
    assert made(folder, jpeg()[:-700], replace(SMALL, strip=False)).stripped is None


HOSTILE = (
    "<!--" * 16_000,
    "<?" * 32_000,
    "<!DOCTYPE[" * 6_500,
    " " * 65_000,
    f'<svg width="{"1" * 65_000}!">',
    f'<svg width="{"1" * 65_000}!"/>',
)


@pytest.mark.parametrize("text", HOSTILE, ids=map(str, range(len(HOSTILE))))
def test_no_text_takes_long_to_be_found_no_drawing(folder: Path, text: str) -> None:
    """Each would take very long if a character were looked at once for every other one."""
    assert made(folder, text.encode()).width == 0


def test_a_file_damaged_anywhere_never_raises(folder: Path) -> None:
    for whole in (jpeg(6), png(), webp(), saved(photo(mode="P"), "GIF"), saved(photo(), "AVIF")):
        for place in range(4, len(whole), max(1, len(whole) // 60)):
            made(folder, whole[:place] + b"\xff\x00\x7f\xff" + whole[place + 4 :])
            made(folder, whole[:place], FACTS)


def test_a_file_that_changed_or_went_is_not_remembered(folder: Path) -> None:
    asked = original(folder, jpeg())
    with Store.memory() as store:
        Path(asked.source).write_bytes(png())
        assert memo_map(STEP, [asked], store, Workers(1), None, usable(store)) == [
            Picture(problem="it changed while it was read")
        ]
        Path(asked.source).unlink()
        assert memo_map(STEP, [asked], store, Workers(1), None, usable(store)) == [
            Picture(problem="its file cannot be read")
        ]
        Path(asked.source).write_bytes(jpeg())
        asked = replace(asked, blobs=str(store.blobs))
        assert memo_map(STEP, [asked], store, Workers(1), None, usable(store))[0].problem == ""


def tower(strip: Image.Image, times: int) -> bytes:
    """A JPEG of a strip, eight blocks high, again and again; made without ever having it all in memory."""
    data = saved(strip, "JPEG", quality=40, restart_marker_rows=1)
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    height = struct.pack(">H", strip.height * times)
    rows = b"\xff\xd7".join([data[start:-2]] * times)
    return data[: frame + 5] + height + data[frame + 7 : start] + rows + data[-2:]


WEIGH = """
import resource, sys
from recto.images import make
from recto.model import Original
picture = make(Original(digest=sys.argv[1], source=sys.argv[2], blobs=sys.argv[3]))
print(picture.width, picture.height, picture.color, picture.problem, len(picture.renditions))
try:  # what Linux calls the most of a process is also that of the one which started it
    status = open("/proc/self/status").read()
    print(status.split("VmHWM:")[1].split()[0])
except FileNotFoundError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_jpeg_of_200_megapixels_takes_little_memory(folder: Path) -> None:
    asked = original(folder, tower(Image.new("RGB", (20_480, 128), RED), 78))
    command = [sys.executable, "-c", WEIGH, asked.digest, asked.source, asked.blobs]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    assert shown[0] == "20480 9984 #c71f1e  8"
    assert int(shown[1]) < 400_000 * (
        1024 if sys.platform == "darwin" else 1
    )  # KiB; all its pixels take twice that


def test_a_jpeg_of_which_too_much_must_be_decoded_is_refused(folder: Path) -> None:
    tall = tower(Image.new("RGB", (2_000, 128), RED), 400)
    found = made(folder, tall, ImageOptions(widths=(1600,)))
    assert found == Picture(problem="it has 102 megapixels, which is too many; 64 are fine")
    assert made(folder, tall, FACTS).height == 51_200


# ---- the law of steps ---------------------------------------------------------------------------------------


def test_the_same_bytes_come_of_the_same_bytes(folder: Path) -> None:
    both = replace(SMALL, formats=("avif", "webp"))
    for data in (jpeg(6), png(), saved(photo(mode="P"), "GIF")):
        first = made(folder, data, both)
        other = folder / "elsewhere"
        (other / "blobs").mkdir(parents=True, exist_ok=True)
        assert made(other, data, both) == first


def test_where_a_picture_is_decides_nothing(folder: Path) -> None:
    asked = original(folder, jpeg())
    assert STEP.key(replace(asked, source="x", blobs="y")) == STEP.key(asked)
    assert STEP.key(replace(asked, options=replace(SMALL, quality=81))) != STEP.key(asked)
    assert STEP.key(replace(asked, digest="x")) != STEP.key(asked)


def test_processes_make_what_one_makes(tmp_path: Path) -> None:
    results = []
    alone, together = Workers(1), Workers(2, trial=-1, start="spawn")
    for name, workers in (("alone", alone), ("together", together)):
        folder = tmp_path / name
        (folder / "blobs").mkdir(parents=True)
        inputs = [original(folder, jpeg(size=(100 + n, 60))) for n in range(6)]
        with Store.memory() as store:
            found = memo_map(STEP, inputs, store, workers)
        results.append((found, {path.name: path.read_bytes() for path in (folder / "blobs").iterdir()}))
    assert results[0] == results[1]


# ---- which pictures -----------------------------------------------------------------------------------------


def asset(origin: str, path: str = "") -> Asset:
    return Asset(path=path or origin, source=f"/site/{origin}", origin=origin, digest=origin)


def chosen(*origins: str, shown: tuple[str, ...] = (), folders: Folders = FOLDERS) -> dict[str, bool]:
    """The pictures that are looked at, and whether smaller files are made of them."""
    found = wanted(map(asset, origins), shown, ImageOptions(), folders, "/blobs")
    return {path: bool(picture.options.widths) for path, picture in found.items()}


def test_an_authors_pictures_are_looked_at_and_those_shown_are_made() -> None:
    origins = ("images/a.jpg", "images/b.PNG", "posts/x/c.webp", "pages/d.svg", "posts/notes.pdf")
    assert chosen(*origins, shown=("images/a.jpg", "posts/x/c.webp")) == {
        "images/a.jpg": True,
        "images/b.PNG": False,
        "posts/x/c.webp": True,
        "pages/d.svg": False,
    }


def test_static_files_and_those_of_themes_are_left_alone() -> None:
    assert (
        chosen("static/a.jpg", "templates/assets/b.png", "default/assets/c.png", "static/images/d.jpg") == {}
    )


def test_the_innermost_folder_decides() -> None:
    folders = Folders(pages=".", static="images/raw", images="images", posts="_posts")
    origins = ("images/raw/a.jpg", "images/b.jpg", "about/c.jpg", "_posts/d.jpg")
    assert [*chosen(*origins, folders=folders)] == ["images/b.jpg", "about/c.jpg", "_posts/d.jpg"]


def test_what_browsers_do_not_show_is_looked_at_for_what_its_file_may_say() -> None:
    asked = ("images/a.heic", "images/b.tiff")
    assert chosen(*asked, shown=asked[:1]) == {"images/a.heic": True, "images/b.tiff": False}
    told = ImageOptions(strip=False)
    assert [*wanted(map(asset, asked), asked[:1], told, FOLDERS, "/blobs")] == ["images/a.heic"]


def test_what_a_post_shows_is_a_picture_whatever_its_name_ends_in() -> None:
    assert chosen("images/a", "images/b.photo", "images/c", shown=("images/a", "images/b.photo")) == {
        "images/a": True,
        "images/b.photo": True,
    }


def test_how_wide_a_picture_is_shown_decides_nothing_of_its_files() -> None:
    files = [asset("images/a.jpg")]
    keys = {
        STEP.key(wanted(files, shown, ImageOptions(sizes=size), Folders(), "")["images/a.jpg"])
        for shown, size in ((("images/a.jpg",), "100vw"), (("images/a.jpg",), "50vw"))
    }
    assert len(keys) == 1
