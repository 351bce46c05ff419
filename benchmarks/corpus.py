"""Deterministic blog corpus: the same seed and count give the same posts on any machine.

Post i depends only on (seed, i), so the 100-post corpus is the oldest part of the 1000-post one in
content (dates are spread differently). Every post carries a unique sentinel word that the harness
looks for in the built page.
"""

import datetime as dt
import random
import re
import struct
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

CATEGORIES = (
    "engineering startups python javascript databases devops security testing design management "
    "hiring writing books travel music performance linux networking career opinion"
).split()
IMAGE_COUNT = 8

_NOUNS = (
    "team customer release database server cache schedule budget meeting report manager queue "
    "index parser deployment backlog review interface test contract incident migration metric "
    "dashboard notebook roadmap prototype feature estimate bug pattern library framework compiler "
    "network protocol laptop keyboard office train coffee weekend story habit question answer "
    "mistake lesson promise deadline document template template engine user session request "
    "response error log"
).split()
_ADJ = (
    "quiet brittle honest slow fast careful simple clever expensive cheap boring reliable strange "
    "old new shared hidden public private small large complicated useful painful obvious rare "
    "common deep shallow steady messy clean tired patient early late"
).split()
_VERBS = (
    "ship break rewrite measure ignore explain test rename replace cache delete trust question "
    "review postpone automate document support sell describe debug remove simplify repeat copy "
    "plan watch"
).split()
_ADVERBS = (
    "usually rarely slowly quickly quietly often sometimes carefully eventually almost finally "
    "simply honestly suddenly never always"
).split()
_PLACES = ("Berlin Lisbon Oslo Toronto Kyoto Leeds Austin Nairobi Porto Ghent Riga Dublin Lima Turin").split()
_OPENERS = [
    "When I started,",
    "A few years ago,",
    "In practice,",
    "On the other hand,",
    "To be fair,",
    "After the third attempt,",
    "Most of the time,",
    "Looking back,",
    "In my experience,",
    "For what it is worth,",
    "The next morning,",
    "As it turns out,",
    "Before lunch,",
]
_TEMPLATES = [
    "{o} the {a} {n} would {d} {v} the {n2}, and nobody in the {n3} asked why.",
    "We {d} {v} a {n} before we {v2} the {a} {n2}.",
    "The {n} was {a}, but the {n2} behind it was {a2} and {a3}.",
    "If you {v} the {n} first, the {a} {n2} will {d} {v2} itself.",
    "{o} I learned to {v} every {n} that looked {a}.",
    "Nobody wants to {v} a {a} {n}, yet the {n2} has to be there by Monday.",
    "There were {k} people in the room in {p}, and each of them had a different {n} in mind.",
    "It took {k} days to {v} the {n} and another {k2} to {v2} what we had learned.",
    "You can {v} a {n} without a {n2}, but it is {d} a {a} idea.",
    "The {a} part is not the {n}; it is the {n2} that comes after it.",
    "{o} our {n} in {p} had grown from {k} to {k2} lines, and it was still {a}.",
    "What surprised me was how {a} the {n} became once we decided to {v} it.",
    "A {n} that is {a} today will be {a2} in {k} months, so {v} it while you can.",
    "My advice is to {v} the {n}, {v2} the {n2}, and keep the {a} {n3} for yourself.",
    "Someone will {d} tell you that a {a} {n} is worth more than a {a2} {n2}.",
    "That is why the {n} and the {n2} should {d} share a {n3}.",
]
_HEADINGS = [
    "What went wrong",
    "The {a} {n}",
    "Why we {v} the {n}",
    "A closer look",
    "How to {v} a {n}",
    "Numbers",
    "The {n} and the {n2}",
    "Next steps",
    "Lessons from {p}",
    "A {a} alternative",
    "Things I would do again",
    "The case for a {a} {n}",
]
_TITLES = [
    "{N} versus {n}",
    "How we {v} the {a} {n}",
    "The {a} {n} problem",
    "Notes on a {a} {n}",
    "Why every {n} needs a {n2}",
    "Stop trying to {v} the {n}",
    "{K} lessons from a {a} {n}",
    "A {n} in {p}",
    "On {a} {n} and {a2} {n2}",
    "What a {a} {n} taught me",
    "The {n} that would not {v}",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post of the generated blog; `sentinel` is a word that no other post has."""

    number: int
    date: dt.date
    slug: str
    title: str
    categories: tuple[str, ...]
    body: str
    sentinel: str
    languages: tuple[str, ...]

    @property
    def filename(self) -> str:
        """Jekyll's naming: 2017-05-01-sales-vs-engineering.md"""
        return f"{self.date.isoformat()}-{self.slug}.md"

    @property
    def has_table(self) -> bool:
        """Every fourth post has one."""
        return self.number % 4 == 0

    @property
    def has_picture(self) -> bool:
        """Every fifth post shows one, of the eight that all share."""
        return self.number % 5 == 0

    def with_body_marker(self, marker: str) -> "Post":
        """The post with a paragraph added."""
        return replace(self, body=f"{self.body}\nAn added remark, {marker}, at the end of the post.\n")

    def with_title(self, title: str) -> "Post":
        """The post under another title."""
        return replace(self, title=title)


def _fill(template: str, rng: random.Random) -> str:
    def word(match: re.Match[str]) -> str:
        key = match.group(1)
        return {
            "n": lambda: rng.choice(_NOUNS),
            "n2": lambda: rng.choice(_NOUNS),
            "n3": lambda: rng.choice(_NOUNS),
            "N": lambda: rng.choice(_NOUNS).capitalize(),
            "a": lambda: rng.choice(_ADJ),
            "a2": lambda: rng.choice(_ADJ),
            "a3": lambda: rng.choice(_ADJ),
            "v": lambda: rng.choice(_VERBS),
            "v2": lambda: rng.choice(_VERBS),
            "d": lambda: rng.choice(_ADVERBS),
            "p": lambda: rng.choice(_PLACES),
            "o": lambda: rng.choice(_OPENERS),
            "k": lambda: str(rng.randint(2, 40)),
            "k2": lambda: str(rng.randint(41, 900)),
            "K": lambda: rng.choice(["Three", "Five", "Seven", "Ten"]),
        }[key]()

    return re.sub(r"\{(\w+)\}", word, template)


def _sentence(rng: random.Random) -> str:
    text = _fill(rng.choice(_TEMPLATES), rng)
    roll = rng.random()
    words = text.split(" ")
    spot = rng.randrange(2, len(words) - 2)
    plain = words[spot].isalpha()
    if plain and roll < 0.06:
        words[spot] = f"*{words[spot]}*"
    elif plain and roll < 0.12:
        words[spot] = f"**{words[spot]}**"
    elif plain and roll < 0.18:
        words[spot] = f"[{words[spot]}](https://example.com/{words[spot].lower()}/{rng.randint(1, 999)})"
    elif plain and roll < 0.24:
        words[spot] = f"`{words[spot]}_{rng.choice(_NOUNS)}()`"
    return " ".join(words)


def _paragraph(rng: random.Random) -> str:
    return " ".join(_sentence(rng) for _ in range(rng.randint(3, 5)))


def _list(rng: random.Random) -> str:
    ordered = rng.random() < 0.35
    lines = []
    for i in range(rng.randint(3, 6)):
        bullet = f"{i + 1}." if ordered else "-"
        lines.append(f"{bullet} {_sentence(rng)}")
    return "\n".join(lines)


def _table(rng: random.Random) -> str:
    rows = ["| Name | Before | After | Remark |", "| --- | ---: | ---: | --- |"]
    rows += [
        f"| {rng.choice(_NOUNS)} | {rng.randint(1, 900)} | {rng.randint(1, 900)} | {rng.choice(_ADJ)} |"
        for _ in range(rng.randint(3, 7))
    ]
    return "\n".join(rows)


def _python(rng: random.Random) -> list[str]:
    n, m = rng.choice(_NOUNS), rng.choice(_VERBS)
    return [
        f"def {m}_{n}(items, limit={rng.randint(2, 99)}):",
        f'    """Return the first items of every {n}."""',
        "    result = []",
        "    for position, item in enumerate(items):",
        f"        if item is None or position > limit:  # skip the {n}",
        "            continue",
        f'        result.append({{"name": item.name, "total": item.total * {rng.random():.3f}}})',
        "    return sorted(result, key=lambda row: row['total'])",
        "",
    ]


def _js(rng: random.Random) -> list[str]:
    n, m = rng.choice(_NOUNS), rng.choice(_VERBS)
    return [
        f"export async function {m}{n.capitalize()}(url, retries = {rng.randint(1, 9)}) {{",
        "  const response = await fetch(url, { method: 'POST', cache: 'no-store' });",
        "  if (!response.ok && retries > 0) {",
        f"    console.warn(`{n} failed: ${{response.status}}`); // try once more",
        f"    return {m}{n.capitalize()}(url, retries - 1);",
        "  }",
        f"  const items = (await response.json()).filter((x) => x.size >= {rng.randint(1, 900)});",
        "  return new Map(items.map((x) => [x.id, x]));",
        "}",
        "",
    ]


def _bash(rng: random.Random) -> list[str]:
    n, m = rng.choice(_NOUNS), rng.choice(_VERBS)
    return [
        "set -euo pipefail",
        f'{n.upper()}_DIR="${{HOME}}/{n}"  # where it lives',
        f'for file in "${n.upper()}_DIR"/*.log; do',
        f'  if grep -q "{m}" "$file"; then',
        f"    gzip -{rng.randint(1, 9)} \"$file\" && echo 'packed' >&2",
        "  fi",
        "done",
        f"curl -fsS -o /dev/null https://example.com/{n}/{m} || exit {rng.randint(1, 9)}",
        "",
    ]


def _yaml(rng: random.Random) -> list[str]:
    n, m = rng.choice(_NOUNS), rng.choice(_VERBS)
    return [
        f"{m}_{n}:",
        f"  image: registry.example.com/{n}:{rng.randint(1, 9)}.{rng.randint(0, 20)}",
        f"  replicas: {rng.randint(1, 9)}",
        "  enabled: true",
        "  environment:",
        f"    - {n.upper()}_LIMIT={rng.randint(1, 900)}",
        f'    - GREETING="hello {n}"',
        "  resources: {cpu: 250m, memory: 64Mi}  # modest",
        "",
    ]


_LANGUAGES = {"python": _python, "js": _js, "bash": _bash, "yaml": _yaml}


def _code(language: str, rng: random.Random) -> str:
    lines: list[str] = []
    target = rng.randint(10, 20)
    while len(lines) < target:
        lines += _LANGUAGES[language](rng)
    while lines and not lines[-1]:
        lines.pop()
    return f"```{language}\n" + "\n".join(lines) + "\n```"


def slugify(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def make_post(number: int, date: dt.date, seed: str = "peers-1") -> Post:
    rng = random.Random(f"{seed}:{number}")
    title = _fill(rng.choice(_TITLES), rng)
    sentinel = f"zq{number:06d}sentinel"
    blocks = [_paragraph(rng)]
    for _ in range(rng.randint(2, 3)):
        blocks.append("## " + _fill(rng.choice(_HEADINGS), rng))
        blocks += [_paragraph(rng) for _ in range(rng.randint(1, 2))]
    blocks.insert(rng.randrange(1, len(blocks)), _list(rng))
    blocks.append("### " + _fill(rng.choice(_HEADINGS), rng))
    blocks.append("> " + _sentence(rng) + " " + _sentence(rng))
    if number % 4 == 0:  # Post.has_table
        blocks.append(_table(rng))
    if number % 5 == 0:  # Post.has_picture
        image = rng.randrange(IMAGE_COUNT)
        blocks.append(f"![A {rng.choice(_ADJ)} {rng.choice(_NOUNS)}](/img/figure-{image}.png)")
    languages: tuple[str, ...] = ()
    if number % 3 == 0:
        languages = tuple(rng.choice(list(_LANGUAGES)) for _ in range(rng.randint(1, 2)))
        for language in languages:
            blocks += [_paragraph(rng), _code(language, rng)]
    blocks.append(_paragraph(rng) + f" Filed under reference {sentinel} in the archive.")
    return Post(
        number=number,
        date=date,
        slug=f"{slugify(title)}-{number}",
        title=title,
        categories=tuple(rng.sample(CATEGORIES, 2)),
        body="\n\n".join(blocks) + "\n",
        sentinel=sentinel,
        languages=languages,
    )


def make_corpus(count: int, seed: str = "peers-1") -> list[Post]:
    """Oldest first; one post a day at most, so the order is the same in every tool."""
    step = max(1, 7300 // count)
    last = dt.date(2024, 12, 31)
    return [make_post(i, last - dt.timedelta(days=step * (count - 1 - i)), seed) for i in range(count)]


def png(number: int) -> bytes:
    """A picture of 800 x 500 pixels: soft light, and lines in another direction for each number."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    width, height = 800, 500
    light = [bytes(((x + 40 * number) // 4 % 256, 90 + x // 10, 160 - x // 20)) for x in range(2 * width)]
    rows = [
        b"\0" + b"".join(light[y * (number + 1) // 8 :][:width] if y % 50 < 40 else [light[y]] * width)
        for y in range(height)
    ]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


STYLE = """\
body { max-width: 44rem; margin: 0 auto; padding: 1rem; font: 1rem/1.6 Georgia, serif; }
header nav a { margin-right: 1rem; }
pre { overflow-x: auto; padding: 1rem; background: #f6f6f6; }
table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: 0.2rem 0.6rem; }
"""


def write_static(directory: Path) -> None:
    """The style sheet and the eight pictures every tool has to copy."""
    (directory / "img").mkdir(parents=True, exist_ok=True)
    (directory / "style.css").write_text(STYLE)
    for i in range(IMAGE_COUNT):
        (directory / "img" / f"figure-{i}.png").write_bytes(png(i))


if __name__ == "__main__":
    import statistics
    import sys

    posts = make_corpus(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    sizes = [len(p.body) for p in posts]
    print(
        f"{len(posts)} posts, {min(sizes)}..{max(sizes)} bytes, mean {statistics.mean(sizes):.0f}, "
        f"{sum(bool(p.languages) for p in posts)} with code, {posts[0].date}..{posts[-1].date}"
    )
    if "-v" in sys.argv:
        print(posts[0].filename, posts[0].title, posts[0].categories)
        print(posts[0].body)
