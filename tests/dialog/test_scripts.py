"""Our own dialogues against the real daemons: scripts/*.dialog submission, scripts/receiver/*.dialog the receiver."""
from pathlib import Path

import edge as edges
import pytest
import scripts

FOLDER = Path(__file__).parent / "scripts"


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    with edges.Edge(tmp_path_factory.mktemp("edge") / "instance", max_message="100KB", max_recipients=3, max_errors=8, auth_tries=3) as one:
        yield one


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("*.dialog")))
def test_dialog(edge, name):
    scripts.play(edge, (FOLDER / f"{name}.dialog").read_text(), edges.USER)


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    with edges.Edge(tmp_path_factory.mktemp("edge") / "instance", name="receiver", max_message="100KB", max_recipients=3, max_errors=8,
                    max_hops=5) as one:
        yield one


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("receiver/*.dialog")))
def test_receiver_dialog(receiver, name):
    scripts.play(receiver, (FOLDER / f"receiver/{name}.dialog").read_text(), edges.USER)
