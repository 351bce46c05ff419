"""A deploy to a branch is one commit onto what was read, and touches nothing of the repository that it is made in."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import hosts
import servers
from recto.deploy.faults import DeployError
from recto.deploy.shipment import Shipment
from recto.deploy.snapshot import File
from recto.deploy.target import Place
from recto.deploy.targets import repository
from recto.deploy.targets.git import GitBranch
from recto.deploy.targets.refusals import named
from recto.model import GitTarget
from releases import NOW, Files, deploy, refused, release

SETTINGS = GitTarget(name="live", type="git")
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git without the settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "SSH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setattr(repository, "PAUSES", (0.01,) * 4)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n")


class Site:
    """A site's own repository with a remote "origin", a bare one beside it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "site"
        self.remote = folder / "pages.git"
        for path in (self.root, self.remote):
            path.mkdir()
        git(self.remote, "init", "-q", "--bare")
        git(self.root, "init", "-q", "-b", "main")
        git(self.root, "remote", "add", "origin", str(self.remote))

    def target(self, settings: GitTarget = SETTINGS) -> GitBranch:
        return GitBranch(settings, Place(root=self.root, cache=self.root / ".recto" / "deploy" / "live"))

    def tree(self, branch: str = "gh-pages") -> dict[str, str]:
        """The files of the branch, without the snapshot."""
        names = git(self.remote, "ls-tree", "-rz", "--name-only", branch).split("\0")[:-1]
        return {
            name: git(self.remote, "show", f"{branch}:{name}")
            for name in names
            if ".recto-deploy" not in name
        }

    def log(self, form: str = "%s", branch: str = "gh-pages") -> list[str]:
        """A line for each commit, the newest first."""
        return git(self.remote, "log", f"--format={form}", branch).split("\n")

    def change(self, files: Files, *, label: str = "Fix a typo") -> None:
        """Commit to the branch as somebody else does."""
        with_branch = self.remote.with_name("elsewhere")
        git(self.remote.parent, "clone", "-q", "-b", "gh-pages", str(self.remote), str(with_branch))
        for name, text in files.items():
            (with_branch / name).write_text(str(text))
        git(with_branch, "add", ".")
        git(with_branch, "commit", "-qm", label)
        git(with_branch, "push", "-q", "origin", "gh-pages")
        shutil.rmtree(with_branch)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


# ---- what a deploy leaves -----------------------------------------------------------------------------------

SITE = {"index.html": "home", "posts/a/index.html": "a", "assets/style.1234567a.css": "css"}


def test_branch_holds_exactly_the_files_and_the_next_reader_learns_of_them(site: Site) -> None:
    sent = deploy(site.target(), SITE)
    assert site.tree() == SITE
    assert site.target().read() == sent.snapshot


def test_nothing_is_known_of_a_branch_that_is_not_there(site: Site) -> None:
    assert site.target().read() is None


def test_second_deploy_sends_and_writes_only_what_changed(site: Site) -> None:
    deploy(site.target(), SITE)
    target, told = site.target(), list[tuple[int, int]]()
    wanted = release(target.read(), {**SITE, "index.html": "new", "posts/b/index.html": "b"})
    reads = list[str]()

    class Counted(Shipment):
        def __getitem__(self, path: str) -> object:  # type: ignore[override]
            reads.append(path)
            return super().__getitem__(path)

    target.apply(
        replace(wanted, shipment=Counted(items=wanted.shipment.items)), lambda *done: told.append(done)
    )
    assert reads == ["posts/b/index.html", "index.html"]
    assert told == [(1, 2), (2, 2)]
    assert site.tree() == {**SITE, "index.html": "new", "posts/b/index.html": "b"}


def test_what_left_the_site_leaves_the_branch_but_what_open_pages_may_want(site: Site) -> None:
    deploy(site.target(), SITE)
    deploy(site.target(), {"index.html": "new"})
    assert site.tree() == {"index.html": "new", "assets/style.1234567a.css": "css"}
    deploy(site.target(), {"index.html": "new"}, now=NOW + 8 * DAY)
    assert site.tree() == {"index.html": "new"}


