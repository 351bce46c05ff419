"""A page's key changes whenever its bytes would, and not for what its templates do not look at."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pages
from recto.diagnostics import BuildError
from recto.model import Asset, Content, Heading, Hypertext, Label, Page, Post, Site, Theme
from recto.pictures import Frame, Image, Variant
from recto.renderer import Renderer


def _content(text: str) -> Content:
    return Content(html=Hypertext(parts=(f"<p>{text}</p>",)), summary=text, words=len(text))


SMALL = Variant(url="/b-480.1.webp", width=480, type="image/webp")
ONE = pages.post(
    "one", extra={"mood": "calm", "tools": ["pen", "ink"]}, body=_content("one"), image=pages.PICTURE
)
TWO = pages.post("two", extra={}, body=_content("two"), pinned=True)
THREE = pages.bare("three", body=_content("three"), extra={"mood": ""})
BASE: Mapping[str, Any] = {
    "site": pages.site(ONE, TWO, THREE, data={"books": [{"title": "A"}, {"title": "B"}]}),
    "post": ONE,
    "older": TWO,
    "newer": None,
    "paginator": {"posts": (TWO, THREE), "number": 3},
}


def _turned(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The same entries in another order."""
    return dict(reversed(list(mapping.items())))


def _changed(post: Post) -> Iterator[Post]:
    """The post with one thing about it changed, in many ways."""
    yield replace(post, title=post.title + "!")
    yield replace(post, url="/other/")
    yield replace(post, date=None)
    assert post.date
    yield replace(post, date=post.date + timedelta(days=1))
    yield replace(post, body=_content("other"))
    yield replace(post, body=replace(post.body, words=9999))
    yield replace(post, description="described")
    yield replace(post, terms={})
    yield replace(post, terms=_turned(post.terms))
    yield replace(
        post, terms={"tags": (Label(name="b", slug="b", url="/b/"), Label(name="a", slug="a", url="/a/"))}
    )
    yield replace(post, extra={**post.extra, "mood": "wild"})
    yield replace(post, extra=_turned(post.extra))
    yield replace(post, extra={})
    yield replace(post, extra={"mood": {}})
    yield replace(post, extra={"mood": []})
    yield replace(post, image=None)
    yield replace(post, image=Image(url="/b.jpg", alt="b"))
    yield replace(post, image=Image(url="/b.jpg", alt="b", variants=(SMALL,)))
    yield replace(post, cover=Image(url="/covers/b.svg"))
    yield replace(post, toc=(Heading(level=2, id="x", text="X"),))
    yield replace(post, pinned=not post.pinned)
    yield replace(post, authors=())


def _contexts() -> Iterator[dict[str, Any]]:
    """The base context with one thing changed."""
    for name in ("post", "older"):
        yield from ({**BASE, name: post} for post in _changed(BASE[name]))
        yield {**BASE, name: None}
    for post in _changed(TWO):
        yield {**BASE, "paginator": {"posts": (post, THREE), "number": 3}}
        yield {**BASE, "site": replace(BASE["site"], posts=(ONE, post, THREE))}
    yield {**BASE, "newer": THREE}
    yield {**BASE, "paginator": {"posts": (THREE, TWO), "number": 3}}
    yield {**BASE, "paginator": {"posts": (), "number": None}}
    yield {**BASE, "paginator": {"number": 3}}
    site = BASE["site"]
    yield {**BASE, "site": replace(site, posts=(THREE, TWO, ONE))}
    yield {**BASE, "site": replace(site, posts=())}
    yield {**BASE, "site": replace(site, title="Other")}
    yield {**BASE, "site": replace(site, taxonomies=())}
    yield {**BASE, "site": replace(site, data={"books": [{"title": "B"}, {"title": "A"}]})}
    yield {**BASE, "site": replace(site, data={})}
    yield {name: value for name, value in BASE.items() if name != "older"}


CONTEXTS = list(_contexts())

# ---- templates made at random -----------------------------------------------------------------------------------

