"""A root, the top-level domain example. and the domains below it, served by a BIND 9 that keeps its parts apart: a view for each
level, by the address that was asked. Most zones are signed and hang on the root's key; the others are broken in one way each.
"""
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT, TLD, CHILDREN = "203.0.113.3", "203.0.113.4", "203.0.113.5"
BEHIND = {ROOT: "203.0.113.13", TLD: "203.0.113.14", CHILDREN: "203.0.113.15"}  # the same servers, for a man in the middle
NOBODY = "203.0.113.6"  # a name server without any zone: REFUSED
TTL = 60


class Zone:
    """`ds`: what the parent says: "right", "none" (an island), "wrong" (of another key). `nsec3`: denials by NSEC3 with opt-out. `spoil`: (pattern, replacement) after signing."""

    def __init__(self, name, records="", signed=True, ds="right", expired=False, spoil=None, servers=CHILDREN,
                 algorithm="ECDSAP256SHA256", nsec3=False):
        self.name, self.records, self.signed, self.ds, self.expired, self.spoil = name, records, signed, ds, expired, spoil
        self.algorithm, self.nsec3 = algorithm, nsec3
        self.server = servers

    @property
    def origin(self):
        return self.name if self.name == "." else self.name + "."

    def text(self):
        own = f"$TTL {TTL}\n$ORIGIN {self.origin}\n@ IN SOA ns hostmaster 1 3600 600 86400 {TTL}\n@ IN NS ns\nns IN A {self.server}\n"
        return own + self.records + "\n"

    def delegation(self):
        label = self.name.split(".")[0]
        return f"{label} IN NS ns.{self.origin}\nns.{self.origin} IN A {self.server}\n" + (self.published_ds if self.ds != "none" else "")

    @property
    def published_ds(self):
        return (self.other_key_ds if self.ds == "wrong" else self.key_ds) + "\n"


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def key_of(folder, zone):
    """(key name, its DS record)"""
    key = run("/usr/bin/dnssec-keygen", "-K", folder, "-a", zone.algorithm, "-f", "KSK", zone.name).strip()
    return key, run("/usr/bin/dnssec-dsfromkey", "-2", Path(folder) / f"{key}.key").strip()


def make_keys(folder, zone):
    if not zone.signed and zone.ds == "none":
        return
    zone.key, zone.key_ds = key_of(folder, zone)
    if zone.ds == "wrong":
        _, zone.other_key_ds = key_of(folder, zone)


def write(folder, zone):
    """The zone's file, signed where it is a signed one."""
    plain = Path(folder) / (zone.name.strip(".") or "root")
    key = Path(folder) / f"{zone.key}.key" if zone.signed else None
    plain.write_text(zone.text() + (f"$INCLUDE {key}\n" if key else ""), encoding="ascii")
    zone.file = plain
    if not zone.signed:
        return
    zone.file = plain.with_name(plain.name + "-signed")
    times = ["-s", "20200101000000", "-e", "20200201000000"] if zone.expired else []
    times += ["-3", "-", "-A", "-H", "0"] if zone.nsec3 else []  # opt-out
    run("/usr/bin/dnssec-signzone", "-z", "-P", "-K", folder, "-d", folder, "-o", zone.origin, "-f", zone.file, "-O", "full", *times, plain, key)
    if zone.spoil:
        text, count = re.subn(*zone.spoil, zone.file.read_text())
        assert count, f"nothing to spoil in {zone.name}"
        zone.file.write_text(text)


class Dns:
    def __init__(self, folder, children):
        """Makes all files; `children` are the zones below example."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        tld, root = Zone("example", servers=TLD), Zone(".", servers=ROOT)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda zone: make_keys(folder, zone), [*children, tld, root]))
            tld.records += "".join(child.delegation() for child in children)
            root.records += tld.delegation()
            list(pool.map(lambda zone: write(folder, zone), [*children, tld, root]))
        self.views = {"root": (ROOT, [root]), "tld": (TLD, [tld]), "children": (CHILDREN, children), "nobody": (NOBODY, [])}
        self.anchor = root.key_ds
        self.hints = self.folder / "hints"
        self.hints.write_text(f". 3600000 IN NS ns.\nns. 3600000 IN A {ROOT}\n")

    def addresses(self):
        return [NOBODY, *BEHIND, *BEHIND.values()]

    def start(self):
        """In the namespace of the calling thread, which has the addresses."""
        views = ""
        for name, (address, zones) in self.views.items():
            declared = "".join(f'zone "{zone.origin}" {{ type primary; file "{zone.file}"; }};\n' for zone in zones)
            views += f'view "{name}" {{ match-destinations {{ {address}; {BEHIND.get(address, address)}; }};\n{declared} }};\n'
        version = run("/usr/sbin/named", "-v")
        lock_file = "lock-file none;" if " 9.18." in version else ""
        config = self.folder / "named.conf"
        config.write_text(
            f'options {{ directory "{self.folder}"; listen-on port 53 {{ {"; ".join(self.addresses())}; }}; listen-on-v6 {{ none; }};\n{lock_file}\n'
            f'recursion no; dnssec-validation no; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/session.key";\n'
            f"empty-zones-enable no; notify no; minimal-responses yes; }};\ncontrols {{ }};\n{views}")
        # Debian's AppArmor profile for /usr/sbin/named would keep it out of this folder.
        program = self.folder / "named"
        program.write_bytes(Path("/usr/sbin/named").read_bytes())
        program.chmod(0o755)
        with open(self.folder / "named.log", "wb") as log:
            self.process = subprocess.Popen([program, "-g", "-c", config, "-n", "1"], stdout=log, stderr=log)
        end = time.monotonic() + 60
        while b"all zones loaded" not in (self.folder / "named.log").read_bytes():
            assert time.monotonic() < end and self.process.poll() is None, (self.folder / "named.log").read_text()
            time.sleep(0.02)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
