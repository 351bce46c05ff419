"""Cards for other sites: what is on them, in which font, and that every page names one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from struct import pack, unpack_from
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFont

from recto import drawing, social
from recto.drawing import STYLES
from recto.memo import Store, digest_bytes
from recto.model import Card, CardFile, CoverOptions
from recto.social import fonts
from recto.social.glyphs import covered
from recto.social.lines import setting
from recto.social.painting import paint
from test_covers import POST, built

SITE = {"site.yaml": "title: Tides\nurl: https://example.com\ndescription: By the sea\n"}


# ---- painting -----------------------------------------------------------------------------------------------


def rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def painted(title: str, style: str) -> Image.Image:
    return paint(drawing.draw(title, style), 240, 160, left=0, top=0, scale=0.2).convert("RGB")


@pytest.mark.parametrize("style", STYLES)
def test_picture_is_painted_in_the_colors_of_the_drawing(style: str) -> None:
    known = set(map(rgb, drawing.draw("Moss", style).colors))
    counts = painted("Moss", style).getcolors(240 * 160)
    assert counts
    assert sum(count for count, color in counts if color in known) > 0.8 * 240 * 160


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("title", ["Moss", "Bees", "Notes on bread", "Reading sand", "The ferry"])
def test_mean_color_of_a_cover_is_near_that_of_its_pixels(title: str, style: str) -> None:
    told = rgb(drawing.mean_color(title, style))
    true = painted(title, style).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(true, tuple)
    assert max(abs(a - b) for a, b in zip(told, true, strict=True)) < 45


def test_part_of_a_drawing_is_where_it_is_in_the_whole() -> None:
    moss = drawing.draw("Moss", "tiles")
    whole = paint(moss, 600, 400, left=0, top=0, scale=0.5).crop((200, 100, 300, 200))
    part = paint(moss, 100, 100, left=400, top=200, scale=0.5)
    counts = ImageChops.difference(whole, part).convert("L").histogram()
    assert counts[0] > 9900  # pixels of 10,000; an edge may fall on another side of a pixel


# ---- lines --------------------------------------------------------------------------------------------------

SIZES = ((100, 2), (50, 4))  # of which 10 and 20 letters go into a line


def lines(text: str) -> tuple[str, ...]:
    return setting(text, lambda size, piece: size * len(piece) / 2, 500, SIZES).lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Moss", ("Moss",)),
        ("a bc defg hij", ("a bc", "defg hij")),
        ("what the tide leaves behind", ("what the tide", "leaves behind")),
        ("extraordinary", ("extraordinary",)),
        ("left-handed", ("left-", "handed")),
        ("Donaudampfschifffahrtsgesellschaft", ("Donaudampfschifffah-", "rtsgesellschaft")),
        ("長い帰り道こそが大事なのだ", ("長い帰り道こそ", "が大事なのだ")),
        ("これは「道」でしたね。", ("これは「道」", "でしたね。")),
    ],
)
def test_text_is_set_in_few_lines_of_one_length(text: str, expected: tuple[str, ...]) -> None:
    assert lines(text) == expected


def test_text_is_as_large_as_it_fits() -> None:
    sizes = {
        text: setting(text, lambda size, piece: size * len(piece) / 2, 500, SIZES).size
        for text in ("Moss", "one two three four", "one two three four five")
    }
    assert sizes == {"Moss": 100, "one two three four": 100, "one two three four five": 50}


def test_text_that_is_too_long_for_all_sizes_is_cut() -> None:
    found = lines("one, two, three, " * 8)
    assert found == ("one, two, three,", "one, two, three,", "one, two, three,", "one, two, three…")
    assert all(len(line) <= 20 for line in lines("x" * 500))
    assert len(lines("x" * 500)) == 4


# ---- characters of a font -----------------------------------------------------------------------------------

OWN = fonts.bundled().read_bytes()


def has(data: bytes, character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in covered(data))


def test_characters_of_the_font_are_those_that_it_draws() -> None:
    font = ImageFont.truetype(BytesIO(OWN), 20, layout_engine=ImageFont.Layout.BASIC)
    lacking = bytes(font.getmask("\U0001f389"))
    for code in (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0x370, 0x460), *range(0x1E00, 0x1EFA)):
        assert has(OWN, chr(code)) == (bytes(font.getmask(chr(code))) != lacking), chr(code)


def with_table(table: bytes) -> bytes:
    """The font with another table of characters."""
    start = next(
        12 + 16 * n for n in range(unpack_from(">H", OWN, 4)[0]) if OWN[12 + 16 * n :].startswith(b"cmap")
    )
    entry = pack(">4sIII", b"cmap", 0, len(OWN), len(table))
    return OWN[:start] + entry + OWN[start + 16 :] + table


def with_characters(text: str, glyph: int = 40) -> bytes:
    """The font with these characters and no others (format 12)."""
    groups = b"".join(pack(">III", ord(c), ord(c), glyph) for c in sorted(set(text)))
    head = pack(">HHHHI", 0, 1, 3, 10, 12)
    return with_table(head + pack(">HHIII", 12, 0, 16 + len(groups), 0, len(groups) // 12) + groups)


def test_characters_are_read_from_groups() -> None:
    data = with_characters("日本🎉")
    assert [has(data, c) for c in "日本🎉a語"] == [True, True, True, False, False]
    assert not has(with_characters("日", glyph=0), "日")


def test_characters_are_read_from_segments() -> None:
    # a-c by difference, of which b leads to glyph 0; x-z by a list, in which y has none
    ends, starts, deltas = (0x63, 0x7A, 0xFFFF), (0x61, 0x78, 0xFFFF), ((-0x62) % 0x10000, 0, 1)
    lists = pack(">3H", *ends) + pack(">H", 0) + pack(">3H", *starts) + pack(">3H", *deltas)
    body = lists + pack(">3H", 0, 4, 0) + pack(">3H", 7, 0, 9)
    table = pack(">HHHHI", 0, 1, 3, 1, 12) + pack(">HHHHHHH", 4, 14 + len(body), 0, 6, 0, 0, 0) + body
    assert covered(with_table(table)) == ((0x61, 0x61), (0x63, 0x63), (0x78, 0x78), (0x7A, 0x7A))


def test_first_font_of_a_collection_counts() -> None:
    shift = 16
    data = bytearray(OWN)
    for n in range(unpack_from(">H", OWN, 4)[0]):
        offset = unpack_from(">I", OWN, 12 + 16 * n + 8)[0]
        data[12 + 16 * n + 8 : 12 + 16 * n + 12] = pack(">I", offset + shift)
    assert covered(pack(">4sIII", b"ttcf", 0x10000, 1, 16) + bytes(data)) == covered(OWN)


@pytest.mark.parametrize("data", [b"", b"no font", OWN[:3000], b"\0\1\0\0" + b"\xff" * 400])
def test_file_that_is_no_font_has_no_characters(data: bytes) -> None:
    assert covered(data) == ()


# ---- the font of a card -------------------------------------------------------------------------------------


@pytest.fixture
def memo(tmp_path: Path) -> Store:
    return Store.open(tmp_path)


def typeset(memo: Store, text: str, files: Mapping[str, bytes] = {}, **more: Any) -> Card:
    assert memo.folder
    folder = memo.folder / "fonts/deep"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    card = Card(title=text, text=text, blobs=str(memo.blobs), **more)
    [made] = social.typeset([card], memo, [folder.parent])
    return made


@pytest.mark.parametrize(
    "title",
    ["What the tide leaves", "Über Größe", "Долгая дорога", "Γιατί γράφω", "Tiếng Việt", "№ 5 ©", "50 €"],
)
def test_title_in_latin_greek_or_cyrillic_is_set_in_the_font_that_comes_with_recto(
    memo: Store, title: str
) -> None:
    card = typeset(memo, title, above="Tides")
    assert (card.text, card.above, card.shaped) == (title, "Tides", False)
    assert card.font == digest_bytes(OWN)


@pytest.mark.parametrize("title", ["長い帰り道", "الطريق الطويل", "Moss 苔", "🎉", "", " \u200b "])
def test_title_that_no_font_has_leaves_the_cover_alone(memo: Store, title: str) -> None:
    card = typeset(memo, title, above="Tides")
    assert (card.text, card.above, card.below, card.font) == ("", "", "", "")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("I shipped it 🎉🚀 today", "I shipped it today"),
        ("Hello 👩🏽‍💻", "Hello"),
        ("1️⃣ I ❤️ moss", "1 I moss"),
        ("Soft\u00adly  spoken\n", "Softly spoken"),
    ],
)
def test_emoji_and_what_cannot_be_seen_are_left_out(memo: Store, title: str, text: str) -> None:
    assert typeset(memo, title).text == text


def test_font_of_the_system_that_has_the_title_is_used(memo: Store) -> None:
    both, one = with_characters("苔 Tides"), with_characters("苔 ")
    first = typeset(memo, "苔", {"NotoSans-Bold.ttf": one}, above="Tides")
    assert (first.font, first.text, first.above) == (digest_bytes(one), "苔", "")
    better = typeset(memo, "苔", {"wqy-zenhei.ttc": both}, above="Tides")
    assert (better.font, better.text, better.above) == (digest_bytes(both), "苔", "Tides")


def test_upright_bold_fonts_of_free_families_come_first(memo: Store) -> None:
    names = (
        "NotoSansJP-Thin.ttf",
        "ipag.ttf",
        "NotoSansJP-Regular.ttf",
        "NotoSansJP-Bold.otf",
        "Arial-Bold.ttf",
    )
    files = {name: with_characters("苔", glyph) for glyph, name in enumerate(names, 50)}
    chosen = []
    while (card := typeset(memo, "苔", files)).font:
        name = Path(card.font_file).name
        chosen.append(name)
        Path(card.font_file).unlink()
        del files[name]
    assert chosen == ["NotoSansJP-Bold.otf", "NotoSansJP-Regular.ttf", "ipag.ttf", "NotoSansJP-Thin.ttf"]


def test_broken_font_is_passed_over(memo: Store) -> None:
    assert typeset(memo, "苔", {"NotoSans-Bold.ttf": b"none"}).text == ""


def test_script_whose_letters_join_is_shaped_or_not_set(memo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"NotoSansArabic-Bold.ttf": with_characters("الطريق ")}
    for able in (True, False):
        monkeypatch.setattr(fonts, "_can_shape", lambda able=able: able)
        card = typeset(memo, "الطريق", files)
        assert (bool(card.text), card.shaped) == (able, able)


# ---- the card -----------------------------------------------------------------------------------------------


def opened(card: Card, file: CardFile) -> Image.Image:
    with Image.open(Path(card.blobs, file.blob.digest)) as picture:
        picture.load()
        return picture


PANEL = (780, 0, 1200, 630)
PAPER = (0, 0, 780, 630)


@pytest.mark.parametrize(
    "title", ["Moss", "What the tide leaves behind", "Долгая дорога домой", "x" * 300, "word " * 60]
)
def test_card_has_its_title_on_paper_and_its_cover_beside_it(memo: Store, title: str) -> None:
    card = typeset(memo, title, above="Tides")
    file = social.make(card)
    picture = opened(card, file)
    assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (1200, 630))
    assert file.blob.size == Path(card.blobs, file.blob.digest).stat().st_size < 32_000
    shown = picture.convert("RGB")
    paper = shown.getpixel((2, 2))
    left, top, right, bottom = box(shown.crop(PAPER), paper)
    assert (70 <= left <= 76, 60 <= top <= 90, right <= 780 - 48, bottom <= 630 - 40) == (True,) * 4
    alone = opened(card, social.make(replace(card, text=""))).convert("RGB")
    panel = shown.crop(PANEL).getcolors(420 * 630)
    assert panel
    assert max(panel)[1] in {color for _, color in alone.getcolors(1200 * 630) or ()}


def box(picture: Image.Image, ground: object) -> tuple[int, int, int, int]:
    """Where anything but the ground is."""
    assert isinstance(ground, tuple)
    found = ImageChops.difference(picture, Image.new("RGB", picture.size, ground)).getbbox()
    assert found
    return found


def test_same_card_is_the_same_file(memo: Store) -> None:
    card = typeset(memo, "What the tide leaves", above="Tides")
    files = {
        social.make(card),
        social.make(replace(card)),
        social.make(replace(card, title="Bees", text="Bees")),
    }
    assert len(files) == 2


def test_where_files_are_decides_nothing(memo: Store) -> None:
    card = typeset(memo, "Moss")
    moved = replace(card, blobs="/else", font_file="/else", picture_file="/else")
    assert social.STEP.key(card) == social.STEP.key(moved)
    for change in (
        {"text": "x"},
        {"font": "x"},
        {"picture": "x"},
        {"hue": 1},
        {"options": CoverOptions(hue=1)},
    ):
        assert social.STEP.key(replace(card, **change)) != social.STEP.key(card)


def test_card_without_text_is_the_cover_alone(memo: Store) -> None:
    card = typeset(memo, "苔", options=CoverOptions(style="rings"))
    shown = opened(card, social.make(card)).convert("RGB")
    assert rgb(drawing.draw("苔", "rings").colors[3]) in {
        color for _, color in shown.getcolors(1200 * 630) or ()
    }
    assert box(shown.crop(PAPER), shown.getpixel((2, 2)))


def test_card_whose_font_is_gone_or_broken_is_the_cover_alone_and_is_not_kept(
    memo: Store, tmp_path: Path
) -> None:
    card = typeset(memo, "Moss")
    alone = social.make(replace(card, text=""))
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(OWN[:2000])
    for file in ("/nowhere.ttf", str(broken)):
        made = social.make(replace(card, font_file=file))
        assert (made.blob, made.complete) == (alone.blob, False)


def test_text_from_right_to_left_is_at_the_right(memo: Store) -> None:
    card = typeset(memo, "Moss", direction="rtl")
    shown = opened(card, social.make(card)).convert("RGB")
    _, _, right, _ = box(shown.crop((420, 0, 1200, 630)), shown.getpixel((1198, 2)))
    assert 700 <= right <= 712


# ---- a post's picture ---------------------------------------------------------------------------------------


def photograph(folder: Path, color: str = "#c04020", **options: Any) -> Path:
    path = folder / "photo.jpg"
    Image.new("RGB", (900, 600), color).save(path, **options)
    return path


def of_picture(memo: Store, path: Path) -> Card:
    return replace(typeset(memo, "Moss"), picture=digest_bytes(path.read_bytes()), picture_file=str(path))


def test_picture_takes_the_place_of_the_cover(memo: Store, tmp_path: Path) -> None:
    card = of_picture(memo, photograph(tmp_path))
    file = social.make(card)
    shown = opened(card, file)
    assert (shown.format, shown.size, file.format, file.complete) == ("JPEG", (1200, 630), "jpeg", True)
    pixel = shown.getpixel((1000, 300))
    assert isinstance(pixel, tuple)
    assert max(abs(a - b) for a, b in zip(pixel, rgb("#c04020"), strict=True)) < 6


def test_card_says_nothing_of_where_a_picture_was_taken(memo: Store, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of the author"
    card = of_picture(memo, photograph(tmp_path, exif=exif))
    assert b"Camera" not in Path(card.blobs, social.make(card).blob.digest).read_bytes()


def test_picture_that_cannot_be_read_leaves_the_cover(memo: Store, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff no picture")
    file = social.make(of_picture(memo, broken))
    assert (file.format, file.complete) == ("png", True)


def test_result_about_a_picture_that_changed_meanwhile_is_not_kept(memo: Store, tmp_path: Path) -> None:
    card = of_picture(memo, photograph(tmp_path))
    photograph(tmp_path, "#204060")
    file = social.make(card)
    assert (file.format, file.complete, social.usable(memo)(file)) == ("png", False, False)
    assert social.usable(memo)(social.make(typeset(memo, "Moss")))


# ---- building -----------------------------------------------------------------------------------------------


def pages(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in sorted(out.rglob("*.html"))}


def named(html: str) -> dict[str, str]:
    """What a page says of its card."""
    return dict(
        re.findall(r'<meta (?:property|name)="(og:image[^"]*|twitter:card)" content="([^"]*)">', html)
    )


def test_every_page_names_a_card_that_is_there(tmp_path: Path) -> None:
    posts = {"posts/tide.md": POST.format("tags: [sea]\n"), "pages/about.md": "---\ntitle: About\n---\nMe."}
    out = built(tmp_path, {**SITE, **posts})
    found = {path: named(html) for path, html in pages(out).items()}
    assert {
        "index.html",
        "404.html",
        "about/index.html",
        "posts/tide/index.html",
        "tags/sea/index.html",
    } <= set(found)
    for path, said in found.items():
        address = said.pop("og:image")
        assert (out / address.removeprefix("https://example.com/")).is_file(), path
        assert said.pop("og:image:alt")
        assert said == {
            "og:image:width": "1200",
            "og:image:height": "630",
            "twitter:card": "summary_large_image",
        }
    assert re.search(
        r"/social/posts/tide\.[0-9a-f]{8}\.png$", named(pages(out)["posts/tide/index.html"])["og:image"]
    )
    assert len(list((out / "social").rglob("*.png"))) == 3


@pytest.mark.parametrize(
    "settings",
    ["title: Tides\n", SITE["site.yaml"] + "theme: {features: {social_images: false}}\n"],
    ids=["without an address", "where they are not wanted"],
)
def test_there_are_no_cards(tmp_path: Path, settings: str) -> None:
    out = built(tmp_path, {"site.yaml": settings, "posts/tide.md": POST.format("")})
    assert not (out / "social").exists()
    assert "og:image" not in "".join(pages(out).values())


def test_card_of_a_post_with_a_picture_shows_that(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    photograph(tmp_path / "images", "#208040")
    out = built(tmp_path, {**SITE, "posts/tide.md": POST.format("image: /images/photo.jpg\n")})
    [card] = (out / "social/posts").iterdir()
    with Image.open(card) as shown:
        pixel = shown.convert("RGB").getpixel((1000, 300))
    assert isinstance(pixel, tuple)
    assert max(abs(a - b) for a, b in zip(pixel, rgb("#208040"), strict=True)) < 8


def everything(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(
    "change",
    [
        lambda files: {**files, "posts/tide.md": POST.format("").replace("leaves", "brings")},
        lambda files: {**files, "posts/tide.md": POST.format("cover: {style: dots, hue: 200}\n")},
        lambda files: {**files, "site.yaml": SITE["site.yaml"].replace("Tides", "Ebb")},
        lambda files: {**files, "site.yaml": SITE["site.yaml"] + "theme: {hue: 200}\n"},
    ],
    ids=["title", "cover", "title of the site", "hue"],
)
def test_build_after_a_change_is_a_clean_build(
    tmp_path: Path, change: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    files = {
        **SITE,
        "posts/tide.md": POST.format(""),
        "posts/moss.md": POST.format("").replace("tide", "moss"),
    }
    before = everything(built(tmp_path / "one", files))
    after = everything(built(tmp_path / "one", change(files)))
    assert after != before
    assert after == everything(built(tmp_path / "other", change(files)))


def test_card_that_is_lost_is_drawn_again(tmp_path: Path) -> None:
    files = {**SITE, "posts/tide.md": POST.format("")}
    before = everything(built(tmp_path, files))
    for blob in (tmp_path / ".recto/blobs").iterdir():
        blob.unlink()
    assert everything(built(tmp_path, files)) == before
