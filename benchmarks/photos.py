"""Measure what photographs cost: recto and Hugo make the same files of the same pictures, in one run.

python benchmarks/photos.py                        # 100 and 400 photographs of 12 megapixels
python benchmarks/photos.py --sizes 20 --runs 1
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path

from PIL import Image, ImageChops

from contenders import CONTENDERS, Contender
from measure import session_memory

SITES = Path(__file__).parent / "sites"
SIZE = (4000, 3000)
SCENES = 20
A_POST = 4  # photographs in a post
WIDTHS = (480, 800, 1200, 1600)
PATIENCE = 0.02  # seconds between two looks at the memory
HOMES = {"recto": ("images", "posts"), "hugo": ("assets/images", "content/posts")}


# ---- photographs --------------------------------------------------------------------------------------------


def photographs(folder: Path, count: int) -> None:
    """That many different photographs of 3 to 5 MB, with all that a telephone writes into them; those there already stay."""
    folder.mkdir(parents=True, exist_ok=True)
    exif = telling()
    for scene in range(SCENES):
        names = [folder / f"photo-{number:04}.jpg" for number in range(scene, count, SCENES)]
        if any(not name.exists() for name in names):
            image = make_scene(scene)
            for shift, name in enumerate(names):
                moved = ImageChops.offset(image, 191 * shift, 67 * shift)
                lit = moved.point([min(255, level * (90 + shift % 20) // 100) for level in range(256)] * 3)
                lit.save(name, "JPEG", quality=90, exif=exif)


def make_scene(number: int) -> Image.Image:
    """Light, shapes of every size, and the grain of a sensor."""
    bands = []
    for band in range(3):
        sky = Image.linear_gradient("L").rotate(90 * (number % 4)).resize(SIZE)
        plane = sky.point([30 + level * (30 + (number * 7 + band * 23) % 50) // 100 for level in range(256)])
        for cell, weight in ((512, 0.3), (128, 0.24), (32, 0.18), (8, 0.12)):
            shapes = Image.effect_noise((SIZE[0] // cell + 2, SIZE[1] // cell + 2), 120)
            plane = Image.blend(plane, shapes.resize(SIZE, Image.Resampling.BICUBIC), weight)
        bands.append(plane)
    grain = Image.effect_noise(SIZE, 6)
    return ImageChops.add(Image.merge("RGB", bands), Image.merge("RGB", [grain] * 3), 1, -128)


def telling() -> Image.Exif:
    """Exif with a camera, a day and a place."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Camera", "Model 1", "2026:06:01 12:00:00"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    return exif


# ---- sites --------------------------------------------------------------------------------------------------


def prepare(tool: Contender, site: Path, photos: Sequence[Path]) -> None:
    """The same blog for each tool: posts of four photographs."""
    images, posts = (site / name for name in HOMES[tool.name])
    shutil.copytree(SITES / tool.name, site, dirs_exist_ok=True)
    shutil.copytree(SITES / "photos" / tool.name, site, dirs_exist_ok=True)
    images.mkdir(parents=True)
    posts.mkdir(parents=True)
    for photo in photos:
        (images / photo.name).hardlink_to(photo)
    for number, start in enumerate(range(0, len(photos), A_POST)):
        shown = "\n\n".join(f"![A view](/images/{p.name})" for p in photos[start : start + A_POST])
        head = (
            f'---\ntitle: "Walk {number}"\ndate: 2020-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}\n---\n'
        )
        (posts / f"walk-{number}.md").write_text(f"{head}\nA walk.\n\n{shown}\n")


def missing(out: Path, photos: Sequence[Path]) -> str:
    """What of the work was not done, in words."""
    made = sum(path.suffix in (".jpg", ".webp") for path in out.rglob("*"))
    wanted = len(photos) * (1 + 2 * len(WIDTHS))
    pages = "".join(path.read_text() for path in out.glob("posts/*/index.html"))
    problems = [f"{wanted - made} pictures missing"] if made < wanted else []
    if pages.count("1600w") != 2 * len(photos):
        problems.append("pages do not show them all")
    return "; ".join(problems)


