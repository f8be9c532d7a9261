import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import namespaces  # noqa: E402
from world import World  # noqa: E402
from instance import BIN  # noqa: E402

missing = "" if (BIN / "scop-courier").exists() and (BIN / "scop-resolver").exists() else "the daemons are not built"
missing = missing or namespaces.permitted()


def pytest_collection_modifyitems(items):
    for item in items:
        if missing and Path(__file__).parent in Path(str(item.fspath)).parents:
            item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="module")
def world():
    with World() as one:
        yield one
