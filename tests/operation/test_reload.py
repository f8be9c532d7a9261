"""Files read again under running sessions: nobody is dropped, and what needs a restart is named."""
import itertools
import json
import signal
import subprocess

import mesh as meshes
import pytest
from mesh import BIN, DAEMONS, wait_until

numbers = itertools.count()


@pytest.fixture
def up(place, mx):
    """`scop up` over an instance: the pid files that `scop reload` looks for are its."""
    with meshes.Mesh(place / f"reloaded{next(numbers)}", mx=mx, start=False) as mesh:
        ready = mesh.folder / "ready"
        with open(mesh.folder / "up.log", "wb") as log:
            process = subprocess.Popen([str(BIN / "scop"), "--config", str(mesh.config), "up", "--ready-file", str(ready)],
                                       stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            wait_until(ready.exists, "scop up says that it is ready", 40)
            mesh.add_user()
            mesh.process = process
            yield mesh
        finally:
            process.terminate()
            assert process.wait(60) == 0


def log_of(mesh, daemon):
    return (mesh.instance / f"log/{daemon}.log").read_text()


def test_sessions_in_data_survive_and_what_needs_a_restart_is_named(up, mx):
    out, inward = up.client(), up.world_client()
    for client, sender, recipient in (out, up.login, "bob@foreign.test"), (inward, "bob@foreign.test", up.login):
        assert client.mail(sender)[0] == 250 and client.rcpt(recipient)[0] == 250 and client.docmd("DATA")[0] == 354
    # More than the edges hold: half of it has gone through the whole chain when the reload comes.
    large = up.message("reloaded", ["bob@foreign.test"], 600_000)
    for client in (out, inward):
        client.send(large[:400_000])
    up.set({"relay.expire": '"3d"', "submission.max_errors": "7", "resolver.timeout": '"7s"', "mesh.postmaster": '"chief@example.test"'})
    up.command("certs", "renew", "--all")
    told = json.loads(up.command("--json", "reload").stdout)["daemons"]
    assert set(told) == set(DAEMONS) and all(one["reloaded"] for one in told.values())
    assert told["relay"]["needs_restart"] == ["[mesh] postmaster", "[relay] expire"]
    assert told["submission"]["needs_restart"] == ["[mesh] postmaster", "[submission] max_errors"]
    assert told["resolver"]["needs_restart"] == ["[mesh] postmaster"], "its own section it has read again"
    wait_until(lambda: all("certificates read again" in log_of(up, name) for name in DAEMONS), "all have read their certificates")
    wait_until(lambda: "configuration read again" in log_of(up, "resolver"), "the resolver its configuration")
    for client in (out, inward):
        client.send(large[400_000:] + b".\r\n")
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250, "the session goes on"
        client.quit()
    wait_until(lambda: mx.keys()["reloaded"] == 1 and up.local_keys_anywhere(up.login)["reloaded"] == 1, "both arrive, once")
    assert "draining" not in "".join(log_of(up, name) for name in DAEMONS), "nothing was restarted"


def test_one_daemon_alone_and_one_that_is_away(up):
    told = json.loads(up.command("--json", "reload", "web").stdout)["daemons"]
    assert list(told) == ["web"] and told["web"] == {"reloaded": True, "needs_restart": []}
    up.process.send_signal(signal.SIGHUP)  # all of them, by the supervisor
    wait_until(lambda: all("certificates read again" in log_of(up, name) for name in DAEMONS), "SIGHUP reaches all")
    up.set({"web.nonsense": "1"})
    assert up.command("reload", "nobody", check=False).returncode == 2


def test_nothing_runs_nothing_is_reloaded(place):
    mesh = meshes.Mesh(place / "idle", start=False)
    mesh.init()
    done = mesh.command("reload", check=False)
    assert done.returncode == 3 and "does not run" in done.stdout
