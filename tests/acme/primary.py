"""BIND 9 as the primary: the acme key may write TXT at _acme-challenge names, the tlsa key TLSA, and neither anything else."""
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
from authorities import free_port

DOMAIN = "example.test"


class Primary:
    def __init__(self, tlsa_ttl=None):
        self._folder = tempfile.TemporaryDirectory(prefix="scop-acme-dns-", dir="/var/tmp")
        self.folder = Path(self._folder.name)
        self.port = free_port()
        keys = {}
        for name in ("acme", "tlsa"):
            keys[name] = subprocess.run(["tsig-keygen", "-a", "hmac-sha256", name], check=True, capture_output=True, text=True).stdout
            (self.folder / f"{name}.key").write_text(keys[name])
        (self.folder / "zone").write_text(f"$TTL 60\n$ORIGIN {DOMAIN}.\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n"
                                          "mail IN A 127.0.0.1\n"
                                          # An alias of the apex has the apex's SOA, and is no zone: challenges below it are the apex's zone's.
                                          f"mta-sts IN CNAME {DOMAIN}.\n")
        names = [f"_acme-challenge.{name}{DOMAIN}" for name in ("mail.", "mta-sts.", "autoconfig.", "autodiscover.", "")]
        rules = "".join(f"grant acme name {name}. TXT; " for name in names)
        rules += "".join(f"grant tlsa name _{port}._tcp.mail.{DOMAIN}. TLSA; " for port in (25, 465, 587))
        (self.folder / "named.conf").write_text(
            f'options {{ directory "{self.folder}"; listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no;\n'
            f'dnssec-validation no; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/session.key"; }};\ncontrols {{ }};\n'
            f'{keys["acme"]}{keys["tlsa"]}zone "{DOMAIN}" {{ type primary; file "zone"; update-policy {{ {rules} }}; }};\n')
        self.process = None

    def __enter__(self):
        log = open(self.folder / "named.log", "wb")
        self.process = subprocess.Popen(["/usr/sbin/named", "-g", "-c", str(self.folder / "named.conf"), "-n", "1"], stdout=log, stderr=log)
        end = time.monotonic() + 60
        while b"running" not in (self.folder / "named.log").read_bytes():
            assert time.monotonic() < end and self.process.poll() is None, self.log()
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self._folder.cleanup()

    def log(self):
        return (self.folder / "named.log").read_text(errors="replace")

    def records(self, name, kind):
        """Texts of the records that the primary has now, and their TTL."""
        reply = dns.query.tcp(dns.message.make_query(f"{name}.{DOMAIN}.", kind), "127.0.0.1", port=self.port, timeout=20)
        for answer in reply.answer:
            return {record.to_text() for record in answer}, answer.ttl
        return set(), None

    def update(self, key, change):
        """nsupdate's answer: "" where it was taken."""
        done = subprocess.run(["nsupdate", "-k", str(self.folder / f"{key}.key")], text=True, capture_output=True,
                              input=f"server 127.0.0.1 {self.port}\nzone {DOMAIN}.\n{change}\nsend\n")
        return done.stderr.strip()
