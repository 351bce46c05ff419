"""Find for each post the few others that are most like it, by what they share: terms, words of titles, words of texts.

What few posts have tells more than what many have: a thing weighs as many times as the number of posts can be halved until those
that have it are left. All weights are whole numbers that change only when a number of posts doubles, so writing a post seldom
changes what is said about others. Linear in the number of posts: of what many have, only the posts nearest in time are looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from recto.model import Post
from recto.text import keywords

MOST = 3  # posts to be named
_TELLING = 8  # things a post shares with its candidates: its weightiest
_NEAR = 6  # posts before it and after it that have one of these
_CANDIDATES = 5  # to be compared in full

_TERM, _TITLE, _TEXT = 4, 3, 1  # how much a thing matters, by where it is

_Things = Mapping[str, int]  # words, and addresses of terms, with how much each matters


def related(posts: Sequence[Post]) -> Iterator[tuple[Post, ...]]:
    """For each post those most like it, the best first; of equals the newer. `posts` are newest first.

    Posts of its own series are not among them, and those in another language count half.
    """
    things = [_things(post) for post in posts]
    having: dict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(things):
        for thing in found:
            having[thing].append(number)
    halvings = len(posts).bit_length()
    enough = halvings * 3 // 2  # a rare term is, or some words of the text; a few common words are not
    worth = {thing: halvings - len(those).bit_length() for thing, those in having.items() if len(those) > 1}
    telling = [
        {thing: matters * worth[thing] for thing, matters in found.items() if worth.get(thing)}
        for found in things
    ]
    places = dict.fromkeys(worth, 0)  # of the post at hand among those that have a thing
    tongues = [post.language.partition("-")[0] for post in posts]
    for number, (post, own) in enumerate(zip(posts, telling, strict=True)):
        likeness = {
            other: _likeness(own, telling[other]) // (1 if tongues[other] == tongues[number] else 2)
            for other in _candidates(number, own, having, places)
            if not (post.series and posts[other].series == post.series)
        }
        best = sorted(likeness, key=lambda other: (-likeness[other], other))
        yield tuple(posts[other] for other in best[:MOST] if likeness[other] >= enough)
        for thing in own:
            places[thing] += 1


def _things(post: Post) -> _Things:
    things: dict[str, int] = dict.fromkeys(post.body.keywords, _TEXT)
    things.update(dict.fromkeys(keywords(post.title), _TITLE))
    for labels in post.terms.values():
        things.update(dict.fromkeys([label.url for label in labels], _TERM))
    return things


def _candidates(
    number: int, own: _Things, having: Mapping[str, Sequence[int]], places: Mapping[str, int]
) -> Sequence[int]:
    """The posts that share most of the weightiest things with this one."""
    shared: dict[int, int] = defaultdict(int)
    for thing in sorted(own, key=own.__getitem__, reverse=True)[:_TELLING]:
        weight, place = own[thing], places[thing]
        for other in having[thing][max(0, place - _NEAR) : place + _NEAR + 1]:
            shared[other] += weight
    shared.pop(number, None)
    enough = max(shared.values(), default=0) // 2
    near = [other for other, weight in shared.items() if weight >= enough]
    return sorted(near, key=shared.__getitem__, reverse=True)[:_CANDIDATES]


def _likeness(own: _Things, other: _Things) -> int:
    return sum(map(own.__getitem__, own.keys() & other.keys()))