NAMES = ("post", "older", "newer", "x", "y", "paginator", "site")
PARTS = (
    *(
        "title",
        "url",
        "summary",
        "date",
        "pinned",
        "image",
        "image.alt",
        "extra",
        "extra.mood",
        "extra.mood.x",
        "terms",
        "categories",
    ),
    *(
        "tags",
        "reading_time",
        "content",
        "posts",
        "data",
        "data.books",
        "number",
        "name",
        "missing",
        "count",
        "toc",
    ),
)
LISTS = (
    "site.posts",
    "paginator.posts",
    "post.tags",
    "site.categories",
    "site.data.books",
    "[post, older]",
    "x",
    "y",
)
FILTERS = (
    *(
        "length",
        "first",
        "last",
        "string",
        "list",
        "reverse",
        "join(attribute='title')",
        "sort(attribute='title')",
    ),
    *("default('d')", "default(older)", "map(attribute='title') | join", "upper", "tojson", "first | string"),
    *(
        "selectattr('pinned')",
        "rejectattr('pinned') | list",
        "sort(attribute='title', reverse=true) | first",
        "count",
    ),
)


def _join(*options: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*options).map("".join)


_chain = _join(st.sampled_from(NAMES), st.sampled_from(("", *(f".{part}" for part in PARTS))))
_list = _join(
    st.sampled_from(LISTS), st.sampled_from(("", "[:1]", "[1:]", " | reverse", " | sort(attribute='url')"))
)
_value = st.one_of(
    _chain,
    _join(_chain, st.just(" | "), st.sampled_from(FILTERS)),
    _join(_list, st.just(" | "), st.sampled_from(FILTERS)),
    _join(st.just("("), _list, st.sampled_from((")[0].title", ")[-1]", ")[:2] | length", ")[0]['url']"))),
    _join(_chain, st.just(" if "), _chain, st.just(" else "), _chain),
    _join(st.just("("), _chain, st.just(" or "), _chain, st.just(").title")),
    _join(_chain, st.sampled_from((" is defined", " is none", " is mapping", " == post", " in site.posts"))),
    _join(st.just("not "), _chain),
    st.sampled_from(
        ("site.terms('tags') | length", "post.extra.items() | list", "post.terms.get('tags')", "m(older)")
    ),
)


def _statements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _join(
            st.just("{% if "),
            _value,
            st.just(" %}"),
            inner,
            st.just("{% else %}"),
            inner,
            st.just("{% endif %}"),
        ),
        _join(
            st.just("{% for x in "),
            _list,
            st.just(" %}"),
            inner,
            st.just("{{ loop.index }}{% else %}-{% endfor %}"),
        ),
        _join(st.just("{% for y in "), _list, st.just(" if y.pinned %}"), inner, st.just("{% endfor %}")),
        _join(
            st.just("{% for y in "),
            _list,
            st.just(" %}{{ (loop.nextitem or y).title | string }}"),
            inner,
            st.just("{% endfor %}"),
        ),
        _join(st.just("{% with x = "), _value, st.just(", y = older %}"), inner, st.just("{% endwith %}")),
        _join(st.just("{% set x = "), _value, st.just(" %}"), inner),
        _join(st.just("{% set y %}"), inner, st.just("{% endset %}{{ y }}")),
        _join(
            st.just("{% macro m(x, y=post) %}"),
            inner,
            st.just("{% endmacro %}{{ m("),
            _chain,
            st.just(") }}"),
        ),
        _join(
            st.just("{% macro w() %}{{ caller(older) }}{% endmacro %}{% call(x) w() %}"),
            inner,
            st.just("{% endcall %}"),
        ),
        _join(st.just("{% filter upper %}"), inner, st.just("{% endfilter %}")),
        _join(inner, st.sampled_from(("{% include 'part.html' %}", "{% include 'p' ~ 'art.html' %}"))),
        _join(inner, st.just("{% import 'made.html' as made %}{{ made.t | string }}{{ made.m(post) }}")),
        _join(inner, inner),
    )


_body = st.recursive(_join(st.just("{{ "), _value, st.just(" | string }}")), _statements, max_leaves=6)


def _outcome(renderer: Renderer, page: Page) -> bytes:
    try:
        return re.sub(
            rb"(?i) at 0x\w+", b"", renderer.render(page)
        )  # `| string` shows where in memory an iterator is
    except BuildError:
        return b"it fails"


