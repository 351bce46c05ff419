"""A build that is killed at a random moment, two hundred times."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # a kill is the same on any disk, and two hundred are sooner done on this one


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("scenario", ["commit", "build"])
def test_a_killed_build_leaves_old_or_new_files_and_the_next_one_a_clean_site(scenario: str) -> None:
    script = Path(__file__).with_name("torment.py")
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        command = [sys.executable, str(script), scenario, folder]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("while switching\n")
