"""Choose a target by its name, and open it: the one place that knows which class belongs to which settings."""

from collections.abc import Mapping
from pathlib import Path

from recto import model
from recto.deploy.faults import DeployError
from recto.deploy.target import Place, Target
from recto.diagnostics import Location, did_you_mean

_EXAMPLE = "deploy: {default: {type: github-pages}}"


def chosen(targets: Mapping[str, model.Target], name: str | None) -> model.Target:
    """The target of that name; without a name the one called "default", or the only one. DeployError."""
    if not targets:
        raise _unknown("site.yaml names no target to deploy to", f"write {_EXAMPLE}")
    if name is None:
        name = next(iter(targets)) if len(targets) == 1 else "default"
        if name not in targets:
            raise _unknown(
                "there are several targets, and none is called default", f"name one of {_names(targets)}"
            )
    if name not in targets:
        guess = did_you_mean(name, targets) or f"there are {_names(targets)}"
        raise _unknown(f'there is no target "{name}"', guess)
    return targets[name]


def place(settings: model.Target, root: Path) -> Place:
    """Where the target's site is; what it keeps between deploys is in that site's `.recto/`."""
    return Place(root=root.resolve(), cache=root.resolve() / ".recto" / "deploy" / settings.name)


def opened(settings: model.Target, root: Path) -> Target:
    """The target that these settings describe."""
    where = place(settings, root)
    match settings:
        case model.GitTarget():
            from recto.deploy.targets.git import GitBranch

            return GitBranch(settings, where)
        case model.SshTarget():
            from recto.deploy.targets.ssh import SshServer

            return SshServer(settings, where)
        case model.S3Target():
            from recto.deploy.targets.s3 import Bucket

            return Bucket(settings, where)
        case model.FolderTarget():
            from recto.deploy.targets.folder import Folder

            return Folder(settings, where)
        case model.ArchiveTarget():
            from recto.deploy.targets.archive import Archive

            return Archive(settings, where)
        case model.NetlifyTarget():
            from recto.deploy.targets.netlify import Netlify

            return Netlify(settings, where)
        case model.CloudflareTarget():
            from recto.deploy.targets.cloudflare import Cloudflare

            return Cloudflare(settings, where)
    raise AssertionError(settings)


def _names(targets: Mapping[str, model.Target]) -> str:
    return ", ".join(targets)


def _unknown(message: str, hint: str) -> DeployError:
    return DeployError("deploy-target", message, hint, Location(path="site.yaml"))
