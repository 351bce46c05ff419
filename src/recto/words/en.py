"""English: the phrases that there are. Every other language has each of them."""

from collections.abc import Mapping

PHRASES: tuple[str, ...] = ("Archive", "Older posts")

COUNTED: Mapping[str, Mapping[str, str]] = {
    "min": {"other": "{n} min"},
    "post": {"one": "{n} post", "other": "{n} posts"},
}
