"""Cut a list of posts into pages whose numbers keep their posts.

Numbers count from the oldest post, so "/page/12/" shows the same posts for ever. The front page holds the newest: one page's
worth up to two. A new post changes the front page alone, until that has two pages' worth: then the older half becomes the
page with the next number, and the page before it gets a link to it.
"""

from collections.abc import Iterator, Sequence

from recto.model import Paginator, Post

Chunk = tuple[int | None, tuple[Post, ...]]


def paginate(posts: Sequence[Post], size: int, kind: str, home: str) -> Iterator[tuple[str, Paginator]]:
    """The pages of a list, from the front page on, each with its URL. `posts` are newest first; `home` is the URL of the
    front page; `kind` is "stable", or "plain" where page 2 follows the front page and every new post moves all others."""
    chunks = (_plain if kind == "plain" else _stable)(posts, max(1, size))
    urls = [home if number is None else f"{home}page/{number}/" for number, _ in chunks]
    for url, newer, older, (number, chunk) in zip(urls, ["", *urls], [*urls[1:], ""], chunks, strict=False):
        yield url, Paginator(posts=chunk, number=number, newer=newer, older=older)


def _stable(posts: Sequence[Post], size: int) -> list[Chunk]:
    last = max(0, len(posts) // size - 1)
    front = len(posts) - last * size
    numbered = [(last - n, tuple(posts[front + n * size : front + (n + 1) * size])) for n in range(last)]
    return [(None, tuple(posts[:front])), *numbered]


def _plain(posts: Sequence[Post], size: int) -> list[Chunk]:
    starts = range(size, len(posts), size)
    numbered = [(number, tuple(posts[start : start + size])) for number, start in enumerate(starts, 2)]
    return [(None, tuple(posts[:size])), *numbered]
