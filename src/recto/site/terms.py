"""Find the terms of a taxonomy in what the posts say: one name and one slug for each, however it is spelled."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from recto.diagnostics import Diagnostic, did_you_mean, error, warning
from recto.model import FrontMatter, Label, Post, Spot, Taxonomy, Term, TermIndex
from recto.recall import Recall
from recto.text import deletions, distance, encode_path, slugify

ESTABLISHED = 3  # posts that make a term the likely meaning of a similar one with a single post


class Use(NamedTuple):
    """A term as one post spells it, what is the same in all its spellings, where it stands, and whether lists show the post."""

    name: str
    key: str
    spot: Spot
    listed: bool


def uses(front: FrontMatter, path: str, taxonomy: Taxonomy) -> tuple[Use, ...]:
    """The terms of one post, in its author's order, each once."""
    found: dict[str, Use] = {}
    for position, name in enumerate(front.terms.get(taxonomy.name, ())):
        key = _fold(name)
        if key and key not in found:
            names = (taxonomy.name, taxonomy.singular)
            spot = Spot(front.places, path, (*(f"{known}.{position}" for known in names), *names))
            found[key] = Use(_clean(name), key, spot, not front.unlisted)
    return tuple(found.values())


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The terms of one taxonomy: `labels` by folded name, for those that have a page of their own: one a slug, and
    with a listed post, so that no unlisted post is betrayed by a page for what only it has."""

    taxonomy: Taxonomy
    labels: Mapping[str, Label] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def url(self) -> str:
        """The page that lists the terms."""
        return _index_url(self.taxonomy)

    def index(self, posts: Sequence[Post], *, feeds: bool, recall: Recall) -> TermIndex:
        """The terms with those of the posts that have them, in the order given; terms by name."""
        numbers = recall.once(_members, tuple(post.terms.get(self.taxonomy.name, ()) for post in posts))
        found = sorted(self.labels.items(), key=lambda item: (item[0], item[1].name))
        members = [tuple(posts[n] for n in numbers.get(label.slug, ())) for _, label in found]
        terms = recall.each(_term, found, members, shared=(self.taxonomy, feeds))
        return TermIndex(
            name=self.taxonomy.name,
            title=self.taxonomy.title,
            singular=self.taxonomy.singular,
            url=self.url,
            terms=tuple(terms),
        )


def labels(row: tuple[Use, ...], words: Vocabulary) -> tuple[Label, ...]:
    """What a post shows of its uses of a taxonomy."""
    return tuple(words.labels[use.key] for use in row if use.key in words.labels)


def _members(labelled: tuple[tuple[Label, ...], ...]) -> dict[str, list[int]]:
    """The numbers of the posts that have each label, by its slug."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(labelled):
        for label in found:
            members[label.slug].append(number)
    return dict(members)


def _term(item: tuple[str, Label], posts: tuple[Post, ...], taxonomy: Taxonomy, feeds: bool) -> Term:
    key, label = item
    descriptions = {_fold(name): text for name, text in taxonomy.descriptions.items()}
    return Term(
        taxonomy=taxonomy.name,
        name=label.name,
        slug=label.slug,
        url=label.url,
        description=descriptions.get(key, ""),
        feed_url=label.url + "feed.xml" if feeds and taxonomy.feed else "",
        posts=posts,
    )


def _index_url(taxonomy: Taxonomy) -> str:
    return f"/{encode_path(slugify(taxonomy.name) or taxonomy.name)}/"


def vocabulary(taxonomy: Taxonomy, rows: Iterable[tuple[Use, ...]]) -> Vocabulary:
    """The terms that posts use, each under its declared or else commonest name, and what is wrong with them."""
    uses: dict[str, list[Use]] = defaultdict(list)
    for row in rows:
        for use in row:
            uses[use.key].append(use)
    names = {key: _name(taxonomy, key, group) for key, group in uses.items()}
    labels = {key: _label(taxonomy, name) for key, name in names.items()}
    checks = (_nameless, _one_slug, _undeclared if taxonomy.closed else _typos, _spellings)
    listed = {key for key, group in uses.items() if any(use.listed for use in group)}
    own = {label.slug: key for key, label in reversed(labels.items()) if label.slug and key in listed}
    return Vocabulary(
        taxonomy=taxonomy,
        labels={key: labels[key] for key in own.values()},
        diagnostics=tuple(found for check in checks for found in check(taxonomy, uses, labels)),
    )


