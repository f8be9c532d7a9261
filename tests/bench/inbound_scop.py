"""Our mesh as a side of the inbound benchmark: made by `scop init`, run by `scop up`, trained by `scop train`."""
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mesh"))

import mesh as meshes  # noqa: E402
from inbound_mail import USERS  # noqa: E402
from inbound_world import SERVER, listens  # noqa: E402
from postfix_side import wait_until  # noqa: E402

# What protects a host from the world's abuse would stop a benchmark of sixty busy servers; the peers have none of it either.
SETTINGS = {
    "resolver.local_zones": "[]", "resolver.insecure_domains": "[]", "resolver.dnssec": "false", "resolver.forward": '["127.0.0.1"]',
    "resolver.ipv6": "false",
    "receiver.greeting_delay": '"0s"', "receiver.connections_per_minute": "0", "receiver.messages_per_minute": "0",
    "receiver.recipients_per_minute": "0", "receiver.errors_per_minute": "0", "receiver.connections_per_address": "1000",
    "receiver.ban_after": "0", "receiver.spam_host_policy": '"observe"', "receiver.spam_host_refuse": "0",
}


class ScopInbound:
    name = "scop"
    does = "SPF, DKIM, DMARC (enforced), ARC, iprev, Bayes, attachments"
    trains = True

    def __init__(self, folder, training=None):
        self.folder, self.training, self.extra, self.process = Path(folder), training, {}, None
        self.mesh = meshes.Mesh(self.folder, start=False)
        self.port = meshes.Ports.take()

    @classmethod
    def missing(cls):
        return [] if meshes.have_daemons() else [f"daemons in {meshes.BIN}"]

    def start(self):
        self.mesh.settings = {**SETTINGS, "receiver.listen": f'["{SERVER}:{self.port}"]', **self.extra}
        self.mesh.init()
        ready = self.folder / "ready"
        log = open(self.folder / "up.log", "ab")
        self.process = subprocess.Popen([str(self.programs() / "scop"), "--config", str(self.mesh.config), "up", "--ready-file", str(ready)],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: ready.exists() or self.process.poll() is not None, f"scop up; see {self.folder}/up.log")
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "up.log").read_text()[-3000:])
        for user in USERS:
            self.mesh.add_user(f"{user}@{meshes.DOMAIN}")
        if self.trains:
            self._train()
        wait_until(lambda: listens(self.port), f"the receiver on port {self.port}; see {self.folder}/up.log")

    def _train(self):
        """What `scop train` does, over the same pipe: lessons of the operator to the shared model."""
        import threading

        import pipes
        messages = pipes.pb("spamfilter")

        def lesson(octets, kind):
            yield messages.TrainPart(head=messages.TrainHead(kind=kind))
            for at in range(0, len(octets), 30000):
                yield messages.TrainPart(data=octets[at:at + 30000])
            yield messages.TrainPart(end=True)

        with pipes.channel(self.mesh, "spamfilter", pipes.Identity.of(self.mesh, "operator")) as channel:
            call = channel.stream_unary("/scop.v1.Spamfilter/Train", lambda part: part.SerializeToString(), messages.TrainReply.FromString)
            gate, lessons = threading.Semaphore(16), []
            for kind, name in ((messages.TrainHead.HAM, "ham"), (messages.TrainHead.SPAM, "spam")):
                for path in sorted((self.training / name).iterdir()):
                    gate.acquire()
                    lessons.append(call.future(lesson(path.read_bytes(), kind), timeout=60))
                    lessons[-1].add_done_callback(lambda _: gate.release())
            for one in lessons:
                one.result()

    def programs(self):
        """The folder of scop and its daemons."""
        return meshes.BIN

    def roots(self):
        return [self.process.pid]

    def settings(self):
        return self.mesh.config.read_text()

    def mailboxes(self):
        mail = self.mesh.instance / "relay/state/mail"
        return [*mail.glob("*/*/new"), *mail.glob("*/*/.Junk/new")]

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None


class ScopBare(ScopInbound):
    """The same daemons, but for two that hand on what they get (pass_through.cpp): the mesh has no path around them."""
    name = "scop without filter and verifier"
    does = "receives and delivers, judges nothing"
    trains = False

    @classmethod
    def missing(cls):
        program = meshes.BIN / "scop-bench-pass-through"
        return super().missing() + ([] if program.exists() else [str(program)])

    def programs(self):
        folder = self.folder / "bin"
        folder.mkdir(parents=True)
        for name in ("", *(f"-{daemon}" for daemon in meshes.DAEMONS)):
            real = "scop-bench-pass-through" if name in ("-spamfilter", "-verifier") else f"scop{name}"
            shutil.copy(meshes.BIN / real, folder / f"scop{name}")
        return folder
