"""Give each source its title, its slug and its URL, out of what its front matter, its text and its name say."""

from collections.abc import Iterator
from dataclasses import dataclass

from recto.config.permalinks import PermalinkError, translate
from recto.diagnostics import Diagnostic, error
from recto.model import Config, Content, Source
from recto.site.addresses import expand, page_url
from recto.site.selection import readable
from recto.text import flaw, name_slug, slugify


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A source with the name and the URL it gets."""

    source: Source
    content: Content
    title: str
    slug: str
    url: str


def put(source: Source, content: Content, config: Config) -> Placed:
    """The source with its title, slug and URL."""
    title = " ".join((source.front.title or "").split()) or content.title or readable(source.stem)
    slug = slugify(source.front.slug or ("" if is_index_page(source) else source.stem))
    url = _url(config, source, title, slug)
    return Placed(source=source, content=content, title=title, slug=slug, url=url)


def is_index_page(source: Source) -> bool:
    """Whether it is the page of its folder, and so named by that."""
    return source.kind == "page" and source.path.rpartition("/")[2].startswith("index.")


def _url(config: Config, source: Source, title: str, slug: str) -> str:
    try:
        pattern = _own_pattern(config, source)
    except PermalinkError:
        pattern = ""
    # A slug that is missing is an error below; until then the name's code points keep the addresses apart.
    slug = slug or "-".join(f"{ord(character):x}" for character in source.stem)
    if source.kind == "page" and not pattern:
        named = source.front.slug or not is_index_page(source)
        return page_url(source.path, config.folders.pages, slug if named else "")
    pattern, names = pattern or config.permalink, {"slug": slug}
    if "{title}" in pattern:
        names["title"] = slugify(title) or slug
    if "{name}" in pattern:
        names["name"] = name_slug(source.front.slug or source.stem) or slug
    if "{categor" in pattern:
        categories = [slugify(name) for name in source.front.terms.get("categories", ())]
        names |= {"category": next(iter(categories), ""), "categories": "/".join(categories)}
    return expand(pattern, names, source.date)


def local(config: Config, address: str) -> str:
    """An address of this very site without the site's own."""
    home = config.url + "/"
    return "/" + address.removeprefix(home) if config.url and address.startswith(home) else address


def _own_pattern(config: Config, source: Source) -> str:
    """The permalink pattern of its front matter; raises PermalinkError."""
    written = local(config, source.front.permalink)
    return written and translate(written, whole=False)


def problems(config: Config, item: Placed) -> Iterator[Diagnostic]:
    """What is wrong with the addresses that a source asks for."""
    source, front = item.source, item.source.front
    try:
        _own_pattern(config, source)
    except PermalinkError as problem:
        yield error("permalink", str(problem), source.place("permalink"), hint=problem.hint)
    for position, alias in enumerate(front.aliases):
        if wrong := flaw(local(config, alias)):
            keys = (f"{key}{end}" for end in (f".{position}", "") for key in ("aliases", "redirect_from"))
            hint = 'write a path such as "/old/tides/"'
            yield error("alias", f'alias "{alias}" {wrong}', source.place(*keys), hint=hint)
    if not (item.slug or front.permalink or is_index_page(source)):
        name = f'slug "{front.slug}"' if front.slug else f'the name "{source.stem}"'
        hint = "add a slug to the front matter, such as slug: tides"
        message = f"{name} has no letter or digit to make an address of"
        yield error("slug", message, source.place("slug"), hint=hint)
