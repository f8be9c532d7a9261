"""Certificates from a real ACME server (pebble) by a real client (uacme), proven by a real primary (BIND 9), in running daemons."""
import contextlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from authorities import Pebble, available, impatient_client
from mail_host import BIN, HOST, MailHost, Prober, issuer, key_digest, served_certificate
from primary import DOMAIN, Primary

pytestmark = pytest.mark.skipif(bool(available()), reason=f"not installed: {', '.join(available())}")

TLSA_NAMES = [f"_{port}._tcp.mail" for port in (25, 465, 587)]


def settings(pebble, client, more=""):
    return (f'enabled = true\nterms_agreed = true\ndirectory = "{pebble.directory}"\nauthorities = "{pebble.authority}"\nclient = "{client}"\n'
            f'contact = "postmaster@{DOMAIN}"\nprimary = "127.0.0.1:{pebble.dns_port}"\ntlsa_tsig_key_file = "acme/tlsa.key"\ntlsa_ttl = 2\n'
            f'retry = "1h"\n{more}')


@pytest.fixture(scope="module")
def dns():
    with Primary() as one:
        yield one


@pytest.fixture(scope="module")
def pebble(dns):
    with tempfile.TemporaryDirectory(prefix="scop-pebble-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the client runs as a user of its own
        with Pebble(folder, dns.port, PEBBLE_AUTHZREUSE="100") as one:
            one.client = impatient_client(folder)
            yield one


@pytest.fixture
def host(dns, pebble):
    with MailHost(dns) as one:
        one.configure(settings(pebble, pebble.client), web=f'listen = ["127.0.0.1:{one.ports["web"]}"]')
        yield one


def test_certificates_come_and_change_under_running_daemons(host, dns, pebble):
    host.start("submission", "receiver", "web")
    before = host.served("submission")
    prober = Prober(host, "submissions", TLSA_NAMES[1])
    prober.start()
    with host_session(host.ports["submission"]) as session:
        first = json.loads(host.scop("acme", "run", "--json").stdout)
        assert [(one["name"], one["good"], one["settled"]) for one in first["certificates"]] == [("mail", True, True), ("web", True, True)], first
        issued = {name: host.served(name) for name in ("receiver", "submission", "submissions", "web")}
        assert all("Pebble" in issuer(one) for one in issued.values())
        assert issued["receiver"] == issued["submission"] == issued["submissions"] != issued["web"]
        assert key_digest(issued["submission"]) == key_digest(before), "the key of the self-signed certificate stays"
        again = host.scop("acme", "run")
        assert host.served("submission") == issued["submission"], "nothing is ordered that is not due: " + again.stderr
        host.scop("acme", "run", "--now", "--certificate", "mail")
        renewed = host.served("receiver")
        assert renewed != issued["receiver"] and key_digest(renewed) == key_digest(before)
        assert session("NOOP").startswith(b"250"), "the session of before goes on under its old certificate"
    faults = prober.end().faults
    assert not faults and prober.looks > 3 and prober.seen == {key_digest(before)}
    for name in TLSA_NAMES:
        assert dns.records(name, "TLSA")[0] == {f"3 1 1 {key_digest(before)}"}
    for name in ("mail", "mta-sts", "autoconfig"):
        assert not dns.records(f"_acme-challenge.{name}", "TXT")[0], "challenges are cleaned up"
    owners(host)


@contextlib.contextmanager
def host_session(port):
    """One SMTP session under TLS that stays open."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        plain.recv(1000)
        for line in (b"EHLO a\r\n", b"STARTTLS\r\n"):
            plain.sendall(line)
            plain.recv(4000)
        with context.wrap_socket(plain, server_hostname=HOST) as tls:
            def say(line):
                tls.sendall(line.encode() + b"\r\n")
                return tls.recv(4000)
            say("EHLO a")
            yield say


def owners(host):
    """Each daemon reads its own copy of the key, and nobody else but the acme user."""
    base = int(re.search(r"user_base = (\d+)", host.original).group(1))
    if base == 0:
        return
    for file, number in (("key.pem", 2), ("receiver-key.pem", 7), ("web-key.pem", 11)):
        facts = (host.folder / "tls" / file).stat()
        assert (facts.st_uid, facts.st_gid, facts.st_mode & 0o7777) == (base + 12, base + number, 0o640), file
    assert (host.folder / "acme").stat().st_mode & 0o7777 == 0o700
    assert (host.folder / "acme/mail/key.pem").stat().st_mode & 0o7777 == 0o600


def test_each_key_of_the_primary_writes_its_own_records_alone(dns):
    assert dns.update("acme", f"update add _acme-challenge.mail.{DOMAIN}. 1 TXT x") == ""
    assert dns.update("acme", f"update delete _acme-challenge.mail.{DOMAIN}. TXT") == ""
    for key, change in (("acme", f"mail.{DOMAIN}. 60 A 127.0.0.2"), ("acme", f"_25._tcp.mail.{DOMAIN}. 60 TLSA 3 1 1 00"),
                        ("acme", f"_acme-challenge.mail.{DOMAIN}. 60 CNAME other.{DOMAIN}."), ("acme", f"{DOMAIN}. 60 TXT v=spf1"),
                        ("tlsa", f"_acme-challenge.mail.{DOMAIN}. 60 TXT x"), ("tlsa", f"mail.{DOMAIN}. 60 TLSA 3 1 1 00"),
                        ("tlsa", f"_25._tcp.mail.{DOMAIN}. 60 TXT x")):
        assert "REFUSED" in dns.update(key, f"update add {change}"), (key, change)


def test_a_server_that_is_away_leaves_the_old_certificate_and_is_asked_later(host, dns, pebble):
    away = settings(pebble, pebble.client).replace(pebble.directory, "https://127.0.0.1:1/dir")
    host.configure(away)
    host.start("submission", "receiver")
    before = host.served("submission")
    first = host.scop("acme", "run", check=False)
    assert first.returncode == 1 and "certificate not obtained, the old one stays" in first.stderr, first.stderr
    assert "127.0.0.1" in first.stderr and "failures=1" in first.stderr
    second = host.scop("acme", "run", check=False)
    assert second.returncode == 1 and "certificate ordered" not in second.stderr, "it is not asked again before its time"
    assert host.served("submission") == before
    status = host.scop("acme", "status", "--json", check=False)
    told = json.loads(status.stdout)["certificates"][0]
    assert status.returncode == 1 and told["failures"] == 1 and told["step"] == "settled"
    assert "ordering it has failed 1 times" in host.scop("check").stdout
    host.configure(settings(pebble, pebble.client))
    host.scop("acme", "run", "--now")
    assert json.loads(host.scop("acme", "status", "--json").stdout)["certificates"][0]["problem"] == ""


def test_check_warns_of_a_certificate_that_nobody_renews(host):
    clock = host.folder.parent / "clock"
    for days, warning in ((0, None), (280, "its renewal is overdue by 15 days"), (390, "tls/cert.pem: expires in 6 days"), (398, "tls/cert.pem: expired")):
        clock.write_text(str(days * 86400))
        done = host.scop("check", check=False, SCOP_CLOCK=str(clock))
        assert (warning or "no problems") in done.stdout, (days, done.stdout)


@pytest.mark.parametrize("problem, least", [("rateLimited", 6 * 3600), ("unauthorized", 3600)])
def test_a_refusal_is_waited_for(host, pebble, problem, least):
    """pebble knows no rate limits: a client that says what uacme says of one stands for it."""
    client = host.folder.parent / "refused"
    client.write_text('#!/bin/sh\ncase "$*" in *new*) mkdir -p "$4"; exit 0;; esac\n'
                      f"echo 'uacme: the server reported the following error: {{\"type\": \"urn:ietf:params:acme:error:{problem}\"}}' >&2\nexit 2\n")
    client.chmod(0o755)
    host.configure(settings(pebble, client))
    done = host.scop("acme", "run", check=False)
    wait = int(re.search(r"retry_s=(\d+)", done.stderr).group(1))
    assert done.returncode == 1 and least <= wait <= least * 1.1, done.stderr


def test_a_name_that_cannot_be_proven_is_refused_and_said_so(host, dns, pebble):
    host.configure(settings(pebble, pebble.client, f'names = ["{HOST}", "other.{DOMAIN}"]'))  # the key may not write there
    done = host.scop("acme", "run", check=False)
    assert done.returncode == 1 and f"_acme-challenge.other.{DOMAIN}" in done.stderr and "REFUSED" in done.stderr, done.stderr


def test_wrong_settings_are_named_with_their_line(host):
    for line, words in (('directory = "http://x"', "directory"), ('names = ["MAIL"]', "names"), ('key_type = "dsa"', "key_type"),
                        ('terms_agreed = false\nenabled = true\nprimary = "127.0.0.1:53"', "terms_agreed"), ("colour = 1", "colour"),
                        ('tlsa_ports = ["x"]', "tlsa_ports"), ("enabled = true\nterms_agreed = true", "primary")):
        host.configure(line)
        done = host.scop("check", check=False)
        assert done.returncode == 1 and re.search(rf"scop.toml:\d+: .*\[acme\].*{words}", done.stdout), (line, done.stdout)


def test_a_server_that_rejects_nonces_is_asked_again_and_the_watch_ends_when_told(dns, pebble, host):
    """The watch by itself, against pebble with its habit of rejecting good nonces."""
    folder = pebble.folder / "rejecting"
    with Pebble(folder, dns.port, PEBBLE_WFE_NONCEREJECT="15") as rejecting:
        host.configure(settings(rejecting, pebble.client))
        reader, writer = os.pipe()
        log = open(host.folder / "watch.log", "ab")
        watch = subprocess.Popen([str(BIN / "scop"), "--config", str(host.folder / "scop.toml"), "acme", "watch"], stdout=log, stderr=log,
                                 pass_fds=[writer], env={**os.environ, "SCOP_READY_FD": str(writer)})
        os.close(writer)
        try:
            assert os.read(reader, 1) == b"R"
            end = time.monotonic() + 120
            while "certificate placed" not in host.log("watch"):
                assert time.monotonic() < end and watch.poll() is None, host.log("watch")
                time.sleep(0.1)
            watch.send_signal(signal.SIGHUP)
            host.start("submission", "receiver")
            while host.step() != "settled":
                assert time.monotonic() < end and watch.poll() is None, host.log("watch")
                time.sleep(0.1)
        finally:
            watch.terminate()
            assert watch.wait(30) in (0, -signal.SIGTERM)
            os.close(reader)
    assert "Pebble" in issuer(served_certificate(host.ports["submissions"], False))