_Uses = Mapping[str, Sequence[Use]]
_Labels = Mapping[str, Label]


@lru_cache(maxsize=2**13)
def _clean(name: str) -> str:
    return normalize("NFC", " ".join(name.split()))


@lru_cache(maxsize=2**13)
def _fold(name: str) -> str:
    """What is the same in all the spellings of a name."""
    return normalize("NFC", _clean(name).casefold())


def _name(taxonomy: Taxonomy, key: str, uses: Sequence[Use]) -> str:
    declared = [name for name in taxonomy.descriptions if _fold(name) == key]
    counts = Counter(use.name for use in uses)
    return declared[0] if declared else min(counts, key=lambda name: (-counts[name], name))


def _label(taxonomy: Taxonomy, name: str) -> Label:
    slug = slugify(name)
    return Label(name=name, slug=slug, url=f"{_index_url(taxonomy)}{encode_path(slug)}/")


def _nameless(taxonomy: Taxonomy, uses: _Uses, labels: _Labels) -> Iterator[Diagnostic]:
    for key, label in labels.items():
        if not label.slug:
            yield error(
                "term-slug",
                f'{taxonomy.singular} "{label.name}" has no letter or digit to make an address of',
                uses[key][0].spot.place,
                hint="rename it",
            )


def _one_slug(taxonomy: Taxonomy, uses: _Uses, labels: _Labels) -> Iterator[Diagnostic]:
    first: dict[str, str] = {"": ""}
    for key, label in labels.items():
        other = first.setdefault(label.slug, key)
        if other not in (key, ""):
            yield error(
                "term-slug",
                f'{taxonomy.name} "{labels[other].name}" and "{label.name}" would share the address {label.url}',
                uses[key][0].spot.place,
                related=(uses[other][0].spot.place,),
                hint="rename one of them",
            )


def _undeclared(taxonomy: Taxonomy, uses: _Uses, labels: _Labels) -> Iterator[Diagnostic]:
    declared = {_fold(name): name for name in taxonomy.descriptions}
    for key, group in uses.items():
        for use in group if key not in declared else ():
            yield error(
                f"{taxonomy.singular}-unknown",
                f'there is no {taxonomy.singular} "{use.name}"',
                use.spot.place,
                hint=did_you_mean(use.name, taxonomy.descriptions) or _declare(taxonomy, use.name),
            )


def _declare(taxonomy: Taxonomy, name: str) -> str:
    return f'rename it, or add "{name}" under {taxonomy.name}: in site.yaml'


def _typos(taxonomy: Taxonomy, uses: _Uses, labels: _Labels) -> Iterator[Diagnostic]:
    declared = {_fold(name) for name in taxonomy.descriptions}
    near: dict[str, list[str]] = defaultdict(list)
    for key, group in uses.items():
        for rest in deletions(key, 2) if len(group) >= ESTABLISHED else ():
            near[rest].append(key)
    for key, group in uses.items():
        meant = _meant(key, near) if len(group) == 1 and key not in declared else ""
        if meant:
            yield warning(
                f"{taxonomy.singular}-typo",
                f'"{group[0].name}" has 1 post; did you mean "{labels[meant].name}" ({len(uses[meant])} posts)?',
                group[0].spot.place,
                hint=_declare(taxonomy, group[0].name),
            )


def _meant(key: str, near: Mapping[str, Sequence[str]]) -> str:
    """The established term that this one is a slip of the hand away from: two letters, or one in a short word.

    Never a number: 2016 and 2017 are as near as can be, and mean it.
    """
    slips = min(2, len(key) // 4)
    if not slips or any(map(str.isdigit, key)):
        return ""
    candidates = {known for rest in deletions(key, 2) for known in near.get(rest, ())}
    return min(
        (known for known in candidates if distance(key, known) <= slips),
        key=lambda known: (distance(key, known), known),
        default="",
    )


def _spellings(taxonomy: Taxonomy, uses: _Uses, labels: _Labels) -> Iterator[Diagnostic]:
    for key, group in uses.items():
        name = labels[key].name
        others = Counter(use.name for use in group if use.name != name)
        for use in group:
            if count := others.pop(use.name, 0):
                yield warning(
                    f"{taxonomy.singular}-spelling",
                    f'"{use.name}" ({_posts(count)}) is {taxonomy.singular} "{name}" in another spelling',
                    use.spot.place,
                    hint=f'write "{name}"',
                )


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} posts"
