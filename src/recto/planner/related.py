"""Find for each post the few others that are most like it, by what they share: terms, words of titles, words of texts.

What few posts have tells more than what many have: a thing weighs as many times as the number of posts can be halved until those
that have it are left. All weights are whole numbers that change only when a number of posts doubles, so writing a post seldom
changes what is said about others. Linear in the number of posts: of what many have, only the posts nearest in time are looked at.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
_Names = tuple[str, ...]  # of posts: their sources


def related(posts: Sequence[Post], recall: Recall | None = None) -> Sequence[tuple[Post, ...]]:
    """For each post those most like it, the best first; of equals the newer. `posts` are newest first.

    Posts of its own series are not among them, and those in another language count half.
    """
    recall = recall or Recall()
    names = tuple(post.source for post in posts)
    traits = dict(zip(names, recall.each(_trait, posts), strict=True))
    kin = recall.revise(_kinships, traits)
    return recall.revise(_named, (tuple(map(kin.near.__getitem__, names)), tuple(posts)))


_Naming = tuple[tuple[_Names, ...], tuple[Post, ...]]


def _named(naming: _Naming, before: tuple[_Naming, list[tuple[Post, ...]]] | None) -> list[tuple[Post, ...]]:
    """The posts of those names; where as many were named before, only what names another post is made anew."""
    near, posts = naming
    known = {post.source: post for post in posts}
    if not before or len(before[1]) != len(posts):
        return [tuple([known[name] for name in some]) for some in near]
    (near_before, posts_before), found = before[0], list(before[1])
    changed = {new.source for old, new in zip(posts_before, posts, strict=True) if old is not new}
    for number, (old, new) in enumerate(zip(near_before, near, strict=True)):
        if old is not new or not changed.isdisjoint(new):
            found[number] = tuple([known[name] for name in new])
    return found


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


_Traits = Mapping[str, _Trait]  # by the names of the posts, newest first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kinships:
    """Which posts have a thing, newest first, and which posts each one is most like."""

    having: Mapping[str, _Names]
    near: Mapping[str, _Names]


def _kinships(traits: _Traits, before: tuple[_Traits, _Kinships] | None) -> _Kinships:
    """Those of these posts. Where few came, went or changed, only those are looked for anew that can have changed."""
    if before:
        changed = _changed(before[0], traits)
        if changed is not None:
            return _revised(traits, *before, changed)
    having: dict[str, list[str]] = defaultdict(list)
    for name, trait in traits.items():
        for thing in trait.things:
            having[thing].append(name)
    known = {thing: tuple(names) for thing, names in having.items()}
    search = _Search(traits, known)
    return _Kinships(having=known, near={name: search.near(name) for name in traits})


_FEW = 20  # changed posts: with more, it is as well to look at all


def _changed(before: _Traits, now: _Traits) -> list[str] | None:
    """The posts that came, went or changed; None where they are many, where others changed places, or where the number of
    posts weighs differently."""
    if len(before).bit_length() != len(now).bit_length():
        return None
    gone = before.keys() - now.keys()
    come = now.keys() - before.keys()
    stayed = [name for name in now if name not in come] if come else list(now)
    if stayed != ([name for name in before if name not in gone] if gone else list(before)):
        return None
    found = [*gone, *come, *(name for name in stayed if before[name] is not now[name])]
    return found if len(found) <= _FEW else None


def _revised(traits: _Traits, earlier: _Traits, known: _Kinships, changed: Sequence[str]) -> _Kinships:
    """What is known, with the changed posts as they are now: only posts that share a thing with one of them, and stand near
    it among those that have it, or for which a thing weighs differently, can be like others now."""
    ranks = _ranks(earlier, traits)
    having, touched = dict(known.having), set(changed)
    for name in changed:
        old = earlier[name].things if name in earlier else {}
        new = traits[name].things if name in traits else {}
        for thing in {*old, *new}:
            those = having.get(thing, ())
            place = bisect_left(those, ranks[name], key=ranks.__getitem__)
            ours = (name,) if thing in new else ()
            now = (*those[:place], *ours, *those[place + (thing in old) :])
            touched.update(those[max(0, place - _NEAR - 1) : place + _NEAR + 2])
            if len(those).bit_length() != len(now).bit_length():
                touched.update(those, now)
            having[thing] = now
    search = _Search(traits, having)
    near = {name: known.near.get(name, ()) for name in traits}
    near |= {name: search.near(name) for name in touched if name in traits}
    return _Kinships(having=having, near=near)


def _ranks(before: _Traits, now: _Traits) -> Mapping[str, float]:
    """A place for each post, of those that are and of those that were, in one order."""
    ranks: dict[str, float] = {name: number for number, name in enumerate(now)}
    place = -0.5
    for name in before:
        if name in now:
            place = ranks[name] + 0.5
        else:
            ranks[name] = place
            place += 0.4 / _FEW  # several that are gone from one place keep their order
    return ranks


class _Search:
    """Finds the posts that one is most like."""

    def __init__(self, traits: _Traits, having: Mapping[str, _Names]) -> None:
        self._traits = traits
        self._having = having
        self._ranks = {name: number for number, name in enumerate(traits)}
        self._halvings = len(traits).bit_length()
        # A rare term is enough, or some words of the text; a few common words are not.
        self._enough = self._halvings * 3 // 2
        self._known: dict[str, dict[str, int]] = {}
        self._order: dict[str, list[int]] = {}

    def near(self, name: str) -> _Names:
        """The names of the posts that this one is most like."""
        trait, own = self._traits[name], self._telling(name)
        likeness: dict[str, int] = {}
        for other in self._candidates(name, own):
            theirs = self._traits[other]
            if not (trait.series and theirs.series == trait.series):
                shared = own.keys() & self._telling(other).keys()
                alike = sum(map(own.__getitem__, shared))
                likeness[other] = alike // (1 if theirs.tongue == trait.tongue else 2)
        best = sorted(likeness, key=lambda other: (-likeness[other], self._ranks[other]))
        return tuple(other for other in best[:MOST] if likeness[other] >= self._enough)

    def _telling(self, name: str) -> dict[str, int]:
        """The things of a post that others have too, with their weights."""
        if name not in self._known:
            found: dict[str, int] = {}
            for thing, matters in self._traits[name].things.items():
                posts = len(self._having[thing])
                worth = self._halvings - posts.bit_length()
                if posts > 1 and worth:
                    found[thing] = matters * worth
            self._known[name] = found
        return self._known[name]

    def _places(self, thing: str) -> list[int]:
        """The ranks of the posts that have a thing."""
        if thing not in self._order:
            self._order[thing] = [self._ranks[name] for name in self._having[thing]]
        return self._order[thing]

    def _candidates(self, name: str, own: Mapping[str, int]) -> Sequence[str]:
        """The posts that share most of the weightiest things with this one."""
        shared: dict[str, int] = defaultdict(int)
        rank = self._ranks[name]
        for thing in sorted(own, key=own.__getitem__, reverse=True)[:_TELLING]:
            weight, those = own[thing], self._having[thing]
            place = bisect_left(self._places(thing), rank)
            for other in those[max(0, place - _NEAR) : place + _NEAR + 1]:
                shared[other] += weight
        shared.pop(name, None)
        enough = max(shared.values(), default=0) // 2
        near = [other for other, weight in shared.items() if weight >= enough]
        return sorted(near, key=shared.__getitem__, reverse=True)[:_CANDIDATES]
