"""Where a site is deployed to, as its settings say."""

from dataclasses import dataclass
from typing import ClassVar, Literal

Redirects = Literal["netlify", "cloudflare", "apache", "nginx", "s3", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What all targets have. `name` is the author's own; `url` replaces the site's address where it is deployed to another;
    `verify` is an address at which the site is read after a deploy; `redirects` is the form in which its server wants
    them ("" is the usual one of the type)."""

    keeps: ClassVar[bool] = False  # whether it keeps the release before, to go back to

    name: str
    type: str
    url: str = ""
    verify: str = ""
    redirects: Redirects | Literal[""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitTarget(Target):
    """A branch of a git repository (`git`), or the one that GitHub Pages shows (`github-pages`). `remote` is the name of a
    remote of the site's own repository, or the address of any; `history` says whether earlier deploys stay."""

    keeps: ClassVar[bool] = True

    remote: str = "origin"
    branch: str = "gh-pages"
    cname: str = ""
    history: Literal["keep", "squash"] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class SshTarget(Target):
    """A folder on a server that ssh leads to. `host` is as ssh takes it ("me@example.com", or a name of ~/.ssh/config);
    `port` 0 is ssh's own; `path` holds `current` and `releases/`, of which the newest `releases` are kept; `run` is a
    command for the server's shell, after the switch."""

    keeps: ClassVar[bool] = True

    host: str = ""
    port: int = 0
    path: str = ""
    releases: int = 5
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Target(Target):
    """A bucket of S3 or of what speaks like it. `prefix` is the folder in it; `endpoint` the service's address, "" for
    Amazon's; `cloudfront` the distribution before it; `profile` a section of AWS's own files."""

    bucket: str = ""
    prefix: str = ""
    region: str = ""
    endpoint: str = ""
    cloudfront: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTarget(Target):
    """A folder, on this machine or mounted; a relative `path` counts from the site's folder."""

    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTarget(Target):
    """One file with the whole site; the end of `path`, ".tar.gz" or ".zip", says which kind."""

    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetlifyTarget(Target):
    """A site at Netlify, by its id or its name there. `api` is where its interface is."""

    keeps: ClassVar[bool] = True

    site: str = ""
    api: str = "https://api.netlify.com/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudflareTarget(Target):
    """A project of Cloudflare Pages. `branch` "" is the production branch. `api` is where its interface is."""

    keeps: ClassVar[bool] = True

    account: str = ""
    project: str = ""
    branch: str = ""
    api: str = "https://api.cloudflare.com/client/v4"
