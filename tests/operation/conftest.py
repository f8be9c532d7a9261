import itertools
import sys
import tempfile
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "mesh")]

import mesh as meshes  # noqa: E402
from mx import MX  # noqa: E402

numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def daemons():
    if not meshes.have_daemons():
        pytest.skip(f"no daemons in {meshes.BIN}: build them, or set SCOP_BIN", allow_module_level=True)


@pytest.fixture(scope="module")
def place():
    """A folder that the daemons' own users can walk to (pytest's tmp_path is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="scop-operation-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def mx():
    with MX() as one:
        yield one


@pytest.fixture
def mesh(place, mx):
    """A whole mesh with a user, and mx as foreign.test's next hop; for this test alone."""
    with meshes.Mesh(place / f"mesh{next(numbers)}", mx=mx) as one:
        one.add_user()
        yield one
