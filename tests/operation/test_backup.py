"""A backup taken while mail flows, restored into a fresh folder: logins, keys and the queue are there; and what is no backup is refused."""
import json
import os
import re
import shutil
import subprocess
import threading

import mesh as meshes
import pytest
from mesh import BIN, DAEMONS, wait_until

PASSPHRASE = "a passphrase of many words"


@pytest.fixture
def passphrase(place):
    file = place / "passphrase"
    file.write_text(PASSPHRASE + "\n")
    return file


def restored(mesh, backup, keys, *options):
    """A mesh as the same ports' owner, on what the backup gives; the old one must be down."""
    again = meshes.Mesh.__new__(meshes.Mesh)
    again.__dict__.update(mesh.__dict__)
    again.folder = mesh.folder.parent / f"{mesh.folder.name}-again"
    again.folder.mkdir()
    again.folder.chmod(0o755)
    again.instance = again.folder / "instance"
    again.config = again.instance / "scop.toml"
    again.processes, again.ready, again.deaths, again.kills, again._supervisor = {}, {}, [], [], None
    again.scop("restore", "--from", backup, "--folder", again.instance, *keys, *options)
    return again


def owners(folder):
    found = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if relative.parts[0] in ("log", "run") or "mail" in relative.parts or relative.name.endswith(("-wal", "-shm")):
            continue
        if relative.parts[:3] in (("resolver", "state", "cache"), ("relay", "state", "spool")):
            continue
        status = path.lstat()
        found[str(relative)] = (status.st_uid, status.st_gid, oct(status.st_mode & 0o777), path.is_dir())
    return found


def test_under_load_then_killed_then_restored(mesh, mx, place, passphrase):
    """The issue's case: mail flows while the backup runs, the mesh is killed, the copy takes over."""
    keys = ("--passphrase-file", passphrase)
    mesh.add_user("carl@example.test", "another-horse-battery")
    mx.behave("tempfail", at="rcpt")
    assert mesh.submit("small-waits", ["bob@foreign.test"])[0] == 250
    assert mesh.submit("large-waits", ["eve@foreign.test"], octets=300_000)[0] == 250, "its body is a spool file"
    wait_until(lambda: mx.counts["tempfail at rcpt"] >= 2, "first attempts")
    sent, stop = [], threading.Event()

    def load():
        client = mesh.client()
        while not stop.is_set():
            key = f"load{len(sent)}"
            code, _ = mesh.submit(key, ["carl@example.test"], client, octets=100_000 if len(sent) % 3 == 0 else 1500)
            assert code == 250
            sent.append(key)
        client.close()

    thread = threading.Thread(target=load)
    thread.start()
    try:
        wait_until(lambda: len(sent) > 5, "mail flows")
        before = len(sent)
        backup = place / "under-load.backup"
        told = json.loads(mesh.command("--json", "backup", "--out", backup, *keys).stdout)
        wait_until(lambda: len(sent) > before, "and nobody waited for the backup")
    finally:
        stop.set()
        thread.join()
    paths = {file["path"]: file for file in told["files"]}
    assert paths["relay/state/queue.db"]["schema"] >= 4 and paths["accounts/state/accounts.db"]["schema"] >= 2
    assert not any(path.endswith(("-wal", "-shm")) for path in paths) and not any("/mail/" in path for path in paths)
    assert oct(backup.stat().st_mode & 0o777) == "0o600"
    assert PASSPHRASE.encode() not in backup.read_bytes() and b"PRIVATE KEY" not in backup.read_bytes()
    assert not list(mesh.instance.rglob(".backup-*")), "no copy is left behind"
    old = owners(mesh.instance)
    for name in DAEMONS:
        mesh.kill(name)
    mesh.stop()
    arrived_before = mx.keys()
    mx.behave("accept")
    again = restored(mesh, backup, keys)
    new = owners(again.instance)
    lost = {path: facts for path, facts in old.items() if new.get(path) != facts and "/state/" not in path}
    assert not lost, "owners and modes are as they were"
    try:
        again.start(DAEMONS)
        assert again.submit("after", [again.login, "bob@foreign.test"])[0] == 250, "the user logs in"
        wait_until(lambda: mx.keys()["after"] == 1 and mx.keys()["small-waits"] and mx.keys()["large-waits"], "what was queued is delivered")
        assert mx.keys() - arrived_before == {"after": 1, "small-waits": 1, "large-waits": 1}
        octets = next(one.octets for one in mx.accepted() if b"X-Scop-Test: large-waits" in one.octets)
        assert len(octets) > 290_000
        assert again.command("dns", "show", "--zone").stdout == mesh.command("dns", "show", "--zone").stdout, "the DKIM keys are the same"
        wait_until(lambda: again.local_keys(again.login)["after"], "and to our own mailboxes")
        assert again.hand_in("world", [again.login])[0] == 250
        wait_until(lambda: again.local_keys_anywhere(again.login)["world"], "from the world too")
    finally:
        again.stop()


def test_held_queue_waits_for_its_release(mesh, mx, place, passphrase):
    mx.behave("tempfail", at="rcpt")
    assert mesh.submit("held", ["bob@foreign.test"])[0] == 250
    wait_until(lambda: mx.counts["tempfail at rcpt"], "an attempt")
    backup = place / "held.backup"
    mesh.command("backup", "--out", backup, "--passphrase-file", passphrase)
    mesh.stop()
    mx.behave("accept")
    again = restored(mesh, backup, ("--passphrase-file", passphrase), "--hold")
    try:
        again.start(DAEMONS)
        assert again.submit("new", ["bob@foreign.test"])[0] == 250
        wait_until(lambda: mx.keys()["new"], "new mail goes")
        assert not mx.keys()["held"]
        again.command("queue", "release", "all")
        wait_until(lambda: mx.keys()["held"] == 1, "and the old, once released")
    finally:
        again.stop()


