import pathlib
import shutil
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import stack as stacks  # noqa: E402

SKIP = stacks.reason_to_skip()


def pytest_collection_modifyitems(items):
    if SKIP is not None:
        for item in items:
            if pathlib.Path(item.fspath).parent == pathlib.Path(__file__).parent:
                item.add_marker(pytest.mark.skip(reason=f"compose: {SKIP}"))


@pytest.fixture(scope="session")
def stack():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="scop-compose-", dir="/var/tmp"))
    folder.chmod(0o755)  # the daemons' users walk here
    made = stacks.Stack(folder / "instance")
    try:
        made.prepare()
        made.up()
        yield made
    finally:
        made.down()
        shutil.rmtree(folder)
