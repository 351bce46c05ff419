"""The theme's scripts, and what the templates give them to work with; what they do is tried in tests/browser."""

import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import html5lib
import pytest

import pages
from recto.model import Comments, Features, Post, Theme

ASSETS = pages.THEME / "assets"
APP = (ASSETS / "app.js").read_text("utf-8")
COMMENTS = (ASSETS / "comments.js").read_text("utf-8")

GISCUS = Comments(provider="giscus", repo="me/blog", repo_id="R_1", category="Talk", category_id="DIC_1")
UTTERANCES = Comments(provider="utterances", repo="me/blog")


def shown(post: Post, **settings: Any) -> ElementTree.Element:
    """The page of a post with these settings of the theme."""
    site = pages.site(post, theme=Theme(**settings))
    html = pages.renderer(site).render(pages.post_page(site, post)).decode()
    return html5lib.parse(html, namespaceHTMLElements=False)  # type: ignore[no-any-return]  # it has no types


def addresses(root: ElementTree.Element, name: str) -> list[str]:
    """Where the links within the element of a class lead."""
    within = (e for e in root.iter() if name in e.get("class", "").split())
    return [link.get("href", "") for element in within for link in element.iter("a")]


# ---- the script of every page ---------------------------------------------------------------------------------------


def test_script_of_every_page_is_small() -> None:
    assert len(APP.encode()) < 2048


def test_scripts_ask_nobody_for_anything() -> None:
    assert not re.search(r"https?:|fetch\(|import\b|XMLHttp", APP + COMMENTS)


def test_script_says_nothing_but_words_of_the_page() -> None:
    """So that it speaks every language: what is shown comes from attributes, which templates translate."""
    head = (pages.THEME / "base.html").read_text("utf-8")
    script = re.search(r"<script src=[^>]*app\.js[^>]*>", head)
    assert script
    assert set(re.findall(r"\bw\.(\w+)", APP)) == set(re.findall(r"data-(\w+)=", script[0]))
    assert not re.search(r"textContent[=:]\s*['\"`]|ariaLabel[=:]\s*['\"`]", APP)


def test_script_in_the_head_is_there_before_any_sheet() -> None:
    head = next(shown(pages.post()).iter("head"))
    order = [e for e in head if (e.tag == "script" and not e.get("type")) or e.get("rel") == "stylesheet"]
    assert "localStorage.theme" in (order[0].text or "")
    assert len(order[0].text or "") < 100


# ---- sharing ----------------------------------------------------------------------------------------------------------


def test_post_is_shared_by_plain_links() -> None:
    links = addresses(shown(pages.post(title="Q & A: 50 %")), "share")
    assert links == [
        "mailto:?subject=Q%20%26%20A%3A%2050%20%25&body=https%3A//example.com/posts/a/",
        "https://share.joinmastodon.org/#text=Q%20%26%20A%3A%2050%20%25%20https%3A//example.com/posts/a/",
    ]


def test_post_without_an_address_or_a_wish_for_it_is_not_shared() -> None:
    assert addresses(shown(pages.post(root="")), "share") == []
    assert addresses(shown(pages.post(), features=Features(share=False)), "share") == []


def test_link_to_the_source_does_not_depend_on_sharing() -> None:
    post = pages.post(edit_url="https://example.org/edit/posts/a.md")
    assert addresses(shown(post), "share")[2:] == [post.edit_url]
    assert addresses(shown(post, features=Features(share=False)), "share") == [post.edit_url]


# ---- comments -----------------------------------------------------------------------------------------------------------


def waiting(root: ElementTree.Element) -> dict[str, str]:
    """The attributes of the script that waits in a template for a press of the button."""
    [template] = root.iter("template")
    [script] = template.iter("script")
    return dict(script.attrib)


def test_giscus_is_told_what_it_asks_for() -> None:
    assert waiting(shown(pages.post(), comments=GISCUS)) == {
        "src": "https://giscus.app/client.js",
        "data-repo": "me/blog",
        "data-repo-id": "R_1",
        "data-category": "Talk",
        "data-category-id": "DIC_1",
        "data-mapping": "pathname",
        "data-strict": "1",
        "data-lang": "en",
        "crossorigin": "anonymous",
        "async": "",
    }


def test_utterances_is_told_what_it_asks_for() -> None:
    assert waiting(shown(pages.post(), comments=UTTERANCES)) == {
        "src": "https://utteranc.es/client.js",
        "repo": "me/blog",
        "issue-term": "pathname",
        "crossorigin": "anonymous",
        "async": "",
    }


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("de", "de"),
        ("pt-BR", "pt"),
        ("el", "gr"),
        ("zh", "zh-CN"),
        ("zh-Hant", "zh-TW"),
        ("zh-TW", "zh-TW"),
        ("sv", "en"),
    ],
)
def test_giscus_speaks_the_language_of_the_post_or_english(language: str, spoken: str) -> None:
    """It has no page at all for a language that it does not know."""
    assert waiting(shown(pages.post(language=language), comments=GISCUS))["data-lang"] == spoken


@pytest.mark.parametrize(
    ("comments", "mapping", "link"),
    [
        (GISCUS, "pathname", "https://github.com/me/blog/discussions?discussions_q=posts/a/"),
        (UTTERANCES, "pathname", "https://github.com/me/blog/issues?q=posts/a/"),
        (UTTERANCES, "url", "https://github.com/me/blog/issues?q=https://example.com/posts/a/"),
        (UTTERANCES, "title", "https://github.com/me/blog/issues?q=Tea & cake"),
    ],
)
def test_discussion_is_a_link_too(comments: Comments, mapping: str, link: str) -> None:
    kept = Comments(provider=comments.provider, repo=comments.repo, mapping=mapping)  # type: ignore[arg-type]  # one of them
    [address] = addresses(shown(pages.post(title="Tea & cake"), comments=kept), "comments")
    assert unquote(address) == link


@pytest.mark.parametrize(
    ("post", "comments"), [(pages.post(), Comments()), (pages.post(comments=False), GISCUS)]
)
def test_page_without_comments_has_nothing_of_them(post: Post, comments: Comments) -> None:
    root = shown(post, comments=comments)
    assert [e for e in root.iter() if "comments" in (e.get("class") or e.get("src") or "")] == []
