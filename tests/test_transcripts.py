"""What an author reads when something is wrong, word for word: each file in tests/transcripts is a site and a session.

A file starts with the site's files, each after a line `=== path`; then come commands, each after `$ `, with all that
the terminal shows and `[exit N]` where it is not 0. `RECTO_RECORD=1` writes what the commands print now: read it
before you commit it.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "transcripts"
CASES = sorted(HERE.glob("*.txt"))
CLOCK = "1795435200"  # 2026-11-23 12:00 UTC


def split(text: str) -> tuple[dict[str, str], list[str]]:
    """The site's files, and the commands."""
    head, *sessions = re.split(r"^(?=\$ )", text, flags=re.M)
    parts = re.split(r"^=== (.+)\n", head, flags=re.M)[1:]
    files = {path: body.rstrip("\n") + "\n" for path, body in zip(parts[::2], parts[1::2], strict=True)}
    return files, [session.split("\n", 1)[0][2:] for session in sessions]


def unescape(body: str) -> bytes:
    """A file's bytes: `\\xNN` stands for a byte and `\\t` for a tab, which would be invisible here."""
    escaped = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes.fromhex(m[1].decode()), body.encode())
    return escaped.replace(b"\\t", b"\t")


def run(command: str, site: Path) -> str:
    program, *arguments = shlex.split(command)
    assert program == "recto"
    env = {
        **os.environ,
        "SOURCE_DATE_EPOCH": CLOCK,
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "PYTHONWARNINGS": "error",
    }
    done = subprocess.run(
        [sys.executable, "-m", "recto", *arguments],
        cwd=site,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    shown = re.sub(r"in [\d.]+ m?s\b", "in 0 ms", done.stdout)
    return f"$ {command}\n{shown}" + (f"[exit {done.returncode}]\n" if done.returncode else "")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_terminal_shows(case: Path, tmp_path: Path) -> None:
    text = case.read_text("utf-8")
    files, commands = split(text)
    for path, body in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(unescape(body))
    shown = "\n".join(run(command, tmp_path) for command in commands)
    recorded = text[: text.index("$ ")] + shown
    if os.environ.get("RECTO_RECORD"):
        case.write_text(recorded, "utf-8")
    assert recorded == text


def test_there_is_a_transcript_for_each_of_the_twelve_commonest_mistakes() -> None:
    assert len(CASES) >= 12
