"""Write what a hosting service reads to build and deploy a site by itself.

The files of the folder `ci/` beside this module, with `{words}` filled in, and in place of each line `<name>` a block of lines
that only some targets want.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

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
from recto.scaffold import writing

_FORMS = Path(__file__).resolve().parent / "ci"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a site stands: `folder` is its own one within the repository `top` ("" is that itself), whose main branch is
    `branch`; `install` is what pip is given to install recto. `target` is where it is deployed, None where the service does that."""

    top: Path
    folder: str
    branch: str
    install: str
    target: Target | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The file that was made, and what is left for its author to do, a sentence each."""

    path: Path
    advice: tuple[str, ...]


def workflow(host: str, setting: Setting, *, force: bool = False) -> Written:
    """Make the file that the service `host` (one of HOSTS) reads. BuildError where there is one and `force` does not say to
    replace it, and where the target cannot be deployed to from there."""
    name, make = HOSTS[host]
    path = setting.top / name
    text, advice = make(setting)
    if path.exists() and not force:
        hint = "see whether it already does what you want; --force replaces it"
        raise writing.failure("file-exists", f'there is already a file "{path}"', hint)
    (writing.replace if force else writing.write_new)(path, text)
    return Written(path=path, advice=advice)


# ---- what a target wants ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needs:
    """What a deploy needs of the machine that it runs on: variables with secrets, a key for ssh, to write to the site's own
    repository."""

    secrets: tuple[str, ...] = ()
    ssh: bool = False
    own: bool = False


def _needs(target: Target) -> _Needs:
    match target:
        case GitTarget():
            own = bool(re.fullmatch(r"[\w.-]+", target.remote))
            return _Needs(own=own, ssh=not own and not target.remote.startswith("http"))
        case SshTarget():
            return _Needs(ssh=True)
        case S3Target():
            return _Needs(secrets=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
        case NetlifyTarget():
            return _Needs(secrets=("NETLIFY_AUTH_TOKEN",))
        case CloudflareTarget():
            return _Needs(secrets=("CLOUDFLARE_API_TOKEN",))
    return _Needs()


def _deployable(setting: Setting, *refused: type[Target]) -> Target:
    """The target. BuildError where what is deployed to it would be lost with the machine that does it."""
    target = setting.target
    assert target is not None
    if isinstance(target, refused):
        message = (
            f"{target.name} is a {target.type}, which would be gone with the machine that runs the workflow"
        )
        raise writing.failure("ci-target", message, "name a target of another type: recto ci HOST TARGET")
    return target


# ---- GitHub -------------------------------------------------------------------------------------------------

_KEY = """
(umask 077 && mkdir -p ~/.ssh && printf '%s\\n' "$SSH_KEY" > ~/.ssh/id_ed25519)
printf '%s\\n' "$SSH_KNOWN_HOSTS" >> ~/.ssh/known_hosts
"""

_GITHUB_SSH = f"""
- name: Give ssh its key
  env:
    SSH_KEY: ${{{{ secrets.SSH_KEY }}}}
    SSH_KNOWN_HOSTS: ${{{{ vars.SSH_KNOWN_HOSTS }}}}
  run: |{indent(_KEY, "    ").rstrip()}
"""

_PAGES_REQUEST = """
- name: Ask GitHub Pages to show it # a push by a workflow alone need not make it
  if: ${{ !cancelled() }}
  env:
    GH_TOKEN: ${{ github.token }}
  run: gh api --silent --method POST "repos/$GITHUB_REPOSITORY/pages/builds" || echo "::warning::GitHub Pages did not take the request"