def test_file_can_become_a_folder_and_a_folder_a_file(site: Site) -> None:
    deploy(site.target(), {"a": "file", "b/c": "in a folder"})
    deploy(site.target(), {"a/c": "in a folder", "b": "file"})
    assert site.tree() == {"a/c": "in a folder", "b": "file"}


def test_names_may_hold_anything(site: Site) -> None:
    files = {
        'über "x"/a b.html': "1",
        "back\\slash": "2",
        "-dash": "3",
        " space ": "4",
        "tab\t!": "5",
        "line\nx": "6",
    }
    deploy(site.target(), files)
    assert site.tree() == files


def test_each_deploy_is_a_commit_that_says_what_it_is(site: Site) -> None:
    deploy(site.target(), SITE, label="Deploy: pages 1 new")
    deploy(site.target(), {"index.html": "new"}, label="Deploy: pages\n1 changed")
    assert site.log() == ["Deploy: pages 1 changed", "Deploy: pages 1 new"]
    assert set(site.log("%an <%ae> %cn")) == {"recto <recto@localhost> recto"}


def test_commit_is_by_whom_git_knows(site: Site) -> None:
    git(site.root, "config", "user.name", "Robin")
    git(site.root, "config", "user.email", "robin@example.com")
    deploy(site.target(), SITE)
    assert site.log("%an <%ae> %cn") == ["Robin <robin@example.com> Robin"]


def test_squashed_history_is_one_commit(site: Site) -> None:
    squash = replace(SETTINGS, history="squash")
    deploy(site.target(squash), SITE)
    deploy(site.target(squash), {"index.html": "new"}, label="second")
    assert site.log() == ["second"]
    assert site.tree()["index.html"] == "new"


def test_same_site_makes_no_second_commit(site: Site) -> None:
    deploy(site.target(), SITE)
    deploy(site.target(), SITE)
    assert len(site.log()) == 1


def test_same_site_is_the_same_tree_everywhere(tmp_path: Path) -> None:
    trees = set[str]()
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        site = Site(tmp_path / str(number))
        if number:
            deploy(site.target(), {"other.html": "x"})
        deploy(site.target(), SITE)
        trees.add(git(site.remote, "rev-parse", "gh-pages^{tree}"))
    assert len(trees) == 1


def test_github_pages_is_told_of_the_domain_and_not_to_run_jekyll(site: Site) -> None:
    pages = replace(SETTINGS, type="github-pages", cname="example.com")
    assert site.target(pages).extras() == {".nojekyll": b"", "CNAME": b"example.com\n"}
    assert site.target(replace(pages, cname="")).extras() == {".nojekyll": b""}
    assert site.target().extras() == {}


def test_readers_cannot_guess_where_the_list_of_all_pages_is(site: Site) -> None:
    deploy(site.target(), SITE)
    names = set[str]()
    for text in ("one", "two"):
        deploy(site.target(), {"index.html": text})
        hidden = [
            n for n in git(site.remote, "ls-tree", "--name-only", "gh-pages").split() if n.startswith(".")
        ]
        assert len(hidden) == 1
        names |= set(hidden)
    assert len(names) == 2


# ---- the site's own repository ------------------------------------------------------------------------------


