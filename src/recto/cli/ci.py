"""`recto ci`: the file by which a hosting service builds and deploys the site, and what is left to set there."""

import sys
from argparse import Namespace
from pathlib import Path

from recto import config, deploy, loader, model, scaffold
from recto.cli.arguments import UsageError
from recto.cli.options import HOSTS
from recto.diagnostics import BuildError, did_you_mean, has_errors


def run(args: Namespace, root: Path) -> int:
    """Write the file, print its path, and say what comes next."""
    if args.host not in HOSTS:
        guess = did_you_mean(args.host, HOSTS) or f"there are {', '.join(HOSTS)}"
        raise UsageError(f'recto ci does not know "{args.host}"', guess)
    settings, problems = config.load(root)
    if has_errors(problems):
        raise BuildError(problems)
    by_itself = args.host == "netlify" and args.target is None
    target = None if by_itself else deploy.settings_of(root, args.target)
    made = scaffold.workflow(args.host, _setting(root, settings, target), force=args.force)
    print(made.path, flush=True)
    for number, advice in enumerate(made.advice, 1):
        print(f"  {number}. {advice}", file=sys.stderr)
    return 0


def _setting(root: Path, settings: model.Config, target: model.Target | None) -> scaffold.Setting:
    top = Path(loader.ask_git(root, "rev-parse", "--show-toplevel").strip() or root).resolve()
    folder = root.resolve().relative_to(top).as_posix()
    return scaffold.Setting(
        top=top,
        folder="" if folder == "." else f"{folder}/",
        branch=_branch(root),
        install=scaffold.requirement(root, top, _extras(settings, target)),
        target=target,
    )


def _branch(root: Path) -> str:
    """The main branch of the repository: that of its remote, else the one that is checked out."""
    told = loader.ask_git(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").strip()
    here = loader.ask_git(root, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
    return told.removeprefix("origin/") or here or "main"


def _extras(settings: model.Config, target: model.Target | None) -> list[str]:
    """The extras of recto that a build of the site and its deploy want."""
    return [
        *(["search"] if settings.theme.features.search else []),
        *(["s3"] if isinstance(target, model.S3Target) else []),
        *(["cloudflare"] if isinstance(target, model.CloudflareTarget) else []),
    ]
