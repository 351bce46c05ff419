"""What the system refuses is told in its words, and is no fault of recto."""

from contextlib import redirect_stdout
from errno import ENOSPC
from io import StringIO

import pytest

from conftest import MakeProject
from recto.cli import main


class Full(StringIO):
    """An output on a full disk."""

    def write(self, _: str) -> int:
        raise OSError(ENOSPC, "No space left on device")


def test_summary_that_cannot_be_written_is_told(
    project: MakeProject, capsys: pytest.CaptureFixture[str]
) -> None:
    site = project({"posts/2017-05-01-a.md": "A"})
    with redirect_stdout(Full()):
        assert main(["build", str(site.path)]) == 1
    assert (
        capsys.readouterr().err
        == "error: no space left on device\n  fix: look at permissions and free space\n"
    )
