"""scop doctor: every planted fault is named with its cause and a remedy; without faults it is content."""
import os
import signal
import socket
import threading
import time

import pytest

INSIDE = ["--skip", "dns", "--skip", "resolver", "--skip", "outbound"]  # no Internet in tests


def problems(answer, look):
    found = next(one for one in answer["checks"] if one["name"] == look)["findings"]
    return [one for one in found if one["level"] == "problem"]


def one_problem(running, look, *more):
    """The only problem that this look finds; its cause and remedy."""
    done = running.run("doctor", look, *more, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    import json
    found = problems(json.loads(done.stdout), look)
    assert len(found) == 1 and found[0]["remedy"], found
    return found[0]


@pytest.fixture
def settings(running):
    """Changes scop.toml for one test: the doctor reads it, the running daemons do not."""
    before = running.config.read_text()

    def change(old, new):
        assert old in before, old
        running.config.write_text(before.replace(old, new, 1))

    yield change
    running.config.write_text(before)


@pytest.fixture
def host():
    """A mail host that greets with what it is told to."""
    listener = socket.create_server(("127.0.0.1", 0))
    said = {"greeting": b"220 other.test ESMTP\r\n"}

    def serve():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                client.sendall(said["greeting"])
                client.recv(100)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1], said
    listener.close()


def test_a_mesh_in_good_order_has_no_problems(running, place):
    (place / "backup").touch()
    done = running.run("doctor", *INSIDE, "--backups", place)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = running.json("doctor", *INSIDE, "--backups", place)
    assert answer["good"] and {one["name"] for one in answer["checks"]} >= {"configuration", "daemons", "walls", "ports", "queue", "keys"}
    ports = next(one for one in answer["checks"] if one["name"] == "ports")["findings"]
    assert [one["level"] for one in ports] == ["ok"] * 4, ports


def test_a_daemon_that_hangs(running):
    pid = int((running.folder / "run/spamfilter.pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        found = one_problem(running, "daemons")
        answer = running.json("doctor", "filter")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert found["subject"] == "spamfilter" and str(pid) in found["what"] and "spamfilter.log" in found["remedy"]
    assert "does not answer" in answer["checks"][0]["findings"][0]["what"]


def test_a_fault_in_the_configuration(running, settings):
    settings("[relay]", "[relay]\natempts = 3")
    found = one_problem(running, "configuration")
    assert "atempts" in found["what"] and "scop.toml:" in found["what"]


def test_a_configuration_that_cannot_be_read(running, settings):
    settings("[relay]", "[relay")
    assert running.run("doctor").returncode == 2


def test_a_port_where_nobody_listens(running, settings):
    settings(f"0.0.0.0:{running.base + 14}", f"0.0.0.0:{running.base + 18}")
    found = one_problem(running, "ports")
    assert "receiver" in found["subject"] and "refused" in found["what"].lower()


def test_a_port_with_another_certificate(running, place):
    certificate = running.folder / "tls/web-cert.pem"
    before = certificate.read_bytes()
    try:
        certificate.write_bytes((running.folder / "tls/cert.pem").read_bytes())  # does not fit the key: web keeps the old one
        found = one_problem(running, "ports")
    finally:
        certificate.write_bytes(before)
    assert "web" in found["subject"] and "another certificate" in found["what"]


def test_a_disk_that_is_too_full(running, settings):
    settings('#free_floor = "64MB"', 'free_floor = "900000GB"')
    assert "free_floor" in one_problem(running, "disks")["what"]


def test_a_clock_that_was_ahead(running):
    file = running.folder / "relay/state/from-the-future"
    file.touch()
    later = time.time() + 86_400
    os.utime(file, (later, later))
    try:
        found = one_problem(running, "clock")
    finally:
        file.unlink()
    assert "future" in found["what"] and "relay" in found["what"]


def test_a_backup_that_is_old_or_missing(running, place):
    assert "no backup" in one_problem(running, "backups", "--backups", place)["what"]
    file = place / "backup"
    file.touch()
    before = time.time() - 5 * 86_400
    os.utime(file, (before, before))
    assert "5 days old" in one_problem(running, "backups", "--backups", place)["what"]


def test_a_way_out_that_is_closed_or_refuses(running, settings, host):
    port, said = host
    assert "refused" in one_problem(running, "outbound", "--outbound", "stays.test")["what"].lower()
    settings("127.0.0.1:1\"", f"127.0.0.1:{port}\"")
    assert running.run("doctor", "outbound", "--outbound", "stays.test").returncode == 0
    said["greeting"] = b"554 5.7.1 your network is not welcome\r\n"
    assert "not welcome" in one_problem(running, "outbound", "--outbound", "stays.test")["what"]


def test_a_resolver_that_does_not_validate(scop):
    scop.init()
    text = scop.config.read_text().replace("[resolver]", '[resolver]\ndnssec = false\nlocal_zones = ["signed.test. static"]\n'
                                           'local_data = ["signed.test. IN SOA signed.test. root.signed.test. 1 1 1 1 1"]', 1)
    scop.config.write_text(text)
    scop.start()
    found = one_problem(scop, "resolver", "--signed", "signed.test", "--bogus", "")
    assert "does not validate" in found["what"] and "dnssec = true" in found["remedy"]


def test_looks_that_do_not_exist(running):
    assert running.run("doctor", "nothing").returncode == 2
    assert "queue" in running.run("doctor", "--list").stdout
