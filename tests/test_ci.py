"""What `recto ci` writes, run by hand: a blog deploys itself when it is pushed and when a post is due, and at no other time."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import workflows
from conftest import MakeProject
from recto import __version__, scaffold
from recto.cli import main as recto
from recto.cli import options
from recto.diagnostics import BuildError
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
from recto.scaffold import install
from recto.scaffold.workflows import HOSTS
from workflows import GitHub, GitLab, Job, Service, git

NOW = 1795435200  # 2026-11-23 12:00 UTC
HOUR = 3600

PAGES = GitTarget(name="default", type="github-pages")
TARGETS = (
    PAGES,
    GitTarget(name="mirror", type="git", remote="git@example.com:me/blog.git"),
    SshTarget(name="live", type="ssh", host="me@example.com", path="/srv/www"),
    S3Target(name="bucket", type="s3", bucket="blog"),
    FolderTarget(name="public", type="folder", path="public"),
    ArchiveTarget(name="zip", type="archive", path="site.zip"),
    NetlifyTarget(name="net", type="netlify", site="blog"),
    CloudflareTarget(name="cf", type="cloudflare-pages", account="a", project="b"),
)
NAMED = {target.name: target for target in TARGETS}


def write(
    folder: Path, host: str, target: Target | None = PAGES, *, site: str = "", force: bool = False
) -> scaffold.Written:
    setting = scaffold.Setting(top=folder, folder=site, branch="main", install="recto==1.2", target=target)
    return scaffold.workflow(host, setting, force=force)


# ---- what is written ----------------------------------------------------------------------------------------

WRITABLE = [
    *(("github", name) for name in NAMED if name not in ("public", "zip")),
    *(("gitlab", name) for name in NAMED if name != "zip"),
    ("netlify", ""),
    ("netlify", "public"),
    ("cloudflare", "cf"),
]


@pytest.mark.parametrize(("host", "name"), WRITABLE)
@pytest.mark.parametrize("site", ["", "my blog/"])
def test_file_is_what_its_service_reads_with_nothing_left_to_fill_in(
    host: str, name: str, site: str, tmp_path: Path
) -> None:
    made = write(tmp_path, host, NAMED.get(name), site=site)
    text = made.path.read_text("utf-8")
    read = tomllib.loads(text) if made.path.suffix == ".toml" else yaml.safe_load(text)
    assert read
    assert re.findall(r"(?<!\$)\{[a-z]+\}|^ *<[a-z-]+>$", text, re.M) == []
    assert re.findall(r" $|\n\n\n", text, re.M) == []
    assert "recto==1.2" in text
    assert (f"recto deploy {name} --yes" in text) == bool(name)
    assert ("my blog" in text) == bool(site)


def test_command_line_offers_the_services_there_are() -> None:
    assert tuple(HOSTS) == options.HOSTS


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("bucket", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        ("net", ["NETLIFY_AUTH_TOKEN"]),
        ("cf", ["CLOUDFLARE_API_TOKEN"]),
        ("live", ["SSH_KEY"]),
        ("mirror", ["SSH_KEY"]),
        ("default", []),
    ],
)
@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_author_is_told_each_secret_to_set(name: str, secrets: list[str], host: str, tmp_path: Path) -> None:
    made = write(tmp_path, host, NAMED[name])
    advice = "\n".join(made.advice)
    known = (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "NETLIFY_AUTH_TOKEN",
        "CLOUDFLARE_API_TOKEN",
        "SSH_KEY",
    )
    assert [secret for secret in known if re.search(rf"\b{secret}\b", advice)] == secrets
    if host == "github":
        text = made.path.read_text("utf-8")
        assert [secret for secret in known if f"secrets.{secret} " in text] == secrets


@pytest.mark.parametrize("name", [name for host, name in WRITABLE if host == "github"])
def test_pull_request_gets_no_secret_and_may_not_write(name: str, tmp_path: Path) -> None:
    workflow = workflows.load(write(tmp_path, "github", NAMED[name]).path)
    preview = workflow["jobs"]["preview"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in preview
    assert "secrets" not in str(preview).replace("without the secrets", "")
    assert "token" not in str(preview)


def test_only_one_deploy_runs_at_a_time_and_is_never_broken_off(tmp_path: Path) -> None:
    workflow = workflows.load(write(tmp_path, "github").path)
    assert workflow["jobs"]["deploy"]["concurrency"] == {"group": "deploy", "cancel-in-progress": False}
    pipeline = workflows.load(write(tmp_path, "gitlab").path)
    assert pipeline["deploy"]["resource_group"] == "deploy"


def test_file_that_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    made = write(tmp_path, "github")
    made.path.write_text("mine")
    with pytest.raises(BuildError, match="there is already a file"):
        write(tmp_path, "github")
    assert made.path.read_text() == "mine"
    write(tmp_path, "github", force=True)
    assert made.path.read_text() != "mine"
    assert [path.name for path in made.path.parent.iterdir()] == ["blog.yml"]


@pytest.mark.parametrize(
    ("host", "name", "said"),
    [
        ("github", "public", "would be gone with the machine"),
        ("github", "zip", "would be gone with the machine"),
        ("gitlab", "zip", "would be gone with the machine"),
        ("netlify", "live", "takes a target of type folder"),
        ("cloudflare", "default", "a target of type cloudflare-pages"),
    ],
)
def test_target_that_a_service_cannot_reach_is_refused(
    host: str, name: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match=said):
        write(tmp_path, host, NAMED[name])
    assert list(tmp_path.iterdir()) == []


# ---- the command --------------------------------------------------------------------------------------------

SITE = {
    "site.yaml": """title: Tides
