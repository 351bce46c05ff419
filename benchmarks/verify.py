"""Did a build really do the work? Nothing here is timed."""

import hashlib
import html
import re
from collections.abc import Sequence
from itertools import compress
from pathlib import Path

from contenders import Contender
from corpus import CATEGORIES, Post

Posts = Sequence[Post]


def read(path: Path) -> str:
    """A file's text with its entities decoded; "" where there is none."""
    return html.unescape(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else ""


def check_build(tool: Contender, site: Path, posts: Posts) -> list[str]:
    """Everything missing from the output of a full build; empty when the work was done."""
    out = site / tool.output
    return [
        *_check_posts(tool, out, posts),
        *_check_index(tool, out, posts),
        *_check_categories(tool, out, posts),
        *_check_feed_and_sitemap(tool, out, posts),
        *_check_static(out),
    ]


def _complain(what: str, items: Sequence[str]) -> list[str]:
    return [f"{what}: {len(items)} (first: {items[0]})"] if items else []


def _check_posts(tool: Contender, out: Path, posts: Posts) -> list[str]:
    texts = [read(out / tool.post_path(post)) for post in posts]
    slugs = [post.slug for post in posts]
    missing = [not text for text in texts]
    problems = _complain("posts without a page", list(compress(slugs, missing)))
    for what, wrong in _complaints(tool, posts, texts).items():
        built = (bad and not gone for bad, gone in zip(wrong, missing, strict=True))
        problems += _complain(what, list(compress(slugs, built)))
    return problems


def _complaints(tool: Contender, posts: Posts, texts: Sequence[str]) -> dict[str, list[bool]]:
    highlight = re.compile(tool.highlight, re.S)
    pairs = list(zip(posts, texts, strict=True))
    near = [[*posts[max(0, i - 1) : i], *posts[i + 1 : i + 2]] for i in range(len(posts))]
    return {
        "post pages without the post's text": [post.sentinel not in text for post, text in pairs],
        "post pages without the title as h1": [not _has_title(post, text) for post, text in pairs],
        "code posts without highlighting spans": [
            bool(post.languages) and not highlight.search(text) for post, text in pairs
        ],
        "table posts without a table": [post.has_table and "<table" not in text for post, text in pairs],
        "post pages without the neighbours' titles": [
            any(other.title not in text for other in others) for others, text in zip(near, texts, strict=True)
        ],
    }


def _has_title(post: Post, text: str) -> bool:
    return re.search(rf"{re.escape(post.title)}\s*</h1>", text) is not None


def _check_index(tool: Contender, out: Path, posts: Posts) -> list[str]:
    bad = []
    for number in sorted({1, 2, -(-len(posts) // 10)}):
        text, wanted = read(out / tool.index_path(number)), _index_posts(posts, number)
        links = _linked(text, posts)
        if any(post.title not in text for post in wanted) or links != len(wanted):
            bad.append(f"page {number}: {links} post links")
    return _complain("index pages wrong", bad)


def _index_posts(posts: Posts, number: int) -> Posts:
    return posts[::-1][10 * (number - 1) : 10 * number]


def _linked(text: str, posts: Posts) -> int:
    """How many of the posts the text links to."""
    return len(set(re.findall(r"posts/([a-z0-9-]+)", text)) & {post.slug for post in posts})


def _check_categories(tool: Contender, out: Path, posts: Posts) -> list[str]:
    bad = [name for name in CATEGORIES if _lost(category_text(tool, out, name), _members(posts, name))]
    return _complain("category listings incomplete", bad)


def category_text(tool: Contender, out: Path, category: str) -> str:
    """The listing of a category; that of all its pages where the tool has several."""
    first = out / tool.category_path(category)
    further = sorted(first.parent.glob("page/*/index.html")) if tool.categories_paginated else []
    return "".join(map(read, [first, *further]))


def _members(posts: Posts, category: str) -> Posts:
    return [post for post in posts if category in post.categories]


def _lost(text: str, posts: Posts) -> int:
    return sum(f"posts/{post.slug}" not in text for post in posts)


def _check_feed_and_sitemap(tool: Contender, out: Path, posts: Posts) -> list[str]:
    problems = []
    feed = read(out / tool.feed)
    entries = len(re.findall(r"<(?:item|entry)[ >]", feed))
    if entries != 20 or posts[-1].title not in feed:
        problems.append(f"feed {tool.feed}: {entries} entries instead of the latest 20")
    listed = _linked(read(out / tool.sitemap), posts)
    if listed != len(posts):
        problems.append(f"sitemap {tool.sitemap}: {listed} of {len(posts)} posts")
    return problems


def _check_static(out: Path) -> list[str]:
    there = all((out / name).is_file() for name in ("style.css", "img/figure-0.png"))
    return [] if there else ["static files missing"]


def check_listings(tool: Contender, site: Path, posts: Posts, index: int) -> list[str]:
    """After an edit of one post: its index page and its two category listings must still be complete."""
    out, page = site / tool.output, _index_number(posts, index)
    listings = {tool.index_path(page): (read(out / tool.index_path(page)), _index_posts(posts, page))}
    for name in posts[index].categories:
        listings[tool.category_path(name)] = (category_text(tool, out, name), _members(posts, name))
    return [
        f"BROKEN: {path} lost {lost} of {len(members)} posts"
        for path, (text, members) in listings.items()
        if (lost := _lost(text, members))
    ]


def _index_number(posts: Posts, index: int) -> int:
    return (len(posts) - 1 - index) // 10 + 1


def check_body(tool: Contender, site: Path, posts: Posts, index: int, marker: str) -> list[str]:
    """Where a changed body has to appear: the page of the post."""
    shown = marker in read(site / tool.output / tool.post_path(posts[index]))
    return ([] if shown else ["the edit is not in the post's page"]) + check_listings(
        tool, site, posts, index
    )


def check_title(tool: Contender, site: Path, posts: Posts, index: int, title: str) -> list[str]:
    """Where a changed title has to appear: the page, both neighbours, the index page, two categories."""
    out, post = site / tool.output, posts[index]
    neighbours = [other for other in (index - 1, index + 1) if 0 <= other < len(posts)]
    places = {
        "own page": read(out / tool.post_path(post)),
        **{f"neighbour {other}": read(out / tool.post_path(posts[other])) for other in neighbours},
        "index": read(out / tool.index_path(_index_number(posts, index))),
        **{f"category {name}": category_text(tool, out, name) for name in post.categories},
    }
    stale = [f"stale: {place}" for place, text in places.items() if title not in text]
    return stale + check_listings(tool, site, posts, index)


_VOLATILE = re.compile(
    r"<(lastBuildDate|updated|pubDate|lastmod)>[^<]*</\1>|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\"<\s]*"
)


def snapshot(directory: Path) -> dict[str, str]:
    """Digest of every output file, with build times blanked out of HTML and XML."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): hashlib.sha256(_lasting(path)).hexdigest() for path in files}


def _lasting(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix not in (".html", ".xml"):
        return data
    return _VOLATILE.sub("", data.decode(errors="replace")).encode()


def compare(incremental: dict[str, str], clean: dict[str, str]) -> list[str]:
    """How a rebuilt tree differs from a clean build of the same sources."""
    differing = sorted(name for name in clean.keys() & incremental.keys() if clean[name] != incremental[name])
    missing, extra = sorted(clean.keys() - incremental.keys()), sorted(incremental.keys() - clean.keys())
    return [
        f"{len(names)} {kind} (first: {names[0]})"
        for kind, names in (("stale", differing), ("missing", missing), ("left over", extra))
        if names
    ]
