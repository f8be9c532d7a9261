"""The composed mesh: images from scratch, a network per pair of daemons, one mail to a local mailbox and one to the world.

Needs root, a Docker engine and Debian's docker-compose; skipped aloud where they are missing. Nothing is fetched.
"""
import json
import os
import pathlib
import re
import shutil
import smtplib
import socket
import socketserver
import ssl
import subprocess
import tempfile
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
COMPOSE = ROOT / "deploy/compose"
DAEMONS = ("accounts", "submission", "signer", "relay", "courier", "resolver", "receiver", "spamfilter", "verifier", "web")
PASSWORD = "correct horse battery staple"
TAG = f"test-{os.getpid()}"
SUBNET = f"10.{200 + os.getpid() % 50}.{os.getpid() // 50 % 60 * 4}.0/22"


def run(*command, **options):
    options = {"check": True, "capture_output": True, "text": True, "timeout": 300} | options
    try:
        return subprocess.run([str(part) for part in command], **options)
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{command}: {error.stdout}{error.stderr}") from error


def is_sanitized():
    cache = BIN.parent / "CMakeCache.txt"
    return cache.exists() and re.search(r"^SCOP_SANITIZE:\w+=ON$", cache.read_text(), re.M) is not None


def reason_to_skip():
    if is_sanitized():
        return "containers hold release builds: run with SCOP_BIN=build/release/bin (as .ci/run does)"
    if os.geteuid() != 0:
        return "not root: the daemons' folders could not be given to their users"
    if not shutil.which("docker") or run("docker", "info", check=False).returncode != 0:
        return "no Docker engine answers"
    if not shutil.which("docker-compose") and run("docker", "compose", "version", check=False).returncode != 0:
        return "neither docker-compose nor 'docker compose' is installed"
    missing = [name for name in ("scop", *(f"scop-{name}" for name in DAEMONS)) if not (BIN / name).exists()]
    return f"not built: {', '.join(missing)}" if missing else None


