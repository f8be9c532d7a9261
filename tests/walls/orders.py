"""The attempts of attempts.toml as orders for each daemon of an instance, and what came of them."""
import dataclasses
import itertools
import json
import os
import re
import subprocess
import time
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The public TLS key of each that has one, as `scop init` lays them out.
PUBLIC_KEYS = {"submission": "tls/key.pem", "receiver": "tls/receiver-key.pem", "web": "tls/web-key.pem"}
JUDGES = ("spamfilter", "verifier")
MANY = 6  # of one kind of file: the first and the last ones
LISTS = {
    "mounting": ["mount", "umount", "open_tree"],
    "rooting": ["chroot", "pivot_root"],
    "unsharing": ["unshare_user", "unshare_net", "unshare_mount", "setns"],
    "becoming": ["setuid", "setgid", "setgroups", "capset", "ambient"],
    "kernel_interfaces": ["bpf", "perf_event_open", "userfaultfd", "add_key", "keyctl", "inotify"],
    "machine_interfaces": ["init_module", "kexec", "reboot", "clock", "hostname", "kernel_log", "iopl", "tiocsti"],
    "other_numbers": ["int80", "x32"],
    "seccomp_interfaces": ["sigsys_handler", "seccomp"],
}


@dataclasses.dataclass
class Site:
    """Where the daemons run, and how they see it."""
    instance: Path                 # the folder of scop.toml, here
    binaries: Path
    inside: str | None = None      # the same folder as the daemons see it; None: the same
    programs: str | None = None    # the folder of the daemons' programs, as they see it
    world: tuple = ()              # addresses outside, "ADDRESS PORT"
    world_25: tuple = ()
    pids: tuple = ()               # victims; empty: the other daemons, by run/NAME.pid
    unix_sockets: tuple = ("/run/scop-nobody.sock",)
    abstract_sockets: tuple = ("scop-nobody",)
    configuration: dict = dataclasses.field(default_factory=dict)
    topology: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        self.configuration = tomllib.loads((self.instance / "scop.toml").read_text())
        self.topology = json.loads(subprocess.run([self.binaries / "scop", "topology", "--json"], check=True, capture_output=True,
                                                  text=True).stdout)

    @property
    def daemons(self):
        return [daemon["name"] for daemon in self.topology["daemons"] if daemon["is_daemon"]]

    def seen(self, path):
        """The path as the daemon sees it."""
        path = Path(path)
        if self.inside and path.is_relative_to(self.instance):
            return str(Path(self.inside) / path.relative_to(self.instance))
        return str(path)

    def pipe_of(self, name):
        ports = {daemon["name"]: daemon["pipe_port"] for daemon in self.topology["daemons"]}
        address = self.configuration.get("pipes", {}).get(name) or f"127.0.0.1:{ports[name]}"
        host, port = address.rsplit(":", 1)
        return f"{host.strip('[]')} {port}"

    def callees_of(self, name):
        return {edge["callee"] for edge in self.topology["edges"] if edge["caller"] == name}


def attempts():
    return tomllib.loads((HERE / "attempts.toml").read_text())["attempt"]


def some(paths):
    paths = sorted(paths)
    return paths if len(paths) <= MANY else paths[:MANY // 2] + paths[-MANY // 2:]


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file() and "attack" not in path.parts]


def places(site, name):
    """What stands for {…} in the orders of one daemon: the values of each."""
    others = [other for other in site.daemons if other != name]
    state = {other: site.instance / other / "state" for other in site.daemons}
    methods = sorted({(edge["callee"], edge["method"]) for edge in site.topology["edges"]})
    allowed = {(edge["callee"], edge["method"]) for edge in site.topology["edges"] if edge["caller"] == name}
    callees = site.callees_of(name)
    pids = site.pids or [int((site.instance / "run" / f"{other}.pid").read_text()) for other in others[:2]] + [1]
    seen = lambda paths: [site.seen(path) for path in paths]  # noqa: E731
    mail = state["relay"] / "mail"
    return LISTS | {
        "others_pipe_keys": seen([site.instance / other / "cert/key.pem" for other in [*others, "operator"]]),
        "ca_key": seen([site.instance / "mesh/ca.key"]),
        "others_public_keys": seen([site.instance / path for other, path in PUBLIC_KEYS.items() if other != name]),
        "dkim_keys": seen(some(path for path in files_below(state["signer"]) if path.suffix in (".pem", ".key"))),
        "account_files": seen(some(files_below(state["accounts"]))),
        "queue_files": seen(some(path for path in files_below(state["relay"]) if not path.is_relative_to(mail))),
        "mail_files": seen(some(files_below(mail))),
        "others_state_files": seen(itertools.chain.from_iterable(some(files_below(state[other]))[:2] for other in others)),
        "others_states": seen(state[other] for other in others),
        "own_state": [site.seen(state[name])],
        "own_certificates": [site.seen(site.instance / name / "cert")],
        "configuration": [site.seen(site.instance / "scop.toml")],
        "own_program": [f"{site.programs or site.binaries}/scop-{name}"],
        "system_files": ["/etc/shadow", "/proc/1/environ", "/proc/1/maps", "/etc/passwd"],
        "shared_folders": ["/tmp", "/dev/shm"],
        "other_pids": [str(pid) for pid in pids],
        "undeclared_pipes": [site.pipe_of(other) for other in others if other not in callees],
        "undeclared_methods": [f"{callee} {method}" for callee, method in methods if callee in callees and (callee, method) not in allowed],
        "world": list(site.world),
        "world_25": list(site.world_25),
        "unix_sockets": list(site.unix_sockets),
        "abstract_sockets": list(site.abstract_sockets),
    }


