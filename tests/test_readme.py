"""What the README tells people to type works, and what it says they will see is what they see."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from conftest import MakeProject

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.M | re.S)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {line.split()[1] for line in COMMANDS if line.startswith("make ")}
    assert named == {"build", "test"}
    assert named <= targets


def previewed(command: list[str], site: Path) -> str:
    """The front page of a preview that is started and stopped."""
    with subprocess.Popen(
        [*command, "-p", "0"],
        cwd=site,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as server:
        try:
            assert server.stdout
            said = next(line for line in server.stdout if "http://" in line)
            [address] = re.findall(r"http://\S+", said)
            with urlopen(address) as answer:
                return str(answer.read(), "utf-8")
        finally:
            server.terminate()


def test_a_blog_is_started_as_it_says(tmp_path: Path) -> None:
    here, ran = tmp_path, []
    for line in COMMANDS:
        program, *arguments = shlex.split(line)
        if program == "cd":
            here = here / arguments[0]
        elif program == "recto":
            command = [sys.executable, "-m", "recto", *arguments]
            if arguments == ["serve"]:
                assert "Hello, world" in previewed(command, here)
            else:
                subprocess.run(command, cwd=here, check=True, capture_output=True, stdin=subprocess.DEVNULL)
            ran.append(arguments[0])
    assert ran == ["new", "post", "serve", "build"]
    assert (here / "dist/posts/hello-world/index.html").is_file()


def test_installing_is_told_as_the_wheel_test_does_it() -> None:
    install = [line for line in COMMANDS if line.split()[0] not in ("make", "recto", "cd")]
    assert install == [
        "python3 -m venv ~/recto",
        "~/recto/bin/pip install '.[search]'",
        'export PATH="$HOME/recto/bin:$PATH"',
    ]


def test_the_post_shown_is_a_post(project: MakeProject) -> None:
    [post] = blocks("markdown")
    site = project({"posts/2026-11-02-what-the-tide-leaves.md": post})
    built = site.build(base_url="https://example.com")
    assert built.problems == []
    [made] = built.plan.site.posts
    assert (made.title, [label.name for label in made.categories]) == ("What the tide leaves", ["Coast"])


def test_the_mistake_shown_is_answered_in_these_words(project: MakeProject) -> None:
    site = project({"posts/bees.md": "---\ntitle: Bees\ndate: 2024-13-45\n---\n\nBuzz.\n"})
    [shown] = [block for block in blocks("text") if block.startswith("error[")]
    assert site.build().problems == [shown.rstrip("\n")]


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
