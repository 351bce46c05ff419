"""A build that is killed at a random moment, two hundred times."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path(
    "/dev/shm"
)  # a kill is the same on any disk, and two hundred of them are sooner done on this one


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_build_leaves_old_or_new_files_and_the_next_one_a_clean_site() -> None:
    script = Path(__file__).with_name("output_kill.py")
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        result = subprocess.run([sys.executable, script, folder, "1"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("while switching\n")
