"""Make a new site, new posts in it, and what deploys it by itself. Never overwrites unasked: what is there is the author's.

The files of a new site are those of the folder `site/` beside this module, with a few `$names` filled in.
"""

from collections.abc import Sequence
from datetime import date as Date  # noqa: N812
from pathlib import Path
from string import Template

import yaml

from recto.scaffold.install import requirement
from recto.scaffold.workflows import Setting, Written, workflow
from recto.scaffold.writing import failure, write_new
from recto.text import slugify

__all__ = ["Setting", "Written", "new", "post", "requirement", "workflow"]

_SITE = Path(__file__).resolve().parent / "site"
_HARMLESS = {".git", ".DS_Store"}
_MARKS = ("site.yaml", "_config.yml")
_JOINERS = "\u200c\u200d"  # several scripts cannot be written without them
_SLUG_BYTES = 180  # of a file's name; 255 is the most that file systems take


def new(
    folder: Path, *, title: str, author: str, url: str = "", date: Date = Date(2026, 1, 1)
) -> tuple[str, ...]:
    """Make a site in a new or empty folder; the paths of its files. `date` is the first post's.

    Raises BuildError where the folder has anything in it, or cannot be written.
    """
    _refuse_used(folder)
    values = {
        "title": _scalar(title),
        "author": _scalar(author),
        "url": f"url: {_scalar(_web_address(url))}" if url else "#url: https://example.com",
    }
    sources = sorted(path for path in _SITE.rglob("*") if path.is_file())
    names = {_name(path.relative_to(_SITE).as_posix(), date): path for path in sources}
    for name, path in names.items():
        write_new(folder / name, Template(path.read_text(encoding="utf-8")).safe_substitute(values))
    return tuple(names)


def post(
    root: Path,
    title: str,
    *,
    categories: Sequence[str] = (),
    tags: Sequence[str] = (),
    draft: bool = False,
    date: Date,
    folder: str = "posts",
) -> Path:
    """Make a post in the site `root`, named by its date and title; its path.

    Raises BuildError where there is one of that name, no site, or no words in the title.
    """
    _refuse_elsewhere(root, folder)
    words = _one_line(title)
    if not words:
        raise failure("no-title", "a post needs a title", 'for example: recto post "What the tide leaves"')
    name = f"{folder}/{date.isoformat()}-{_file_slug(words)}.md"
    if (root / name).exists() or (root / name).with_suffix("").exists():
        hint = "edit that one, or give this one another title or --date"
        raise failure("post-exists", f'there is already a post "{name}"', hint)
    lines = [
        f"title: {_scalar(words)}",
        *_list("categories", categories),
        *_list("tags", tags),
        *(["draft: true"] if draft else []),
    ]
    write_new(root / name, "\n".join(["---", *lines, "---", "", ""]))
    return root / name


def _refuse_used(folder: Path) -> None:
    hint = "choose a folder that is empty or not there yet"
    if folder.exists() and not folder.is_dir():
        raise failure("not-a-folder", f'"{folder}" is a file', hint)
    if folder.is_dir() and {path.name for path in folder.iterdir()} - _HARMLESS:
        raise failure("folder-not-empty", f'"{folder}" is not empty', hint)


def _refuse_elsewhere(root: Path, folder: str) -> None:
    if not any((root / name).exists() for name in (folder, *_MARKS)):
        hint = "go to the folder of your blog, or make one: recto new my-blog"
        raise failure("no-site", f'there is no blog in "{root}": no {folder}/ and no site.yaml', hint)


def _name(name: str, date: Date) -> str:
    """A file's name in the new site: the post gets its date, what git reads its dot."""
    dotted = f".{name}" if name.startswith("git") else name
    return dotted.replace("posts/", f"posts/{date.isoformat()}-")


def _file_slug(title: str) -> str:
    """The title's slug, short enough for a file name, cut between words where there are any."""
    slug = slugify(title) or "post"
    short = slug.encode()[:_SLUG_BYTES].decode(errors="ignore")
    if short == slug:
        return slug
    return (short.rpartition("-")[0] or short).strip("-")


def _web_address(url: str) -> str:
    """People write "example.com"; a site needs "https://example.com"."""
    address = url.strip().rstrip("/")
    return address if "://" in address else f"https://{address}"


def _one_line(text: str) -> str:
    """White space folded, and what no text file may hold left out."""
    return " ".join("".join(filter(_is_text, text)).split())


def _is_text(letter: str) -> bool:
    return letter.isprintable() or letter.isspace() or letter in _JOINERS


def _scalar(text: str) -> str:
    """The text as a YAML value on one line, quoted where it must be."""
    return _yaml(_one_line(text)).removesuffix("...\n").rstrip("\n")


def _list(key: str, names: Sequence[str]) -> list[str]:
    """A list in front matter; nothing for an empty one."""
    return [f"{key}: {_yaml([_one_line(name) for name in names]).rstrip()}"] if names else []


def _yaml(value: object) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=float("inf"))
    return text
