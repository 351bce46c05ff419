"""Put together what is sent: the files of the finished site, and those that its target wants beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from recto import builder, model, output
from recto.deploy import hosting
from recto.deploy.shipment import Item, Shipment, made
from recto.deploy.target import Target
from recto.diagnostics import BuildError, Diagnostic, error
from recto.model import Move
from recto.text import old_path

_REDIRECTS: Mapping[str, model.Redirects] = {
    "netlify": "netlify",
    "cloudflare-pages": "cloudflare",
    "s3": "s3",
}


def packed(settings: model.Target, target: Target, plan: builder.Plan, out: Path) -> Shipment:
    """All that the target is to have of the site, which is built in the folder `out`. BuildError where an old address would be
    without an answer there."""
    kind = settings.redirects or _usual(settings)
    items = {
        path: Item(path=path, digest=digest, size=(out / path).stat().st_size, source=out / path)
        for path, digest in output.listed(out).items()
    }
    if kind == "none" and (problems := list(_unanswered(settings, plan.moves, items))):
        raise BuildError(problems)

    def own(path: str) -> bytes | None:
        return items[path].read() if path in items else None

    extras = hosting.extras(kind, plan.moves, base_path=plan.site.base_path, own=own, files=items)
    wanted = getattr(target, "extras", dict)() | extras
    items |= {path: made(path, data) for path, data in wanted.items()}
    return Shipment(items=items | (_led(plan, items) if kind == "s3" else {}))


def _usual(settings: model.Target) -> model.Redirects:
    """The form in which a target of this type takes redirects: of the services that speak like S3, only Amazon's is known to."""
    if isinstance(settings, model.S3Target) and settings.endpoint:
        return "none"
    return _REDIRECTS.get(settings.type, "none")


def _led(plan: builder.Plan, items: Mapping[str, Item]) -> dict[str, Item]:
    """The files at old addresses with where they lead; where there is no page that does so, one that says it."""
    home = plan.site.base_path
    leads = {old_path(move.url): move.target for move in plan.moves if move.target}
    return {
        path: replace(
            items.get(path) or made(path, url.encode()), redirect=home + url if url.startswith("/") else url
        )
        for path, url in leads.items()
    }


def _unanswered(
    settings: model.Target, moves: tuple[Move, ...], items: Mapping[str, Item]
) -> Iterator[Diagnostic]:
    """The old addresses at which no page can stand (as of pictures), where a page is all that could answer."""
    hint = "if its web server is nginx or Apache, add redirects: nginx or apache to the target"
    for move in moves:
        if move.target and old_path(move.url) not in items:
            message = f'no page can stand at "{move.url}", and {settings.name} has no other way to lead on to {move.target}'
            give_up = f"or give it up: recto deploy --gone {move.url}"
            yield error("url-unanswered", message, move.origin, hint=f"{hint},\n{give_up}")
