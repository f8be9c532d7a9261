"""Real primaries on loopback that sign their zones and keep each TSIG key to its part: BIND 9 and Knot DNS."""
import base64
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import dns.dnssec
import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

KEYS = ("scop-operator", "scop-signer", "scop-acme", "admin")
TYPES = "MX A AAAA TXT SRV TLSA CNAME CAA"
# What `scop dns publish` writes beside the domain itself. Knot has to be told these names: a rule of its that denies some names
# lets a message pass that holds them and others, since a rule applies where every record of the message fits it.
OPERATOR_NAMES = ["mail", "_dmarc", "_smtp._tls", "_mta-sts", "mta-sts", "autoconfig", "autodiscover", "_submissions._tcp",
                  "_submission._tcp", "_imaps._tcp", "_imap._tcp", "_autodiscover._tcp", "_matrix-fed._tcp", "_25._tcp.mail", "_465._tcp.mail",
                  "_587._tcp.mail", "_443._tcp.mail"]


def zone_text(zone, records=""):
    return f"$TTL 30\n$ORIGIN {zone}.\n@ IN SOA ns hostmaster 1 3600 600 86400 5\n@ IN NS ns\nns IN A 127.0.0.1\n{records}\n"


class Primary:
    def __init__(self, port, zones, plain=()):
        self.port, self.zones, self.plain = port, zones, plain  # `plain`: those that are not signed
        self._folder = tempfile.TemporaryDirectory(prefix="scop-publish-", dir="/var/tmp")
        self.folder = Path(self._folder.name)
        self.folder.chmod(0o777)
        self.secrets = {name: base64.b64encode(os.urandom(32)).decode() for name in KEYS}

    def key_text(self, name):
        """As tsig-keygen writes it."""
        return f'key "{name}" {{\n\talgorithm hmac-sha256;\n\tsecret "{self.secrets[name]}";\n}};\n'

    def key_file(self, name):
        file = self.folder / f"{name}.key"
        file.write_text(self.key_text(name))
        return file

    def __enter__(self):
        self.configure()
        self.log_file = self.folder / "log"
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=self.folder)
        self.eventually(lambda: all(self.ask(zone, "SOA").answer for zone in self.zones))
        self.eventually(lambda: all(self.is_signed(zone) for zone in self.zones if zone not in self.plain))
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()

    def eventually(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except (OSError, EOFError, dns.exception.DNSException):
                pass
            assert time.monotonic() < end and self.process.poll() is None, self.log_file.read_text(errors="replace")[-3000:]
            time.sleep(0.05)

    def ask(self, name, kind):
        query = dns.message.make_query(name, kind, want_dnssec=True)
        return dns.query.tcp(query, "127.0.0.1", timeout=10, port=self.port)

    def is_signed(self, zone):
        return any(rrset.rdtype == dns.rdatatype.RRSIG for rrset in self.ask(zone, "SOA").answer) and self.ask(zone, "DNSKEY").answer

    def records(self, name, kind):
        """Texts of the records, sorted."""
        kind = dns.rdatatype.from_text(kind)
        return sorted(rdata.to_text() for rrset in self.ask(name, kind).answer if rrset.rdtype == kind for rdata in rrset)

    def ttl(self, name, kind):
        kind = dns.rdatatype.from_text(kind)
        return next(rrset.ttl for rrset in self.ask(name, kind).answer if rrset.rdtype == kind)

    def serial(self, zone):
        return self.ask(zone, "SOA").answer[0][0].serial

    def anchor(self, zone):
        """The DS of the zone's key-signing key, as a trust anchor."""
        name = dns.name.from_text(zone)
        keys = [key for rrset in self.ask(zone, "DNSKEY").answer if rrset.rdtype == dns.rdatatype.DNSKEY for key in rrset if key.flags & 1]
        return f"{zone}. IN DS {dns.dnssec.make_ds(name, keys[0], 'SHA256').to_text()}"

    def nsupdate(self, key, lines):
        """What nsupdate says to the lines; "" is good. A refusal is REFUSED from BIND, NOTAUTH from Knot."""
        done = subprocess.run(["nsupdate", "-k", str(self.key_file(key))], text=True, capture_output=True, timeout=60,
                              input=f"server 127.0.0.1 {self.port}\n{lines}\nsend\n")
        return done.stderr if done.returncode else ""


class Bind(Primary):
    @staticmethod
    def is_here():
        return shutil.which("named", path="/usr/sbin") and shutil.which("nsupdate")

    def policy(self, zone):
        challenges = [f"_acme-challenge.{name}{zone}." for name in ("", "mail.", "mta-sts.", "autoconfig.", "autodiscover.")]
        return "\n".join([
            f"grant scop-signer subdomain _domainkey.{zone}. TXT;",
            *(f"grant scop-acme name {name} TXT;" for name in challenges),
            f"deny scop-operator subdomain _domainkey.{zone}. ANY;",
            *(f"deny scop-operator name {name} ANY;" for name in challenges),
            f"grant scop-operator zonesub {TYPES};",
            "grant admin zonesub ANY;"])

    def configure(self):
        zones = ""
        for zone, records in self.zones.items():
            (self.folder / f"{zone}.zone").write_text(zone_text(zone, records))
            policy = "" if zone in self.plain else "dnssec-policy default;"
            zones += (f'zone "{zone}" {{ type primary; file "{zone}.zone"; {policy}\nupdate-policy {{\n{self.policy(zone)}\n}}; }};\n')
        keys = "".join(self.key_text(name) for name in KEYS)
        (self.folder / "named.conf").write_text(
            f'options {{ directory "{self.folder}"; listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no;\n'
            f'dnssec-validation no; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/session.key"; empty-zones-enable no;\n'
            f'key-directory "{self.folder}"; notify no; }};\ncontrols {{ }};\n{keys}{zones}')

    def command(self):
        return ["/usr/sbin/named", "-g", "-c", str(self.folder / "named.conf"), "-n", "1"]


class Knot(Primary):
    @staticmethod
    def is_here():
        return shutil.which("knotd", path="/usr/sbin") and shutil.which("nsupdate")

    def configure(self):
        (self.folder / "db").mkdir()
        keys = "".join(f"  - id: {name}\n    algorithm: hmac-sha256\n    secret: {secret}\n" for name, secret in self.secrets.items())
        zones = ""
        for zone, records in self.zones.items():
            (self.folder / f"{zone}.zone").write_text(zone_text(zone, records))
            zones += (f"  - domain: {zone}\n    file: {self.folder}/{zone}.zone\n    dnssec-signing: {'off' if zone in self.plain else 'on'}\n"
                      "    acl: [signer, acme, operator, admin]\n")
        names = ", ".join([f"{zone}." for zone in self.zones] + OPERATOR_NAMES)
        (self.folder / "knot.conf").write_text(
            f"server:\n  rundir: {self.folder}\n  listen: 127.0.0.1@{self.port}\nlog:\n  - target: stdout\n    any: info\n"
            f"database:\n  storage: {self.folder}/db\nkey:\n{keys}"
            "acl:\n"
            "  - id: signer\n    key: scop-signer\n    action: update\n    update-type: [TXT]\n"
            "    update-owner: name\n    update-owner-match: sub\n    update-owner-name: [_domainkey]\n"
            "  - id: acme\n    key: scop-acme\n    action: update\n    update-type: [TXT]\n"
            "    update-owner: name\n    update-owner-match: equal\n    update-owner-name: [_acme-challenge, _acme-challenge.mail]\n"
            f"  - id: operator\n    key: scop-operator\n    action: update\n    update-type: [{TYPES.replace(' ', ', ')}]\n"
            f"    update-owner: name\n    update-owner-match: equal\n    update-owner-name: [{names}]\n"
            "  - id: admin\n    key: admin\n    action: update\n"
            f"zone:\n{zones}")

    def command(self):
        return ["/usr/sbin/knotd", "-c", str(self.folder / "knot.conf")]
