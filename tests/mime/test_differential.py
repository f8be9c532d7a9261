"""Small runs of tests/mime/differential: each difference to GMime and Python's email has a class."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
COMMAND = [sys.executable, str(ROOT / "tests/mime/differential")]
LONG = bool(os.environ.get("SCOP_LONG"))


def differential(*arguments):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=3600, env={**os.environ, "SCOP_BIN": str(BIN)})


def test_every_difference_has_a_class():
    if not (BIN / "scop-test-gmime").exists():
        pytest.skip("scop-test-gmime is not built: libgmime-3.0-dev is not here")
    done = differential("--count", 20_000 if LONG else 250, "--python", 5_000 if LONG else 100, "--jobs", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unclassified: 0" in done.stdout


def test_a_difference_without_a_class_fails(tmp_path):
    # A reader that finds a body everywhere where there is none, and dies of the rest.
    fake = tmp_path / "reader"
    fake.write_text("#!/bin/sh\ncat >/dev/null\necho '{\"headers\": [], \"parts\": []}'\n")
    fake.chmod(0o755)
    done = subprocess.run([*COMMAND, "--count", "3", "--python", "0", "--jobs", "1"], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "SCOP_BIN": str(BIN), "SCOP_TEST_GMIME": str(fake)})
    assert done.returncode == 1
    assert "unclassified: 0" not in done.stdout and "died: 2" in done.stdout