def looks(site: Site) -> dict[str, object]:
    """All of the working tree and of what git keeps beside objects and its copy of the branch."""
    passed_over = ("objects", "refs/recto", "refs/remotes", "logs/refs/remotes", "reftable")
    dot_git = site.root / ".git"
    files = (path for path in site.root.rglob("*") if path.is_file() and ".recto" not in path.parts)
    found: dict[str, object] = {
        path.relative_to(site.root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in files
        if dot_git not in path.parents or not path.relative_to(dot_git).as_posix().startswith(passed_over)
    }
    return found | {
        "refs": git(site.root, "for-each-ref", "refs/heads", "refs/tags", "refs/bisect", "refs/stash")
    }


@pytest.mark.parametrize("state", ["clean", "dirty", "detached", "empty", "bisecting"])
def test_working_tree_index_and_head_stay_as_they_are(site: Site, state: str) -> None:
    if state != "empty":
        (site.root / "a.md").write_text("a")
        git(site.root, "add", "a.md")
        git(site.root, "commit", "-qm", "first")
        git(site.root, "fetch", "-q", "origin")  # FETCH_HEAD
    if state == "dirty":
        (site.root / "a.md").write_text("b")
        git(site.root, "add", "a.md")
        (site.root / "a.md").write_text("c")
        (site.root / "new.md").write_text("new")
    if state == "detached":
        git(site.root, "checkout", "-q", "--detach")
    if state == "bisecting":
        git(site.root, "bisect", "start")
    before = looks(site)
    deploy(site.target(), SITE)
    site.change({"index.html": "theirs"})
    deploy(site.target(), SITE, force=True)
    site.target().read()
    assert looks(site) == before
    assert "index.html" in site.tree()


def test_no_hook_of_the_repository_runs(site: Site) -> None:
    hooks = site.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-push", "reference-transaction", "pre-commit", "commit-msg", "post-rewrite"):
        hosts.script(hooks / name, "exit 1")
    deploy(site.target(), SITE)
    assert site.tree() == SITE


def test_settings_that_suit_other_work_do_no_harm(site: Site) -> None:
    for setting in (
        *("commit.gpgSign=true", "fetch.prune=true", "push.followTags=true", "push.default=nothing"),
        *(
            "core.autocrlf=true",
            "core.quotePath=true",
            "remote.origin.prune=true",
            "i18n.commitEncoding=latin1",
        ),
        *("log.showSignature=true", "fetch.fsckObjects=true", "push.recurseSubmodules=check"),
    ):
        git(site.root, "config", *setting.split("="))
    files = {"ü.html": "a\r\nb\n", "x.txt": "1\n2\n"}
    deploy(site.target(), files, label="Deploy: über")
    site.change({"y.txt": "y"})
    deploy(site.target(), {**files, "x.txt": "3\n4\n"}, force=True)
    assert site.log()[-1] == "Deploy: über"
    names = ("ü.html", "x.txt")
    raw = [subprocess.check_output(["git", "show", f"gh-pages:{name}"], cwd=site.remote) for name in names]
    assert raw == [b"a\r\nb\n", b"3\n4\n"]


def test_deploy_from_a_hook_works_on_the_right_repository(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, "/nowhere")
    deploy(site.target(), SITE)
    monkeypatch.undo()
    assert site.tree() == SITE


def test_repositories_of_newer_kinds_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_DEFAULT_REF_FORMAT", "reftable")  # of which older ones know nothing
    site = Site(tmp_path)
    for number in range(3):
        deploy(site.target(), {"index.html": str(number)})
    site.target().rollback()
    assert site.tree() == {"index.html": "1"}


def test_repository_of_rectos_own_is_of_the_kind_that_others_have(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    for number in range(2):
        deploy(site.target(replace(SETTINGS, remote=str(site.remote))), {"index.html": str(number)})
    assert site.tree() == {"index.html": "1"}


def test_shallow_clone_and_second_working_tree_can_deploy(site: Site, tmp_path: Path) -> None:
    for number in range(3):
        git(site.root, "commit", "-q", "--allow-empty", "-m", str(number))
    git(site.root, "push", "-q", "origin", "main")
    deploy(site.target(), SITE)
    deploy(site.target(), {"index.html": "2"})
    git(tmp_path, "clone", "-q", "--depth=1", "-b", "main", f"file://{site.remote}", "shallow")
    git(site.root, "worktree", "add", "-q", "--detach", str(tmp_path / "second"))
    for number, folder in enumerate(("shallow", "second"), 3):
        target = GitBranch(SETTINGS, Place(root=tmp_path / folder, cache=tmp_path / "cache"))
        deploy(target, {"index.html": str(number)})
        assert site.tree()["index.html"] == str(number)
    assert len(site.log()) == 4


# ---- somebody else ------------------------------------------------------------------------------------------


def test_commit_of_somebody_else_is_not_overwritten(site: Site) -> None:
    deploy(site.target(), SITE)
    site.change({"index.html": "theirs"}, label="Fix a typo by hand")
    told = refused(lambda: deploy(site.target(), {"index.html": "new"}))
    assert told.startswith("deploy-foreign: live: the newest commit of gh-pages of origin is not recto's: ")
    assert (
        '"Fix a typo by hand"' in told
        and "--force puts the site in its place, and keeps it in the history" in told
    )
    assert site.tree()["index.html"] == "theirs"


def test_force_puts_the_whole_site_over_what_somebody_else_did(site: Site) -> None:
    deploy(site.target(), SITE)
    site.change({"index.html": "theirs", "more.html": "theirs"})
    deploy(site.target(), {**SITE, "posts/a/index.html": "new"}, force=True)
    assert site.tree() == {**SITE, "posts/a/index.html": "new"}
    assert site.log()[1] == "Fix a typo"


def test_branch_of_a_later_recto_is_written_anew(site: Site) -> None:
    target = site.target()
    wanted = release(target.read(), SITE)
    later = msgspec.structs.replace(wanted.snapshot, version=99)
    target.apply(replace(wanted, snapshot=later), lambda *_: None)
    assert site.target().read() is None
    deploy(site.target(), {"index.html": "new"})
    assert site.tree() == {"index.html": "new"}


def test_what_readers_get_of_a_changed_branch_is_not_taken_for_known_but_its_addresses_are(
    site: Site,
) -> None:
    target = site.target()
    target.apply(release(target.read(), SITE, ledger="urls"), lambda *_: None)
    site.change({"index.html": "theirs"})
    found = site.target().read()
    assert found and found.ledger == "urls"
    assert found.files == {path: File("", len(text)) for path, text in SITE.items()}


@pytest.mark.parametrize("amended", [False, True])
def test_branch_that_recto_never_made_is_somebody_elses(site: Site, amended: bool) -> None:
    if amended:
        deploy(site.target(), SITE)
        git(site.root, "fetch", "-q", "origin", "gh-pages")
        git(site.root, "checkout", "-q", "-b", "theirs", "FETCH_HEAD")
    (site.root / "index.html").write_text("theirs")
    git(site.root, "add", "index.html")
    git(site.root, "commit", "-q", *(["--amend", "--no-edit"] if amended else ["-m", "theirs"]))
    git(site.root, "push", "-q", "-f", "origin", "HEAD:gh-pages")
    assert "deploy-foreign" in refused(lambda: deploy(site.target(), SITE))
    deploy(site.target(), SITE, force=True)
    assert site.tree() == SITE


def test_branch_that_moved_since_it_was_read_is_not_overwritten(site: Site) -> None:
    deploy(site.target(), SITE)
    mine, theirs = site.target(), site.target()
    wanted = release(mine.read(), {"index.html": "mine"})
    deploy(theirs, {"index.html": "theirs"})
    assert "deploy-overtaken" in refused(lambda: mine.apply(wanted, lambda *_: None, force=True))
    assert site.tree()["index.html"] == "theirs"


@pytest.mark.parametrize("first", [True, False])
def test_of_deploys_at_the_same_time_one_wins_and_the_others_are_told(site: Site, first: bool) -> None:
    if not first:
        deploy(site.target(), SITE)
    targets = [site.target() for _ in range(4)]
    wanted = [release(target.read(), {"index.html": str(number)}) for number, target in enumerate(targets)]

    def apply(number: int) -> str:
        try:
            targets[number].apply(wanted[number], lambda *_: None)
        except DeployError as error:
            return error.diagnostics[0].code
        return "won"

    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(apply, range(4)))
    assert sorted(outcomes) == ["deploy-overtaken"] * 3 + ["won"]
    assert site.tree()["index.html"] == str(outcomes.index("won"))


# ---- going back ---------------------------------------------------------------------------------------------


def test_rollback_shows_the_deploy_before_and_again_the_one_before_that(site: Site) -> None:
    for number in range(3):
        deploy(site.target(), {"index.html": str(number), f"{number}.html": ""}, label=f"deploy {number}")
    assert site.target().rollback() == "deploy 1"
    assert site.tree() == {"index.html": "1", "1.html": ""}
    assert site.target().rollback() == "deploy 0"
    assert site.tree() == {"index.html": "0", "0.html": ""}
    assert "deploy-rollback" in refused(site.target().rollback)
    assert site.log() == [
        "Roll back to: deploy 0",
        "Roll back to: deploy 1",
        "deploy 2",
        "deploy 1",
        "deploy 0",
    ]


def test_deploy_after_a_rollback_sends_what_is_new_since_then(site: Site) -> None:
    for number in range(2):
        deploy(site.target(), {"index.html": str(number), "b.html": str(number)})
    site.target().rollback()
    assert deploy(site.target(), {"index.html": "2", "b.html": "0"}).sending.sent == ("index.html",)
    assert site.target().rollback() == "Deploy"
    assert site.tree() == {"index.html": "0", "b.html": "0"}


def test_forged_trailer_leads_nowhere(site: Site) -> None:
    deploy(site.target(), SITE)
    tree = git(site.remote, "rev-parse", "gh-pages^{tree}")
    message = f"x\n\nRecto-Shows: {'0' * 40}\nRecto-Tree: {tree}"
    made = git(site.remote, "commit-tree", "-p", "gh-pages", tree, "-m", message)
    git(site.remote, "update-ref", "refs/heads/gh-pages", made)
    assert "deploy-failed" in refused(site.target().rollback)


def test_rollback_never_shows_what_somebody_else_did(site: Site) -> None:
    deploy(site.target(), SITE)
    site.change({"index.html": "theirs"})
    assert "deploy-rollback" in refused(site.target().rollback)
    deploy(site.target(), SITE, force=True)
    assert "deploy-rollback" in refused(site.target().rollback)


def test_squashed_history_has_nothing_to_go_back_to(site: Site) -> None:
    squash = replace(SETTINGS, history="squash")
    deploy(site.target(squash), SITE)
    deploy(site.target(squash), {"index.html": "new"})
    assert "history: keep leaves something" in refused(site.target(squash).rollback)
    assert "deploy-rollback" in refused(site.target(replace(SETTINGS, branch="other")).rollback)


# ---- where it goes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "file://{}", "../pages.git"])
def test_remote_may_be_an_address_and_the_site_in_no_repository(
    site: Site, tmp_path: Path, form: str
) -> None:
    (tmp_path / "plain").mkdir()
    place = Place(root=tmp_path / "plain", cache=tmp_path / "plain" / ".recto" / "x")
    settings = replace(SETTINGS, remote=form.format(site.remote))
    for text in ("old", "new"):
        deploy(GitBranch(settings, place), {"index.html": text})
    assert site.tree() == {"index.html": "new"}
    shutil.rmtree(place.cache)
    deploy(GitBranch(settings, place), {"index.html": "newer"})
    assert len(site.log()) == 3
    assert sorted(path.name for path in (tmp_path / "plain").iterdir()) == [".recto"]


def test_remote_that_is_not_there_is_told_with_what_to_do(site: Site, tmp_path: Path) -> None:
    def told(remote: str, root: Path = site.root) -> str:
        settings = replace(SETTINGS, remote=remote)
        return refused(GitBranch(settings, Place(root=root, cache=tmp_path / "cache")).read)

    assert 'has no remote "orgin" (did you mean "origin"?' in told("orgin")
    assert "git remote add pages ADDRESS" in told("pages")
    assert told("../nowhere.git").startswith("deploy-unreachable: live: cannot read gh-pages of ")
    (tmp_path / "plain").mkdir()
    assert "the site is in no git repository" in told("origin", tmp_path / "plain")
    secret = told("http://me:hunter2@127.0.0.1:9/x.git")
    assert secret.startswith("deploy-unreachable: ") and "hunter2" not in secret


def test_repository_that_belongs_to_somebody_else_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    told = refused(site.target().read)
    assert told.startswith(
        "deploy-refused: live: cannot use the site's own repository: detected dubious ownership"
    )
    assert "git config --global --add safe.directory" in told


def test_branch_is_not_taken_for_another_that_ends_like_it(site: Site) -> None:
    other = "a/refs/heads/gh-pages"
    deploy(site.target(replace(SETTINGS, branch=other)), {"index.html": "other"})
    assert site.target().read() is None
    deploy(site.target(), SITE)
    assert site.tree(f"refs/heads/{other}") == {"index.html": "other"}


def test_machine_without_git_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "deploy-missing: live: there is no git on this machine (install git" in refused(site.target().read)


def test_branch_that_is_protected_is_told_in_the_words_of_its_server(site: Site) -> None:
    hosts.script(site.remote / "hooks" / "pre-receive", "echo 'error: File a.zip is too big' >&2; exit 1")
    told = refused(lambda: deploy(site.target(), SITE))
    assert told.startswith("deploy-refused: live: cannot push to gh-pages of origin: file a.zip is too big (")
    hosts.script(site.remote / "hooks" / "pre-receive", "exit 1")
    assert "[remote rejected] (pre-receive hook declined)" in refused(lambda: deploy(site.target(), SITE))


def test_branch_that_somebody_works_on_is_refused(site: Site, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "gh-pages", "work")
    settings = replace(SETTINGS, remote="../work")
    told = refused(lambda: deploy(site.target(settings), SITE))
    assert told.startswith("deploy-refused: ") and "checked out" in told


# ---- networks that fail -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "code", "reason"),
    [
        ("me@x: Permission denied (publickey).\nfatal: Could not read from remote repository.", "deploy-refused",
         "me@x: Permission denied (publickey)"),
        ("fatal: Authentication failed for 'https://me:hunter2@x.org/a.git/'", "deploy-refused",
         "authentication failed for 'https://x.org/a.git/'"),
        ("fatal: could not read Username for 'https://x.org': terminal prompts disabled", "deploy-refused",
         "could not read Username for 'https://x.org': terminal prompts disabled"),
        ("fatal: unable to access 'https://x.org/a/': The requested URL returned error: 403", "deploy-refused",
         "unable to access 'https://x.org/a/': The requested URL returned error: 403"),
        ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", "deploy-unreachable",
         "repository not found"),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "deploy-refused",
         "host key verification failed"),
        ("fatal: unable to access 'https://x.org/': Could not resolve host: x.org", "deploy-unreachable",
         "unable to access 'https://x.org/': Could not resolve host: x.org"),
        ("remote: fatal: write error: No space left on device\nTo x\n!\ta:b\t[remote rejected] (unpacker error)",
         "deploy-full", "write error: No space left on device"),
        ("To x\n!\ta:refs/heads/b\t[rejected] (stale info)\nDone", "deploy-overtaken", "[rejected] (stale info)"),
        ("something\nnobody ever saw\n\n", "deploy-failed", "nobody ever saw"),
        ("", "deploy-failed", "git says nothing"),
    ],
)  # fmt: skip
def test_refusal_is_known_by_what_git_prints(printed: str, code: str, reason: str) -> None:
    found = named(printed)
    assert (found.code, found.reason) == (code, reason)


