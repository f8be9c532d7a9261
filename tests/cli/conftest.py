"""The `scop` command as an administrator meets it: real instances in temporary folders, real daemons."""
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
DAEMONS = ("accounts", "submission", "signer", "relay", "courier", "resolver", "receiver", "spamfilter", "verifier", "web")
DOMAIN = "example.test"


def free_base():
    """A base below the kernel's own range with the next twenty ports free."""
    for base in range(14000 + os.getpid() % 450 * 20, 32000, 20):
        try:
            for offset in range(20):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", base + offset))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Scop:
    def __init__(self, place):
        self.folder = Path(place) / "instance"
        self.config = self.folder / "scop.toml"
        self.base = free_base()
        self.up_process = None

    def run(self, *arguments, stdin=None, config=True, check=False):
        named = ["--config", str(self.config)] if config else []
        done = subprocess.run([str(BIN / "scop"), *named, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                              input=stdin if stdin is not None else "", env={**os.environ, "TERM": "xterm"})
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def init(self, *more, check=True):
        return self.run("init", "--domain", DOMAIN, "--folder", self.folder, "--address", "127.0.0.1", "--base-port", self.base,
                        "--submission-port", self.base + 12, "--submissions-port", self.base + 13,
                        "--receiver-port", self.base + 14, "--web-port", self.base + 15, *more, config=False, check=check)

    def start(self, *more):
        ready = self.folder.parent / "ready"
        ready.unlink(missing_ok=True)  # of one that was killed
        self.log = open(self.folder.parent / "up.log", "wb")
        self.up_process = subprocess.Popen([str(BIN / "scop"), "--config", str(self.config), "up", "--ready-file", str(ready), *more],
                                           stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 60
        while not ready.exists():
            assert self.up_process.poll() is None, self.up_log()
            assert time.monotonic() < end, self.up_log()
            time.sleep(0.02)
        return json.loads(ready.read_text())

    def stop(self, how=signal.SIGTERM):
        self.up_process.send_signal(how)
        status = self.up_process.wait(40)
        self.up_process = None
        return status

    def up_log(self):
        return (self.folder.parent / "up.log").read_text(errors="replace")

    def clean_up(self):
        if self.up_process:
            self.up_process.terminate()
            try:
                self.up_process.wait(40)
            except subprocess.TimeoutExpired:
                self.up_process.kill()


@pytest.fixture
def place():
    """A folder that the daemons' own users can walk to (pytest's tmp_path is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="scop-cli-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def scop(place):
    one = Scop(place)
    yield one
    one.clean_up()


@pytest.fixture(scope="module")
def running():
    """One mesh for the tests that only talk to it."""
    with tempfile.TemporaryDirectory(prefix="scop-cli-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        one = Scop(folder)
        one.init()
        with open(one.config, "a", encoding="utf-8") as file:  # a next hop that refuses every connection
            file.write('\n[[courier.route]]\ndomain = "stays.test"\nto = "127.0.0.1:1"\n')
        one.ready = one.start()
        yield one
        one.clean_up()
