"""A mesh under `scop up` in a network of its own (unshare -n), with an outside world that answers: what the attempts are made on.

Started by `attack` as a process of its own, since a network namespace holds for a whole process.
"""
import ctypes
import json
import os
import select
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

DOMAIN = "example.test"
PASSWORD = "correct horse battery staple"
USER_BASE = 61_300  # nobody else's: processes are counted per user
WORLD, WORLD_6 = "192.0.2.1", "2001:db8::1"
OPEN_PORTS = (25, 80, 4444)
CLONE_NEWNET = 0x40000000


def enter_network():
    """lo, and the world's addresses on it: what reaches a port there has found a way out."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise SystemExit("tests/walls: needs root: unshare(CLONE_NEWNET) is refused")
    for command in ("link set lo up", f"addr add {WORLD}/32 dev lo", f"-6 addr add {WORLD_6}/128 dev lo nodad"):
        subprocess.run(["ip", *command.split()], check=True)


def open_world():
    """Listeners that count whoever comes."""
    guests, listeners = [], []
    for family, address in ((socket.AF_INET, WORLD), (socket.AF_INET6, WORLD_6)):
        for port in OPEN_PORTS:
            listener = socket.create_server((address, port), family=family)
            listeners.append(listener)

    def serve():
        while True:
            for ready in select.select(listeners, [], [])[0]:
                guest, _ = ready.accept()
                guests.append(ready.getsockname()[:2])
                guest.close()

    threading.Thread(target=serve, daemon=True).start()
    return guests


class Range:
    def __init__(self, binaries, environment=None, settings=None):
        self.binaries, self.environment, self.settings = Path(binaries), environment or {}, settings or {}
        self._folder = tempfile.TemporaryDirectory(prefix="scop-walls-", dir="/var/tmp")
        Path(self._folder.name).chmod(0o755)
        self.instance = Path(self._folder.name) / "instance"
        self.up = None

    def __enter__(self):
        try:
            return self._begin()
        except BaseException:
            self.__exit__()
            raise

    def _begin(self):
        enter_network()
        self.guests = open_world()
        self.scop("init", "--domain", DOMAIN, "--host", f"mail.{DOMAIN}", "--address", "127.0.0.1", "--folder", self.instance, "--user-base",
                  USER_BASE, "--web-port", 443, config=False)
        self.set({"resolver.insecure_domains": '["test"]', "resolver.local_zones": '["test. static"]', "receiver.listen": '["127.0.0.1:25"]',
                  "submission.listen": '["127.0.0.1:587"]', "submission.listen_tls": '["127.0.0.1:465"]', "web.listen": '["127.0.0.1:443"]',
                  **self.settings})
        with open(self.instance / "scop.toml", "a", encoding="utf-8") as file:  # nobody listens there: what is for it stays in the queue
            file.write(f'\n[[courier.route]]\ndomain = "elsewhere.test"\nto = "{WORLD}:4446"\n')
        self.start()
        file = self.instance / "password"
        file.write_text(PASSWORD)
        self.scop("user", "add", f"anna@{DOMAIN}", "--password-file", file)
        file.unlink()
        self.submit(f"anna@{DOMAIN}")       # a mailbox with something in it
        self.submit("bob@elsewhere.test")   # and a queue
        return self

    def __exit__(self, *_):
        if self.up and self.up.poll() is None:
            self.up.terminate()
            try:
                self.up.wait(40)
            except subprocess.TimeoutExpired:
                self.up.kill()
        self._folder.cleanup()

    def scop(self, *words, config=True):
        named = ["--config", str(self.instance / "scop.toml")] if config else []
        done = subprocess.run([str(self.binaries / "scop"), *named, *map(str, words)], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"scop {' '.join(map(str, words))}: {done.stdout}{done.stderr}")
        return done.stdout

    def set(self, settings):
        setter = Path(__file__).resolve().parents[2] / "deploy/demo-parts/set.py"
        subprocess.run(["/usr/bin/python3", str(setter), str(self.instance / "scop.toml"), *(f"{key}={value}" for key, value in settings.items())],
                       check=True)

    def start(self):
        ready = self.instance / "ready"
        with open(self.instance / "up.log", "ab") as log:
            self.up = subprocess.Popen([str(self.binaries / "scop"), "--config", str(self.instance / "scop.toml"), "up", "--ready-file",
                                        str(ready)], stdout=log, stderr=log, close_fds=False, env={**os.environ, **self.environment})
        end = time.monotonic() + 60
        while not ready.exists():
            if self.up.poll() is not None or time.monotonic() > end:
                raise RuntimeError("scop up is not ready:\n" + (self.instance / "up.log").read_text()[-3000:])
            time.sleep(0.02)
        self.facts = json.loads(ready.read_text())["daemons"]

    def standing(self, name):
        """The walls of one daemon: {"user", "landlock", "seccomp" …}."""
        return {wall.split()[0] for wall in self.facts[name]["walls"].split(", ")}

    def submit(self, recipient):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with smtplib.SMTP_SSL("127.0.0.1", 465, context=context, timeout=60) as client:
            client.login(f"anna@{DOMAIN}", PASSWORD)
            client.sendmail(f"anna@{DOMAIN}", [recipient], f"From: anna@{DOMAIN}\r\nTo: {recipient}\r\nSubject: private\r\n\r\nprivate\r\n")

    def pid(self, name):
        return int((self.instance / "run" / f"{name}.pid").read_text())

    def log(self, name):
        return (self.instance / "log" / f"{name}.log").read_text(errors="replace")
