"""Find for each post the few others that are most like it, by what they share: terms, words of titles, words of texts.

What few posts have tells more than what many have: a thing weighs as many times as the number of posts can be halved until those
that have it are left. All weights are whole numbers that change only when a number of posts doubles, so writing a post seldom
changes what is said about others. Linear in the number of posts: of what many have, only the posts nearest in time are looked at.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recto.model import Post
from recto.recall import Recall
from recto.text import keywords

MOST = 3  # posts to be named
_TELLING = 8  # things a post shares with its candidates: its weightiest
_NEAR = 6  # posts before it and after it that have one of these
_CANDIDATES = 5  # to be compared in full

_TERM, _TITLE, _TEXT = 4, 3, 1  # how much a thing matters, by where it is

_Things = Mapping[str, int]  # words, and addresses of terms, with how much each matters
_Numbers = tuple[int, ...]  # of posts


def related(posts: Sequence[Post], recall: Recall | None = None) -> Sequence[tuple[Post, ...]]:
    """For each post those most like it, the best first; of equals the newer. `posts` are newest first.

    Posts of its own series are not among them, and those in another language count half.
    """
    recall = recall or Recall()
    traits = recall.each(_trait, posts)
    kinships = recall.revise(_kinships, tuple(traits))
    return recall.revise(_named, (kinships.near, tuple(posts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trait:
    """What of a post decides to which others it is like."""

    things: _Things
    tongue: str
    series: str


def _trait(post: Post) -> _Trait:
    things: dict[str, int] = dict.fromkeys(post.body.keywords, _TEXT)
    things.update(dict.fromkeys(keywords(post.title), _TITLE))
    for labels in post.terms.values():
        things.update(dict.fromkeys([label.url for label in labels], _TERM))
    return _Trait(things=things, tongue=post.language.partition("-")[0], series=post.series)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kinships:
    """Which posts have a thing, in their order, and which posts each one is most like."""

    having: Mapping[str, _Numbers]
    near: Sequence[_Numbers]


def _kinships(traits: tuple[_Trait, ...], before: tuple[tuple[_Trait, ...], _Kinships] | None) -> _Kinships:
    """Those of these posts. Where as many were known before, only those are looked for anew that can have changed."""
    if before and len(before[0]) == len(traits):
        changed = [n for n, (old, new) in enumerate(zip(before[0], traits, strict=True)) if old is not new]
        if len(changed) <= _FEW:
            return _revised(traits, *before, changed)
    having: dict[str, list[int]] = defaultdict(list)
    for number, trait in enumerate(traits):
        for thing in trait.things:
            having[thing].append(number)
    known = {thing: tuple(numbers) for thing, numbers in having.items()}
    search = _Search(traits, known)
    return _Kinships(having=known, near=[search.near(number) for number in range(len(traits))])


_FEW = 20  # changed posts: with more, it is as well to look at all


def _revised(
    traits: tuple[_Trait, ...], earlier: tuple[_Trait, ...], known: _Kinships, changed: Iterable[int]
) -> _Kinships:
    """What is known, with the changed posts in the place of the earlier ones: only posts that share a thing with one of
    them, and stand near it among those that have it, or for which a thing weighs differently, can be like others now."""
    having, touched = dict(known.having), set(changed)
    for number in changed:
        old, new = earlier[number].things, traits[number].things
        for thing in {*old, *new}:
            touched.update(_around(having.get(thing, ()), number))
        for thing in old.keys() ^ new.keys():
            those = having.get(thing, ())
            place = bisect_left(those, number)
            ours = (number,) if thing in new else ()
            having[thing] = (*those[:place], *ours, *those[place + (thing in old) :])
            if len(those).bit_length() != len(having[thing]).bit_length():
                touched.update(those, having[thing])
        for thing in new:
            touched.update(_around(having[thing], number))
    search, near = _Search(traits, having), list(known.near)
    for number in touched:
        near[number] = search.near(number)
    return _Kinships(having=having, near=near)


def _around(those: _Numbers, number: int) -> _Numbers:
    """The posts among those to which this one can be near, and one more each way, since it may go or come."""
    place = bisect_left(those, number)
    return those[max(0, place - _NEAR - 1) : place + _NEAR + 2]


class _Search:
    """Finds the posts that one is most like."""

    def __init__(self, traits: Sequence[_Trait], having: Mapping[str, _Numbers]) -> None:
        self._traits = traits
        self._having = having
        self._halvings = len(traits).bit_length()
        # A rare term is enough, or some words of the text; a few common words are not.
        self._enough = self._halvings * 3 // 2
        self._known: dict[int, dict[str, int]] = {}

    def near(self, number: int) -> _Numbers:
        """The numbers of the posts that this one is most like."""
        trait, own = self._traits[number], self._telling(number)
        likeness: dict[int, int] = {}
        for other in self._candidates(number, own):
            theirs = self._traits[other]
            if not (trait.series and theirs.series == trait.series):
                shared = own.keys() & self._telling(other).keys()
                alike = sum(map(own.__getitem__, shared))
                likeness[other] = alike // (1 if theirs.tongue == trait.tongue else 2)
        best = sorted(likeness, key=lambda other: (-likeness[other], other))
        return tuple(other for other in best[:MOST] if likeness[other] >= self._enough)

    def _telling(self, number: int) -> dict[str, int]:
        """The things of a post that others have too, with their weights."""
        if number not in self._known:
            found: dict[str, int] = {}
            for thing, matters in self._traits[number].things.items():
                count = len(self._having[thing])
                worth = self._halvings - count.bit_length()
                if count > 1 and worth:
                    found[thing] = matters * worth
            self._known[number] = found
        return self._known[number]

    def _candidates(self, number: int, own: Mapping[str, int]) -> Sequence[int]:
        """The posts that share most of the weightiest things with this one."""
        shared: dict[int, int] = defaultdict(int)
        for thing in sorted(own, key=own.__getitem__, reverse=True)[:_TELLING]:
            weight, those = own[thing], self._having[thing]
            place = bisect_left(those, number)
            for other in those[max(0, place - _NEAR) : place + _NEAR + 1]:
                shared[other] += weight
        shared.pop(number, None)
        enough = max(shared.values(), default=0) // 2
        near = [other for other, weight in shared.items() if weight >= enough]
        return sorted(near, key=shared.__getitem__, reverse=True)[:_CANDIDATES]


_Naming = tuple[Sequence[_Numbers], tuple[Post, ...]]


def _named(naming: _Naming, before: tuple[_Naming, list[tuple[Post, ...]]] | None) -> list[tuple[Post, ...]]:
    """The posts of those numbers; where as many were known before, only what names another post is made anew."""
    near, posts = naming
    if not before or len(before[1]) != len(posts):
        return [tuple(posts[number] for number in numbers) for numbers in near]
    (near_before, posts_before), found = before[0], list(before[1])
    changed = {n for n, (old, new) in enumerate(zip(posts_before, posts, strict=True)) if old is not new}
    for number, (old, new) in enumerate(zip(near_before, near, strict=True)):
        if old != new or not changed.isdisjoint(new):
            found[number] = tuple(posts[other] for other in new)
    return found
