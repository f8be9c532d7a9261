"""Instances of the mesh for tests: made by `scop init` in a folder of their own, on free ports, real processes.

    with Mesh(folder, mx=mx) as mesh:       # init, ports, routes; daemons are started and stopped
        mesh.add_user("anna@example.test", "secret")
        mesh.submit("k1", ["bob@foreign.test"])

Daemons are started directly, one Popen each, so that a test can kill or leave out any of them; supervise() restarts
what dies, as `scop up` does.
"""
import base64
import email
import email.policy
import json
import os
import re
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
DAEMONS = ("accounts", "resolver", "courier", "relay", "signer", "submission", "verifier", "spamfilter", "receiver", "web")  # callees first
OUTBOUND = ("accounts", "resolver", "courier", "relay", "signer", "submission")
INBOUND = ("accounts", "resolver", "relay", "verifier", "spamfilter", "receiver")
DOMAIN = "example.test"
SLOW = 3 if "dev" in BIN.parts else 1  # what sanitizers cost

# Retries within seconds. The resolver answers for the test's domains alone.
QUICK = {
    "relay.retry": '["300ms", "500ms", "1s"]',
    "relay.longest_wait": '"1s"',
    "accounts.messages_per_hour": "0",
    "accounts.recipients_per_hour": "0",
    "courier.allow_loopback": "true",
    "resolver.insecure_domains": '["test"]',
    "resolver.local_zones": '["test. static"]',
}