"""


def _github(setting: Setting) -> tuple[str, tuple[str, ...]]:
    target = _deployable(setting, FolderTarget, ArchiveTarget)
    needs = _needs(target)
    pages = needs.own and target.type == "github-pages"
    blocks = {
        "pages-permission": "pages: write" if pages else "",
        "pages-request": _PAGES_REQUEST if pages else "",
        "working-directory": _default_folder(setting.folder),
        "ssh": _GITHUB_SSH if needs.ssh else "",
        "secrets": _environment(needs.secrets),
    }
    words = {
        **_words(setting),
        "target": target.name,
        "writes": "for urls.lock, and the branch that holds the site" if needs.own else "for urls.lock",
    }
    return _filled("github.yml", words, blocks), tuple(_github_advice(target, needs, pages))


def _default_folder(folder: str) -> str:
    return f"defaults:\n  run:\n    working-directory: {json.dumps(folder)}" if folder else ""


def _environment(secrets: tuple[str, ...]) -> str:
    lines = [f"  {name}: ${{{{ secrets.{name} }}}}" for name in secrets]
    return "\n".join(["env:", *lines]) if lines else ""


def _github_advice(target: Target, needs: _Needs, pages: bool) -> Iterator[str]:
    where = "in the repository's settings, under Secrets and variables > Actions"
    if needs.secrets:
        yield f"{where}, add the {_listed('secret', needs.secrets)}"
    if needs.ssh:
        yield f"{where}, add the secret SSH_KEY, a private key that opens the server, and the variable SSH_KNOWN_HOSTS, what ssh-keyscan prints of it"
    if pages and isinstance(target, GitTarget):
        yield f"in the repository's settings, under Pages, choose: deploy from a branch, {target.branch}, / (root)"
    yield from _elsewhere(target)


def _elsewhere(target: Target) -> Iterator[str]:
    """What only the author's own machine has."""
    if isinstance(target, GitTarget) and target.remote.startswith("http"):
        yield f"the workflow has no password for {target.remote}: write the remote as git@HOST:REPOSITORY, and write the workflow again"
    if isinstance(target, S3Target) and target.profile:
        yield f"the profile {target.profile} is not there: give the workflow a target without one"


# ---- GitLab -------------------------------------------------------------------------------------------------

_GITLAB_SSH = f"- |{indent(_KEY, '  ').rstrip()}"
_RSYNC = "- apt-get update -qq && apt-get install -qq -y rsync > /dev/null"
_CREDENTIALS = '- git remote set-url origin "$CI_REPOSITORY_URL"'
_NOTHING = 3  # an exit code of the job's own, so that a site that was not built is not taken for one


def _gitlab(setting: Setting) -> tuple[str, tuple[str, ...]]:
    target = _deployable(setting, ArchiveTarget)
    needs, pages = _needs(target), isinstance(target, FolderTarget)
    ssh = [_GITLAB_SSH, *([_RSYNC] if isinstance(target, SshTarget) else [])] if needs.ssh else []
    shown = json.dumps(setting.folder + target.path) if isinstance(target, FolderTarget) else ""
    blocks = {
        "working-directory": f"before_script:\n  - cd {shlex.quote(setting.folder)}"
        if setting.folder
        else "",
        "cached-folder": f"- {shown} # for what earlier pages still show" if pages else "",
        "ssh": "\n".join(ssh),
        "credentials": _CREDENTIALS if needs.own else "",
        "pages": _gitlab_pages(shown) if pages else "",
    }
    words = {**_words(setting), "target": target.name, "early": str(_NOTHING if pages else 0)}
    return _filled("gitlab.yml", words, blocks), tuple(_gitlab_advice(target, needs))


def _gitlab_pages(folder: str) -> str:
    return dedent(f"""
        pages:
          publish: {folder}
        artifacts:
          paths:
            - {folder}
        allow_failure:
          exit_codes: {_NOTHING} # nothing is due
        """)


def _gitlab_advice(target: Target, needs: _Needs) -> Iterator[str]:
    yield "under Build > Pipeline schedules, add one that runs each hour on the default branch: it stops at once unless a post is due"
    yield "under Settings > CI/CD > Job token permissions, allow Git push requests to the repository, for urls.lock"
    where = "under Settings > CI/CD > Variables"
    if needs.secrets:
        yield f"{where}, add {_listed('', needs.secrets)}, masked and protected"
    if needs.ssh:
        yield f"{where}, add SSH_KEY, a private key that opens the server, and SSH_KNOWN_HOSTS, what ssh-keyscan prints of it"
    yield from _elsewhere(target)