class Git:
    """A git that is first on the PATH: what it does at each call is a script that may call `$real`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._bin, self._real = folder / "bin", servers.find("git")
        self._bin.mkdir()
        self.count = folder / "count"
        monkeypatch.setenv("PATH", f"{self._bin}{os.pathsep}{os.environ['PATH']}")

    def does(self, body: str) -> None:
        self.count.write_text("0")
        counting = f"n=$(($(cat {self.count}) + 1)); echo $n > {self.count}; real={self._real}"
        hosts.script(self._bin / "git", f'{counting}\n{body}\nexec $real "$@"')


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    return Git(tmp_path, monkeypatch)


def test_failure_that_may_pass_is_tried_again_and_no_more_than_five_times(site: Site, fake: Git) -> None:
    fake.does('case "$*" in *ls-remote*) echo "kex_exchange_identification: reset" >&2; exit 128;; esac')
    assert "deploy-unreachable" in refused(site.target().read)
    calls = int(fake.count.read_text())
    fake.does('case "$*" in *ls-remote*) echo "Permission denied (publickey)" >&2; exit 128;; esac')
    assert "deploy-refused" in refused(site.target().read)
    assert calls - int(fake.count.read_text()) == 4


def test_push_whose_answer_is_lost_has_arrived(site: Site, fake: Git) -> None:
    once = site.root / "once"
    fake.does(
        f'case "$*" in *push*) if mkdir {once} 2>/dev/null; then $real "$@"; echo "Connection reset by peer" >&2; exit 128; fi;; esac'
    )
    deploy(site.target(), SITE)
    assert site.tree() == SITE
    assert len(site.log()) == 1


def test_full_disk_leaves_what_was_there(site: Site, fake: Git) -> None:
    deploy(site.target(), SITE)
    fake.does(
        'case "$*" in *fast-import*) echo "fatal: cannot write: No space left on device" >&2; exit 128;; esac'
    )
    assert "deploy-full: live: cannot keep the site in git: " in refused(
        lambda: deploy(site.target(), {"a": "x" * 99})
    )
    assert site.tree() == SITE


def test_file_that_changes_meanwhile_stops_the_deploy(site: Site, tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    source.write_text("built")
    target = site.target()
    wanted = release(target.read(), {"page.html": "built"})
    item = replace(wanted.shipment["page.html"], source=source)
    source.write_text("changed")
    changed = replace(wanted, shipment=Shipment(items={"page.html": item}))
    assert "deploy-changed" in refused(lambda: target.apply(changed, lambda *_: None))
    assert site.target().read() is None
    assert not list((site.root / ".git").glob("fast_import*"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # pytest's own threads
def test_deploy_that_is_killed_at_any_step_leaves_old_or_new_and_the_next_one_finishes(
    site: Site, fake: Git
) -> None:
    deploy(site.target(), SITE)
    old, new = SITE, {**SITE, "index.html": "new", "more/index.html": "more"}
    seen = list[bool]()
    for step in range(100):
        fake.does(f'if [ $n = {step} ]; then $real "$@"; kill -9 $PPID; exit 1; fi')
        if step and not killed(site, new):
            break
        fake.does("")
        git(site.remote, "fsck", "--strict", "--connectivity-only")
        seen.append(site.tree() == new)
        assert site.tree() in (old, new)
        deploy(site.target(), new)
        assert site.tree() == new
        old, new = new, old
    assert step > 8
    assert True in seen and False in seen


def killed(site: Site, files: Files) -> bool:
    """Deploy in a process of its own; whether it was killed."""
    if not (child := os.fork()):
        try:
            deploy(site.target(), files)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


# ---- over ssh -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[hosts.Sshd]:
    with hosts.sshd() as running:
        yield running


@pytest.fixture
def far(site: Site, server: hosts.Sshd, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site, with its remote on a server."""
    monkeypatch.setenv("PATH", server.path)
    git(site.root, "remote", "set-url", "origin", f"ssh://{server.host}{site.remote}")
    return site


