"""Postfix in the same world: as a host with TLSA records, and as another judge of them (posttls-finger, its TLS client without mail)."""
import os
import shutil
import signal
import socket
import subprocess

import pytest
from instance import eventually
from names import HOST

MX = ".signed.example"

pytestmark = pytest.mark.skipif(shutil.which("posttls-finger", path="/usr/sbin") is None, reason="Postfix is not installed")

# Not here: an insecure MX at a host with secure TLSA records. Postfix goes by them unless told otherwise (smtp_tls_dane_insecure_mx_policy),
# we do not (RFC 7672 2.2.1): a forger who can put us off may as well name a host of his own.
CASES = [(domain + MX, certificate) for domain, certificate in [
    ("ee", "ee"), ("ee", "next"), ("other", "ee"), ("pair", "ee"), ("pair", "next"), ("pair", "stranger"), ("ee-301", "ee"), ("ee-312", "ee"),
    ("ee-310", "ee"), ("ta-211", "ta"), ("ta-201", "ta"), ("ta-211", "ta-other-name"), ("ta-201", "ta-expired"), ("ta-211", "stranger"),
    ("mixed", "ee"), ("mixed", "next"), ("ta-or-ee", "ta"), ("ta-or-ee", "ee"), ("agile", "stranger"), ("agile", "ee"), ("unusable", "stranger"), ("malformed", "stranger"), ("none", "stranger"), 
    ("nodata", "stranger"), ("servfail", "ee"), ("bare", "ee"), ("bare", "next"), ("x.wild", "ee"), ("wildcard-tlsa", "stranger"),
    ("alias-host", "ee"), ("alias-host", "next"), ("alias-host-own-tlsa", "ee"), ("alias-host-own-tlsa", "next"), ("alias-leaves", "ee"),
    ("alias-leaves", "next"), ("alias-leaves-without-tlsa", "stranger"), ("alias-enters", "stranger"), ("alias-domain", "ee"),
    ("alias-domain-leaves", "stranger"), ("tlsa-alias", "ee"), ("tlsa-leaves", "stranger"), ("tlsa-dangles", "stranger"), ("insecure-host", "stranger")]]
CASES += [("bogustlsa.example", "ee"), ("bogusaddress.example", "ee"), ("bogusmx.example", "ee"), ("mail.insecure.example", "stranger"),
          ("island.example", "stranger")]


def finger(world, domain):
    """What Postfix's client says at the level "dane": "verified", "any" (whatever the certificate) or "stopped". Of a host without
    STARTTLS it says nothing."""
    resolv = world.folder / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions trust-ad edns0\n")
    script = 'mount --make-rprivate / && mount --bind "$0" /etc/resolv.conf && exec /usr/sbin/posttls-finger -c -l dane -t 60 -T 60 "$1"'
    with world.net.inside("us"):
        done = subprocess.run(["unshare", "-m", "sh", "-c", script, resolv, domain], capture_output=True, text=True, timeout=200)
    said = done.stdout + done.stderr
    if "Verified TLS connection established" in said:
        return "verified", said
    stopped = ("server certificate verification failed", "Failed to establish session", "TLS is required, but", "lookup error", "lookup failed")
    if any(one in said for one in stopped):
        return "stopped", said
    return ("any" if "TLS connection established" in said else "nothing"), said


def courier(report):
    if report.relayed:
        return "verified" if " verified" in report.tls else "any"
    return "stopped"


@pytest.mark.parametrize("domain, certificate", CASES)
def test_postfix_decides_the_same(world, domain, certificate):
    with world.host(certificate):
        theirs, said = finger(world, domain)
    with world.host(certificate):
        ours = world.attempt(domain)
    assert courier(ours) == theirs, f"{ours}\n{said}"


MAIN_CF = """\
compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
myhostname = mx-ee.signed.example
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = {address}
inet_protocols = ipv4
mynetworks = 198.51.100.0/24
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
default_transport = discard:
"""
MASTER_CF = """\
{address}:25 inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
discard   unix - - n - - discard
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    def __init__(self, world, certificate):
        self.world, self.folder = world, world.folder / f"postfix-{certificate}"
        for name in ("etc", "queue", "data", "log"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        shutil.chown(self.folder / "data", "postfix")
        files = world.files[certificate]
        (self.folder / "etc/main.cf").write_text(MAIN_CF.format(folder=self.folder, address=HOST, certificate=files[0], key=files[1]))
        (self.folder / "etc/master.cf").write_text(MASTER_CF.format(address=HOST))

    def __enter__(self):
        with self.world.net.inside("world"), open(self.folder / "log/out", "ab") as log:
            self.process = subprocess.Popen(["/usr/sbin/postfix", "-c", self.folder / "etc", "start-fg"], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True)
        assert eventually(lambda: "daemon started" in self.log(), 60), self.log() + (self.folder / "log/out").read_text()
        return self

    def __exit__(self, *_):
        # The master leads a session of its own, in which all its children are.
        master = int((self.folder / "queue/pid/master.pid").read_text())
        os.killpg(master, signal.SIGKILL)
        self.process.wait(60)
        assert eventually(lambda: not self._answers(), 60), "its smtpd outlives it"

    def _answers(self):
        with self.world.net.inside("world"), socket.socket() as one:
            return one.connect_ex((HOST, 25)) == 0

    def log(self):
        file = self.folder / "log/mail.log"
        return file.read_text(errors="replace") if file.exists() else ""


def test_a_real_postfix_with_the_right_key_gets_the_mail(world):
    with Postfix(world, "ee") as postfix:
        report = world.attempt("ee" + MX)
        assert report.relayed and report.policy == "dane" and " verified" in report.tls, report
        assert eventually(lambda: "status=sent" in postfix.log(), 60) and "TLS connection established from" in postfix.log()


def test_a_real_postfix_with_another_key_gets_none(world):
    with Postfix(world, "next") as postfix:
        report = world.attempt("ee" + MX)
        assert report.result == "DEFERRED" and report.reply.startswith("451 4.7."), report
        assert "from=<" not in postfix.log()
