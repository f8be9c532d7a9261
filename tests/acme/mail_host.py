"""An instance by `scop init` whose submission, receiver and web run as their own users, looked at from outside."""
import functools
import hashlib
import os
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from authorities import free_port
from primary import DOMAIN

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
HOST = f"mail.{DOMAIN}"


def served_certificate(port, starttls):
    """The certificate in DER that the port shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        if starttls:
            file = plain.makefile("rwb")

            def say(line):
                if line:
                    file.write(line)
                    file.flush()
                while (reply := file.readline())[3:4] == b"-":
                    pass
                assert reply[:1] == b"2", reply
            for line in (None, b"EHLO prober\r\n", b"STARTTLS\r\n"):
                say(line)
        with context.wrap_socket(plain, server_hostname=HOST) as tls:
            return tls.getpeercert(binary_form=True)


def openssl_out(*arguments, stdin):
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, capture_output=True).stdout


@functools.cache
def key_digest(der):
    """What TLSA 3 1 1 holds for a certificate."""
    public = openssl_out("x509", "-inform", "DER", "-pubkey", "-noout", stdin=der)
    return hashlib.sha256(openssl_out("pkey", "-pubin", "-outform", "DER", stdin=public)).hexdigest()


def issuer(der):
    return openssl_out("x509", "-inform", "DER", "-noout", "-issuer", stdin=der).decode()


class MailHost:
    def __init__(self, dns, user_base=None):
        self._folder = tempfile.TemporaryDirectory(prefix="scop-acme-", dir="/var/tmp")
        Path(self._folder.name).chmod(0o755)
        self.folder = Path(self._folder.name) / "instance"
        self.dns = dns
        self.ports = {name: free_port() for name in ("receiver", "submission", "submissions", "web")}
        self.processes = {}
        more = [] if user_base is None else ["--user-base", str(user_base)]
        base = 20000 + os.getpid() * 7 % 10000
        subprocess.run([BIN / "scop", "init", "--domain", DOMAIN, "--folder", self.folder, "--base-port", str(base), "--receiver-port",
                        str(self.ports["receiver"]), "--submission-port", str(self.ports["submission"]), "--submissions-port",
                        str(self.ports["submissions"]), *more], check=True, capture_output=True, text=True)
        self.original = (self.folder / "scop.toml").read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.stop(name)
        self._folder.cleanup()

    def configure(self, acme, **sections):
        """[acme] as given, and the secrets where it looks for them."""
        (self.folder / "acme").mkdir(exist_ok=True)
        for name in ("acme", "tlsa"):
            (self.folder / f"acme/{'tsig' if name == 'acme' else name}.key").write_text((self.dns.folder / f"{name}.key").read_text())
        if "web" in sections:
            self.make_web_pair()
        sections = {"acme": acme, **sections}
        text, is_kept = "", True
        for line in self.original.splitlines():
            if line.startswith("["):
                is_kept = line.strip("[]") not in sections
            text += line + "\n" if is_kept else ""
        for name, body in sections.items():
            text += f"[{name}]\n{body}\n"
        (self.folder / "scop.toml").write_text(text)

    def make_web_pair(self):
        for name in ("cert", "key"):  # something to begin with, as `scop init` makes for the mail ports
            file = self.folder / f"tls/web-{name}.pem"
            if not file.exists():
                shutil.copy(self.folder / f"tls/{name}.pem", file)

    def scop(self, *words, prefix=(), check=True, **environment):
        done = subprocess.run([*prefix, str(BIN / "scop"), "--config", str(self.folder / "scop.toml"), *map(str, words)], capture_output=True, text=True,
                              timeout=600, env={**os.environ, "TERM": "dumb", **environment})
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self, *names):
        for name in names:
            reader, writer = os.pipe()
            log = open(self.folder / f"{name}.log", "ab")
            self.processes[name] = subprocess.Popen([str(BIN / f"scop-{name}"), "--config", str(self.folder / "scop.toml")], stdout=log, stderr=log,
                                                    pass_fds=[writer], env={**os.environ, "SCOP_READY_FD": str(writer)})
            os.close(writer)
            ready, _, _ = select.select([reader], [], [], 120)
            assert ready and os.read(reader, 1) == b"R", self.log(name)
            os.close(reader)

    def stop(self, name):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, self.log(name)

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def served(self, name):
        return served_certificate(self.ports[name], starttls=name in ("receiver", "submission"))

    def step(self):
        try:
            return dict(line.split(" ", 1) for line in (self.folder / "tls/mail.roll").read_text().splitlines()).get("step")
        except OSError:
            return None


class Prober(threading.Thread):
    """Looks at a port again and again while certificates change: is the key that it serves in every TLSA set that a resolver may hold?

    A resolver may hold whatever the primary said at any time within the last TTL. The sets are read more often than the port, and each
    is taken to hold from the look before it until the look behind it, so that what cannot be known counts for the server.
    """

    def __init__(self, host, name, owner):
        super().__init__(daemon=True)
        self.host, self.name_, self.owner = host, name, owner
        self.sets, self.faults, self.seen, self.looks = [], [], set(), 0
        self.ending = threading.Event()
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self.ending.is_set():
            records, ttl = self.host.dns.records(self.owner, "TLSA")
            if not self.sets or self.sets[-1][2] != records:
                self.sets.append([time.monotonic(), None, records, ttl])
            self.sets[-1][1] = time.monotonic()
            time.sleep(0.02)

    def run(self):
        self.watcher.start()
        while not self.ending.is_set():
            began = time.monotonic()
            try:
                digest = key_digest(self.host.served(self.name_))
            except OSError as error:
                self.faults.append(f"refused: {error}")
                continue
            self.looks += 1
            self.seen.add(digest)
            for first, last, records, ttl in list(self.sets):
                if records and last > began - ttl and first < began and f"3 1 1 {digest}" not in records:
                    self.faults.append(f"{digest[:8]} served while a resolver may hold {sorted(record[6:14] for record in records)}")

    def end(self):
        self.ending.set()
        self.join(90)
        self.watcher.join(60)
        return self
