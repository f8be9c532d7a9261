"""An instance of the mesh, cut for deployments in which each daemon has a machine of its own (containers, microVMs): who shares
which network under which address, and each daemon's slice of scop.toml. Drawn from `scop topology --json`."""
import ipaddress
import json
import pathlib
import re
import subprocess
import sys

INSIDE = pathlib.PurePosixPath("/etc/scop")
WHAT_IS_A_PATH = re.compile(r"(_file|_folder|^certificate|^key|^authorities|^root_hints)$")
# Who publishes ports: setting in the daemon's section, port inside the container, option here.
PUBLIC = {"submission": (("listen", 587, "submission"), ("listen_tls", 465, "submissions")), "receiver": (("listen", 25, "smtp"),)}
PUBLIC_WHERE_SET = {"web": (("listen", 443, "https"), ("listen_http", 80, "http"))}
# The certificate and key of those whose section names none.
PAIRS = {"submission": ("tls/cert.pem", "tls/key.pem"), "receiver": ("tls/cert.pem", "tls/receiver-key.pem"),
         "web": ("tls/web-cert.pem", "tls/web-key.pem")}


def fail(text):
    sys.exit(f"{'/'.join(pathlib.Path(sys.argv[0]).resolve().parts[-3:])}: {text}")


def read_topology(folder, file=None):
    """From `scop` in `folder`, or from a file with its output."""
    if file:
        return json.loads(pathlib.Path(file).read_text())
    program = pathlib.Path(folder) / "scop"
    if not program.exists():
        fail(f"{program} is missing; build it, or name its folder with --bin")
    return json.loads(subprocess.run([program, "topology", "--json"], check=True, capture_output=True, text=True).stdout)


def public_ports(settings):
    """daemon -> what it publishes under these settings."""
    chosen = {name: tuple(port for port in ports if settings.get(name, {}).get(port[0])) for name, ports in PUBLIC_WHERE_SET.items()}
    return PUBLIC | {name: ports for name, ports in chosen.items() if ports}


class Plan:
    """Who shares which network, and under which address."""

    def __init__(self, topology, settings, subnet):
        self.daemons = {daemon["name"]: daemon for daemon in topology["daemons"] if daemon["is_daemon"]}
        pairs = {tuple(sorted((edge["caller"], edge["callee"]))) for edge in topology["edges"]
                 if edge["caller"] in self.daemons and edge["callee"] in self.daemons}
        blocks = ipaddress.ip_network(subnet).subnets(new_prefix=29)
        self.networks = {}   # name -> (block, is internal, has a way out)
        self.addresses = {name: {} for name in self.daemons}  # daemon -> network -> address
        for one, other in sorted(pairs):
            self.add(f"{one}-{other}", next(blocks), [one, other], internal=True, way_out=False)
        # On a network of its own, so that a published port leads to nobody else.
        self.public = public_ports(settings)
        for name in self.public:
            self.add(f"public-{name}", next(blocks), [name], internal=False, way_out=False)
        for name, daemon in self.daemons.items():
            # The signer reaches one primary DNS, where one is configured.
            if daemon["reaches"] and (name != "signer" or settings.get("signer", {}).get("primary")):
                self.add(f"world-{name}", next(blocks), [name], internal=False, way_out=True)
        alone = [name for name, networks in self.addresses.items() if not networks]
        for name in alone:
            self.add(f"alone-{name}", next(blocks), [name], internal=True, way_out=False)

    def add(self, name, block, members, internal, way_out):
        self.networks[name] = (block, internal, way_out)
        hosts = list(block.hosts())[1:]  # the first one is the bridge's
        for member, address in zip(members, hosts):
            self.addresses[member][name] = str(address)

    def dial(self, caller, callee):
        """Where `caller` reaches `callee`, None where it does not."""
        shared = f"{min(caller, callee)}-{max(caller, callee)}"
        address = self.addresses[callee].get(shared)
        return f"{address}:{self.daemons[callee]['pipe_port']}" if address else None

    def any_address(self, name):
        internal = [address for network, address in self.addresses[name].items() if self.networks[network][1]]
        return f"{internal[0]}:{self.daemons[name]['pipe_port']}"


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(entry) for entry in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def toml_tables(name, table):
    """A table, the tables below it and its arrays of tables, as lines."""
    lines = [f"[{name}]"]
    below = []
    for key, value in table.items():
        if isinstance(value, dict):
            below += [""] + toml_tables(f"{name}.{key}", value)
        elif isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
            for entry in value:
                below += ["", f"[[{name}.{key}]]"] + [f"{inner} = {toml_value(what)}" for inner, what in entry.items()]
        else:
            lines.append(f"{key} = {toml_value(value)}")
    return lines + below


def write_toml(file, title, tables):
    lines = [f"# {title}", "# Made from the instance's scop.toml: change that, and run the generator again."]
    for name, table in tables.items():
        lines += [""] + toml_tables(name, table)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n")
    file.chmod(0o644)


def slice_for(name, plan, settings):
    """[mesh], [pipes] as this daemon sees them, and its own section."""
    own = dict(settings.get(name, {}))
    for setting, port, _ in plan.public.get(name, ()):
        own[setting] = [f"0.0.0.0:{port}"]
    if plan.daemons[name]["reaches"] and name in ("courier", "resolver"):
        own.setdefault("ipv6", False)  # Docker's bridges have none
    if name == "resolver":
        own.pop("listen", None)  # a convenience for tools on the host; the mesh asks over the pipe
    pipes = {name: plan.any_address(name)}
    pipes |= {callee: where for callee in plan.daemons if callee != name and (where := plan.dial(name, callee))}
    pipes["listen"] = {name: f"0.0.0.0:{plan.daemons[name]['pipe_port']}"}
    return {"mesh": settings["mesh"], "pipes": pipes, name: own}


def paths_in(table):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from paths_in(value)
        elif isinstance(value, list):
            for entry in value:
                if isinstance(entry, dict):
                    yield from paths_in(entry)
        elif isinstance(value, str) and value and WHAT_IS_A_PATH.search(key):
            yield key, pathlib.PurePosixPath(value)


def mounts_for(name, folder, settings, plan):
    """Path inside -> (path in the instance, "ro" or "rw"): the daemon's own folders, and what its section names outside them (the
    folder around a file, for the file may be replaced). Its slice of scop.toml is not among them."""
    mounts = {INSIDE / "mesh" / "ca.pem": (folder / "mesh" / "ca.pem", "ro"),
              INSIDE / name / "cert": (folder / name / "cert", "ro"),
              INSIDE / name / "state": (folder / name / "state", "rw")}
    if (folder / "mesh" / "grant.pub").exists():
        mounts[INSIDE / "mesh" / "grant.pub"] = (folder / "mesh" / "grant.pub", "ro")
    named = dict(settings.get(name, {}))
    if name in plan.public:
        named = dict(zip(("certificate", "key"), PAIRS[name])) | named
    own = [INSIDE / name / "cert", INSIDE / name / "state"]
    for key, path in paths_in(named):
        is_folder = key.endswith("_folder")
        inside = INSIDE / (path if is_folder else path.parent)
        if any(inside == where or where in inside.parents for where in own):
            continue
        if inside in (INSIDE, pathlib.PurePosixPath("/")):
            fail(f"[{name}] {key}: '{path}' stands beside scop.toml; put it into a folder of its own, only that is mounted")
        mounts[inside] = (folder / (path if is_folder else path.parent), "rw" if is_folder else "ro")
    return mounts
