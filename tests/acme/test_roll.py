"""A new key: its TLSA record goes before it, the old one's goes after it, whatever dies in between."""
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from authorities import available, issue, make_authority
from mail_host import HOST, MailHost, Prober, key_digest
from primary import DOMAIN, Primary

pytestmark = pytest.mark.skipif(any(name in available() for name in ("named", "tsig-keygen")), reason="BIND 9 is not installed")

NAMES = [f"_{port}._tcp.mail" for port in (25, 465, 587)]


@pytest.fixture(scope="module")
def dns():
    with Primary() as one:
        yield one


@pytest.fixture
def host(dns):
    """Without an ACME server: the administrator's own files."""
    with MailHost(dns) as one:
        one.configure(f'primary = "127.0.0.1:{dns.port}"\ntlsa_tsig_key_file = "acme/tlsa.key"\ntlsa_ttl = 2\n')
        yield one
    for name in NAMES:
        dns.update("tlsa", f"update delete {name}.{DOMAIN}. TLSA")


@pytest.fixture
def place(tmp_path):
    make_authority(tmp_path, "a CA that mail clients know")
    return tmp_path


def der(file):
    return subprocess.run(["openssl", "x509", "-in", file, "-outform", "DER"], check=True, capture_output=True).stdout


def killed_at(rename):
    """strace, which ends the program by SIGKILL as it is about to make its n-th rename: the n-th durable step."""
    options = f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0"  # LeakSanitizer and strace exclude each other
    return ["env", f"ASAN_OPTIONS={options}", "strace", "-qqq", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2",
            "-e", f"inject=rename,renameat,renameat2:signal=KILL:when={rename}"]


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace to kill at a certain point with")
def test_killed_at_every_step_it_never_serves_a_key_without_a_record(host, dns, place):
    certificate, key = issue(place, "next", [HOST])
    host.start("submission", "receiver")
    old, new = key_digest(host.served("submission")), key_digest(der(certificate))
    for name in NAMES:  # as `scop dns publish` has done before
        assert dns.update("tlsa", f"update add {name}.{DOMAIN}. 2 TLSA 3 1 1 {old}") == ""
    probers = [Prober(host, "submissions", NAMES[1]), Prober(host, "receiver", NAMES[0])]
    for prober in probers:
        prober.start()
    steps, statuses = [], []
    for rename in range(1, 12):  # until the roll has begun; before it there is nothing to go on with
        statuses.append(host.scop("certs", "public", "install", certificate, key, prefix=killed_at(rename), check=False).returncode)
        steps.append(host.step())
        if steps[-1] not in (None, "settled"):
            break
    for _ in range(40):  # every run gets one rename further than the one before it
        done = host.scop("acme", "run", "--wait", "--certificate", "mail", prefix=killed_at(2), check=False)
        statuses.append(done.returncode)
        steps.append(host.step())
        if done.returncode == 0:
            break
    assert statuses[-1] == 0, done.stdout + done.stderr
    for prober in probers:
        prober.end()
        assert not prober.faults, prober.faults[:5]
        assert prober.seen == {old, new} and prober.looks > 5
    assert len([status for status in statuses if status in (-9, 137)]) >= 8, statuses
    assert {"waiting", "placing", "proving", "retiring", "settled"} <= set(steps), steps
    for name in NAMES:
        assert dns.records(name, "TLSA")[0] == {f"3 1 1 {new}"}
    assert key_digest(der(host.folder / "acme/mail/cert.pem")) == new
    assert not list((host.folder / "acme/mail").glob("next-*"))


def test_a_renewal_with_the_same_key_keeps_its_record_and_does_not_wait(host, dns, place):
    host.start("submission", "receiver")
    old = key_digest(host.served("submission"))
    certificate, _ = issue(place, "renewed", [HOST], key=host.folder / "tls/key.pem")
    began = time.monotonic()
    done = host.scop("certs", "public", "install", certificate, host.folder / "tls/key.pem")
    assert "good" in done.stdout and time.monotonic() - began < 300
    assert host.served("receiver") == host.served("submissions") == der(certificate)
    assert key_digest(der(certificate)) == old and dns.records(NAMES[0], "TLSA")[0] == {f"3 1 1 {old}"}
    assert "next key announced" not in done.stderr and "retired" not in done.stderr