url: https://example.com
deploy:
  default: {type: github-pages, cname: example.com}
  public: {type: folder, path: public, redirects: netlify}
theme: {features: {search: false, covers: false, social_images: false}}
""",
    "posts/2026-11-02-tides.md": "---\ntitle: Tides\naliases: [/sea/]\n---\n\nThe sea.\n",
    "posts/2026-11-24-later.md": "---\ntitle: Later\n---\n\nThe moon.\n",
    ".gitignore": "/dist/\n/public/\n.recto/\n",
}


@pytest.fixture
def site(project: MakeProject) -> Path:
    made = project(SITE).path
    git(made, "init", "--quiet", "--initial-branch", "trunk")
    return made


def test_command_prints_the_path_and_then_what_to_do(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recto(["ci", "github", "--site", str(site)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{site.resolve() / '.github/workflows/blog.yml'}\n"
    assert err.startswith(
        "  1. in the repository's settings, under Pages, choose: deploy from a branch, gh-pages"
    )
    text = (site / ".github/workflows/blog.yml").read_text("utf-8")
    assert 'branches: ["trunk"]' in text


def test_site_in_a_folder_of_its_repository_has_its_workflow_at_the_top(
    project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    top = project({f"blog/{name}": text for name, text in SITE.items()}).path
    git(top, "init", "--quiet", "--initial-branch", "main")
    assert recto(["ci", "github", "--site", str(top / "blog")]) == 0
    workflow = workflows.load(top / ".github/workflows/blog.yml")
    assert workflow["jobs"]["deploy"]["defaults"]["run"]["working-directory"] == "blog/"
    assert "defaults" not in workflow["jobs"]["due"]  # where nothing is checked out


@pytest.mark.parametrize(
    ("target", "search", "extras"),
    [
        ("type: github-pages", False, ""),
        ("type: github-pages", True, "[search]"),
        ("type: s3, bucket: blog", True, "[search,s3]"),
        ("type: cloudflare-pages, account: a, project: b", False, "[cloudflare]"),
    ],
)
def test_recto_is_installed_with_what_the_site_and_its_target_want(
    target: str, search: bool, extras: str, project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_origin", dict)
    features = f"theme: {{features: {{search: {str(search).lower()}}}}}\n"
    root = project({"site.yaml": f"deploy: {{live: {{{target}}}}}\n{features}"}).path
    assert recto(["ci", "github", "--site", str(root)]) == 0
    workflow = workflows.load(root / ".github/workflows/blog.yml")
    assert workflow["env"]["RECTO"] == f"recto{extras}=={__version__}"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["githb"], 2, 'did you mean "github"?'),
        (["jenkins"], 2, "there are github, gitlab, netlify, cloudflare"),
        (["github", "defualt"], 1, 'did you mean "default"?'),
        (["github", "public"], 1, "error[ci-target]"),
    ],
)
def test_slip_of_the_pen_is_answered(
    words: list[str], code: int, said: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert recto(["ci", *words, "--site", str(site)]) == code
    assert said in capsys.readouterr().err


# ---- GitHub, day by day -------------------------------------------------------------------------------------


def push(service: Service, files: dict[str, str], *, branch: str = "main") -> None:
    """Somebody commits files and pushes them."""
    folder = service.new("author")
    if git(service.origin, "branch", "--list", "main"):
        service.clone(folder)
    else:
        git(folder, "init", "--quiet", "--initial-branch", "main")
        git(folder, "remote", "add", "origin", str(service.origin))
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Write")
    git(folder, "push", "--quiet", "origin", f"HEAD:{branch}")


def deployed(service: Service) -> set[str]:
    """The paths of pages that readers have."""
    names = git(service.origin, "ls-tree", "-r", "--name-only", "gh-pages").split()
    return {name for name in names if name.endswith(".html")}


@dataclass
class Days:
    """A blog that is pushed, waits for a post, has a pull request and a branch that nobody may push to."""

    service: Service
    pushed: dict[str, Job]
    hourly: dict[str, Job]
    due: dict[str, Job]
    asked: dict[str, Job]
    protected: dict[str, Job]
    quiet: dict[str, Job]
    lost: dict[str, Job]
    shown: list[set[str]]
    kept: list[str]


def locked(service: Service) -> str:
    return git(service.origin, "log", "--format=%an %s", "main", "--", "urls.lock")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Days:
    service = Service(tmp_path_factory.mktemp("github"))
    folder = service.new("blog")
    for name, text in SITE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    write(folder, "github")
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    push(service, files)
    github = GitHub(service, workflows.load(folder / ".github/workflows/blog.yml"))
    shown, kept = [], []

    pushed = github.run("push", now=NOW)
    shown.append(deployed(service))
    kept.append(locked(service))
    hourly = github.run("schedule", now=NOW + HOUR)
    due = github.run("schedule", now=NOW + 12 * HOUR)
    shown.append(deployed(service))
    kept.append(locked(service))
    quiet = github.run("schedule", now=NOW + 13 * HOUR)
    push(service, {"posts/2026-11-03-request.md": "---\ntitle: Asked\n---\n\nx\n"}, branch="request")
    asked = github.run("pull_request", now=NOW + 13 * HOUR, commit="request")
    shown.append(deployed(service))
    push(service, {"posts/2026-11-04-more.md": "---\ntitle: More\n---\n\nx\n"})
    hook = service.origin / "hooks/update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/main ]\n')
    hook.chmod(0o700)
    protected = github.run("push", now=NOW + 14 * HOUR)
    shown.append(deployed(service))
    kept.append(locked(service))
    service.caches.clear()
    lost = github.run("schedule", now=NOW + 15 * HOUR)
    return Days(service, pushed, hourly, due, asked, protected, quiet, lost, shown, kept)


def test_push_builds_and_deploys(days: Days) -> None:
    assert days.pushed["deploy"].ok, days.pushed["deploy"].output
    assert "posts/tides/index.html" in days.shown[0]
    assert "posts/later/index.html" not in days.shown[0]
    assert days.pushed["preview"].skipped


def test_recto_is_installed_as_the_file_says(days: Days) -> None:
    assert "pip install --quiet recto==1.2\n" in days.service.calls.read_text()


def test_pages_is_asked_to_show_what_was_pushed(days: Days) -> None:
    assert (
        "gh api --silent --method POST repos/somebody/blog/pages/builds\n" in days.service.calls.read_text()
    )


def test_addresses_are_committed_where_they_changed(days: Days) -> None:
    assert days.kept[0] == "github-actions[bot] Keep the addresses of the site\n"


def test_hour_at_which_nothing_is_due_ends_before_anything_is_fetched(days: Days) -> None:
    assert days.hourly["due"].ok
    assert days.hourly["deploy"].skipped


def test_post_appears_in_the_hour_in_which_it_is_due(days: Days) -> None:
    assert days.due["deploy"].ok, days.due["deploy"].output
    assert days.shown[1] - days.shown[0] >= {"posts/later/index.html"}


def test_nothing_happens_at_any_hour_once_nothing_is_due_any_more(days: Days) -> None:
    assert days.quiet["due"].ok
    assert days.quiet["deploy"].skipped


def test_hour_at_which_the_moment_is_not_known_any_more_deploys_to_know_it(days: Days) -> None:
    assert days.lost["deploy"].ok, days.lost["deploy"].output
    assert any(key.startswith("due-") for key in days.service.caches)


def test_build_of_the_day_before_is_remembered(days: Days) -> None:
    [kept] = [folder for key, folder in days.service.caches.items() if key.startswith("recto-")]
    assert (kept / ".recto").is_dir()
    assert (kept / "dist/index.html").is_file()
    built = next(step for step in days.due["deploy"].steps if step.name == "recto build --strict")
    assert re.search(r"[1-9]\d* unchanged", built.output)


def test_pull_request_is_told_what_readers_will_see_and_changes_nothing(days: Days) -> None:
    assert days.asked["preview"].ok, days.asked["preview"].output
    assert "Asked" in days.asked["preview"].summary
    assert days.asked["due"].skipped
    assert days.asked["deploy"].skipped
    assert days.shown[2] == days.shown[1]


def test_branch_that_may_not_be_pushed_to_does_not_keep_the_site_from_readers(days: Days) -> None:
    assert days.protected["deploy"].ok, days.protected["deploy"].output
    assert "::warning::urls.lock could not be committed" in days.protected["deploy"].output
    assert "posts/more/index.html" in days.shown[3]
    assert days.kept[2] == days.kept[1]


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_addresses_are_committed_though_somebody_pushed_meanwhile(host: str, tmp_path: Path) -> None:
    service = Service(tmp_path / "service")
    push(service, {"urls.lock": "/a/\tlist\n", "mine": "1"})
    workflow = workflows.load(write(tmp_path, host).path)
    steps = workflow["jobs"]["deploy"]["steps"] if host == "github" else workflow["deploy"]["script"]
    scripts = (step.get("run", "") if isinstance(step, dict) else step for step in steps)
    [script] = [script for script in scripts if "git commit" in script]
    workspace = service.new("workspace")
    service.clone(workspace)
    push(service, {"theirs": "2"})
    (workspace / "urls.lock").write_text("/a/\tlist\n/b/\tlist\n")
    (workspace / "mine").write_text("3")  # nothing of the deploy's, and to be left alone
    name = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "somebody")
    mail = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@b.example")
    branch = {"BRANCH": "main", "CI_COMMIT_BRANCH": "main", "CI_REPOSITORY_URL": str(service.origin)}
    done = service.shell(script, workspace, {**name, **mail, **branch})
    assert done.code == 0, done.output
    shown = [git(service.origin, "show", f"main:{name}") for name in ("urls.lock", "theirs", "mine")]
    assert shown == ["/a/\tlist\n/b/\tlist\n", "2", "1"]


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_request_is_built_though_its_target_cannot_be_read_without_secrets(host: str, tmp_path: Path) -> None:
    service = Service(tmp_path / "service")
    push(
        service,
        SITE
        | {
            "site.yaml": SITE["site.yaml"].replace(
                "type: github-pages", "remote: nowhere, type: github-pages"
            )
        },
    )
    workflow = workflows.load(write(tmp_path, host).path)
    if host == "github":
        job = GitHub(service, workflow).run("pull_request", now=NOW)["preview"]
        ok, told = job.ok, job.summary
    else:
        step, folder = GitLab(service, workflow).run("preview", "merge_request_event", now=NOW)
        ok, told = step.code == 0, (folder / "diff.md").read_text("utf-8")
    assert ok
    assert told.startswith("The site builds. What readers will see of it cannot be told")


def test_ssh_gets_the_key_and_the_hosts_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    service = Service(tmp_path / "service")
    workflow = workflows.load(write(tmp_path, "github", NAMED["live"]).path)
    [step] = [step for step in workflow["jobs"]["deploy"]["steps"] if step.get("name") == "Give ssh its key"]
    env = {"SSH_KEY": "a\nb", "SSH_KNOWN_HOSTS": "example.com ssh-ed25519 AAAA"}
    assert service.shell(step["run"], tmp_path, env).code == 0
    key = service.home / ".ssh/id_ed25519"
    assert key.read_text() == "a\nb\n"
    assert (key.stat().st_mode & 0o077, key.parent.stat().st_mode & 0o077) == (0, 0)
    assert (service.home / ".ssh/known_hosts").read_text() == "example.com ssh-ed25519 AAAA\n"


# ---- GitLab, Netlify ----------------------------------------------------------------------------------------


@pytest.fixture
def gitlab(tmp_path: Path) -> GitLab:
    """A blog whose pages GitLab serves from a folder."""
    service = Service(tmp_path / "gitlab")
    made = write(tmp_path, "gitlab", NAMED["public"])
    push(service, {**SITE, ".gitlab-ci.yml": made.path.read_text("utf-8")})
    return GitLab(service, workflows.load(made.path))


def test_gitlab_deploys_what_is_pushed_and_then_only_what_is_due(gitlab: GitLab) -> None:
    pushed, workspace = gitlab.run("deploy", "push", now=NOW)
    assert pushed.code == 0, pushed.output
    assert (workspace / "public/posts/tides/index.html").is_file()
    assert not (workspace / "public/posts/later").exists()
    assert locked(gitlab.service) == "recto Keep the addresses of the site\n"

    hourly, workspace = gitlab.run("deploy", "schedule", now=NOW + HOUR)
    assert hourly.output == "Nothing is due\n"
    assert hourly.code == 3  # which the file allows, so that no empty site is published

    due, workspace = gitlab.run("deploy", "schedule", now=NOW + 12 * HOUR)
    assert due.code == 0, due.output
    assert (workspace / "public/posts/later/index.html").is_file()

    asked, workspace = gitlab.run("preview", "merge_request_event", now=NOW + 13 * HOUR)
    assert asked.code == 0, asked.output
    assert (workspace / "diff.md").read_text("utf-8").strip()


def test_netlify_builds_what_it_publishes(tmp_path: Path) -> None:
    service = Service(tmp_path / "netlify")
    push(service, SITE)
    for name, folder in (("", "dist"), ("public", "public")):
        made = write(tmp_path, "netlify", NAMED.get(name), force=True)
        settings = tomllib.loads(made.path.read_text("utf-8"))
        workspace = service.new("build")
        service.clone(workspace)
        env = {"SOURCE_DATE_EPOCH": str(NOW), **settings["build"]["environment"]}
        done = service.shell(settings["build"]["command"], workspace, env)
        assert done.code == 0, done.output
        assert settings["build"]["publish"] == folder
        assert (workspace / folder / "posts/tides/index.html").is_file()
    assert "/sea/" in (workspace / "public/_redirects").read_text("utf-8")
    preview = settings["context"]["deploy-preview"]
    done = service.shell(
        preview["command"], workspace, env | {"DEPLOY_PRIME_URL": "https://pr-1.example.net"}
    )
    assert done.code == 0, done.output
    assert "https://pr-1.example.net/" in (workspace / preview["publish"] / "feed.xml").read_text("utf-8")


# ---- the same recto elsewhere -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ({}, "recto[search]=={version}"),
        (
            {
                "url": "https://me:secret@example.com/recto.git",
                "vcs_info": {"vcs": "git", "commit_id": "abc"},
            },
            "recto[search] @ git+https://example.com/recto.git@abc",
        ),
        (
            {"url": "https://example.com/recto-1.whl", "archive_info": {}},
            "recto[search] @ https://example.com/recto-1.whl",
        ),
        ({"url": "file:///somewhere/recto-1.whl", "archive_info": {}}, "recto[search]=={version}"),
        ({"url": "file:///somewhere/else", "dir_info": {"editable": True}}, "recto[search]=={version}"),
        ({"url": "file://{top}", "dir_info": {"editable": True}}, "..[search]"),
        ({"url": "file://{top}/tools/recto", "dir_info": {}}, "../tools/recto[search]"),
        ({"url": "file://{top}/blog/recto", "dir_info": {}}, "./recto[search]"),
    ],
)
def test_pip_is_given_the_very_recto_that_runs_here(
    origin: dict[str, str], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {**origin, "url": origin["url"].replace("{top}", tmp_path.as_posix())} if origin else {}
    monkeypatch.setattr(install, "_origin", lambda: found)
    said = scaffold.requirement(tmp_path / "blog", tmp_path, ["search"])
    assert said == expected.replace("{version}", __version__)