def orders_of(attempt, values):
    """One line for each combination of the places that the order names."""
    names = re.findall(r"\{(\w+)\}", attempt["order"])
    return [attempt["order"].format(**dict(zip(names, chosen))) for chosen in itertools.product(*(values[name] for name in names))]


class Entry:
    """The planted entry of one running daemon."""

    def __init__(self, site, name, user=None):
        self.site, self.name = site, name
        self.folder = site.instance / name / "state/attack"
        self.folder.mkdir(exist_ok=True)
        owner = self.folder.parent.stat()
        self.owner = (owner.st_uid, owner.st_gid) if user is None else (user, user)
        os.chown(self.folder, *self.owner)

    def give(self, lines):
        """The lines' outcomes, once the entry has carried them out. One over which the daemon died is "died", and the rest goes to
        the next one."""
        outcomes = {}
        while len(outcomes) < len(lines):
            self.__dict__.pop("_pid", None)
            left = [number for number in range(len(lines)) if number not in outcomes]
            (self.folder / "results").unlink(missing_ok=True)
            new = self.folder / "orders.new"
            new.write_text("".join(f"{number} {lines[number]}\n" for number in left))
            os.chown(new, *self.owner)
            new.rename(self.folder / "orders")
            outcomes |= self._await(left)
        return [outcomes[number] for number in range(len(lines))]

    def _await(self, left, patience=30):
        """What the results say; quiet for so long: it has died, or hangs, over the one that it began."""
        results, quiet_since, size = self.folder / "results", time.monotonic(), -1
        while True:
            text = results.read_text(errors="replace") if results.exists() else ""
            done = dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)
            begun = [line.split(" ")[0] for line in text.splitlines() if line.endswith(" ...")]
            found = {int(number): outcome for number, outcome in done.items()}
            if text.endswith("end\n"):
                return found
            if len(text) != size:
                quiet_since, size = time.monotonic(), len(text)
            open_one = [number for number in begun if number not in done]
            # A new process looks for orders, not for the rest of those it never saw.
            if open_one and time.monotonic() - quiet_since > 0.5 and not self._is_same():
                return found | {int(open_one[-1]): "died"}
            if time.monotonic() - quiet_since > patience:
                if not begun:
                    raise RuntimeError(f"scop-{self.name} takes no orders: is it the build with the entry (bin/attack), and does it run?")
                return found | {int(open_one[-1] if open_one else left[0]): "died, or does not answer"}
            self._is_same()
            time.sleep(0.02)

    def _is_same(self):
        """False once the daemon has been replaced since the last question (by run/NAME.pid, where `scop up` runs)."""
        file = self.site.instance / "run" / f"{self.name}.pid"
        now = file.read_text().strip() if file.exists() else ""
        same = getattr(self, "_pid", now) == now
        if same:
            self._pid = now
        return same


def wall_of(order, outcome, standing):
    """The wall that an outcome speaks of; None: nothing held it. `standing`: those of the daemon that stand ("landlock", "seccomp" …)."""
    word, name = outcome.split()[0].rstrip(",:"), order.removeprefix("judge ").split()[0]
    if word == "done" or outcome in ("unknown attempt", "no judge", "too few words"):
        return None
    if word == "SIGSYS":
        return "seccomp"
    if word == "SIGSEGV":
        return "memory"
    if name == "call":
        return "topology" if word in ("PERMISSION_DENIED", "UNIMPLEMENTED") else None
    if name in ("memory", "shared_memory", "descriptors", "threads", "large_file"):
        return "limits" if word in ("ENOMEM", "EMFILE", "EAGAIN", "EFBIG") else None
    if name in ("tcp", "fast_open", "fast_open_connect", "mptcp", "udp", "turn_listener"):
        if word == "EOPNOTSUPP":
            return "seccomp"  # said so by the filter, not as an attack: libunbound tries fast open
        if word == "EACCES" and "landlock" in standing:
            return "landlock"  # a control group's program says EPERM
        return "network" if word in ("EACCES", "EPERM", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT") else None
    if name == "clone3" and word == "ENOSYS":
        return "seccomp"
    if name in ("tiocsti",) and word in ("EPERM", "ENOTTY", "EIO"):
        return "user"
    if word in ("EACCES", "EXDEV") and "landlock" in standing:
        return "landlock"
    if word == "ENOENT":
        return "mounts" if standing & {"container"} else None
    if word in ("EACCES", "EPERM", "EROFS", "ESRCH", "EPERM,"):
        return "mounts" if word == "EROFS" else "user"
    if word in ("EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "ENOSYS"):
        return "kernel"
    return None


def attack(site, name, standing, chosen=None, judge=False):
    """[{what, order, outcome, wall}] of all attempts in one daemon, or in its judge."""
    values = places(site, name)
    lines, meant = [], []
    for attempt in chosen or attempts():
        if judge and attempt.get("judge") == [] or name not in attempt.get("only", [name]):
            continue
        for order in orders_of(attempt, values):
            lines.append(f"judge {order}" if judge else order)
            meant.append(attempt)
    outcomes = Entry(site, name).give(lines)
    # Where the filter kills at once, no landing helps: its death is the answer.
    deadly = lambda attempt, outcome: outcome.startswith("died") and attempt.get("deadly") in ("all", "judge" if judge else "")  # noqa: E731
    return [{"what": attempt["what"], "order": line, "outcome": outcome,
             "wall": "seccomp" if deadly(attempt, outcome) else wall_of(line, outcome, standing)}
            for attempt, line, outcome in zip(meant, lines, outcomes)]