def test_without_a_key_for_updates_it_says_what_to_publish_and_waits_for_it(host, dns, place):
    host.configure(f'primary = "127.0.0.1:{dns.port}"\n')
    host.start("submission", "receiver")
    old = key_digest(host.served("submission"))
    assert dns.update("tlsa", f"update add {NAMES[0]}.{DOMAIN}. 1 TLSA 3 1 1 {old}") == ""
    certificate, key = issue(place, "next", [HOST])
    new = key_digest(der(certificate))
    done = host.scop("certs", "public", "install", certificate, key)
    assert f"{NAMES[0]}.{DOMAIN}. 1 IN TLSA 3 1 1 {new}" in done.stderr and host.step() == "announcing"
    assert NAMES[1] not in done.stderr, "where nothing is published, nothing has to be"
    host.scop("acme", "run")
    assert host.step() == "announcing" and key_digest(host.served("submission")) == old
    assert dns.update("tlsa", f"update add {NAMES[0]}.{DOMAIN}. 1 TLSA 3 1 1 {new}") == ""
    done = host.scop("acme", "run", "--wait")
    assert key_digest(host.served("receiver")) == new
    assert f"this record can go" in done.stderr and old in done.stderr


def test_a_record_that_somebody_removes_meanwhile_is_announced_and_waited_for_once_more(host, dns, place):
    host.configure(f'primary = "127.0.0.1:{dns.port}"\ntlsa_tsig_key_file = "acme/tlsa.key"\ntlsa_ttl = 1\n')
    host.start("submission", "receiver")
    certificate, key = issue(place, "next", [HOST])
    assert dns.update("tlsa", f"update add {NAMES[0]}.{DOMAIN}. 1 TLSA 3 1 1 {key_digest(host.served('receiver'))}") == ""
    host.scop("certs", "public", "install", certificate, key)
    assert host.step() == "waiting"
    new = key_digest(der(certificate))
    assert dns.update("tlsa", f"update delete {NAMES[0]}.{DOMAIN}. TLSA 3 1 1 {new}") == ""
    done = host.scop("acme", "run", "--wait")
    assert "TLSA records had gone, waiting once more" in done.stderr
    assert dns.records(NAMES[0], "TLSA")[0] == {f"3 1 1 {new}"}


def test_a_key_that_does_not_fit_is_refused_and_nothing_changes(host, dns, place):
    certificate, _ = issue(place, "one", [HOST])
    _, other = issue(place, "other", [HOST])
    before = (host.folder / "tls/cert.pem").read_bytes()
    done = host.scop("certs", "public", "install", certificate, other, check=False)
    assert done.returncode == 1 and "is not the key of" in done.stderr
    assert (host.folder / "tls/cert.pem").read_bytes() == before and host.step() is None


def test_ports_that_do_not_answer_keep_both_records(host, dns, place):
    """Nobody runs: files are placed, and what cannot be seen over the wire is not taken for done."""
    certificate, key = issue(place, "next", [HOST])
    old, new = key_digest(der(host.folder / "tls/cert.pem")), key_digest(der(certificate))
    assert dns.update("tlsa", f"update add {NAMES[0]}.{DOMAIN}. 1 TLSA 3 1 1 {old}") == ""
    for name in NAMES[1:]:
        assert dns.update("tlsa", f"update add {name}.{DOMAIN}. 1 TLSA 3 1 1 {old}") == ""
    host.scop("certs", "public", "install", certificate, key)
    time.sleep(2.1)  # twice the TTL, which is what is waited for
    done = host.scop("acme", "run", "--patience", "1", check=False)
    assert done.returncode == 1 and "refused" in done.stderr.lower() and host.step() == "proving"
    assert dns.records(NAMES[0], "TLSA")[0] == {f"3 1 1 {old}", f"3 1 1 {new}"}
    host.start("submission", "receiver")
    assert key_digest(host.served("submission")) == new
    host.scop("acme", "run")
    assert dns.records(NAMES[0], "TLSA")[0] == {f"3 1 1 {new}"} and host.step() == "settled"