class Ports:
    """Free ports below the range that the kernel hands out by itself, so that a restarted daemon finds its own free again;
    each worker of pytest-xdist has a range of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    first = 10000 + worker % 5 * 4400
    next_one = first + os.getpid() * 37 % 3000

    @classmethod
    def take(cls):
        while True:
            cls.next_one += 1
            if cls.next_one >= cls.first + 4400:
                cls.next_one = cls.first
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", cls.next_one))
                    return cls.next_one
                except OSError:
                    continue


def have_daemons():
    return all((BIN / f"scop-{name}").exists() for name in DAEMONS) and (BIN / "scop").exists()


class Mesh:
    def __init__(self, folder, mx=None, settings=None, routes=None, daemons=DAEMONS, start=True):
        """`mx`: where foreign.test's mail goes, by a route; `routes`: domain → port, else; `settings`: {"relay.retry": "…"}."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.instance = self.folder / "instance"
        self.config = self.instance / "scop.toml"
        self.wanted, self.start_now = daemons, start
        self.ports = {name: Ports.take() for name in DAEMONS}
        self.port, self.tls_port, self.dns_port, self.mx_port = Ports.take(), Ports.take(), Ports.take(), Ports.take()
        self.routes = dict(routes or {})
        if mx:
            self.routes.setdefault("foreign.test", mx.port)
        self.settings = {**QUICK, **(settings or {})}
        self.processes, self.ready, self.deaths, self.kills = {}, {}, [], []
        self._supervisor, self._lock = None, threading.RLock()
        self.login, self.password = None, None

    def __enter__(self):
        self.init()
        if self.start_now:
            self.start(self.wanted)
        return self

    def __exit__(self, kind, *_):
        self.stop()
        if kind and os.environ.get("SCOP_SHOW_LOGS", "1") == "1":
            self.show_logs()

    # Configuration.

    def scop(self, *arguments, check=True, stdin=None):
        done = subprocess.run([str(BIN / "scop"), *map(str, arguments)], capture_output=True, text=True, timeout=60, input=stdin)
        if check and done.returncode != 0:
            raise RuntimeError(f"scop {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done

    def command(self, *arguments, **options):
        return self.scop("--config", self.config, *arguments, **options)

    def init(self):
        self.scop("init", "--domain", DOMAIN, "--host", f"mail.{DOMAIN}", "--address", "127.0.0.1", "--folder", self.instance)
        wanted = {f"pipes.{name}": f'"127.0.0.1:{port}"' for name, port in self.ports.items()}
        wanted["submission.listen"] = f'["127.0.0.1:{self.port}"]'
        wanted["submission.listen_tls"] = f'["127.0.0.1:{self.tls_port}"]'
        wanted["receiver.listen"] = f'["127.0.0.1:{self.mx_port}"]'
        wanted["resolver.listen"] = f'["127.0.0.1:{self.dns_port}"]'
        wanted.update(self.settings)
        self.set(wanted)
        with open(self.config, "a", encoding="utf-8") as file:
            for domain, port in self.routes.items():
                file.write(f'\n[[courier.route]]\ndomain = "{domain}"\nto = "127.0.0.1:{port}"\n')

    def set(self, settings):
        setter = ROOT / "deploy/demo-parts/set.py"
        assert self.config.exists()
        subprocess.run([sys.executable, str(setter), str(self.config), *(f"{key}={value}" for key, value in settings.items())],
                       check=True)

    # Processes.

    def start(self, names=DAEMONS):
        waiting = [(name, self._spawn(name)) for name in names]
        for name, ready in waiting:
            self._await_ready(name, ready)

    def _spawn(self, name):
        with self._lock:
            (self.folder / "log").mkdir(exist_ok=True)
            self.ready[name] = False
            reader, writer = os.pipe()
            log = open(self.folder / f"log/{name}.log", "ab")
            environment = {**os.environ, "SCOP_READY_FD": str(writer)}
            self.processes[name] = subprocess.Popen([str(BIN / f"scop-{name}"), "--config", str(self.config)], stdin=subprocess.DEVNULL,
                                                    stdout=log, stderr=log, pass_fds=[writer], env=environment)
            log.close()
            os.close(writer)
            return reader

    def _await_ready(self, name, reader, seconds=20):
        os.set_blocking(reader, False)
        end = time.monotonic() + seconds * SLOW
        try:
            while time.monotonic() < end:
                try:
                    octet = os.read(reader, 1)
                except BlockingIOError:
                    time.sleep(0.005)
                    continue
                if octet == b"R":
                    self.ready[name] = True
                    return
                break
        finally:
            os.close(reader)
        raise RuntimeError(f"scop-{name} did not become ready:\n{self.log(name)[-2000:]}")

    def stop_one(self, name, how=signal.SIGTERM, seconds=15):
        with self._lock:
            process = self.processes.pop(name, None)
        if process is None:
            return None
        process.send_signal(how)
        try:
            return process.wait(seconds * SLOW)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return "had to be killed"

    def kill(self, name):
        """kill -9; a supervisor brings it back."""
        with self._lock:
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                return False
            self.kills.append((time.monotonic(), name))
            process.kill()
            return True

    def start_one(self, name):
        self._await_ready(name, self._spawn(name))

    def supervise(self):
        """Restarts what dies, within 20 ms, until stop()."""
        self._supervising = True

        def run():
            while self._supervising:
                dead = [(name, process) for name, process in list(self.processes.items()) if process.poll() is not None]
                for name, process in dead:
                    self.deaths.append((time.monotonic(), name, process.returncode))
                for name, ready in [(name, self._spawn(name)) for name, _ in dead if self._supervising]:
                    try:
                        self._await_ready(name, ready)
                    except RuntimeError as error:
                        if self.processes[name].poll() != -signal.SIGKILL:  # else it was killed again meanwhile
                            print(error, file=sys.stderr)
                time.sleep(0.02)

        self._supervisor = threading.Thread(target=run, daemon=True)
        self._supervisor.start()

    def is_whole(self):
        """All daemons have said that they are ready, and none has died since."""
        return all(self.ready.get(name) and process.poll() is None for name, process in list(self.processes.items()))

    def stop(self):
        self._supervising = False
        if self._supervisor:
            self._supervisor.join(30)
            self._supervisor = None
        with self._lock:
            names = [name for name in reversed(DAEMONS) if name in self.processes]
        for name in names:  # all drain at once
            if self.processes[name].poll() is None:
                self.processes[name].terminate()
        return {name: self.stop_one(name) for name in names}

    def crashes(self):
        """Deaths that no test has asked for: (when, name, status)."""
        return [death for death in self.deaths if death[2] != -signal.SIGKILL]

    def log(self, name):
        path = self.folder / f"log/{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def show_logs(self, lines=40):
        for name in DAEMONS:
            tail = self.log(name).splitlines()[-lines:]
            print(f"--- {name}", *tail, sep="\n", file=sys.stderr)

    # Accounts.

    def add_user(self, login=f"anna@{DOMAIN}", password="correct-horse-battery"):
        file = self.folder / "password"
        file.write_text(password)
        self.command("user", "add", login, "--password-file", file)
        if self.login is None:
            self.login, self.password = login, password
        return login

    # Mail.

    def client(self, timeout=70):
        """A logged-in session on the implicit TLS port."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        client = smtplib.SMTP_SSL("127.0.0.1", self.tls_port, timeout=timeout, context=context, local_hostname="laptop.test")
        client.ehlo()
        plain = base64.b64encode(f"\0{self.login}\0{self.password}".encode()).decode()
        code, text = client.docmd("AUTH", "PLAIN " + plain)
        if code != 235:
            client.close()
            raise smtplib.SMTPResponseException(code, text)
        return client

    def message(self, key, recipients, octets=1500):
        line = "The quick brown fox jumps over the lazy dog, as it does on every day of the week.\r\n"
        return (f"From: Anna <{self.login or 'anna@' + DOMAIN}>\r\nTo: {', '.join(recipients)}\r\nSubject: test {key}\r\nX-Scop-Test: {key}\r\n"
                f"Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <{key}@{DOMAIN}>\r\n\r\n"
                + line * max(1, octets // len(line))).encode()

    def submit(self, key, recipients, client=None, octets=1500, timeout=70, options=()):
        """(code, text) of the first refusal or of the final reply; code 0: no final reply after the dot, -1: lost before."""
        try:
            own = client or self.client(timeout)
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code, refused.smtp_error
        except (OSError, smtplib.SMTPException) as error:
            return -1, repr(error).encode()
        try:
            return self.transact(own, self.login, key, recipients, octets, options)
        finally:
            if client is None:
                own.close()

    def world_client(self, timeout=70):
        """A session on the MX port, as another mail server has it."""
        client = smtplib.SMTP("127.0.0.1", self.mx_port, timeout=timeout, local_hostname="mx.foreign.test")
        client.ehlo()
        return client

    def hand_in(self, key, recipients, client=None, octets=1500, timeout=70, options=()):
        """As submit(), from the world."""
        try:
            own = client or self.world_client(timeout)
        except (OSError, smtplib.SMTPException) as error:
            return -1, repr(error).encode()
        try:
            return self.transact(own, "bob@foreign.test", key, recipients, octets, options)
        finally:
            if client is None:
                own.close()

    def transact(self, client, sender, key, recipients, octets, options):
        dotted = False
        try:
            code, text = client.mail(sender, list(options))
            for recipient in recipients:
                if code == 250:
                    code, text = client.rcpt(recipient)
            if code == 250:
                code, text = client.docmd("DATA")
            if code == 354:
                dotted = True
                client.send(self.message(key, recipients, octets) + b".\r\n")
                code, text = client.getreply()
                if code == -1:
                    code = 0
            else:
                client.rset()
            return code, text
        except (OSError, smtplib.SMTPException) as error:
            return (0 if dotted else -1), repr(error).encode()

    def receive(self, octets, recipients, sender="bob@foreign.test", helo="mx.foreign.test", options=(), timeout=70, source=None):
        """Hands a message in on the MX port, as the world does: (code, text) of the first refusal or of the final reply."""
        recipients = [recipients] if isinstance(recipients, str) else recipients
        with smtplib.SMTP("127.0.0.1", self.mx_port, timeout=timeout, local_hostname=helo,
                          source_address=(source, 0) if source else None) as client:
            client.ehlo()
            code, text = client.mail(sender, list(options))
            for recipient in recipients:
                if code == 250:
                    code, text = client.rcpt(recipient)
            return client.data(octets) if code == 250 else (code, text)

    def delivered(self, subject, address):
        """The message with this subject, parsed, once it lies in the inbox."""
        def look():
            for octets in self.local_messages(address):
                message = email.message_from_bytes(octets, policy=email.policy.default)
                if message["Subject"] == subject:
                    return message
            return None
        return wait_until(look, f"a message with the subject {subject!r} for {address}", seconds=30)

    def local_messages(self, address):
        """The octets of all messages in the inbox of local@domain."""
        return self._messages_in(address, ("new", "cur"))

    def local_messages_anywhere(self, address):
        """Those of its folders too."""
        return self._messages_in(address, ("new", "cur", ".*/new", ".*/cur"))

    def _messages_in(self, address, folders):
        local, domain = address.split("@")
        box = self.instance / "relay/state/mail" / domain / local
        return [path.read_bytes() for folder in folders for path in sorted(box.glob(f"{folder}/*"))]

    def local_keys(self, address):
        return self._keys_of(self.local_messages(address))

    def local_keys_anywhere(self, address):
        return self._keys_of(self.local_messages_anywhere(address))

    @staticmethod
    def _keys_of(messages):
        found = [re.search(rb"(?im)^X-Scop-Test:[ \t]*([^\r\n]+)", octets) for octets in messages]
        return Counter(one.group(1).strip().decode() if one else "" for one in found)

    def queue(self):
        return json.loads(self.command("queue", "list", "--json").stdout)


def wait_until(condition, what, seconds=20, every=0.02):
    end = time.monotonic() + seconds * SLOW
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds * SLOW} s in vain: {what}")
        time.sleep(every)