# ---- Netlify, Cloudflare ------------------------------------------------------------------------------------


def _netlify(setting: Setting) -> tuple[str, tuple[str, ...]]:
    target = setting.target
    if target is not None and not isinstance(target, FolderTarget):
        message = f"Netlify builds and publishes by itself, so it takes a target of type folder, and {target.name} is one of type {target.type}"
        hint = (
            f"recto ci netlify, without a target; or let GitHub deploy to it: recto ci github {target.name}"
        )
        raise writing.failure("ci-target", message, hint)
    make = f"recto deploy {target.name} --yes" if target else "recto build --strict"
    install = 'pip install --quiet "$RECTO"'
    words = {
        **_words(setting),
        "build": json.dumps(f"{install} && {make}"),
        "preview": json.dumps(f'{install} && recto build --strict --base-url "$DEPLOY_PRIME_URL"'),
        "publish": json.dumps(target.path if target else "dist"),
        "memo": json.dumps(".recto"),
    }
    blocks = {"base": f"base = {json.dumps(setting.folder.rstrip('/'))}" if setting.folder else ""}
    return _filled("netlify.toml", words, blocks), tuple(_netlify_advice(target))


def _netlify_advice(target: Target | None) -> Iterator[str]:
    if target is None:
        yield "for redirects that are not pages, name a target of type folder with redirects: netlify: recto ci netlify TARGET"
    yield "Netlify cannot commit urls.lock: run recto ledger update, and commit it with your posts"
    yield "Netlify does not come back by itself when a post is due: call a build hook of the site each hour, or let GitHub deploy: recto ci github"


def _cloudflare(setting: Setting) -> tuple[str, tuple[str, ...]]:
    target = setting.target
    if not isinstance(target, CloudflareTarget):
        message = "Cloudflare reads no file of the repository, so GitHub has to deploy there, to a target of type cloudflare-pages"
        hint = "deploy: {default: {type: cloudflare-pages, account: ID, project: NAME}}"
        raise writing.failure("ci-target", message, f"write {hint}")
    text, advice = _github(setting)
    first = "Cloudflare reads no file of the repository: this workflow is GitHub's, which deploys there"
    return text, (first, *advice, "at Cloudflare, let the project have no builds of its own")


# ---- filling in ---------------------------------------------------------------------------------------------


def _words(setting: Setting) -> dict[str, str]:
    return {
        "branch": json.dumps(setting.branch),
        "recto": json.dumps(setting.install),
        "due": json.dumps(f"{setting.folder}.recto/due"),
        "memo": json.dumps(f"{setting.folder}.recto"),
        "dist": json.dumps(f"{setting.folder}dist"),
        "folder": setting.folder,
    }


def _filled(name: str, words: Mapping[str, str], blocks: Mapping[str, str]) -> str:
    """The form with its words and blocks; a block that is empty leaves no line."""
    lines: list[str] = []
    for line in (_FORMS / name).read_text(encoding="utf-8").splitlines():
        block = re.fullmatch(r"( *)<([a-z-]+)>", line)
        if block:
            lines += indent(blocks[block[2]].strip("\n"), block[1]).splitlines()
        else:
            lines.append(re.sub(r"(?<![${])\{([a-z]+)\}", lambda found: words[found[1]], line))
    return "\n".join(lines) + "\n"


def _listed(word: str, names: tuple[str, ...]) -> str:
    plural = f"{word}s " if len(names) > 1 and word else f"{word} " if word else ""
    return plural + " and ".join(names)


Maker = Callable[[Setting], tuple[str, tuple[str, ...]]]

HOSTS: Mapping[str, tuple[str, Maker]] = {
    "github": (".github/workflows/blog.yml", _github),
    "gitlab": (".gitlab-ci.yml", _gitlab),
    "netlify": ("netlify.toml", _netlify),
    "cloudflare": (".github/workflows/blog.yml", _cloudflare),
}
