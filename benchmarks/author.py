"""An author at work on a blog: saves, slips and second thoughts, in an order that a number decides."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from corpus import CATEGORIES, IMAGE_COUNT, make_post, png, slugify

SETTINGS = {"title": "A blog", "url": "https://example.org", "author": "An author"}
STYLE = "static/custom.css"
FOOTER = "templates/parts/footer.html"
ABOUT = "pages/about.md"
DATA = "data/talks.yaml"


@dataclass(slots=True)
class Draft:
    """A post as its author has it in mind."""

    number: int
    title: str
    categories: tuple[str, str]
    text: str
    remark: str = ""
    unfinished: bool = False

    def __str__(self) -> str:
        head = {
            "title": self.title,
            "date": f"2024-{self.number // 28 % 12 + 1:02}-{self.number % 28 + 1:02}",
            "categories": list(self.categories),
            **({"draft": True} if self.unfinished else {}),
        }
        lines = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
        return f"---\n{lines}\n---\n{self.text}\n{self.remark}\n"


class Author:
    """Writes a blog of `size` posts into `site`, then does what an author does; `saves` counts."""

    def __init__(self, site: Path, size: int, random: Random) -> None:
        self.site, self.size, self.saves = site, size, 0
        self._random = random
        self._posts: dict[str, Draft] = {}
        self._broken: dict[str, str | None] = {}  # by path, what it is to be again
        self._numbers = 0
        self._settings: dict[str, object] = {**SETTINGS}
        for name, text in (
            ("site.yaml", json.dumps(SETTINGS)),
            (STYLE, "body { --mark: 0 }\n"),
            (FOOTER, "<footer><p>Written by hand.</p></footer>\n"),
            (ABOUT, "---\ntitle: About\n---\nWho writes here.\n"),
            (DATA, "first: 1\n"),
        ):
            self._write(name, text)
        (site / "images").mkdir()
        for number in range(IMAGE_COUNT):
            (site / f"images/figure-{number}.png").write_bytes(png(number))
        for _ in range(size):
            self.new()
        self.saves = 0

    # ---- what may happen ----

    def act(self) -> None:
        """Do one thing, as likely as it is in a day."""
        acts = list(_LIKELY)
        self._random.choices(acts, [_LIKELY[each] for each in acts])[0](self)

    @property
    def is_broken(self) -> bool:
        """Whether there is a mistake that an author would see."""
        return bool(self._broken)

    def mend(self) -> None:
        """Put right what was broken."""
        for name, text in [*self._broken.items()]:
            if text is None:
                (self.site / name).unlink(missing_ok=True)
                self.saves += 1
            else:
                self._save(name, text)
        self._broken.clear()

    def body(self) -> None:
        """Write on, and save."""
        name, post = self._one()
        post.remark = f"A remark, number {self.saves}, in *{self._random.choice(CATEGORIES)}*."
        self._save(name, str(post))

    def title(self) -> None:
        """Find a better title."""
        name, post = self._one()
        post.title = f"{self._random.choice(CATEGORIES).capitalize()} & more, number {self.saves}"
        self._save(name, str(post))

    def terms(self) -> None:
        """Put a post somewhere else."""
        name, post = self._one()
        one, other = self._random.sample(CATEGORIES, 2)
        post.categories = (one, other)
        self._save(name, str(post))

    def draft(self) -> None:
        """Take a post back, or finish it."""
        name, post = self._one()
        post.unfinished = not post.unfinished
        self._save(name, str(post))

    def new(self) -> None:
        """Begin another post, unless there are too many."""
        if len(self._posts) >= 2 * self.size:
            return self.delete()
        self._numbers += 1
        made = make_post(self._numbers, date.min)
        text = made.body.replace("(/img/", "(/images/").strip()
        post = Draft(self._numbers, made.title, (made.categories[0], made.categories[1]), text)
        name = self._name(post)
        self._posts[name] = post
        return self._save(name, str(post))

    def delete(self) -> None:
        """Throw a post away, unless there are too few."""
        if len(self._posts) <= self.size // 2:
            return self.new()
        name, _ = self._one()
        del self._posts[name]
        self._remove(name)
        return None

    def rename(self) -> None:
        """Give a post's file another name."""
        name, post = self._one()
        self._numbers += 1
        new = self._name(post)
        del self._posts[name]
        self._posts[new] = post
        (self.site / new).parent.mkdir(parents=True, exist_ok=True)
        (self.site / name).rename(self.site / new)
        self._drop_folder(name)
        self.saves += 1

    def style(self) -> None:
        """Change a rule."""
        self._save(STYLE, f"body {{ --mark: {self.saves} }}\n")

    def template(self) -> None:
        """Change the foot of every page."""
        self._save(FOOTER, f"<footer><p>Written by hand, {self.saves}.</p></footer>\n")

    def about(self) -> None:
        """Change the page about the author."""
        self._save(ABOUT, f"---\ntitle: About\n---\nWho writes here, {self.saves}.\n")

    def data(self) -> None:
        """Change a file of data."""
        self._save(DATA, f"first: {self.saves}\n")

    def picture(self) -> None:
        """Put another picture in a picture's place."""
        old, new = self._random.randrange(IMAGE_COUNT), self._random.randrange(2 * IMAGE_COUNT)
        (self.site / f"images/figure-{old}.png").write_bytes(png(new))
        self.saves += 1

    def settings(self) -> None:
        """Change the blog's title."""
        self._settings["title"] = f"A blog, number {self.saves}"
        self._save("site.yaml", json.dumps(self._settings))

    def burst(self) -> None:
        """Save the same again and again, as fast as it goes."""
        name, post = self._one()
        for _ in range(10):
            post.remark = f"One of a burst, number {self.saves}."
            self._write(name, str(post))

    def checkout(self) -> None:
        """Change a third of all posts at once, as another branch does."""
        for name, post in self._random.sample(self._whole(), len(self._posts) // 3):
            post.remark = f"From another branch, {self.saves}."
            self._write(name, str(post))

    def slip_in_post(self) -> None:
        """Leave a front matter that is none."""
        name, post = self._one()
        self._broken.setdefault(name, str(post))
        self._save(name, str(post).replace('date: "2024-', 'date: "2024-99-', 1))

    def slip_in_template(self) -> None:
        """Leave a template with a mistake."""
        self._broken.setdefault(FOOTER, (self.site / FOOTER).read_text())
        self._save(FOOTER, "<footer>{% if %}</footer>\n")

    def slip_in_settings(self) -> None:
        """Leave settings that are none."""
        self._broken.setdefault("site.yaml", json.dumps(self._settings))
        self._save("site.yaml", "title: [A blog\n")

    def slip_of_two(self) -> None:
        """Write two files for one address."""
        name, post = self._one()
        twin = f"posts/twins/{Path(name.removesuffix('/index.md')).stem}.md"
        self._broken[twin] = None
        self._save(twin, str(post))

    # ---- how it is saved ----

    def _one(self) -> tuple[str, Draft]:
        """Any post that is not broken."""
        return self._random.choice(self._whole())

    def _whole(self) -> list[tuple[str, Draft]]:
        return [item for item in sorted(self._posts.items()) if item[0] not in self._broken]

    def _name(self, post: Draft) -> str:
        stem = f"{slugify(post.title)}-{self._numbers}"
        forms = (f"{stem}.md", f"{stem}.md", f"{stem}/index.md", f"über {stem}.md", f"deep/er/{stem}.md")
        return f"posts/{self._random.choice(forms)}"

    def _save(self, name: str, text: str) -> None:
        self._random.choices(_WAYS, _USUAL)[0](self, name, text)
        if name in self._broken and self._broken[name] == text:
            del self._broken[name]

    def _write(self, name: str, text: str) -> None:
        file = self.site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.saves += 1

    def _write_in_two_steps(self, name: str, text: str) -> None:
        file = self.site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w") as opened:
            time.sleep(self._random.uniform(0.005, 0.1))
            opened.write(text)
        self.saves += 1

    def _write_and_rename(self, name: str, text: str) -> None:
        file = self.site / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.write_text(text)
        new.replace(file)
        self.saves += 1

    def _write_beside_backup(self, name: str, text: str) -> None:
        file, backup = self.site / name, self.site / f"{name}~"
        if file.exists():
            file.replace(backup)
        self._write(name, text)
        backup.unlink(missing_ok=True)

    def _remove(self, name: str) -> None:
        (self.site / name).unlink()
        self._drop_folder(name)
        self.saves += 1

    def _drop_folder(self, name: str) -> None:
        if name.endswith("/index.md"):
            (self.site / name).parent.rmdir()


_LIKELY: dict[Callable[[Author], None], float] = {
    Author.body: 40,
    Author.title: 10,
    Author.terms: 5,
    Author.draft: 3,
    Author.new: 6,
    Author.delete: 5,
    Author.rename: 4,
    Author.style: 8,
    Author.template: 3,
    Author.about: 3,
    Author.data: 1,
    Author.picture: 1,
    Author.settings: 2,
    Author.burst: 1,
    Author.checkout: 0.3,
    Author.slip_in_post: 3,
    Author.slip_in_template: 2,
    Author.slip_in_settings: 1,
    Author.slip_of_two: 1,
}
_WAYS = (
    Author._write,
    Author._write_in_two_steps,
    Author._write_and_rename,
    Author._write_beside_backup,
)
_USUAL = (60, 10, 20, 10)
