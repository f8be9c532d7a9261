import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/dialog"))
sys.path.insert(0, str(ROOT / "tests/mesh"))

import mesh as meshes  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def programs():
    if not meshes.have_daemons():
        pytest.skip(f"not all daemons are in {meshes.BIN}: build them, or set SCOP_BIN", allow_module_level=True)


@pytest.fixture(scope="module")
def folder():
    """A folder that the daemons' own users can walk to (pytest's tmp_path is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="scop-receiver-", dir="/var/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def mesh(folder):
    with meshes.Mesh(folder / "mesh") as one:
        one.add_user()
        yield one
