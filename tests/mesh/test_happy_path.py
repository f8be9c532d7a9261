"""A message to several recipients, here and abroad, arrives once at each."""
import json
import subprocess

import mesh as meshes
from mesh import BIN, DAEMONS, wait_until


def test_one_message_reaches_a_local_mailbox_and_a_foreign_host(mesh, mx):
    mesh.add_user("carl@example.test", "another-horse-battery")
    code, text = mesh.submit("both", ["bob@foreign.test", "eve@foreign.test", "carl@example.test"])
    assert code == 250, text
    wait_until(lambda: mx.keys()["both"], "it arrives at the foreign host")
    wait_until(lambda: mesh.local_keys("carl@example.test")["both"], "it arrives in the Maildir")
    arrival = mx.accepted()[0]
    assert sorted(sum((one.recipients for one in mx.accepted()), [])) == ["bob@foreign.test", "eve@foreign.test"]
    assert arrival.reverse_path == mesh.login
    assert arrival.tls, "the next hop offered STARTTLS"
    assert arrival.octets.count(b"DKIM-Signature:") == 2, "RSA and Ed25519"
    assert b"127.0.0.1" not in arrival.octets, "the client's address stays out of the header"
    assert mesh.local_messages("carl@example.test")[0].count(b"DKIM-Signature:") == 2


def test_many_messages_in_one_session_arrive_once_each(mesh, mx):
    client = mesh.client()
    for number in range(40):
        code, text = mesh.submit(f"m{number}", ["bob@foreign.test"], client)
        assert code == 250, text
    wait_until(lambda: len(mx.keys()) == 40, "all arrive")
    assert set(mx.keys().values()) == {1}


def test_a_large_message_keeps_every_octet(mesh, mx):
    code, text = mesh.submit("large", ["bob@foreign.test"], octets=3_000_000)
    assert code == 250, text
    wait_until(lambda: mx.keys()["large"], "it arrives")
    assert mx.accepted()[0].octets.endswith(mesh.message("large", ["bob@foreign.test"], 3_000_000).split(b"\r\n\r\n", 1)[1])


def test_a_drained_mesh_ends_with_status_zero_and_keeps_its_queue(mesh, mx):
    mx.behave("tempfail", at="rcpt")
    code, text = mesh.submit("kept", ["bob@foreign.test"])
    assert code == 250, text
    wait_until(lambda: mx.counts["tempfail at rcpt"], "a first attempt")
    assert mesh.stop() == {name: 0 for name in DAEMONS}
    mx.behave("accept")
    mesh.start()
    wait_until(lambda: mx.keys()["kept"], "it arrives after the restart")


def test_up_runs_and_restarts_the_whole_mesh(place, mx):
    with meshes.Mesh(place / "up", mx=mx, start=False) as mesh:
        ready = mesh.folder / "ready"
        with open(mesh.folder / "up.log", "wb") as log:
            up = subprocess.Popen([str(BIN / "scop"), "--config", str(mesh.config), "up", "--ready-file", str(ready)],
                                  stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            wait_until(ready.exists, "scop up says that it is ready")
            mesh.add_user()
            assert mesh.submit("first", ["bob@foreign.test"])[0] == 250
            victim = subprocess.run(["pgrep", "-P", str(up.pid), "-f", "scop-relay"], capture_output=True, text=True)
            subprocess.run(["kill", "-9", *victim.stdout.split()], check=True)
            wait_until(lambda: mesh.submit("second", ["bob@foreign.test"])[0] == 250, "the relay is back", every=0.2)
            wait_until(lambda: {"first", "second"} <= set(mx.keys()), "both arrive")
            health = mesh.command("health", "--json", check=False).stdout
            assert health and json.loads(health)
        finally:
            up.terminate()
        assert up.wait(20) == 0
