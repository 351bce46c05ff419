"""What recto says about a site's files, word for word: each folder of tests/problems is a small site, with the words in
its expected.txt.

`RECTO_RECORD=1` writes what is said now: read it before you commit it.
"""

import os
from pathlib import Path

import pytest

from recto import config, loader
from recto.diagnostics import format_text
from recto.memo import Store

HERE = Path(__file__).parent / "problems"
CASES = sorted(path.name for path in HERE.iterdir())


def said(site: Path, theme: Path) -> str:
    settings, found = config.load(site)
    with Store.memory() as store:
        sources = loader.load(site, settings, store, theme=theme)
    return "\n\n".join(format_text([*found, *sources.diagnostics])) + "\n"


@pytest.mark.parametrize("case", CASES)
def test_problem_is_said_in_these_words(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # no git: when these files were committed is not their date
    words = said(HERE / case, tmp_path)
    expected = HERE / case / "expected.txt"
    if os.environ.get("RECTO_RECORD"):
        expected.write_text(words, "utf-8")
    assert words == expected.read_text("utf-8")
