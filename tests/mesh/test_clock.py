"""The clock jumps while mail waits: nothing expires for it, nothing is lost. Test builds read the jump from a file."""
import re

import mesh as meshes
import pytest
from mesh import wait_until

MONTH = 30 * 24 * 3600


def has_test_clock():
    cache = meshes.BIN.parent / "CMakeCache.txt"
    return cache.exists() and re.search(r"^SCOP_SANITIZE:\w+=ON$", cache.read_text(), re.M) is not None


@pytest.mark.skipif(not has_test_clock(), reason="only test builds (preset dev) let a test shift the clock")
@pytest.mark.parametrize("jump", [MONTH, -MONTH])
def test_a_jump_of_the_clock_expires_and_loses_nothing(place, mx, monkeypatch, jump):
    clock = place / f"clock{jump}"
    clock.write_text("0")
    clock.chmod(0o644)
    monkeypatch.setenv("SCOP_CLOCK", str(clock))
    with meshes.Mesh(place / f"jump{jump}", mx=mx) as mesh:
        mesh.add_user()
        mesh.stop_one("courier")
        assert mesh.submit("before", ["bob@foreign.test"])[0] == 250
        clock.write_text(str(jump))
        assert mesh.submit("after", ["bob@foreign.test"])[0] == 250
        mesh.start_one("courier")
        wait_until(lambda: mx.keys()["before"] and mx.keys()["after"], "both arrive", seconds=30)
        assert mx.keys()["before"] == 1 and mx.keys()["after"] == 1
        stamps = [line[:7] for line in mesh.log("relay").splitlines() if "committed" in line]
        assert len(stamps) == 2 and stamps[0] != stamps[1], "the relay saw the jump"
