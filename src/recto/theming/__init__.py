"""Own templates and the theme's: which is which, copying one, and what changed underneath.

A copy is an author's own from then on, so what it was copied from is kept beside it (`originals`): only so can anyone say
later what changed in the theme since.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from recto import loader
from recto.diagnostics import BuildError, did_you_mean, error
from recto.memo import Store
from recto.model import Config, Source
from recto.renderer import Outline, outline
from recto.theming import originals
from recto.theming.originals import files, text_of, write

__all__ = ["Standing", "Survey", "blocks", "changes", "copy", "remember", "survey"]

THEME = "default/"  # before the name of a template, the theme's own
ASSETS = "assets/"  # before the name of a file that is no template


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A file among templates, by its name ("post.html", "assets/style.css").

    `own` and `theme` are its text in the site's folder and in the theme, None where it is not there; `base` the theme's
    when it was copied, where that is known. `blocks` are those of the theme's that an own template fills. `used` says
    whether some page can lead to it.
    """

    name: str
    own: str | None = None
    theme: str | None = None
    base: str | None = None
    extends: bool = False
    blocks: tuple[str, ...] = ()
    used: bool = True

    @property
    def copied(self) -> bool:
        """Whether it stands for the theme's whole file."""
        return self.own is not None and self.theme is not None and not self.extends

    @property
    def outdated(self) -> bool:
        """Whether the theme's changed since it was copied."""
        return self.copied and self.base is not None and self.base != self.theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All templates of a site in its `folder`; `is_theme` where that folder is the theme itself."""

    folder: Path
    files: tuple[Standing, ...]
    is_theme: bool = False

    def find(self, name: str) -> Standing:
        """The file of that name; one of assets/ also by its name alone. Raises BuildError where there is none."""
        plain = name.removeprefix(THEME)
        found = {standing.name: standing for standing in self.files}
        for known in (plain, ASSETS + plain):
            if known in found:
                return found[known]
        hint = did_you_mean(plain, found) or "recto templates list names them all"
        raise BuildError([error("template-unknown", f'there is no template "{name}"', hint=hint)])


def survey(root: Path, config: Config, *, theme: Path) -> Survey:
    """Every template of the site in `root` and of the theme, by name. Raises BuildError where there is no site."""
    if elsewhere := list(loader.missing(root, config.folders)):
        raise BuildError(elsewhere)
    folder = root / config.folders.templates
    is_theme = folder.resolve() == theme.resolve()
    with Store.open(root) as store:
        sources = loader.load(root, config, store, theme=theme)
    outlines = {template.name: outline(template.text) for template in sources.templates}
    own = {} if is_theme else _known(files(folder), "", outlines)
    given = _known(files(theme), THEME, outlines)
    used = _reached(outlines, _starts((*sources.posts, *sources.pages), given))
    standings = (
        Standing(
            name=name,
            own=text_of(own[name]) if name in own else None,
            theme=text_of(given[name]) if name in given else None,
            base=originals.recall(folder, name) if name in own else None,
            extends=outlines.get(name, Outline()).extends == THEME + name,
            blocks=_filled(name, outlines),
            used=name in given or name in used or not _is_template(name),
        )
        for name in sorted({*own, *given}, key=lambda name: ("/" in name, name))
    )
    return Survey(folder=folder, files=tuple(standings), is_theme=is_theme)


def _known(found: Mapping[str, Path], prefix: str, templates: Container[str]) -> dict[str, Path]:
    """Of the files of a folder, templates and what goes with them: others are left alone there."""
    return {
        name: path for name, path in found.items() if prefix + name in templates or not _is_template(name)
    }


def _is_template(name: str) -> bool:
    return not name.startswith(ASSETS)


def _starts(sources: Iterable[Source], given: Iterable[str]) -> set[str]:
    """The templates that pages ask for: those of the theme's names, and what posts name."""
    asked = {f"{source.front.template}.html" for source in sources if source.front.template}
    return asked | {name for name in given if "/" not in name}


def _reached(outlines: dict[str, Outline], starts: set[str]) -> set[str]:
    """All templates that these can lead to; every one where a name is computed."""
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        name = name if name in outlines else THEME + name
        if name in reached or name not in outlines:
            continue
        reached.add(name)
        leads = outlines[name].leads
        waiting += outlines if leads is None else leads
    return reached


def _filled(name: str, outlines: dict[str, Outline]) -> tuple[str, ...]:
    """The blocks in which an own template differs from the theme's that it extends."""
    made = outlines.get(name, Outline())
    return made.blocks if made.extends == THEME + name else ()


def blocks(found: Survey, name: str) -> tuple[str, ...]:
    """The blocks of a template of the theme, then those of what it extends."""
    seen: dict[str, None] = {}
    known = {standing.name: standing.theme for standing in found.files}
    while text := known.pop(name, None):
        made = outline(text)
        seen |= dict.fromkeys(made.blocks)
        name = made.extends
    return tuple(seen)


def copy(found: Survey, names: Iterable[str]) -> tuple[Path, ...]:
    """Copy files of the theme into the site's folder; their paths there. Nothing is copied if one of them cannot be.

    Raises BuildError for a name that the theme has not, and for a file that is there already.
    """
    wanted = [_copyable(found, name) for name in dict.fromkeys(names)]
    for name, text in wanted:
        write(found.folder / name, text)
        originals.keep(found.folder, name, text)
    return tuple(found.folder / name for name, _ in wanted)


def _copyable(found: Survey, name: str) -> tuple[str, str]:
    standing = found.find(name)
    path = found.folder / standing.name
    if found.is_theme:
        message = f"{found.folder}/ is the theme itself: there is nothing to copy"
        raise BuildError([error("template-exists", message, hint=f"change {path}")])
    if standing.own is not None or path.exists():
        hint = f"recto templates diff {standing.name} compares it with the theme's; to start anew, remove it first"
        raise BuildError([error("template-exists", f'there is a "{path}" already', hint=hint)])
    return standing.name, standing.theme or ""


def remember(found: Survey, standing: Standing) -> None:
    """Take the theme's file of today for the one that a copy is made from."""
    originals.keep(found.folder, standing.name, standing.theme or "")


def changes(before: str, after: str, *, old: str, new: str) -> list[str]:
    """The lines of a unified diff; `old` and `new` are what the two are called."""
    lines = unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm="")
    return list(lines)
