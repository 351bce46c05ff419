"""The theme's settings in site.yaml: typefaces, links, comments, words, and what is shown."""

import re

from recto.config.kinds import BOOLEAN, TEXT, Key, Kind, choice, number, section
from recto.config.navigation import SOCIAL
from recto.diagnostics import did_you_mean
from recto.located import Fields
from recto.located.places import KEY
from recto.model import FONT_FILES, Comments, Features, Fonts
from recto.text import distance
from recto.words import COUNTED, PHRASES, Phrase

# ---- typefaces ----------------------------------------------------------------------------------------------

_FILE = re.compile(r"/?([^:?#\\]+)")
_NAME = re.compile(r"""\s*(?:"([^"<>\\]+)"|'([^'<>\\]+)'|([\w-]+(?:[ ]+[\w-]+)*))\s*""")
_IDENTIFIER = re.compile(r"-?[^\W\d][\w-]*")  # what a style sheet takes for a name without quotes


def _font(fields: Fields, path: str, value: object) -> str | None:
    """A file, as its path; or names of typefaces, as a style sheet has them."""
    if isinstance(value, list):
        text = ", ".join(
            filter(None, (fields.text(place, item) for place, item in fields.items(path, value)))
        )
    else:
        text = fields.text(path, value) or ""
    if text.lower().endswith(FONT_FILES) and (file := _FILE.fullmatch(text)):
        return file[1]
    names = [_NAME.fullmatch(name) for name in text.split(",")] if text else []
    if None not in names:
        return ", ".join(_family(name[1] or name[2] or name[3]) for name in names if name)
    key = path.rpartition(".")[2]
    hint = (
        f"write {key}: Georgia, serif, or put the file into static/fonts/ and write {key}: fonts/NAME.woff2"
    )
    fields.must_be(path, "names of typefaces or a font file of the site", value, hint)
    return None


