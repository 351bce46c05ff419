"""Pictures of a whole site: made once, remembered by content, and nowhere with what they say of their author."""

import os
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from conftest import MakeProject, Project, Result
from recto.cli.report import Outcome, summary

GRAIN = Image.effect_noise((600, 400), 60)


def photo(level: int = 100) -> bytes:
    """A photograph that says by which camera and where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Secret"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    image = Image.merge("RGB", [GRAIN, GRAIN, Image.new("L", GRAIN.size, level)])
    buffer = BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"Secret")
    return buffer.getvalue()


PHOTOS = {f"images/{n}.jpg": photo(60 + n) for n in range(4)}
SITE: Mapping[str, str | bytes] = {
    "site.yaml": "title: Walks\nurl: https://example.com\nimages: {widths: [100, 300]}\n"
    "theme: {features: {covers: false, social_images: false, search: false}}\n",
    "posts/a.md": "---\ntitle: A\ndate: 2026-01-01\n---\nText.\n\n"
    + "\n\n".join(f"![A view](/images/{n}.jpg)" for n in range(4)),
    "posts/b/index.md": "---\ntitle: B\ndate: 2026-01-02\n---\nText.\n\n![Fog](fog.jpg)",
    "posts/b/fog.jpg": photo(),
    "static/raw.jpg": b"\xff\xd8\xff not ours to touch",
    **PHOTOS,
}
COUNT = len(PHOTOS) + 1


def counts(result: Result) -> tuple[int, int]:
    """How many pictures there were, and how many of them were remembered."""
    timing = next(timing for timing in result.plan.timings if timing.stage == "pictures")
    return timing.count, timing.remembered


def blobs(project: Project) -> list[Path]:
    return sorted((project.path / ".recto" / "blobs").iterdir())


@pytest.fixture
def built(project: MakeProject) -> Project:
    made = project(SITE)
    assert counts(made.build()) == (COUNT, 0)
    return made


def test_every_picture_is_published_in_its_sizes(built: Project) -> None:
    files = built.output()
    assert len([name for name in files if name.startswith("images/")]) == 4 * (1 + 2 * 2)
    assert len([name for name in files if name.startswith("posts/b/fog")]) == 1 + 2 * 2
    assert b"<picture>" in files["posts/b/index.html"] and b'width="600"' in files["posts/b/index.html"]


def test_no_published_file_says_where_a_picture_was_taken(built: Project) -> None:
    assert [name for name, data in built.output().items() if b"Secret" in data or b"Exif" in data] == []


def test_static_files_are_published_as_they_are(built: Project) -> None:
    assert built.output()["raw.jpg"] == SITE["static/raw.jpg"]


def test_an_unchanged_site_makes_no_picture(built: Project) -> None:
    before = built.output()
    result = built.build()
    assert counts(result) == (COUNT, COUNT)
    assert result.changes and result.changes.written == ()
    assert built.output() == before


def test_one_new_picture_is_the_only_one_that_is_made(built: Project, project: MakeProject) -> None:
    built.write({"images/2.jpg": photo(200)})
    assert counts(built.build()) == (COUNT, COUNT - 1)
    clean = project({**SITE, "images/2.jpg": photo(200)})
    clean.build()
    assert built.output() == clean.output()


def test_a_restored_memo_remembers_every_picture(built: Project, tmp_path: Path) -> None:
    restored = Project(tmp_path / "checkout")
    restored.path.mkdir()
    restored.write(SITE)
    shutil.copytree(built.path / ".recto", restored.path / ".recto", copy_function=shutil.copyfile)
    for path in restored.path.rglob("*"):
        os.utime(path, (1e9, 1e9))
    assert counts(restored.build()) == (COUNT, COUNT)
    assert restored.output() == built.output()


@pytest.mark.parametrize("damage", ["gone", "empty", "changed"])
def test_a_damaged_file_of_the_memo_is_made_again(built: Project, damage: str) -> None:
    before, victim = built.output(), blobs(built)[3]
    data = victim.read_bytes()
    victim.unlink() if damage == "gone" else victim.write_bytes(b"" if damage == "empty" else b"x" + data[1:])
    if damage != "gone":
        os.utime(victim, (1e9, 1e9))
    shutil.rmtree(built.path / "dist")
    assert counts(built.build()) == (COUNT, COUNT - 1)
    assert (victim.read_bytes(), built.output()) == (data, before)


@pytest.mark.parametrize("part", [".recto", ".recto/blobs"])
def test_the_memo_of_pictures_may_be_deleted(built: Project, part: str) -> None:
    before = built.output()
    shutil.rmtree(built.path / part)
    assert counts(built.build()) == (COUNT, 0)
    assert built.output() == before


def test_many_processes_make_what_one_makes(built: Project, project: MakeProject) -> None:
    other = project(SITE)
    other.build(jobs=3)
    assert other.output() == built.output()
    assert [path.name for path in blobs(other)] == [path.name for path in blobs(built)]


def test_how_wide_pictures_are_shown_makes_no_picture_anew(built: Project) -> None:
    settings = str(SITE["site.yaml"])
    built.write({"site.yaml": settings.replace("300]", "300], sizes: 50vw")})
    assert counts(built.build()) == (COUNT, COUNT)
    built.write({"site.yaml": settings.replace("300]", "300], quality: 60")})
    assert counts(built.build()) == (COUNT, 0)


def test_pictures_that_are_not_to_be_stripped_are_published_as_they_are(project: MakeProject) -> None:
    made = project({**SITE, "site.yaml": "images: {widths: [], strip: false}\n"})
    made.build()
    assert {name: made.output()[name] for name in PHOTOS} == PHOTOS
    assert not any(name.endswith(".webp") for name in made.output())


def test_the_summary_tells_how_many_pictures_were_made(built: Project) -> None:
    built.write({"images/2.jpg": photo(200)})
    assert pictures_line(built.build()) == ["  pictures    1 new, 4 remembered"]
    assert pictures_line(built.build()) == ["  pictures    5 remembered"]
    shutil.rmtree(built.path / ".recto")
    assert pictures_line(built.build()) == ["  pictures    5 new"]


def test_a_site_without_pictures_does_not_speak_of_them(project: MakeProject) -> None:
    assert pictures_line(project({"posts/a.md": "---\ntitle: A\n---\nText"}).build()) == []


def pictures_line(result: Result) -> list[str]:
    outcome = Outcome(
        plan=result.plan,
        diagnostics=(),
        changes=result.changes,
        output="dist/",
        timings=result.plan.timings,
        seconds=1,
    )
    return [line for line in summary(outcome, verbose=False).splitlines() if "pictures" in line]
