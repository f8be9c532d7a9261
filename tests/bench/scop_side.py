"""Our mesh as a benchmark's side: made by `scop init`, run by `scop up`, one domain, one user, a route to the sink."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mesh"))

import mesh as meshes  # noqa: E402
from postfix_side import wait_until  # noqa: E402

USER, PASSWORD = f"anna@{meshes.DOMAIN}", "correct-horse-battery"

# What protects a host from its own users would stop a benchmark; Postfix's side has none of it either.
LIMITS = {"accounts.messages_per_hour": "0", "accounts.recipients_per_hour": "0"}


class ScopSide:
    name = "scop"

    def __init__(self, folder, sink_port, dual=False, settings=None):
        self.folder, self.sink_port, self.dual = Path(folder), sink_port, dual
        self.mesh = meshes.Mesh(self.folder, routes={"sink.example": sink_port}, start=False)
        self.mesh.settings = {**LIMITS, **(settings or {})}
        self.tls, self.user, self.password, self.process = "starttls", USER, PASSWORD, None

    def signs(self):
        return "RSA-2048 + Ed25519" if self.dual else "RSA-2048"

    def start(self):
        if not self.mesh.config.exists():
            self.mesh.init()
        self.port = self.mesh.port
        if not self.dual:
            for key in self.mesh.instance.glob("signer/state/keys/*/*.ed25519.pem"):
                key.unlink()
        ready, begin = self.folder / "ready", time.monotonic()
        log = open(self.folder / "up.log", "ab")
        self.process = subprocess.Popen([str(meshes.BIN / "scop"), "--config", str(self.mesh.config), "up", "--ready-file", str(ready)],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: ready.exists() or self.process.poll() is not None, f"scop up; see {self.folder}/up.log")
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "up.log").read_text()[-3000:])
        self.ready_after = time.monotonic() - begin
        self.mesh.add_user(USER, PASSWORD)

    def roots(self):
        return [self.process.pid]

    def settings(self):
        return self.mesh.config.read_text()

    def certificate(self):
        """(chain, key) of the public port: the other side uses the same."""
        folder = self.mesh.instance / "tls"
        return folder / "cert.pem", folder / "key.pem"

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None