# ---- measuring ----------------------------------------------------------------------------------------------


@dataclass
class Run:
    """Wall time and that of all processors in seconds, and the most memory in MiB that the tool's processes had together."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], site: Path, env: dict[str, str], log: Path) -> Run:
    """One run of a command, in a session of its own."""
    with log.open("wb") as output:
        start = time.monotonic()
        process = subprocess.Popen(
            command, cwd=site, env=env, stdout=output, stderr=output, start_new_session=True
        )
        watch = _Watch(process.pid)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # interrupted: the session that we started ends with us
            os.killpg(process.pid, signal.SIGKILL)
            raise
        wall = time.monotonic() - start
        watch.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        told = log.read_text(errors="replace")[-1500:]
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{told}")
    return Run(wall=wall, cpu=usage.ru_utime + usage.ru_stime, memory=watch.peak)


class _Watch(threading.Thread):
    """Looks again and again at how much memory the processes of a session have, shared parts counted once."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._session = session
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(PATIENCE):
            self.peak = max(self.peak, session_memory(self._session))

    def stop(self) -> None:
        self._done.set()
        self.join()


Figures = dict[tuple[str, int, str], Run]


def compare(args: argparse.Namespace, photos: Path, work: Path) -> Figures:
    """Every tool at every size: from nothing, and again with nothing changed."""
    figures: Figures = {}
    for count in map(int, args.sizes.split(",")):
        photographs(photos, count)
        chosen = sorted(photos.glob("photo-*.jpg"))[:count]
        for name in HOMES:
            tool = CONTENDERS[name]()
            if reason := tool.available():
                print(f"{name}: skipped, {reason}", file=sys.stderr)
                continue
            site = work / f"{name}-{count}"
            prepare(tool, site, chosen)
            log, env, command = work / f"{name}.log", tool.env(), tool.cold(site)
            cold = []
            for _ in range(args.runs):
                tool.clean(site)
                cold.append(measure(command, site, env, log))
            warm = [measure(command, site, env, log) for _ in range(max(3, args.runs))]
            figures[name, count, "cold"], figures[name, count, "unchanged"] = median(cold), median(warm)
            remark = missing(site / tool.output, chosen)
            print(f"{name:6} {count:4}  {tool.version()}  {remark}", file=sys.stderr, flush=True)
            if not args.keep:
                shutil.rmtree(site)
    return figures


def median(runs: Sequence[Run]) -> Run:
    """The median times; of the memory the most."""
    return Run(
        wall=statistics.median(run.wall for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        memory=max(run.memory for run in runs),
    )


HEAD = """\
| photographs | build | recto s | hugo s | hugo / recto | recto CPU s | hugo CPU s | recto MiB | hugo MiB |
|--:|---|--:|--:|--:|--:|--:|--:|--:|"""


def table(figures: Figures) -> str:
    """A row for each size and build, and how many times recto's time the other takes."""
    nobody = Run(wall=nan, cpu=nan, memory=nan)
    rows = [
        (count, build, ours, figures.get(("hugo", count, build), nobody))
        for (name, count, build), ours in figures.items()
        if name == "recto"
    ]
    return "\n".join(
        [
            HEAD,
            *(
                f"| {count} | {build} | {ours.wall:.2f} | {hugo.wall:.2f} | {hugo.wall / ours.wall:.2f} "
                f"| {ours.cpu:.2f} | {hugo.cpu:.2f} | {ours.memory:.0f} | {hugo.memory:.0f} |"
                for count, build, ours, hugo in rows
            ),
        ]
    )


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,400", help="numbers of photographs")
    parser.add_argument("--runs", type=int, default=1, help="cold builds, of which the median counts")
    parser.add_argument("--photos", type=Path, help="folder for the photographs, kept for the next time")
    parser.add_argument("--keep", action="store_true", help="keep the sites")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that sites are cleaned up
    work = Path(tempfile.mkdtemp(prefix="recto-photos-", dir=os.environ.get("TMPDIR")))
    try:
        print(table(compare(args, args.photos or work / "photos", work)))
    finally:
        if args.keep:
            print(work, file=sys.stderr)
        else:
            shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
