"""Real primaries on a high port of loopback: the key scop-signer may write TXT below _domainkey.<domain>, nothing else."""
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import dns.exception
import dns.rdatatype
import dns.message
import dns.query
from desk import DOMAIN, free_port

NAMED, KNOTD = (shutil.which(name, path="/usr/sbin") for name in ("named", "knotd"))


class Primary:
    """BIND 9; `negative` is how long others may remember that there was nothing, in seconds."""
    running = b"running"

    def __init__(self, domains=(DOMAIN,), negative=60):
        self.port, self.domains, self.negative, self.process = free_port(), domains, negative, None
        self._folder = tempfile.TemporaryDirectory(prefix="scop-primary-", dir="/var/tmp")
        self.folder = Path(self._folder.name)
        self.key = subprocess.run(["tsig-keygen", "-a", "hmac-sha256", "scop-signer"], check=True, capture_output=True, text=True).stdout
        for domain in domains:
            (self.folder / f"{domain}.zone").write_text(
                f"$TTL 60\n$ORIGIN {domain}.\n@ IN SOA ns hostmaster 1 3600 600 86400 {negative}\n@ IN NS ns\nns IN A 127.0.0.1\n")
        self.configure()

    def configure(self):
        # "subdomain" and not "self": every selector, and nothing above _domainkey.
        zones = "".join(f'zone "{domain}" {{ type primary; file "{domain}.zone"; update-policy {{ grant scop-signer subdomain '
                        f"_domainkey.{domain}. TXT; }}; }};\n" for domain in self.domains)
        (self.folder / "named.conf").write_text(
            f'options {{ directory "{self.folder}"; listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no;\n'
            f'dnssec-validation no; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/session.key"; }};\ncontrols {{ }};\n'
            f"{self.key}\n{zones}")

    def command(self):
        return [NAMED, "-g", "-c", str(self.folder / "named.conf"), "-n", "1"]

    def __enter__(self):
        self.start()
        return self

    def start(self):
        log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        end = time.monotonic() + 60
        while self.running not in (self.folder / "log").read_bytes():
            assert time.monotonic() < end and self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self._folder.cleanup()

    def txt(self, name):
        """What it answers now; [] also where it is away."""
        try:
            reply = dns.query.tcp(dns.message.make_query(name, "TXT"), "127.0.0.1", timeout=10, port=self.port)
        except (dns.exception.DNSException, OSError, EOFError):
            return []
        return [b"".join(record.strings) for rrset in reply.answer if rrset.rdtype == dns.rdatatype.TXT for record in rrset]

    def settings(self, folder, key=None, more=""):
        (folder / "signer/tsig.key").write_text(key or self.key)
        return f'[signer]\nprimary = "127.0.0.1:{self.port}"\ntsig_key_file = "signer/tsig.key"\nttl = 120\n{more}'

    def change(self, text):
        """By hand, with the signer's own key. What nsupdate says."""
        (self.folder / "scop.key").write_text(self.key)
        return subprocess.run(["nsupdate", "-k", str(self.folder / "scop.key")], text=True, capture_output=True,
                              input=f"server 127.0.0.1 {self.port}\nzone {self.domains[0]}.\n{text}\nsend\n")


class Knot(Primary):
    """Knot DNS with the same rules."""
    running = b"server started"

    def configure(self):
        (self.folder / "db").mkdir()
        secret = self.key.split('secret "')[1].split('"')[0]
        zones = "".join(f"  - domain: {domain}\n    file: {domain}.zone\n    acl: [signer]\n" for domain in self.domains)
        (self.folder / "knot.conf").write_text(
            f"server:\n    rundir: {self.folder}\n    listen: 127.0.0.1@{self.port}\n"
            f"log:\n  - target: stderr\n    any: info\n"
            f"database:\n    storage: {self.folder}/db\n"
            f"key:\n  - id: scop-signer\n    algorithm: hmac-sha256\n    secret: {secret}\n"
            f"acl:\n  - id: signer\n    key: scop-signer\n    action: update\n    update-type: [TXT]\n    update-owner: name\n"
            f"    update-owner-match: sub\n    update-owner-name: [_domainkey]\n"
            f"template:\n  - id: default\n    storage: {self.folder}\nzone:\n{zones}")

    def command(self):
        return [KNOTD, "-c", str(self.folder / "knot.conf")]
