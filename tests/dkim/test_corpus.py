"""A small run of tests/dkim/corpus: generated messages signed and verified by us and by python3-dkim."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))


def test_both_verify_what_the_other_signs():
    done = subprocess.run([sys.executable, ROOT / "tests/dkim/corpus", "--count", "60", "--jobs", "2"], capture_output=True, text=True,
                          timeout=900, env={**os.environ, "SCOP_BIN": str(BIN)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("verified by") == 8
