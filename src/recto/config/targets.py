"""The types of target that `deploy` in site.yaml has, as a table: the keys of each, and what it cannot do without."""

import re
from dataclasses import dataclass, replace

from recto.config.kinds import TEXT, URL, Key, Kind, choice, number
from recto.located import Fields
from recto.model import (
    ArchiveTarget,
    CloudflareTarget,
    FolderTarget,
    GitTarget,
    NetlifyTarget,
    S3Target,
    SshTarget,
    Target,
)

# ---- texts that go to other programs ------------------------------------------------------------------------


def _shaped(words: str, pattern: str, hint: str, trim: str = "") -> Kind:
    """A text of a certain shape, without what `trim` has at its ends. None of the shapes begins like an option."""

    def read(fields: Fields, path: str, value: object) -> str | None:
        text = fields.text(path, value)
        if text and not re.fullmatch(pattern, text):
            fields.must_be(path, words, value, hint)
            return None
        return None if text is None else text.strip(trim) if trim else text

    return Kind(words, read)


_LINE = r"(?!-)[^\x00-\x1f\x7f]+"

# fmt: off
_REMOTE = _shaped("the name of a git remote, or an address", _LINE,
                  "write remote: origin, or remote: git@github.com:me/blog.git")
_BRANCH = _shaped("the name of a branch",
                  r"(?![-/.]|refs/)(?!.*(?:\.\.|//|/\.|@\{))[^\x00-\x20~^:?*\[\\\x7f]+(?<![/.])(?<!\.lock)",
                  "write branch: gh-pages")
_DOMAIN = _shaped("a domain", r"(?:\w(?:[\w-]*\w)?\.)+\w[\w-]*\w", "write cname: example.com, without https://")
_HOST = _shaped("a host as ssh takes it", r"(?:(?!-)[^\s@:/'\"\\\x00-\x1f]+@)?(?!-)[\w.-]+",
                "write host: me@example.com, or a name that ~/.ssh/config has; port and path are keys of their own")
_PATH = _shaped("a folder", rf"(?!/+\Z){_LINE}", "write path: /srv/www/blog")
_ARCHIVE = _shaped("a file whose name ends in .tar.gz, .tgz or .zip", rf"{_LINE}\.(?i:tar\.gz|tgz|zip)",
                   "write path: site.tar.gz")
_BUCKET = _shaped("the name of a bucket", r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]",
                  "write bucket: my-blog; a folder in it is its prefix")
_PREFIX = _shaped("a folder in the bucket", r"(?!/*\.{0,2}/*\Z)(?!.*(?://|/\.{1,2}(?:/|\Z)))(?!\.{1,2}/)[^\\\x00-\x1f\x7f]+",
                  "write prefix: blog", trim="/")
_REGION = _shaped("a region", r"[a-z0-9][a-z0-9-]*", "write region: eu-north-1")
_DISTRIBUTION = _shaped("the ID of a distribution", r"[A-Z0-9]+",
                        "write cloudfront: E2QWRUHEXAMPLE, its ID and not its address")
_WORD = _shaped("a name", r"\w[\w.-]*", "use letters, digits and hyphens")
# fmt: on