def _family(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else f'"{name}"'


FONT = Kind("names of typefaces, or a file", _font)

# ---- comments -----------------------------------------------------------------------------------------------

_REPO = re.compile(r"(?:https?://github\.com/)?([\w.-]+/[\w.-]+?)(?:\.git)?/?", re.ASCII)


def _repo(fields: Fields, path: str, value: object) -> str | None:
    text = fields.text(path, value)
    if not text:
        return text
    if found := _REPO.fullmatch(text):
        return found[1]
    fields.must_be(path, "a repository on GitHub", value, "write repo: owner/name")
    return None


_NEEDS = {
    "giscus": ("repo", "repo_id", "category", "category_id"),
    "utterances": ("repo",),
}
_FROM = {
    "giscus": "choose your repository at https://giscus.app: it shows them as data-repo, data-repo-id, data-category and "
    "data-category-id",
    "utterances": "write repo: owner/name, a public repository on GitHub in which https://utteranc.es is installed",
}


def _comments(fields: Fields, path: str, value: object) -> object:
    made = _COMMENTS.read(fields, path, value)
    if not isinstance(made, Comments):
        return None
    said = value if isinstance(value, dict) else {}
    missing = [key for key in _NEEDS.get(made.provider, ()) if not getattr(made, key) and not said.get(key)]
    if missing:
        place = f"{path}.provider" if "provider" in said else path
        fields.complain(place, f"{made.provider} needs {_listed(missing)} too", _FROM[made.provider])
    return made


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


# ---- the address at which a post is edited ------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_EXAMPLE = "https://github.com/me/blog/edit/main/{path}"


def _edit(fields: Fields, path: str, value: object) -> str | None:
    text = fields.text(path, value)
    if not text:
        return text
    placeholders = set(_PLACEHOLDER.findall(text))
    if not re.match(r"https?://[^\s/{}]+/\S*\Z", text):
        fields.must_be(path, "an address with {path} in it", value, f"write edit: {_EXAMPLE}")
    elif other := sorted(placeholders - {"{path}"}):
        hint = did_you_mean(other[0], ["{path}"]) or "there is {path}, the path of a post's file"
        fields.complain(path, f'there is no "{other[0]}" in {path}', hint)
    elif not placeholders:
        hint = f"put {{path}} where a post's file belongs, as in {_EXAMPLE}"
        fields.complain(path, f"{path} is the same for all posts", hint)
    else:
        return text
    return None


EDIT = Kind("an address", _edit)

# ---- words --------------------------------------------------------------------------------------------------


def _words(fields: Fields, path: str, value: object) -> dict[str, Phrase] | None:
    if not isinstance(value, dict):
        hint = "write words: {Older posts: Earlier}"
        fields.must_be(path, "a mapping of the theme's words to yours", value, hint)
        return None
    said = {word: _phrase(fields, f"{path}.{word}", word, text) for word, text in value.items()}
    return {word: phrase for word, phrase in said.items() if phrase is not None}


def _phrase(fields: Fields, path: str, word: str, value: object) -> Phrase | None:
    """A word of one's own: a text, or its forms where the theme counts with it."""
    _note_slip(fields, path, word)
    if word not in COUNTED:
        return _said(fields, path, value, word)
    forms = value if isinstance(value, dict) else {}
    if "other" not in forms or set(forms) - set(_FORMS):
        example = ", ".join(f'{form}: "{text}"' for form, text in COUNTED[word].items())
        hint = f"write {word}: {{{example}}}, with the forms that your language has of {', '.join(_FORMS)}"
        fields.must_be(path, 'a mapping of its forms, "other" among them', value, hint)
        return None
    said = {form: _said(fields, f"{path}.{form}", text, "{n}") for form, text in forms.items()}
    return None if None in said.values() else {form: text or "" for form, text in said.items()}


_FORMS = ("zero", "one", "two", "few", "many", "other")  # CLDR's plural categories
_SLIP = 2  # characters


def _note_slip(fields: Fields, path: str, word: str) -> None:
    """What the theme does not say may be for own templates, unless it nearly is what the theme says."""
    known = (*PHRASES, *COUNTED)
    slips = [other for other in known if distance(word.casefold(), other.casefold()) <= _SLIP]
    if word not in known and slips:
        hint = did_you_mean(word, slips)
        fields.warn(path + KEY, f'the theme does not say "{word}"', hint, code="unknown-word")


def _said(fields: Fields, path: str, value: object, word: str) -> str | None:
    """A text in place of another, with no more to fill in than that has."""
    text = fields.text(path, value)
    filled = _PLACEHOLDER.findall(word)
    if odd := next((place for place in _PLACEHOLDER.findall(text or "") if place not in filled), ""):
        hint = f"it has {' and '.join(filled)}" if filled else "write it without braces"
        fields.complain(path, f'there is no "{odd}" in "{word}"', hint)
        return None
    return text


WORDS = Kind("a mapping", _words)

# ---- the table ----------------------------------------------------------------------------------------------

# fmt: off
_FONT_KEYS = (
    Key(name="text", kind=FONT, description="what posts are set in", example="text: fonts/literata.woff2"),
    Key(name="display", kind=FONT, description="headings and the site's name", example="display: Georgia, serif"),
    Key(name="ui", kind=FONT, description="labels, dates, the navigation", example="ui: Inter, system-ui, sans-serif"),
    Key(name="code", kind=FONT, description="code", example="code: fonts/plex-mono.woff2"),
)

_FONT_MOVED = {
    "body": 'did you mean "text"?',
    "serif": 'did you mean "text"?',
    "heading": 'did you mean "display"?',
    "headings": 'did you mean "display"?',
    "sans": 'did you mean "ui"?',
    "mono": 'did you mean "code"?',
}

_COMMENT_KEYS = (
    Key(name="provider", kind=choice("none", "giscus", "utterances"),
        description="who keeps them: `none`, [giscus](https://giscus.app) or [utterances](https://utteranc.es)",
        example="provider: none"),
    Key(name="repo", kind=Kind("text", _repo), description="your repository on GitHub, `owner/name`",
        example="repo: me/blog"),
    Key(name="repo_id", kind=TEXT, description="giscus: its `data-repo-id`", example="repo_id: R_kgDOExample"),
    Key(name="category", kind=TEXT, description="giscus: its `data-category`", example="category: Comments"),
    Key(name="category_id", kind=TEXT, description="giscus: its `data-category-id`",
        example="category_id: DIC_kwDOExample"),
    Key(name="mapping", kind=choice("pathname", "url", "title"),
        description="what a post is known by there: `pathname`, `url` or `title`", example="mapping: title"),
)
_COMMENTS = section(Comments, _COMMENT_KEYS, short="provider")

_FEATURE_KEYS = tuple(
    Key(name=name, kind=BOOLEAN, description=description, example=f"{name}: false")
    for name, description in (
        ("covers", "a cover drawn from the title, for posts without a picture"),
        ("social_images", "a picture of each post with its title on it, which other sites show with a link"),
        ("search", "a search page"),
        ("share", "links to share a post"),
        ("related", "related posts below a post"),
        ("reading_time", "how many minutes a post takes"),
        ("subscribe", "a page that explains feeds"),
        ("zoom", "pictures of a post open large"),
        ("transitions", "pages fade into one another"),
    )
)

THEME_KEYS = (
    Key(name="hue", kind=number(0, 360, "examples: 35 rust, 155 green, 250 blue, 310 plum"),
        description="the accent, 0 to 360: 35 rust, 155 green, 250 blue, 310 plum", example="hue: 250"),
    Key(name="mode", kind=choice("auto", "light", "dark"),
        description="`auto`, `light` or `dark`, before the reader chooses", example="mode: dark"),
    Key(name="fonts", kind=section(Fonts, _FONT_KEYS, moved=_FONT_MOVED), keys=_FONT_KEYS, description="the typefaces",
        example="fonts: {text: fonts/literata.woff2}"),
    Key(name="social", kind=SOCIAL, description="where else you are: a list of `{Title: address}`",
        example="social: [{Mastodon: https://example.social/@me}, {Mail: mailto:me@example.com}]"),
    Key(name="comments", kind=Kind("text or a mapping", _comments), keys=_COMMENT_KEYS,
        description="comments below posts, loaded when a reader asks for them",
        example="comments: {provider: utterances, repo: me/blog}"),
    Key(name="edit", kind=EDIT,
        description="where a post's file can be edited: an address with `{path}` in it; adds a link to each post",
        example=f"edit: {_EXAMPLE}"),
    Key(name="words", kind=WORDS, description="words of the theme, in English, and what to say in their place",
        example="words: {Older posts: Earlier}"),
    Key(name="features", kind=section(Features, _FEATURE_KEYS), keys=_FEATURE_KEYS,
        description="what the theme shows, each `true` or `false`", example="features: {share: false}"),
)
# fmt: on

THEME_MOVED = {
    "nav": 'write "nav" at the top of site.yaml, not below "theme"',
    "navigation": 'write "nav" at the top of site.yaml, not below "theme"',
    "menu": 'write "nav" at the top of site.yaml, not below "theme"',
    "links": 'did you mean "social"?',
    "color": 'did you mean "hue"?',
    "colour": 'did you mean "hue"?',
    "accent": 'did you mean "hue"?',
    "edit_url": 'did you mean "edit"?',
    **{key.name: f"write it below features: features: {{{key.example}}}" for key in _FEATURE_KEYS},
}
