"""The composed stack under test: made once a run, with images and networks of its own; nothing is fetched but Dovecot's packages."""
import imaplib
import ipaddress
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
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
COMPOSE = ROOT / "deploy/compose"
DAEMONS = ("accounts", "submission", "signer", "relay", "courier", "resolver", "receiver", "spamfilter", "verifier", "web")
CONTAINERS = (*DAEMONS, "mailbox")
USER_BASE = 20000
ANNA = "anna@example.test"
PASSWORD = "correct horse battery staple"
TAG = f"test-{os.getpid()}"
SUBNET = f"10.{200 + os.getpid() % 50}.{os.getpid() // 50 % 60 * 4}.0/22"
TABLE = f"scoptest{os.getpid()}"


def run(*command, **options):
    options = {"check": True, "capture_output": True, "text": True, "timeout": 400} | options
    try:
        return subprocess.run([str(part) for part in command], **options)
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{command}: {error.stdout}{error.stderr}") from error


def is_sanitized():
    cache = BIN.parent / "CMakeCache.txt"
    return cache.exists() and re.search(r"^SCOP_SANITIZE:\w+=ON$", cache.read_text(), re.M) is not None


def is_built(name):
    return (BIN / name).exists() or (BIN / "static" / name).exists()


def reason_to_skip():
    if is_sanitized():
        return "containers hold release builds: run with SCOP_BIN=build/release/bin (as .ci/run does)"
    if os.geteuid() != 0:
        return "not root: the daemons' folders could not be given to their users"
    if not shutil.which("docker") or run("docker", "info", check=False).returncode != 0:
        return "no Docker engine answers"
    if not shutil.which("docker-compose") and run("docker", "compose", "version", check=False).returncode != 0:
        return "neither docker-compose nor 'docker compose' is installed"
    missing = [name for name in ("scop", "scop-mailbox", *(f"scop-{name}" for name in DAEMONS)) if not is_built(name)]
    return f"not built: {', '.join(missing)}" if missing else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    return condition()


def blind_tls():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


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


class Stack:
    def __init__(self, folder):
        self.folder = folder
        self.project = TABLE
        options = ("submission", "submissions", "smtp", "https", "imaps", "sieve")
        self.ports = {name: free_port() for name in options}
        self.sink_port = free_port()
        self.options = ["--folder", folder, "--bin", BIN, "--tag", TAG, "--subnet", SUBNET]
        for name in options:
            # SMTP on every address of the host, as in the world; all else on loopback.
            self.options += [f"--{name}", str(self.ports[name]) if name == "smtp" else f"127.0.0.1:{self.ports[name]}"]

    def prepare(self):
        run(BIN / "scop", "init", "--domain", "example.test", "--folder", self.folder, "--user-base", USER_BASE, "--web-port", "443")
        # What the bridge of the courier's way out will be called is known before it is there.
        run(COMPOSE / "generate", *self.options, "--project", self.project)
        self.sink_address = str(next(ipaddress.ip_network(self.block("world-courier")).hosts()))
        run("python3", ROOT / "deploy/demo-parts/set.py", self.folder / "scop.toml", 'resolver.local_zones=["test. static"]',
            'receiver.greeting_delay="0s"')
        credentials = self.folder / "courier/credentials"
        credentials.mkdir()
        (credentials / "smarthost").write_text("anna\nsecret\n")
        os.chown(credentials / "smarthost", USER_BASE + 5, USER_BASE + 5)
        (credentials / "smarthost").chmod(0o600)
        with open(self.folder / "scop.toml", "a", encoding="utf-8") as file:
            file.write(f'\n[[courier.route]]\ndomain = "foreign.test"\nto = "{self.sink_address}:{self.sink_port}"\n'
                       '\n[[courier.route]]\ndomain = "elsewhere.test"\nto = "smarthost.test:587"\ntls = "verify"\n'
                       'credentials = "courier/credentials/smarthost"\n')

    def document(self):
        import yaml
        return yaml.safe_load((self.folder / "compose/docker-compose.yml").read_text())

    def block(self, network):
        return self.document()["networks"][network]["ipam"]["config"][0]["subnet"]

    def up(self):
        self.said = run(COMPOSE / "up", "--project", self.project, *self.options, timeout=900)
        self.sink = Sink((self.sink_address, self.sink_port))
        threading.Thread(target=self.sink.serve_forever, daemon=True).start()
        self.scop("user", "add", ANNA, "--password-file", "-", input=PASSWORD + "\n")

    def down(self):
        if hasattr(self, "sink"):
            self.sink.shutdown()
        if (self.folder / "compose/docker-compose.yml").exists():
            run(COMPOSE / "up", "--project", self.project, "--folder", self.folder, "--down", check=False)
        run("docker", "rmi", *(f"scop-{name}:{TAG}" for name in CONTAINERS), check=False)

    def scop(self, *arguments, **options):
        return run(BIN / "scop", "--config", self.folder / "scop-compose.toml", *arguments, **options)

    def container(self, name):
        found = run("docker", "ps", "-aq", "--filter", f"label=com.docker.compose.project={self.project}", "--filter",
                    f"label=com.docker.compose.service={name}").stdout.split()
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def inspect(self, name):
        return json.loads(run("docker", "inspect", self.container(name)).stdout)[0]

    def log(self, name):
        done = run("docker", "logs", self.container(name))
        return done.stdout + done.stderr

    def submit(self, recipients, subject, **headers):
        """Raises what smtplib raises; a return is the 250."""
        with smtplib.SMTP("127.0.0.1", self.ports["submission"], timeout=60) as client:
            client.starttls(context=blind_tls())
            client.login(ANNA, PASSWORD)
            client.sendmail(ANNA, recipients, f"From: {ANNA}\r\nTo: {recipients[0]}\r\nSubject: {subject}\r\n\r\nhello\r\n")

    def hand_in(self, subject, host="127.0.0.1"):
        """As the world does, on 25."""
        with smtplib.SMTP(host, self.ports["smtp"], timeout=60, local_hostname="stranger.foreign.test") as client:
            client.sendmail("bob@foreign.test", [ANNA], f"From: bob@foreign.test\r\nTo: {ANNA}\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
                            f"Message-ID: <{subject}@foreign.test>\r\nSubject: {subject}\r\n\r\nhello anna\r\n")

    def imap(self):
        client = imaplib.IMAP4_SSL("127.0.0.1", self.ports["imaps"], ssl_context=blind_tls(), timeout=60)
        client.login(ANNA, PASSWORD)
        return client

    def subjects(self, folder="INBOX"):
        client = self.imap()
        try:
            client.select(folder, readonly=True)
            numbers = client.search(None, "ALL")[1][0].decode().split()
            if not numbers:
                return []
            lines = client.fetch(",".join(numbers), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
            return [part[1].decode().strip().removeprefix("Subject: ") for part in lines if isinstance(part, tuple)]
        finally:
            client.logout()
