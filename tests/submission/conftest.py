import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/dialog"))
sys.path.insert(0, str(ROOT / "tests/mesh"))

import edge as edges  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def programs():
    if not edges.have_programs():
        pytest.skip(f"no scop-submission or scop-test-peers in {edges.BIN}: build them, or set SCOP_BIN", allow_module_level=True)


@pytest.fixture
def place():
    """A folder that the daemons' own users can walk to (pytest's tmp_path is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="scop-submission-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    with edges.Edge(tmp_path_factory.mktemp("edge") / "instance", max_errors=50) as one:
        yield one