def _page(context: Mapping[str, Any]) -> Page:
    return replace(pages.post_page(BASE["site"], ONE), context=context, template="own.html")


_leaf = _body.filter(lambda template: "{% include" not in template)  # else it goes round and round, slowly


@given(_body, _leaf, _leaf, st.booleans())
@settings(max_examples=80)
def test_equal_keys_mean_equal_bytes(own: str, part: str, block: str, extends: bool) -> None:
    templates = {
        "own.html": own,
        "part.html": part,
        "made.html": "{% set t = older %}{% macro m(x) %}{{ x.title }}{% endmacro %}",
        "base.html": "{% for x in paginator.posts %}{% block one scoped %}{{ x.title }}{% endblock %}{% endfor %}"
        "{% set y = post %}{% block two %}{{ y.summary }}{% endblock %}",
    }
    if extends:
        templates["own.html"] = (
            f'{{% extends "base.html" %}}{{% set y = older %}}{{% block one %}}{own}{{% endblock %}}'
        )
    renderer = pages.renderer(BASE["site"], templates | {"base.html": templates["base.html"] + block})
    key, written = renderer.key(_page(BASE)), _outcome(renderer, _page(BASE))
    for context in CONTEXTS:
        page = _page(context)
        assert renderer.key(page) != key or _outcome(renderer, page) == written


# ---- by hand ----------------------------------------------------------------------------------------------------


def key(own: str, context: Mapping[str, Any] | None = None, **more: str) -> str:
    templates = {"own.html": own} | {name.replace("_", ".") + ".html": text for name, text in more.items()}
    return pages.renderer(BASE["site"], templates).key(_page(context or BASE))


OTHER_BODY = {**BASE, "post": replace(ONE, body=_content("other"))}


@pytest.mark.parametrize(
    "template",
    [
        "{{ post.title }}",
        "{% set p = post %}{{ p.title }}",
        "{% with p = post %}{{ p.url }}{% endwith %}",
        "{% for p in [1] %}{{ post.tags[0].name }}{% endfor %}",
        "{% if post %}{{ older.content }}{% endif %}",
        "{{ (post or older).title }}",
        "{{ post.extra.mood | default('') }}",
        "{{ post.tags | join(', ', attribute='name') }}",
    ],
)
def test_what_a_template_does_not_name_is_not_in_the_key(template: str) -> None:
    assert key(template) == key(template, OTHER_BODY)


@pytest.mark.parametrize(
    "template",
    [
        "{{ post.content }}",
        "{{ post.words }}",
        "{{ post | string }}",
        "{% set p = post %}{{ p.content }}",
        "{% macro m(p) %}{{ p.content }}{% endmacro %}{{ m(post) }}",
        "{% for p in [post] %}{{ p.content }}{% endfor %}",
        "{{ [post] | map(attribute='content') | join }}",
        "{{ post[older.missing | default('content')] }}",
        "{{ post.body.html.fill(post.links) }}",
        "{{ (older or post).title }}{{ (older.nothing | default(post)).content }}",
    ],
)
def test_what_a_template_names_in_any_way_is_in_the_key(template: str) -> None:
    assert key(template) != key(template, OTHER_BODY)


_FRAMED = Hypertext(parts=("<p>", '<img src="', '"', ">", "</p>"), holes=(1, 0, 2, 3))
PICTURED = replace(
    ONE,
    body=Content(html=_FRAMED, excerpt=_FRAMED, frames=(Frame(reference=0),)),
    links=("/b.jpg",),
    permalinks=("https://example.com/b.jpg",),
    image=Image(url="/b.jpg"),
    images=(Image(url="/b.jpg"),),
)
SMALLER = Image(url="/b.jpg", variants=(SMALL,))