def test_deploy_over_ssh(far: Site) -> None:
    sent = deploy(far.target(), SITE)
    assert far.tree() == SITE
    assert far.target().read() == sent.snapshot
    deploy(far.target(), {"index.html": "new"})
    assert far.target().rollback() == "Deploy"
    assert far.tree() == SITE


@pytest.mark.parametrize("after", [0, 3000])
def test_network_that_drops_each_third_connection_is_borne(far: Site, server: hosts.Sshd, after: int) -> None:
    with server.behind(lambda n: n % 3 == 1, after) as wire:
        for number in range(4):
            deploy(far.target(), {"index.html": str(number), "big": os.urandom(25_000).hex()})
    assert wire.dropped >= 3
    assert far.tree()["index.html"] == "3"
    assert len(far.log()) == 4


def test_server_that_is_away_and_a_key_that_is_refused_are_told(far: Site, server: hosts.Sshd) -> None:
    with server.behind(lambda n: True):
        told = refused(far.target().read)
    assert told.startswith("deploy-unreachable: live: cannot read gh-pages of origin: ")
    keys = server.folder / "authorized_keys"
    text = keys.read_text()
    keys.write_text("")
    try:
        told = refused(far.target().read)
    finally:
        keys.write_text(text)
    assert told.startswith("deploy-refused: ") and "Permission denied (publickey)" in told


def test_host_that_is_not_known_is_told(far: Site, server: hosts.Sshd) -> None:
    known = server.folder / "known_hosts"
    text = known.read_text()
    known.write_text("")
    try:
        told = refused(far.target().read)
    finally:
        known.write_text(text)
    assert "deploy-refused" in told and "host key verification failed (connect once by hand" in told