def test_for_a_key_by_pipe_and_without_the_ca(mesh, place):
    mesh.scop("backup", "key", "--out", place / "recovery.key")
    assert oct((place / "recovery.key").stat().st_mode & 0o777) == "0o600"
    command = [str(BIN / "scop"), "--config", str(mesh.config), "backup", "--out", "-", "--recipient", str(place / "recovery.key.pub"), "--without-ca"]
    octets = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120).stdout
    verify = [str(BIN / "scop"), "--json", "backup", "verify", "--from", "-", "--key-file", str(place / "recovery.key")]
    told = json.loads(subprocess.run(verify, input=octets, stdout=subprocess.PIPE, check=True, timeout=120).stdout)
    paths = {file["path"] for file in told["files"]}
    assert "mesh/ca.key" not in paths and "mesh/ca.pem" in paths and "signer/cert/key.pem" in paths
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in told["files"])
    wrong = subprocess.run([*verify[:-1], str(place / "recovery.key.pub")], input=octets, capture_output=True, timeout=120)
    assert wrong.returncode == 1 and b"is no key" in wrong.stderr


@pytest.fixture(scope="module")
def sample(place):
    """A small backup and its passphrase's file; the instance never ran."""
    file = place / "sample-passphrase"
    file.write_text(PASSPHRASE)
    mesh = meshes.Mesh(place / "sample", start=False)
    mesh.init()
    backup = place / "sample.backup"
    mesh.command("backup", "--out", backup, "--passphrase-file", file)
    return backup, file


def refused(place, name, octets, passphrase):
    bad, folder = place / f"{name}.bad", place / f"{name}-restored"
    bad.write_bytes(octets)
    before = set(os.listdir(place))
    done = subprocess.run([str(BIN / "scop"), "restore", "--from", str(bad), "--folder", str(folder), "--passphrase-file", str(passphrase)],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done
    assert set(os.listdir(place)) == before, "nothing is left behind"
    assert str(bad) in done.stderr
    return done.stderr


def test_cut_altered_and_foreign_files_are_refused(place, sample):
    backup, passphrase = sample
    octets = backup.read_bytes()
    assert "cut short" in refused(place, "cut", octets[:-1], passphrase)
    assert "cut short" in refused(place, "half", octets[:len(octets) // 2], passphrase)
    altered = bytearray(octets)
    altered[len(octets) // 2] ^= 1
    assert "altered" in refused(place, "altered", bytes(altered), passphrase)
    assert "behind its end" in refused(place, "longer", octets + b"x", passphrase)
    assert "no backup" in refused(place, "foreign", b"PK\x03\x04 what a zip begins with", passphrase)
    assert "no backup" in refused(place, "empty", b"", passphrase)
    other = place / "other-passphrase"
    other.write_text("quite another passphrase")
    assert "another one" in refused(place, "other", octets, other)
    assert PASSPHRASE not in refused(place, "again", octets[:-1], passphrase)


def test_an_instance_that_is_there_is_not_overwritten(place, sample):
    backup, passphrase = sample
    folder = place / "occupied"
    folder.mkdir()
    (folder / "scop.toml").write_text("mine")
    done = subprocess.run([str(BIN / "scop"), "restore", "--from", str(backup), "--folder", str(folder), "--passphrase-file", str(passphrase)],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "not empty" in done.stderr and (folder / "scop.toml").read_text() == "mine"
    done = subprocess.run([str(BIN / "scop"), "--folder", str(place / "sample/instance"), "backup", "--out", str(place / "plain")],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "--passphrase-file" in done.stderr and not (place / "plain").exists()


def test_links_in_an_instance_are_not_followed(place, passphrase):
    """A daemon that was taken over may put anything into its own folder; the backup holds none of others' secrets."""
    mesh = meshes.Mesh(place / "links", start=False)
    mesh.init()
    secret = place / "secret"
    secret.write_text("THE-SECRET")
    secret.chmod(0o600)
    (mesh.instance / "relay/state/link").symlink_to(secret)
    (mesh.instance / "relay/state/folder").symlink_to(place)
    os.mkfifo(mesh.instance / "relay/state/pipe")
    shutil.copy(secret, mesh.instance / "relay/state/foreign")
    if os.geteuid() == 0:
        os.chown(mesh.instance / "relay/state/foreign", 0, 0)  # not readable for the relay's user
    backup = place / "links.backup"
    done = mesh.command("backup", "--out", backup, "--passphrase-file", passphrase, check=False)
    if os.geteuid() == 0:
        assert done.returncode == 1 and "relay" in done.stderr and not backup.exists(), "what cannot be read is said, not left out"
        (mesh.instance / "relay/state/foreign").unlink()
        mesh.command("backup", "--out", backup, "--passphrase-file", passphrase)
    paths = {file["path"] for file in json.loads(mesh.scop("--json", "backup", "verify", "--from", backup, "--passphrase-file", passphrase).stdout)["files"]}
    assert not {path for path in paths if path.startswith(("relay/state/link", "relay/state/folder", "relay/state/pipe"))}