@pytest.mark.parametrize(
    ("template", "named"),
    [
        ("{{ post.content }}", True),
        ("{{ post.excerpt }}", True),
        ("{{ picture(post.image) }}", True),
        ("{{ picture(post.image or older.cover, eager=true) }}", True),
        ("{% for p in [post] %}{% set i = p.picture %}{{ picture(i, sizes='9rem') }}{% endfor %}", True),
        ("{% for i in post.images %}{{ picture(i) }}{% endfor %}", True),
        ("{% if post.picture %}{{ post.image.url }}{{ post.image.alt }}{% endif %}", False),
        ("{{ post.feed_content }}", False),
    ],
)
def test_smaller_files_of_a_picture_are_in_the_key_of_what_shows_them(template: str, named: bool) -> None:
    before = key(template, {**BASE, "post": PICTURED})
    after = key(template, {**BASE, "post": replace(PICTURED, image=SMALLER, images=(SMALLER,))})
    assert (before != after) is named


def test_loop_names_the_parts_of_each_item() -> None:
    loop = "{% for p in paginator.posts %}{{ p.title }}{% endfor %}"
    body = replace(TWO, body=_content("other"))
    title = replace(TWO, title="other")
    assert key(loop) == key(loop, {**BASE, "paginator": {"posts": (body, THREE)}})
    assert key(loop) != key(loop, {**BASE, "paginator": {"posts": (title, THREE)}})
    assert key(loop) != key(loop, {**BASE, "paginator": {"posts": (TWO,)}})


def test_included_template_sees_the_names_of_its_place() -> None:
    loop = "{% for post in paginator.posts %}{% include 'card.html' %}{% endfor %}"
    other = {**BASE, "paginator": {"posts": (replace(TWO, title="other"), THREE)}}
    assert key(loop, card="{{ post.title }}") != key(loop, other, card="{{ post.title }}")
    assert key(loop, card="{{ post.url }}") == key(loop, other, card="{{ post.url }}")
    assert key(loop, card="{{ post.title }}") == key(loop, {**BASE, "post": TWO}, card="{{ post.title }}")


def test_order_of_a_mapping_is_in_the_key() -> None:
    turned = {**BASE, "post": replace(ONE, extra=_turned(ONE.extra))}
    assert key("{{ post.extra | tojson }}") != key("{{ post.extra | tojson }}", turned)


@pytest.mark.parametrize(
    "tag",
    [
        "{% extends 'base.html' %}",
        "{% include 'base.html' %}",
        "{% import 'base.html' as b %}",
        "{% from 'base.html' import b %}",
        "{% include 'base.html' ignore missing %}",
        "{% include ['nothing.html', 'base.html'] %}",
        "{% include 'deep.html' %}",
        "{% include post.slug ~ '.html' ignore missing %}",
    ],
)
def test_text_of_every_reachable_template_is_in_the_key(tag: str) -> None:
    deep = "{% include 'base.html' %}"
    assert key(tag, base="a", deep=deep) != key(tag, base="b", deep=deep)


def test_text_of_an_unreachable_template_is_not_in_the_key() -> None:
    assert key("a", other="a") == key("a", other="b")


def test_template_that_may_come_into_being_is_in_the_key() -> None:
    tag = "{% include 'one.html' ignore missing %}"
    assert key(tag) != key(tag, one="x")


def _with_files(template: str, *files: Asset) -> str:
    return pages.renderer(BASE["site"], {"own.html": template}, files).key(_page(BASE))


def test_only_files_that_a_template_asks_for_are_in_the_key() -> None:
    other = replace(pages.SHEET, path="assets/style.ffffffff.css")
    picture = Asset(path="images/a.jpg", source="", origin="images/a.jpg", digest="1")
    asks = "{{ asset('style.css') }}"
    assert _with_files(asks, pages.SHEET) == _with_files(asks, pages.SHEET, picture)
    assert _with_files(asks, pages.SHEET) != _with_files(asks, other)
    assert _with_files("{{ has_asset('images/a.jpg') }}") != _with_files(
        "{{ has_asset('images/a.jpg') }}", picture
    )
    assert _with_files("{{ asset('a' ~ 'b') }}") != _with_files("{{ asset('a' ~ 'b') }}", picture)
    assert _with_files("{% set a = asset %}{{ a('x') }}") != _with_files(
        "{% set a = asset %}{{ a('x') }}", picture
    )


