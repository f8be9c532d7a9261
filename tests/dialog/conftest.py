import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import edge as edges  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def programs():
    if not edges.have_programs():
        pytest.skip(f"no scop-submission or scop-test-peers in {edges.BIN}: build them, or set SCOP_BIN", allow_module_level=True)


@pytest.fixture
def place():
    with tempfile.TemporaryDirectory(prefix="scop-edge-") as folder:
        yield Path(folder)