SKIP = reason_to_skip()
pytestmark = pytest.mark.skipif(SKIP is not None, reason=f"compose: {SKIP}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink(socketserver.ThreadingTCPServer):
    """The world's MX: takes everything, in clear."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address):
        super().__init__(address, SinkSession)
        self.messages = []


class SinkSession(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink.foreign.test ESMTP")
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.messages.append(b"".join(lines))
                self.say("250 2.0.0 taken")
            elif verb == b"EHLO":
                self.say("250-sink.foreign.test\r\n250-8BITMIME\r\n250 SMTPUTF8")
            else:
                self.say("221 2.0.0 bye" if verb == b"QUIT" else "250 2.0.0 fine")
                if verb == b"QUIT":
                    return


def network_blocks(folder):
    yaml = pytest.importorskip("yaml")
    document = yaml.safe_load((folder / "compose/docker-compose.yml").read_text())
    return {name: network["ipam"]["config"][0]["subnet"] for name, network in document["networks"].items()}


def gateway(block):
    import ipaddress
    return str(next(ipaddress.ip_network(block).hosts()))


class Composed:
    def __init__(self, folder):
        self.folder = folder
        self.project = f"scop{TAG.replace('-', '')}"
        self.port, self.tls_port, self.smtp_port, self.https_port, self.sink_port = (free_port() for _ in range(5))
        self.options = ["--folder", folder, "--bin", BIN, "--tag", TAG, "--subnet", SUBNET, "--submission", f"127.0.0.1:{self.port}",
                        "--submissions", f"127.0.0.1:{self.tls_port}", "--smtp", f"127.0.0.1:{self.smtp_port}",
                        "--https", f"127.0.0.1:{self.https_port}"]

    def prepare(self):
        run(BIN / "scop", "init", "--domain", "example.test", "--folder", self.folder, "--user-base", "20000", "--web-port", "443")
        # What the bridge of the courier's way out will be called is known before it is there.
        run(COMPOSE / "generate", *self.options)
        self.sink_address = gateway(network_blocks(self.folder)["world-courier"])
        run("python3", ROOT / "deploy/demo-parts/set.py", self.folder / "scop.toml", 'resolver.local_zones=["test. static"]')
        with open(self.folder / "scop.toml", "a", encoding="utf-8") as file:
            file.write(f'\n[[courier.route]]\ndomain = "foreign.test"\nto = "{self.sink_address}:{self.sink_port}"\n')

    def up(self):
        run(COMPOSE / "up", "--project", self.project, *self.options)
        self.sink = Sink((self.sink_address, self.sink_port))
        threading.Thread(target=self.sink.serve_forever, daemon=True).start()

    def down(self):
        if hasattr(self, "sink"):
            self.sink.shutdown()
        if (self.folder / "compose/docker-compose.yml").exists():
            run(COMPOSE / "up", "--project", self.project, "--folder", self.folder, "--down", check=False)
        run("docker", "rmi", *(f"scop-{name}:{TAG}" for name in DAEMONS), check=False)

    def scop(self, *arguments, **options):
        return run(BIN / "scop", "--config", self.folder / "scop-compose.toml", *arguments, **options)

    def container(self, name):
        found = run("docker", "ps", "-q", "--filter", f"label=com.docker.compose.project={self.project}", "--filter",
                    f"label=com.docker.compose.service={name}").stdout.split()
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def inspect(self, name):
        return json.loads(run("docker", "inspect", self.container(name)).stdout)[0]

    def log(self, name):
        done = run("docker", "logs", self.container(name))
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def composed():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="scop-compose-", dir="/var/tmp"))
    folder.chmod(0o755)  # the daemons' users walk here
    mesh = Composed(folder / "instance")
    try:
        mesh.prepare()
        mesh.up()
        yield mesh
    finally:
        mesh.down()
        shutil.rmtree(folder)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    return condition()


def test_one_mail_reaches_a_local_mailbox_and_the_world(composed):
    composed.scop("user", "add", "anna@example.test", "--password-file", "-", input=PASSWORD + "\n")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", composed.port, timeout=60) as client:
        client.starttls(context=context)
        client.login("anna@example.test", PASSWORD)
        client.sendmail("anna@example.test", ["anna@example.test", "bob@foreign.test"],
                        "From: anna@example.test\r\nTo: bob@foreign.test\r\nSubject: composed\r\n\r\nhello\r\n")
    mailbox = composed.folder / "relay/state/mail/example.test/anna/new"
    assert wait_for(lambda: mailbox.exists() and list(mailbox.iterdir())), composed.log("relay")
    assert b"Subject: composed" in next(mailbox.iterdir()).read_bytes()
    assert wait_for(lambda: composed.sink.messages), composed.log("relay") + composed.log("courier")
    assert composed.sink.messages[0].count(b"DKIM-Signature:") == 2


@pytest.mark.parametrize("name", DAEMONS)
def test_a_container_has_its_own_user_no_capability_nothing_to_write_and_no_shell(composed, name):
    facts = composed.inspect(name)
    host = facts["HostConfig"]
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["CapAdd"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"] > 0 and host["PidsLimit"] > 0
    assert facts["Config"]["User"] not in ("", "0", "0:0")
    writable = [mount["Source"] for mount in facts["Mounts"] if mount["RW"]]
    assert writable == [str(composed.folder / name / "state")]
    assert run("docker", "exec", composed.container(name), "/bin/sh", "-c", "true", check=False).returncode != 0


@pytest.mark.parametrize("name", DAEMONS)
def test_a_daemon_stands_behind_its_walls_in_the_container_too(composed, name):
    log = composed.log(name)
    assert "seccomp" in log and "landlock" in log, log
    assert "system call refused" not in log, log


def test_a_network_holds_two_daemons_that_may_call_each_other(composed):
    users = {}
    for name in DAEMONS:
        for network in composed.inspect(name)["NetworkSettings"]["Networks"]:
            users.setdefault(network.removeprefix(composed.project + "_"), set()).add(name)
    edges = json.loads(run(BIN / "scop", "topology", "--json").stdout)["edges"]
    allowed = {frozenset((edge["caller"], edge["callee"])) for edge in edges}
    for network, members in users.items():
        assert len(members) == 1 or frozenset(members) in allowed, f"{network}: {members}"
    out = {next(iter(members)) for network, members in users.items() if network.startswith("world-")}
    assert out == {"courier", "resolver"}


def test_only_the_edges_publish_ports(composed):
    for name in DAEMONS:
        published = {port for port, where in composed.inspect(name)["NetworkSettings"]["Ports"].items() if where}
        assert published == {"submission": {"587/tcp", "465/tcp"}, "receiver": {"25/tcp"}, "web": {"443/tcp"}}.get(name, set())


def test_the_web_daemon_serves_the_policy_of_its_domain(composed):
    policy = run("curl", "-sS", "--max-time", "60", "--cacert", composed.folder / "tls/web-cert.pem", "--connect-to",
                 f"::127.0.0.1:{composed.https_port}", "https://mta-sts.example.test/.well-known/mta-sts.txt").stdout
    assert "mx: mail.example.test" in policy, composed.log("web")
