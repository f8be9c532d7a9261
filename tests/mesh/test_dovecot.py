"""A real Dovecot keeps the mailboxes: made by `scop dovecot`, delivered to by LMTP, its users log in by IMAP with the
passwords of `scop user add`, and what they move into Junk is learnt."""
import concurrent.futures
import hashlib
import imaplib
import os
import subprocess
import uuid
from pathlib import Path

import grpc
import mesh as meshes
import pytest
from mesh import BIN, DOMAIN, Ports, wait_until
from pipes import Identity, authority, channel, code_of, pb, stream, unary

OWNER = 8  # user and group "mail", which every Debian has
ANNA = f"anna@{DOMAIN}"
NEEDED = ("/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp", "/usr/bin/sievec")

pytestmark = [
    pytest.mark.skipif(not all(os.path.exists(path) for path in NEEDED), reason="no Dovecot: deploy/packages test installs it"),
    pytest.mark.skipif(os.geteuid() != 0, reason="Dovecot wants root"),
    pytest.mark.skipif(not (BIN / "scop-mailbox").exists(), reason="no scop-mailbox"),
]

CONF = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_vsz_limit = 0
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
!include {conf}
"""


class FakeFilter:
    """Spamfilter/Train: keeps the lessons."""

    def __init__(self, mesh):
        self.mesh, self.lessons = mesh, []

    def __enter__(self):
        spamfilter = pb("spamfilter")
        handler = grpc.stream_unary_rpc_method_handler(self._train, spamfilter.TrainPart.FromString,
                                                       spamfilter.TrainReply.SerializeToString)
        identity = Identity.of(self.mesh, "spamfilter")
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("scop.v1.Spamfilter", {"Train": handler})])
        credentials = grpc.ssl_server_credentials([(identity.key, identity.certificate)], authority(self.mesh), True)
        assert self.server.add_secure_port(f"127.0.0.1:{self.mesh.ports['spamfilter']}", credentials)
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0).wait(5)

    def _train(self, parts, _):
        head, octets, ended = None, b"", False
        for part in parts:
            kind = part.WhichOneof("part")
            head = part.head if kind == "head" else head
            octets += part.data if kind == "data" else b""
            ended = ended or kind == "end"
        assert ended
        self.lessons.append((pb("spamfilter").TrainHead.Kind.Name(head.kind), head.user, octets))
        return pb("spamfilter").TrainReply(changed=True)


class Dovecot:
    def __init__(self, mesh):
        self.mesh, self.folder, self.port = mesh, mesh.folder / "dovecot", Ports.take()
        self.socket = mesh.instance / "relay/state/lmtp"
        (self.folder / "run").mkdir(parents=True)
        (self.folder / "mail").mkdir()
        os.chown(self.folder / "mail", OWNER, OWNER)
        mesh.command("dovecot", self.folder / "scop", "--mail", self.folder / "mail", "--user", "mail", "--group", "mail")
        for script in ("junk", "learn-spam", "learn-ham"):
            subprocess.run(["sievec", "-x", "+vnd.dovecot.pipe +vnd.dovecot.environment", "-c", "/dev/null",
                            self.folder / f"scop/{script}.sieve"], capture_output=True)
        self.conf = self.folder / "dovecot.conf"
        self.conf.write_text(CONF.format(run=self.folder / "run", folder=self.folder, port=self.port, conf=self.folder / "scop/scop.conf"))
        self.process = None

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", self.conf], stdin=subprocess.DEVNULL)
        wait_until(self.answers, "Dovecot does not come up")

    def answers(self):
        try:
            imaplib.IMAP4("127.0.0.1", self.port, timeout=5).logout()
        except OSError:
            return False
        return True

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def log(self):
        file = self.folder / "dovecot.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def login(self, user=ANNA, password="correct-horse-battery"):
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        client.login(user, password)
        return client


@pytest.fixture(scope="module")
def place_of(place):
    mesh = meshes.Mesh(place / "dovecot-mesh", daemons=("accounts", "relay"), start=False,
                       settings={"relay.subaddress_folders": "true"})
    mesh.init()
    key = mesh.instance / "mailbox"
    for path, mode in ((key, 0o750), (key / "cert", 0o750), (key / "cert/key.pem", 0o640), (key / "cert/cert.pem", 0o640)):
        os.chown(path, 0, OWNER)
        path.chmod(mode)
    dovecot = Dovecot(mesh)
    with open(mesh.config, "a", encoding="utf-8") as file:
        file.write(f'\n[[relay.lmtp]]\ndomain = "{DOMAIN}"\nto = "{dovecot.socket}"\n')
    mesh.start(("accounts", "relay"))
    try:
        mesh.add_user(ANNA)
        with FakeFilter(mesh) as lessons:
            dovecot.start()
            yield mesh, dovecot, lessons
    finally:
        dovecot.stop()
        mesh.stop()
        print(dovecot.log()[-3000:], mesh.log("relay")[-2000:])


def give(mesh, subject, junk=False, to=ANNA, spf="none", octets=1000):
    """What the verifier would pass: a message from the world."""
    pbs = pb("stage")
    body = f"From: s@foreign.test\r\nSubject: {subject}\r\nX-Spam-Flag: {'NO' if junk else 'YES'}\r\n\r\n".encode()
    body += b".a line that begins with a dot\r\n" * (octets // 30)
    envelope = pbs.Envelope(id=uuid.uuid4().bytes, trace="t", role=pbs.ROLE_RECEIVED, client_address="192.0.2.7",
                            client_helo="mx.foreign.test", client_name="mx.foreign.test", reverse_path="s@foreign.test",
                            protocol="ESMTPS", edge_host=f"mail.{DOMAIN}", recipients=[pbs.Recipient(address=to)])
    findings = pbs.Findings(size=len(body), sha256=hashlib.sha256(body).digest(),
                            verdicts=[pbs.Verdict(judge="verifier", method="spf", result=spf)])
    findings.dispositions.add(address=to, kind=pbs.Disposition.JUNK if junk else pbs.Disposition.INBOX)
    parts = [pbs.Part(envelope=envelope)]
    parts += [pbs.Part(data=body[at:at + 50_000]) for at in range(0, len(body), 50_000)] + [pbs.Part(findings=findings)]
    with channel(mesh, "relay", Identity.of(mesh, "verifier")) as pipe:
        receipt = stream(pipe, "scop.v1.Stage/Pass", parts, pbs.Receipt, 30)
    assert receipt.HasField("accepted"), receipt
    return body


def found(client, folder, subject):
    client.select(folder)
    return client.search(None, "SUBJECT", f'"{subject}"')[1][0].split()


def arrives(dovecot, folder, subject):
    def look():
        client = dovecot.login()
        try:
            return found(client, folder, subject)
        finally:
            client.logout()
    return wait_until(look, f"{subject} does not arrive in {folder}: {dovecot.log()[-2000:]}", every=0.3)


def test_a_message_is_delivered_and_read_over_imap(place_of):
    mesh, dovecot, _ = place_of
    body = give(mesh, "plain", octets=200_000)
    arrives(dovecot, "INBOX", "plain")
    client = dovecot.login()
    number = found(client, "INBOX", "plain")[0]
    text = client.fetch(number, "(BODY.PEEK[])")[1][0][1]
    assert text.endswith(body.split(b"\r\n\r\n", 1)[1])
    assert b"Return-Path: <s@foreign.test>" in text
    assert b"Received: from mx.foreign.test (mx.foreign.test [192.0.2.7])" in text
    client.logout()


def test_junk_is_filed_by_sieve_and_what_is_moved_is_learnt(place_of):
    mesh, dovecot, lessons = place_of
    give(mesh, "unwanted", junk=True)
    arrives(dovecot, "Junk", "unwanted")
    client = dovecot.login()
    client.select("Junk")
    client.copy(found(client, "Junk", "unwanted")[0], "INBOX")
    wait_until(lambda: lessons.lessons, "nothing is learnt: " + dovecot.log()[-2000:])
    kind, user, octets = lessons.lessons.pop()
    assert (kind, user) == ("HAM", ANNA)
    assert b"Subject: unwanted" in octets and b".a line" in octets
    give(mesh, "missed")
    number = arrives(dovecot, "INBOX", "missed")[0]
    client.select("INBOX")
    client.copy(number, "Junk")
    wait_until(lambda: lessons.lessons, "nothing is learnt: " + dovecot.log()[-2000:])
    kind, user, octets = lessons.lessons.pop()
    assert (kind, user) == ("SPAM", ANNA) and b"Subject: missed" in octets
    client.logout()


def test_wrong_passwords_and_strangers_do_not_get_in(place_of):
    _, dovecot, _ = place_of
    for user, password in ((ANNA, "wrong"), (f"eve@{DOMAIN}", "correct-horse-battery"), (ANNA, "")):
        with pytest.raises(imaplib.IMAP4.error):
            dovecot.login(user, password)
    assert "correct-horse-battery" not in dovecot.log()


def test_mail_waits_while_dovecot_is_away(place_of):
    mesh, dovecot, _ = place_of
    dovecot.stop()
    give(mesh, "patience")
    wait_until(lambda: "451 4.4.1 connect to" in mesh.log("relay"), "no attempt is made")
    dovecot.start()
    arrives(dovecot, "INBOX", "patience")


def test_a_user_that_dovecot_does_not_know_fails_without_backscatter(place_of):
    mesh, dovecot, _ = place_of
    login = mesh.add_user(f"gone@{DOMAIN}")
    mesh.command("user", "disable", login)
    # The relay asks accounts too: what fails is found there, and nobody is told.
    pbs = pb("stage")
    with channel(mesh, "relay", Identity.of(mesh, "verifier")) as pipe:
        envelope = pbs.Envelope(id=uuid.uuid4().bytes, trace="t", role=pbs.ROLE_RECEIVED, recipients=[pbs.Recipient(address=login)])
        receipt = stream(pipe, "scop.v1.Stage/Pass", [pbs.Part(envelope=envelope)], pbs.Receipt)
    assert receipt.refused.enhanced == "5.2.1"


def test_the_relay_reaches_no_other_socket_port(place_of):
    mesh, _, _ = place_of
    status = Path(f"/proc/{mesh.processes['relay'].pid}/status").read_text()
    assert "Seccomp:\t2" in status
    assert code_of(unary, channel(mesh, "accounts", Identity.of(mesh, "relay")), "scop.v1.Accounts/Lookup",
                   pb("accounts").LookupRequest(login=ANNA), pb("accounts").LookupReply) == grpc.StatusCode.PERMISSION_DENIED
