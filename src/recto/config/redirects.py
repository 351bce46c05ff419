"""Old addresses in site.yaml, each with where it leads."""

import re

from recto.config.kinds import Kind
from recto.diagnostics import Location
from recto.located import Fields
from recto.located.places import KEY
from recto.model import Move
from recto.text import flaw, quote, tidy_old

_EXAMPLE = "redirects: {/old/: /posts/new/}"
_ELSEWHERE = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_PARTS = re.compile(r"([^?#]*)(\S*)", re.DOTALL)


def _redirects(fields: Fields, path: str, value: object) -> tuple[Move, ...] | None:
    if not isinstance(value, dict):
        fields.must_be(path, "a mapping of old addresses to new ones", value, f"write {_EXAMPLE}")
        return None
    moves: dict[str, Move] = {}
    for old, new in value.items():
        move = _move(fields, f"{path}.{old}", old, new)
        if move and move.url in moves:
            message = f'{path} says twice where "{move.url}" leads'
            fields.complain(f"{path}.{old}{KEY}", message, "take one of the two out")
        elif move:
            moves[move.url] = move
    return tuple(moves.values())


def _move(fields: Fields, path: str, old: str, value: object) -> Move | None:
    target = _target(fields, path, old, value)
    wrong = flaw(old) if old.startswith("/") else 'does not begin with "/"'
    if wrong:
        fields.complain(path + KEY, f'the old address "{old}" {wrong}', f"write it as in {_EXAMPLE}")
    if wrong or not target:
        return None
    place = fields.place(path + KEY) or Location(path=fields.places.path)
    return Move(url=tidy_old(old), target=target, origin=place)


def _target(fields: Fields, path: str, old: str, value: object) -> str:
    """Where an old address leads; "" after a complaint."""
    target = fields.written(path, value)
    text = target.strip() if isinstance(target, str) else ""
    if _ELSEWHERE.fullmatch(text):
        return text
    inside = _PARTS.fullmatch(text)
    if text.startswith("/") and inside and not flaw(inside[1]):
        return quote(inside[1]) + inside[2]
    message = f'"{old}" must lead to a path of the site or to a whole URL'
    hint = 'it begins with "/", or with "https://"'
    if not text and not isinstance(value, dict | list):
        hint += f"; what is gone for good is given up with recto deploy --gone {old}"
    fields.complain(path, message, hint)
    return ""


REDIRECTS = Kind("a mapping of old addresses to new ones", _redirects)
