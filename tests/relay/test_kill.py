"""kill -9 of the queue at any moment: what was accepted is there afterwards, and arrives exactly once."""
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

CHILD = Path(os.environ.get("SCOP_BIN", "build/dev/bin")) / "scop-test-crash-child"


def ids_in(mail):
    new = mail / "our.example/u/new"
    return [name.split(".")[1].split("_")[0] for name in os.listdir(new)] if new.exists() else []


@pytest.mark.parametrize("seed", range(8))
def test_every_accepted_message_arrives_exactly_once(tmp_path, seed):
    dice = random.Random(seed)
    accepted = set()
    for _ in range(4):
        child = subprocess.Popen([CHILD, tmp_path, "100000"], stdout=subprocess.PIPE, text=True)
        accepted.add(child.stdout.readline().split()[1])  # it is up
        time.sleep(dice.uniform(0.01, 0.4))
        child.send_signal(signal.SIGKILL)
        accepted.update(line.split()[1] for line in child.stdout if line.endswith("\n"))
        child.wait()
    subprocess.run([CHILD, tmp_path, "0"], check=True, timeout=60)  # delivers what is left
    arrived = ids_in(tmp_path / "mail")
    assert len(arrived) == len(set(arrived)), "a message arrived twice"
    assert accepted <= set(arrived), "an accepted message is lost"
    assert not os.listdir(tmp_path / "spool"), "a spool file is left"
