"""`recto ledger`: the addresses that the site ever had. Take over those of the site before, record those of now, list them."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from recto import builder, deploy, ledger
from recto.cli import report
from recto.cli.arguments import UsageError
from recto.cli.progress import bars
from recto.cli.report import counted
from recto.diagnostics import BuildError, Severity, did_you_mean, has_errors, visible
from recto.ledger.adopted import Adoption, adopt, nearest
from recto.ledger.entries import Entry
from recto.ledger.placing import Old, placed
from recto.memo import Store
from recto.model import Ledger
from recto.text import encode_path

_NAMED = 10  # addresses that are named before there is a better place to see them


def run(args: Namespace, root: Path, now: datetime) -> int:
    """Do what the first word asks, with the words after it."""
    action, words = (args.words or ["list"])[0], args.words[1:]
    if action not in _ACTIONS:
        guess = did_you_mean(action, _ACTIONS) or "write recto ledger list, update or import SOURCE"
        raise UsageError(f'recto ledger cannot "{action}"', guess)
    if words and action != "import":
        raise UsageError(f'"{words[0]}" is one word too many', f"recto ledger {action} takes no words")
    _ACTIONS[action](args, root, now)
    return 0


def _plan(args: Namespace, root: Path, now: datetime) -> builder.Plan:
    """The site as it would be built now. BuildError where it cannot be."""
    with Store.open(root) as store, bars(wanted=not args.json, no_color=args.no_color) as progress:
        plan = builder.build(root, store=store, now=now, out=root / "dist", progress=progress, index=False)
    if has_errors(plan.diagnostics):
        raise BuildError(problem for problem in plan.diagnostics if problem.severity is Severity.ERROR)
    return plan


# ---- list ---------------------------------------------------------------------------------------------------


def _list(args: Namespace, root: Path, now: datetime) -> None:
    plan = _plan(args, root, now)
    answers = dict(_answers(plan))
    if args.json:
        rows = [{"url": url, "leads_to": target, "answer": how} for url, (how, target) in answers.items()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(map(len, answers), default=0)
    for url, (how, target) in answers.items():
        print(visible(f"{url:<{width}}  {_SHOWN[how]}{target or ''}".rstrip()))
    if not answers:
        print("no address of the site is an old one", file=sys.stderr)


_SHOWN = {"moved": "-> ", "gone": "is gone, and says so", "lost": "leads nowhere"}


def _answers(plan: builder.Plan) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """The addresses that are none of a page or file of now, sorted, with how each answers and where it leads."""
    moves = {move.url: move.target for move in plan.moves}
    served = {page.url for page in plan.pages} | {f"/{encode_path(asset.path)}" for asset in plan.assets}
    for url in sorted(moves.keys() | {*ledger.public(plan.ledger or Ledger())}):
        if url in moves:
            yield url, ("moved" if moves[url] else "gone", moves[url] or None)
        elif url not in served:
            yield url, ("lost", None)


# ---- update -------------------------------------------------------------------------------------------------


def _update(args: Namespace, root: Path, now: datetime) -> None:
    plan = _plan(args, root, now)
    report.problems(plan.diagnostics, colour=report.coloured(sys.stderr, args.no_color))
    before, after = plan.ledger or Ledger(), ledger.updated(plan, plan.sources)
    changed = deploy.keep(root, after)
    old, new = {*ledger.public(before)}, {*ledger.public(after)}
    what = f"{len(new - old):,} new" if changed else "nothing new"
    print(f"{ledger.NAME} knows {_addresses(len(new))} ({what})")


# ---- import -------------------------------------------------------------------------------------------------


def _import(args: Namespace, root: Path, now: datetime) -> None:
    sources = args.words[1:]
    if not sources:
        hint = "such as recto ledger import https://old.example/, or a sitemap and a feed as files"
        raise UsageError("recto ledger import needs to know where the site was", hint)
    plan = _plan(args, root, now)
    olds, meant = _collected(sources, plan.site.url)
    present = ledger.updated(replace(plan, ledger=None), plan.sources)
    posts = (*plan.site.posts, *plan.site.unlisted, *plan.site.pages)
    titles = {post.source: post.title for post in posts}
    adoption = adopt(plan.ledger or Ledger(), present, olds, titles)
    deploy.keep(root, adoption.ledger)
    _tell(adoption)
    _advise(adoption.strays, _likely(present, adoption.strays, meant))


def _collected(sources: Sequence[str], site: str) -> tuple[list[Old], dict[str, str]]:
    """The addresses that sources tell of; and of those that are a front page or a feed, what is that here."""
    from recto.deploy.former import former
    from recto.deploy.web import Web

    with Web(tries=3) as web:
        found = [former(source, web, _heard) for source in sources]
    olds, meant = list[Old](), dict[str, str]()
    for before in found:
        pages, others = placed(before.entries, before.home, site)
        front, _ = placed([Entry(address=f"{before.home}/")], before.home, site)
        fed, _ = placed((Entry(address=feed) for feed in before.feeds), before.home, site)
        olds += [*pages, *fed]
        meant |= {old.url: "/" for old in front}
        meant |= {old.url: "/feed.json" if old.url.endswith(".json") else "/feed.xml" for old in fed}
        for flaw in before.flaws:
            _note(f"not read: {flaw}")
        if others:
            why = "at another place, or with a query"
            _note(f"passed over: {_addresses(len(others))} {why}: {_some(others)}")
    return olds, meant


def _heard(name: str, count: int) -> None:
    print(visible(f"{name}: {_addresses(count)}"), flush=True)


def _note(text: str) -> None:
    print(visible(text), file=sys.stderr, flush=True)


def _tell(adoption: Adoption) -> None:
    total = len(adoption.posts) + len(adoption.there) + len(adoption.strays)
    sources = len({*adoption.posts.values()})
    print(f"{ledger.NAME} knows {_addresses(total)} of the site before")
    print(f"  posts     {_addresses(len(adoption.posts))} of {counted(sources, 'file')}")
    print(f"  feed ids  {len(adoption.ids):,} stay")
    if adoption.there:
        print(f"  others    {_addresses(len(adoption.there))} that the site answers too")
    print(f"  strays    {_addresses(len(adoption.strays))} that lead nowhere yet", flush=True)


def _likely(present: Ledger, strays: Sequence[str], meant: Mapping[str, str]) -> dict[str, str]:
    """Where each stray may be meant to lead; "" where nothing is like it."""
    known = {url: target for url, target in meant.items() if target in present.lists}
    return {url: known.get(url, near) for url, near in nearest(present, strays).items()}


def _advise(strays: Sequence[str], likely: Mapping[str, str]) -> None:
    """Say what can be done about strays, in lines to be copied."""
    guesses = {url: near for url, near in likely.items() if near}
    lost = [url for url in strays if url not in guesses]
    if guesses:
        _note("these may lead to what is like them: if that is right, write into site.yaml")
        _note("\n".join(("  redirects:", *(f"    {url}: {near}" for url, near in guesses.items()))))
    if lost:
        _note(f"nothing is like {_some(lost)}: lead them on by redirects too, or recto deploy --gone URL")


def _some(urls: Sequence[str]) -> str:
    more = f" and {len(urls) - _NAMED:,} more" if len(urls) > _NAMED else ""
    return ", ".join(urls[:_NAMED]) + more


def _addresses(number: int) -> str:
    return f"{number:,} address{'' if number == 1 else 'es'}"


_ACTIONS: dict[str, Callable[[Namespace, Path, datetime], None]] = {
    "list": _list,
    "update": _update,
    "import": _import,
}