# ---- the table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type of target: a value with its defaults, its keys beside those that all have, those it cannot do without, and
    where its secrets belong."""

    empty: Target
    keys: tuple[Key, ...]
    needs: tuple[str, ...] = ()
    secrets: str


_GIT_SECRETS = "git finds your key or password where it always does: in ssh-agent or a credential helper"

# fmt: off
_GIT = (
    Key(name="remote", kind=_REMOTE, description="a remote of the site's own repository, or the address or path of any repository",
        example="remote: git@github.com:me/me.github.io.git"),
    Key(name="branch", kind=_BRANCH, description="the branch that holds the site, and nothing else", example="branch: pages"),
    Key(name="history", kind=choice("keep", "squash"),
        description="`keep` adds a commit with each deploy, `squash` has but one", example="history: squash"),
)

TYPES = {
    "github-pages": Type(
        empty=GitTarget(name="", type="github-pages"),
        keys=(
            *_GIT,
            Key(name="cname", kind=_DOMAIN, description="the domain of your own that GitHub shows it at",
                example="cname: example.com"),
        ),
        secrets=_GIT_SECRETS,
    ),
    "git": Type(empty=GitTarget(name="", type="git"), keys=_GIT, secrets=_GIT_SECRETS),
    "ssh": Type(
        empty=SshTarget(name="", type="ssh"),
        keys=(
            Key(name="host", kind=_HOST, description="the server, as ssh takes it; needed", example="host: me@example.com"),
            Key(name="port", kind=number(1, 65535), description="the port, if ssh does not know it", example="port: 2222"),
            Key(name="path", kind=_PATH,
                description="the folder on the server that gets `current`, which it is to serve, and `releases/`; needed",
                example="path: /srv/www/blog"),
            Key(name="releases", kind=number(1, 1000), description="how many releases are kept, for `recto rollback`",
                example="releases: 10"),
            Key(name="run", kind=TEXT, description="a command for the server, once the new site is there",
                example="run: sudo systemctl reload nginx"),
        ),
        needs=("host", "path"),
        secrets="ssh finds your key in ssh-agent, or where ~/.ssh/config says IdentityFile",
    ),
    "s3": Type(
        empty=S3Target(name="", type="s3"),
        keys=(
            Key(name="bucket", kind=_BUCKET, description="the bucket; needed", example="bucket: my-blog"),
            Key(name="prefix", kind=_PREFIX, description="the folder in it", example="prefix: blog"),
            Key(name="region", kind=_REGION, description="where it is", example="region: eu-north-1"),
            Key(name="endpoint", kind=URL, description="the service, if it is not Amazon's: R2, MinIO and the like",
                example="endpoint: https://s3.example.com"),
            Key(name="cloudfront", kind=_DISTRIBUTION, description="the ID of the CloudFront distribution in front of it",
                example="cloudfront: E2QWRUHEXAMPLE"),
            Key(name="profile", kind=_WORD, description="a section of `~/.aws/credentials`", example="profile: blog"),
        ),
        needs=("bucket",),
        secrets="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a section of ~/.aws/credentials as profile",
    ),
    "folder": Type(
        empty=FolderTarget(name="", type="folder"),
        keys=(
            Key(name="path", kind=_PATH, description="the folder, from the site's own one or with its full path; needed",
                example="path: /mnt/www/blog"),
        ),
        needs=("path",),
        secrets="a folder needs none: remove the line",
    ),
    "archive": Type(
        empty=ArchiveTarget(name="", type="archive"),
        keys=(
            Key(name="path", kind=_ARCHIVE, description="the file; its ending is `.tar.gz`, `.tgz` or `.zip`; needed",
                example="path: site.tar.gz"),
        ),
        needs=("path",),
        secrets="an archive needs none: remove the line",
    ),
    "netlify": Type(
        empty=NetlifyTarget(name="", type="netlify"),
        keys=(
            Key(name="site", kind=_WORD, description="the site's ID or its name there; needed", example="site: my-blog"),
            Key(name="api", kind=URL, description="where its interface is", example="api: https://netlify.example.com/v1"),
        ),
        needs=("site",),
        secrets="set NETLIFY_AUTH_TOKEN",
    ),
    "cloudflare-pages": Type(
        empty=CloudflareTarget(name="", type="cloudflare-pages"),
        keys=(
            Key(name="account", kind=_WORD, description="the ID of the account; needed",
                example="account: 0123456789abcdef0123456789abcdef"),
            Key(name="project", kind=_WORD, description="the project's name; needed", example="project: my-blog"),
            Key(name="branch", kind=_BRANCH, description="the branch that it counts as, if not that of production",
                example="branch: staging"),
            Key(name="api", kind=URL, description="where its interface is", example="api: https://cloudflare.example.com/v4"),
        ),
        needs=("account", "project"),
        secrets="set CLOUDFLARE_API_TOKEN",
    ),
}

MEANT = {
    **dict.fromkeys(("rsync", "sftp", "scp", "server"), "ssh"),
    **dict.fromkeys(("gh-pages", "pages", "github"), "github-pages"),
    **dict.fromkeys(("r2", "minio", "aws", "bucket"), "s3"),
    **dict.fromkeys(("zip", "tar", "tar.gz"), "archive"),
    **dict.fromkeys(("local", "directory", "copy"), "folder"),
    "gitlab-pages": "git",
    "cloudflare": "cloudflare-pages",
}

TYPE = choice(*TYPES)

SHARED = (
    Key(name="type", kind=TYPE, example="type: folder",
        description=f"the kind of place: {', '.join(f'`{name}`' for name in TYPES)}; needed"),
    Key(name="url", kind=URL, description="the address there, in place of the site's `url`",
        example="url: https://staging.example.com"),
    Key(name="verify", kind=URL, description="the address at which the site is read once it is deployed, to see that it is what was sent",
        example="verify: https://example.com/blog"),
    Key(name="redirects", kind=choice("netlify", "cloudflare", "apache", "nginx", "s3", "none"),
        description="the form in which its server wants redirects, if not the usual one of its type: `netlify`, `cloudflare`, `apache`, `nginx`, `s3`, `none`",
        example="redirects: apache"),
)
# fmt: on

DEPLOY_KEYS = (
    *SHARED,
    *(replace(key, within=kind.empty) for kind in TYPES.values() for key in kind.keys),
)
