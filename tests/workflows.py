"""Run workflow files as their services do, as far as that goes without them: the shell of their steps in clean clones, with
what is fetched, cached and restored done by hand. Whatever a step calls that reaches outside is a stand-in."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_STAND_INS = {
    "recto": f'exec "{sys.executable}" -m recto "$@"',
    "pip": 'echo "pip $*" >> "$CALLS"',
    "gh": 'echo "gh $*" >> "$CALLS"',
    "apt-get": 'echo "apt-get $*" >> "$CALLS"',
    "date": 'if [ "$*" = +%s ]; then echo "$SOURCE_DATE_EPOCH"; else exec /bin/date "$@"; fi',
}


def git(folder: Path, *arguments: str) -> str:
    """What git prints, as somebody whose settings are nobody's."""
    name = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *name, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(slots=True)
class Step:
    """What became of a step with a script."""

    name: str
    code: int
    output: str


@dataclass(slots=True)
class Job:
    """What became of a job; `summary` is what it tells of itself, `outputs` what it tells other jobs."""

    steps: list[Step] = field(default_factory=list)
    skipped: bool = False
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether no step failed."""
        return all(step.code == 0 for step in self.steps)

    @property
    def output(self) -> str:
        """All that its steps printed."""
        return "\n".join(step.output for step in self.steps)


class Service:
    """A hosting service with one repository, whose main branch is `main`. Caches outlive a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.origin = folder / "origin.git"
        self.home = folder / "home"
        self.calls = folder / "calls"
        self.caches: dict[str, Path] = {}
        self._count = 0
        self.home.mkdir(parents=True)
        self.calls.touch()
        git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        git(self.origin, "config", "receive.advertisePushOptions", "true")
        programs = folder / "programs"
        programs.mkdir()
        for name, script in _STAND_INS.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
            (programs / name).chmod(stat.S_IRWXU)
        self._env = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "CALLS": str(self.calls),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_COLOR": "1",
        }

    def new(self, name: str) -> Path:
        """An empty folder."""
        self._count += 1
        made = self._folder / f"{self._count}-{name}"
        made.mkdir()
        return made

    def clone(self, into: Path, commit: str = "main") -> None:
        """A clone with the whole history, with a commit or branch checked out."""
        git(into, "clone", "--quiet", str(self.origin), ".")
        git(into, "checkout", "--quiet", commit)

    def shell(self, script: str, folder: Path, env: Mapping[str, str], name: str = "") -> Step:
        """Run a script as services do: it ends where a command fails."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={**self._env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return Step(name, done.returncode, done.stdout)

    def save(self, key: str, workspace: Path, paths: list[str]) -> None:
        """Keep what is at these paths under a key, if that is new."""
        if key in self.caches:
            return
        kept = self.caches[key] = self.new("cache")
        for path in paths:
            _copy(workspace / path, kept / path)

    def restore(self, key: str, prefix: str, workspace: Path, paths: list[str]) -> bool:
        """Bring back what was kept under the key, else the newest whose key begins so; whether it was that very key."""
        near = [kept for kept in reversed(self.caches) if prefix and kept.startswith(prefix)]
        found = key if key in self.caches else next(iter(near), "")
        for path in paths if found else ():
            _copy(self.caches[found] / path, workspace / path)
        return found == key


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


# ---- GitHub -------------------------------------------------------------------------------------------------


class GitHub:
    """Runs a workflow of GitHub Actions."""

    def __init__(self, service: Service, workflow: Mapping[str, Any]) -> None:
        self.service = service
        self._workflow = workflow
        self._runs = 0

    def run(self, event: str, *, now: int, commit: str = "main", **secrets: str) -> dict[str, Job]:
        """What becomes of each job at such an event, at that moment."""
        self._runs += 1
        sha = git(self.service.origin, "rev-parse", commit).strip()
        known = {
            "github.event_name": event,
            "github.run_id": str(self._runs),
            "github.run_attempt": "1",
            "github.sha": sha,
            "github.ref": "refs/heads/main",
            "github.token": "ghs_token",
            **{f"secrets.{name}": text for name, text in secrets.items()},
            **{f"vars.{name}": text for name, text in secrets.items()},
        }
        done: dict[str, Job] = {}
        for name, job in self._workflow["jobs"].items():
            done[name] = self._job(job, known, now, sha)
            known |= {f"needs.{name}.outputs.{key}": text for key, text in done[name].outputs.items()}
        return done

    def _job(self, job: Mapping[str, Any], known: dict[str, str], now: int, sha: str) -> Job:
        if not _holds(job.get("if", ""), known):
            return Job(skipped=True)
        workspace, temp, made = self.service.new("workspace"), self.service.new("temp"), Job()
        folder = job.get("defaults", {}).get("run", {}).get("working-directory", ".")
        files = {"GITHUB_OUTPUT": temp / "output", "GITHUB_STEP_SUMMARY": temp / "summary"}
        fixed = {
            **_filled(self._workflow.get("env", {}), known),
            **{name: str(file) for name, file in files.items()},
            "SOURCE_DATE_EPOCH": str(now),
            "RUNNER_TEMP": str(temp),
            "GITHUB_REPOSITORY": "somebody/blog",
        }
        after = []
        for step in job["steps"]:
            if not made.ok and "cancelled()" not in step.get("if", ""):
                continue
            if "run" in step:
                env = fixed | _filled(step.get("env", {}), known)
                made.steps.append(
                    self.service.shell(step["run"], workspace / folder, env, step.get("name", step["run"]))
                )
                if "id" in step:
                    known |= {
                        f"steps.{step['id']}.outputs.{k}": v for k, v in _outputs(files["GITHUB_OUTPUT"])
                    }
            else:
                after.append(self._uses(step, workspace, known, sha))
        for save in after:
            if save and made.ok:
                self.service.save(*save)
        made.outputs = _filled(job.get("outputs", {}), known)
        made.summary = _text(files["GITHUB_STEP_SUMMARY"])
        return made

    def _uses(
        self, step: Mapping[str, Any], workspace: Path, known: dict[str, str], sha: str
    ) -> tuple[str, Path, list[str]] | None:
        """Do what an action does; what it is to keep when the job is over."""
        action, given = step["uses"].partition("@")[0], _filled(step.get("with", {}), known)
        paths = given.get("path", "").split()
        match action:
            case "actions/checkout":
                assert given["fetch-depth"] == "0"
                self.service.clone(workspace, sha if known["github.event_name"] == "pull_request" else "main")
            case "actions/setup-python":
                assert given["python-version"]
            case "actions/cache/restore":
                self.service.restore(given["key"], given["restore-keys"], workspace, paths)
            case "actions/cache/save":
                self.service.save(given["key"], workspace, paths)
            case "actions/cache":
                if not self.service.restore(given["key"], given["restore-keys"], workspace, paths):
                    return given["key"], workspace, paths
            case _:
                raise AssertionError(action)
        return None


_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


def _filled(values: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """The values as text, with what is known in place of expressions; nothing for what is not."""
    return {
        name: _EXPRESSION.sub(lambda found: known.get(found[1], ""), str(value))
        for name, value in values.items()
    }


def _holds(condition: str, known: Mapping[str, str]) -> bool:
    if not condition:
        return True
    found = re.fullmatch(r"([\w.-]+) (==|!=) '([^']*)'", condition)
    assert found, condition
    return (known.get(found[1], "") == found[3]) is (found[2] == "==")


def _outputs(file: Path) -> Iterator[tuple[str, str]]:
    for line in _text(file).splitlines():
        name, _, value = line.partition("=")
        yield name, value


def _text(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


# ---- GitLab -------------------------------------------------------------------------------------------------


class GitLab:
    """Runs a pipeline of GitLab: each job is one script in a detached clone."""

    def __init__(self, service: Service, pipeline: Mapping[str, Any]) -> None:
        self.service = service
        self._pipeline = pipeline

    def run(self, job: str, source: str, *, now: int, **variables: str) -> tuple[Step, Path]:
        """What becomes of a job of a pipeline that came of such a thing, and its folder."""
        what, workspace = self._pipeline[job], self.service.new("project")
        self.service.clone(workspace)
        git(workspace, "checkout", "--quiet", "--detach")
        git(workspace, "remote", "set-url", "origin", "https://gitlab.invalid/somebody/blog.git")
        paths, key = what["cache"]["paths"], what["cache"]["key"]
        self.service.restore(key, "", workspace, paths)
        script = "\n".join([*what.get("before_script", ()), *what["script"]])
        env = {
            **{name: str(value) for name, value in self._pipeline["variables"].items()},
            "CI_PIPELINE_SOURCE": source,
            "CI_COMMIT_BRANCH": "main",
            "CI_PROJECT_DIR": str(workspace),
            "CI_REPOSITORY_URL": str(self.service.origin),
            "SOURCE_DATE_EPOCH": str(now),
            **variables,
        }
        step = self.service.shell(script, workspace, env, job)
        if what["cache"].get("policy", "pull-push") != "pull" and step.code == 0:
            self.service.caches.pop(key, None)
            self.service.save(key, workspace, paths)
        return step, workspace


def load(path: Path) -> Any:
    """A workflow file as data. In YAML 1.1, `on` is true."""
    return yaml.safe_load(path.read_text("utf-8"))
