"""A loopback BIND 9 with zones of every kind: signed, signed and then broken, insecure, with an expired signature."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

TTL = 60


def zone_text(name, records):
    return f"$TTL {TTL}\n$ORIGIN {name}.\n@ IN SOA ns hostmaster 1 3600 600 86400 {TTL}\n@ IN NS ns\nns IN A 127.0.0.1\n{records}\n"


RECORDS = """
@ IN MX 10 mx1
@ IN MX 20 mx2
@ IN TXT "one" "two"
mx1 IN A 192.0.2.1
mx1 IN AAAA 2001:db8::1
mx2 IN A 192.0.2.2
alias IN CNAME middle
middle IN CNAME mx1
dangling IN CNAME nowhere
only-v4 IN A 192.0.2.9
_25._tcp.mx1 IN TLSA 3 1 1 0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20
nullmx IN MX 0 .
big IN TXT "{}"
""".format('" "'.join("x" * 250 for _ in range(9)))


class Bind:
    def __init__(self, port):
        self.port = port
        self._folder = tempfile.TemporaryDirectory(prefix="scop-bind-", dir="/var/tmp")
        self.folder = Path(self._folder.name)
        self.folder.chmod(0o777)
        self.anchors = {}

    def __enter__(self):
        zones = [self._plain("insecure.test")]
        zones.append(self._signed("signed.test"))
        zones.append(self._signed("broken.test", spoil=True))
        zones.append(self._signed("stale.test", ends="20200201000000", starts="20200101000000"))
        declared = "\n".join(f'zone "{name}" {{ type primary; file "{file}"; }};' for name, file in zones)
        (self.folder / "named.conf").write_text(
            f'options {{ directory "{self.folder}"; listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n'
            f'recursion no; dnssec-validation no; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/session.key";\n'
            f"minimal-responses no; empty-zones-enable no; }};\ncontrols {{ }};\n{declared}\n")
        log = open(self.folder / "named.log", "wb")
        self.process = subprocess.Popen(["/usr/sbin/named", "-g", "-c", str(self.folder / "named.conf"), "-p", str(self.port), "-n", "1"],
                                        stderr=log, stdout=log)
        end = time.monotonic() + 20
        while b"all zones loaded" not in (self.folder / "named.log").read_bytes():
            assert time.monotonic() < end and self.process.poll() is None, (self.folder / "named.log").read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self._folder.cleanup()

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def _plain(self, name):
        file = self.folder / f"{name}.zone"
        file.write_text(zone_text(name, RECORDS))
        return name, file

    def _signed(self, name, spoil=False, starts=None, ends=None):
        _, file = self._plain(name)
        keys = []
        for kind in ([], ["-f", "KSK"]):
            made = subprocess.run(["/usr/bin/dnssec-keygen", "-K", self.folder, "-a", "ECDSAP256SHA256", *kind, name], check=True, text=True,
                                  capture_output=True)
            keys.append(made.stdout.strip())
        times = (["-s", starts] if starts else []) + (["-e", ends] if ends else [])
        signed = self.folder / f"{name}.signed"
        subprocess.run(["/usr/bin/dnssec-signzone", "-S", "-K", self.folder, "-d", self.folder, "-o", name, "-f", signed, "-O", "full", "-P", *times,
                        file], check=True, capture_output=True)
        anchor = subprocess.run(["/usr/bin/dnssec-dsfromkey", "-2", f"{self.folder}/{keys[1]}.key"], check=True, text=True,
                                capture_output=True)
        self.anchors[name] = anchor.stdout.strip()
        if spoil:  # the addresses are not those that were signed
            text = signed.read_text()
            signed.write_text(re.sub(r"(IN\s+A\s+)192\.0\.2\.(\d+)", r"\g<1>198.51.100.\2", text))
        return name, signed


def available():
    return shutil.which("named", path="/usr/sbin") and shutil.which("dnssec-signzone")
