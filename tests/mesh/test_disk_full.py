"""The relay's disk is full: 452 to the client, the queue stays whole, and all goes on once there is room."""
import itertools
import os
import subprocess

import mesh as meshes
import pytest
from mesh import wait_until

numbers = itertools.count()


@pytest.fixture(params=["0", "4MB"], ids=["to the last octet", "to the floor"])
def small_disk(place, mx, request):
    """A mesh whose relay keeps its state on a tmpfs of 24 MB; its own floor of free space is off, or 4 MB."""
    if os.geteuid() != 0:
        pytest.skip("a small file system needs root")
    with meshes.Mesh(place / f"disk{next(numbers)}", mx=mx, start=False, settings={"relay.free_floor": f'"{request.param}"'}) as mesh:
        state = mesh.instance / "relay/state"
        owner = state.stat()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=24m,uid={owner.st_uid},gid={owner.st_gid},mode=0700", "tmpfs", state],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip(f"cannot mount a tmpfs here: {mounted.stderr.strip()}")
        try:
            mesh.start()
            mesh.add_user()
            yield mesh, state
            mesh.stop()
        finally:
            mesh.stop()
            subprocess.run(["umount", "-l", state], check=False)


def fill(state):
    path = state / "filler"
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
    return path


@pytest.mark.parametrize("octets", [2_000, 400_000], ids=["in the database", "in the spool"])
def test_a_full_disk_is_452_and_loses_nothing(small_disk, mx, octets):
    mesh, state = small_disk
    mx.behave("tempfail", at="rcpt")
    client = mesh.client()
    before = [f"before-{number}" for number in range(10)]
    for key in before:
        code, text = mesh.submit(key, ["bob@foreign.test"], client)
        assert code == 250, text
    filler = fill(state)
    fates = {f"full-{number}": mesh.submit(f"full-{number}", ["bob@foreign.test"], client, octets)[0] for number in range(10)}
    assert set(fates.values()) <= {250, 452}, fates
    assert 452 in fates.values(), "some must find the disk full"
    filler.unlink()
    wait_until(lambda: mesh.submit("after", ["bob@foreign.test"], client)[0] == 250, "there is room again", every=0.2)
    mx.behave("accept")
    wanted = {*before, "after", *(key for key, code in fates.items() if code == 250)}
    wait_until(lambda: wanted <= set(mx.keys()), "everything that got a 250 arrives")
    assert set(mx.keys()) == wanted, "what got a 452 does not arrive"
    assert set(mx.keys().values()) == {1}


def test_a_relay_killed_on_a_full_disk_starts_again(small_disk, mx):
    mesh, state = small_disk
    mx.behave("tempfail", at="rcpt")
    assert mesh.submit("kept", ["bob@foreign.test"])[0] == 250
    filler = fill(state)
    mesh.kill("relay")
    mesh.processes["relay"].wait()
    filler.unlink()
    mesh.start_one("relay")
    mx.behave("accept")
    wait_until(lambda: mx.keys()["kept"] == 1, "it arrives")
