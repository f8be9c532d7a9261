"""The world around the servers of the inbound benchmark: a network namespace of its own, in which every address of
198.18.0.0/16 is ours, and a loopback BIND that is authoritative for the root, so that no look-up leaves the machine."""
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from postfix_side import wait_until

SERVER = "198.18.255.1"  # where all sides listen, each on a port of its own
MARK = "SCOP_BENCH_WORLD"


def enter():
    """Starts this program anew in namespaces of its own (network, mounts) with /etc/resolv.conf pointing at our BIND."""
    if os.environ.get(MARK):
        return
    if os.geteuid() != 0:
        sys.exit(f"{sys.argv[0]}: needs root, for a network namespace and for Postfix")
    prepare = (f"ip link set lo up && ip addr add {SERVER}/32 dev lo && ip route add local 198.18.0.0/16 dev lo && file=$(mktemp) && echo nameserver 127.0.0.1 >$file && "
               f"chmod 644 $file && mount --bind $file /etc/resolv.conf && rm -f $file; exec {sys.executable} \"$@\"")
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", "bash", "-c", prepare, "bash", *sys.argv])


class World:
    """BIND with one zone, the root."""

    def __init__(self, folder, zone):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "root.zone").write_text(zone)
        version = subprocess.run(["/usr/sbin/named", "-v"], capture_output=True, text=True, check=True).stdout
        lock_file = "lock-file none;" if " 9.18." in version else ""  # 9.20 (Debian 13) no longer knows the option
        (self.folder / "named.conf").write_text(
            f'options {{ directory "{self.folder}"; pid-file none; session-keyfile "{self.folder}/session.key"; {lock_file}\n'
            "listen-on port 53 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no;\n"
            'empty-zones-enable no; minimal-responses yes; };\ncontrols { };\nzone "." { type primary; file "root.zone"; };\n')
        shutil.copy("/usr/sbin/named", self.folder / "named")  # Debian's AppArmor profile keeps the original out of this folder
        log = open(self.folder / "named.log", "wb")
        self.process = subprocess.Popen([str(self.folder / "named"), "-g", "-4", "-n", "1", "-c", str(self.folder / "named.conf")],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._is_up, f"BIND; see {self.folder}/named.log")

    def _is_up(self):
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "named.log").read_text()[-2000:])
        return "all zones loaded" in (self.folder / "named.log").read_text()

    def roots(self):
        return [self.process.pid]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def listens(port, address=SERVER):
    try:
        with socket.create_connection((address, port), 1) as connection:
            return connection.recv(100).startswith(b"220")
    except OSError:
        return False