@pytest.mark.parametrize("change", [{"base_path": "/blog"}, {"url": "https://example.org"}])
def test_where_the_site_is_deployed_is_in_the_key(change: dict[str, str]) -> None:
    moved: Site = replace(BASE["site"], **change)
    own = {"own.html": "{{ '/a' | absolute }}<a href='/b'>"}
    page = _page({"post": ONE})
    assert pages.renderer(BASE["site"], own).key(page) != pages.renderer(moved, own).key(page)


def test_templates_that_lead_round_and_round_depend_on_everything() -> None:
    tag = "{% include 'one.html' %}{% set older = older.next %}{% set post = post.a or post.b %}"
    assert key(tag, one=tag) != key(tag, {**BASE, "paginator": {}}, one=tag + "{{ paginator.number }}")


def test_key_is_the_same_in_another_renderer() -> None:
    assert key("{{ post }}{{ site }}") == key("{{ post }}{{ site }}")


# ---- the theme --------------------------------------------------------------------------------------------------


def test_editing_one_body_leaves_other_pages_of_the_theme_alone() -> None:
    before = pages.site(ONE, TWO, THREE)
    after = pages.site(replace(ONE, body=replace(ONE.body, html=_content("other").html)), TWO, THREE)
    old, new = (pages.every_page(site) for site in (before, after))
    first, second = pages.renderer(before), pages.renderer(after)
    differ = {path for path, page in old.items() if first.key(page) != second.key(new[path])}
    assert differ == {"posts/one/index.html", "feed.xml", "feed.json"}


def test_new_file_of_a_site_leaves_pages_of_the_theme_alone() -> None:
    site = pages.site(ONE, TWO, THREE)
    other = Asset(path="social/posts/one.0a1b2c3d.png", source="", origin="posts/one.md", digest="1")
    first, second = pages.renderer(site), pages.renderer(site, assets=(*pages.ASSETS, other))
    assert not [path for path, page in pages.every_page(site).items() if first.key(page) != second.key(page)]


def test_theme_pages_change_their_keys_with_their_bytes() -> None:
    before = pages.site(ONE, TWO, THREE)
    old, first = pages.every_page(before), pages.renderer(before)
    for post in _changed(ONE):
        after = pages.site(post, TWO, THREE)
        new, second = pages.every_page(after), pages.renderer(after)
        for path in old.keys() & new.keys():
            same = first.key(old[path]) == second.key(new[path])
            assert not same or first.render(old[path]) == second.render(new[path]), path


def test_part_of_nothing_is_in_the_key_even_if_it_is_not_used() -> None:
    unused = "{% set x = post.title.y %}"
    assert key(unused) != key(unused, {**BASE, "post": None})


def test_part_that_a_mapping_may_lack_differs_from_one_that_cannot_be() -> None:
    values: tuple[object, object] = ({}, [])
    mapping, sequence = ({**BASE, "post": replace(ONE, extra={"x": value})} for value in values)
    assert key("{% if post.extra.x.y %}{% endif %}", mapping) != key(
        "{% if post.extra.x.y %}{% endif %}", sequence
    )


def test_value_that_no_model_knows_is_part_of_the_key() -> None:
    own = "{{ post.date.tzinfo }}{{ post.date.resolution.days }}"
    assert ONE.date
    elsewhere = replace(ONE, date=ONE.date.replace(tzinfo=ZoneInfo("America/St_Johns")))
    assert key(own) == key(own) != key(own, {**BASE, "post": elsewhere})


@pytest.mark.parametrize(
    "change", [{"language": "de"}, {"theme": Theme(words={"Archive": "All"})}], ids=["language", "words"]
)
def test_page_is_rendered_anew_when_the_words_of_its_site_change(change: dict[str, Any]) -> None:
    own = {"own.txt": '{{ "Archive" | t }} {{ 3 | plural("post") }}'}

    def made(where: Site) -> tuple[str, bytes]:
        renderer = pages.renderer(where, own)
        page = pages.page("own.txt", "/own.txt", "own", where)
        return renderer.key(page), renderer.render(page)

    before, after = made(pages.site(ONE)), made(pages.site(ONE, **change))
    assert before[0] != after[0]
    assert before[1] != after[1]
