import itertools
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/dialog"))
sys.path.insert(0, str(ROOT / "tests/mesh"))
sys.path.insert(0, str(ROOT / "tests/bench"))

import edge as edges  # noqa: E402
import mesh as meshes  # noqa: E402

numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def programs():
    if not meshes.have_daemons() or not edges.have_programs():
        pytest.skip(f"not all daemons and scop-test-peers are in {meshes.BIN}: build them, or set SCOP_BIN", allow_module_level=True)


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


@pytest.fixture
def guarded(folder):
    """Makes a receiver between stand-ins, with settings, to which 127.0.0.1 alone is a gateway."""
    made = []

    def make(**settings):
        settings = {"gateways": ["127.0.0.1"], "greeting_delay": "0s", **settings}
        edge = edges.Edge(folder / f"edge{next(numbers)}", name="receiver", **settings)
        made.append(edge)
        return edge.__enter__()

    yield make
    for edge in made:
        edge.stop()
        edge.stop_peers()
