"""A zone whose key signing key rolls (RFC 5011), signed by BIND's tools and served by BIND."""
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bind import zone_text

NAME = "roll.test"


class RollingZone:
    def __init__(self, port):
        self.port = port
        self._folder = tempfile.TemporaryDirectory(prefix="scop-roll-", dir="/var/tmp")
        self.folder = Path(self._folder.name)
        self.folder.chmod(0o777)
        self.serial = 1
        self.keys = {"zone": self._make(), "old": self._make("-f", "KSK"), "new": self._make("-f", "KSK")}
        self.anchor = self._run("dnssec-dsfromkey", "-2", f"{self.folder}/{self.keys['old']}.key").strip()

    def _run(self, *command):
        return subprocess.run(["/usr/bin/" + command[0], *map(str, command[1:])], check=True, text=True, capture_output=True).stdout

    def _make(self, *kind):
        return self._run("dnssec-keygen", "-K", self.folder, "-a", "ECDSAP256SHA256", *kind, NAME).strip()

    def tag(self, which):
        return int(self.keys[which].rsplit("+", 1)[1])

    def _sign(self, *which):
        plain = self.folder / "plain"
        self.serial += 1
        text = zone_text(NAME, '@ IN TXT "here"').replace("hostmaster 1 ", f"hostmaster {self.serial} ")
        plain.write_text(text + "".join((self.folder / f"{self.keys[key]}.key").read_text() for key in ("zone", *which)))
        signing = [argument for key in which for argument in ("-k", self.folder / self.keys[key])]
        self._run("dnssec-signzone", "-P", "-d", self.folder, "-o", NAME, "-f", self.folder / "signed", *signing, plain, self.folder / self.keys["zone"])

    def __enter__(self):
        self._sign("old")
        (self.folder / "named.conf").write_text(
            f'options {{ directory "{self.folder}"; listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no;\n'
            f'dnssec-validation no; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/session.key"; }};\ncontrols {{ }};\n'
            f'zone "{NAME}" {{ type primary; file "{self.folder}/signed"; }};\n')
        log = open(self.folder / "named.log", "wb")
        self.process = subprocess.Popen(["/usr/sbin/named", "-g", "-c", str(self.folder / "named.conf"), "-p", str(self.port), "-n", "1"], stderr=log,
                                        stdout=log)
        self._wait("all zones loaded")
        return self

    def _wait(self, words):
        end = time.monotonic() + 60
        while words not in (self.folder / "named.log").read_text(errors="replace"):
            assert time.monotonic() < end and self.process.poll() is None, (self.folder / "named.log").read_text()
            time.sleep(0.05)

    def publish(self, *which):
        """These key signing keys, each signing."""
        self._sign(*which)
        self.process.send_signal(signal.SIGHUP)
        self._wait(f"loaded serial {self.serial}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self._folder.cleanup()
