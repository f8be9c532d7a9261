"""An instance of the mesh, cut for deployments in which each daemon has a machine of its own (containers, microVMs): who shares
which network under which address, and each daemon's slice of scop.toml. Drawn from `scop topology --json`."""
import ipaddress
import json
import pathlib
import re
import subprocess
import sys

INSIDE = pathlib.PurePosixPath("/etc/scop")
WHAT_IS_A_PATH = re.compile(r"(_file|_folder|^certificate|^key|^authorities|^root_hints|^credentials)$")
# Certificates and their keys are none of these: they are renewed by rename, which a mounted file does not follow.
WHAT_IS_A_SECRET = re.compile(r"(^credentials|(tsig_key|password|token)_file)$")
# Who publishes ports: setting in the daemon's section, port inside the container, option here.
PUBLIC = {"submission": (("listen", 587, "submission"), ("listen_tls", 465, "submissions")), "receiver": (("listen", 25, "smtp"),)}
PUBLIC_WHERE_SET = {"web": (("listen", 443, "https"), ("listen_http", 80, "http"))}
# … and of those that may stand beside the mesh: Dovecot, which calls as "mailbox", and a primary DNS.
PUBLIC_BESIDE = {"mailbox": (("imaps", 993, "imaps"), ("sieve", 4190, "sieve")),
                 "primary": (("dns", "53/tcp", "dns"), ("dns_udp", "53/udp", "dns"))}
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


def public_ports(settings, beside=()):
    """daemon -> what it publishes under these settings."""
    chosen = {name: tuple(port for port in ports if settings.get(name, {}).get(port[0])) for name, ports in PUBLIC_WHERE_SET.items()}
    return PUBLIC | {name: ports for name, ports in chosen.items() if ports} | {name: PUBLIC_BESIDE[name] for name in beside if name in PUBLIC_BESIDE}


class Plan:
    """Who shares which network, and under which address. `beside`: mailbox, monitor (identities of the topology that are no
    daemons, and only call) and primary, where the deployment has them. With `subnet6` the networks that lead somewhere have IPv6 too."""

    def __init__(self, topology, settings, subnet, subnet6=None, beside=()):
        known = {daemon["name"]: daemon for daemon in topology["daemons"]}
        self.daemons = {name: daemon for name, daemon in known.items() if daemon["is_daemon"]}
        self.callers = {name: known[name] for name in beside if name in known}
        self.beside = beside
        self.networks = {}   # name -> (block, is internal, has a way out)
        self.blocks6 = {}    # name -> block, where it has IPv6
        self.addresses = {name: {} for name in (*self.daemons, *beside)}  # who -> network -> address
        self.free6 = ipaddress.ip_network(subnet6).subnets(new_prefix=64) if subnet6 else None
        # On a network of its own, so that a published port leads to nobody else.
        self.public = public_ports(settings, beside)
        self.draw(topology, settings, ipaddress.ip_network(subnet).subnets(new_prefix=29))

    def draw(self, topology, settings, blocks):
        members = self.daemons | self.callers
        pairs = {tuple(sorted((edge["caller"], edge["callee"]))) for edge in topology["edges"]
                 if edge["caller"] in members and edge["callee"] in members}
        for one, other in sorted(pairs | ({("primary", "signer")} if "primary" in self.beside else set())):
            self.add(f"{one}-{other}", next(blocks), [one, other], internal=True, way_out=False)
        for name in self.public:
            self.add(f"public-{name}", next(blocks), [name], internal=False, way_out=False)
        for name in self.daemons:
            if self.reaches_out(name, settings):
                self.add(f"world-{name}", next(blocks), [name], internal=False, way_out=True)
        for name in [name for name, networks in self.addresses.items() if not networks]:
            self.add(f"alone-{name}", next(blocks), [name], internal=True, way_out=False)

    def reaches_out(self, name, settings):
        """The signer reaches one primary DNS: one that is configured, and not in this deployment."""
        if name == "signer":
            return bool(settings.get("signer", {}).get("primary")) and "primary" not in self.beside
        return bool(self.daemons[name]["reaches"])

    def add(self, name, block, members, internal, way_out):
        self.networks[name] = (block, internal, way_out)
        if self.free6 and not internal:
            self.blocks6[name] = next(self.free6)
        hosts = list(block.hosts())[1:]  # the first one is the bridge's
        for member, address in zip(members, hosts):
            self.addresses[member][name] = str(address)

    def dial(self, caller, callee):
        """Where `caller` reaches `callee`, None where it does not."""
        address = self.address_between(caller, callee)
        return f"{address}:{self.daemons[callee]['pipe_port']}" if address else None

    def address_between(self, caller, callee):
        return self.addresses[callee].get(f"{min(caller, callee)}-{max(caller, callee)}")

    def gateways(self, network):
        """The bridge's own addresses there."""
        return [str(next(block.hosts())) for block in (self.networks[network][0], self.blocks6.get(network)) if block]

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


def own_section(name, plan, settings):
    """[name] as it holds inside."""
    own = dict(settings.get(name, {}))
    for setting, port, _ in plan.public.get(name, ()):
        own[setting] = [f"0.0.0.0:{port}"] + ([f"[::]:{port}"] if f"public-{name}" in plan.blocks6 else [])
    if name in ("courier", "resolver") and f"world-{name}" not in plan.blocks6:
        own.setdefault("ipv6", False)
    if name == "resolver":
        own.pop("listen", None)  # a convenience for tools on the host; the mesh asks over the pipe
    if name == "receiver":
        # Whoever comes from the host itself may come from the bridge's address: many behind one, so never banned. It grants nothing.
        own["gateways"] = own.get("gateways", ["127.0.0.0/8", "::1"]) + plan.gateways("public-receiver")
    if name == "signer" and "primary" in plan.beside:
        own["primary"] = f"{plan.address_between('signer', 'primary')}:53"
    return own


def slice_for(name, plan, settings):
    """[mesh], [pipes] as this one sees them, and its own section."""
    pipes = {callee: where for callee in plan.daemons if callee != name and (where := plan.dial(name, callee))}
    if name not in plan.daemons:
        return {"mesh": settings["mesh"], "pipes": pipes}
    pipes |= {name: plan.any_address(name), "listen": {name: f"0.0.0.0:{plan.daemons[name]['pipe_port']}"}}
    return {"mesh": settings["mesh"], "pipes": pipes, name: own_section(name, plan, settings)}


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


def named_paths(name, settings, plan):
    """What its section names outside its own folders: key, path."""
    named = dict(settings.get(name, {}))
    if name in PAIRS and name in plan.public:
        named = dict(zip(("certificate", "key"), PAIRS[name])) | named
    own = [INSIDE / name / "cert", INSIDE / name / "state"]
    for key, path in paths_in(named):
        inside = INSIDE / path
        if not any(inside == where or where in inside.parents for where in own):
            yield key, path


def secrets_for(name, folder, settings, plan):
    """Path inside -> path in the instance: files with a secret that nothing replaces while the daemon runs."""
    return {INSIDE / path: folder / path for key, path in named_paths(name, settings, plan) if WHAT_IS_A_SECRET.search(key)}


def mounts_for(name, folder, settings, plan, with_secrets=True):
    """Path inside -> (path in the instance, "ro" or "rw"): the daemon's own folders, and what its section names outside them (the
    folder around a file, for the file may be replaced). Its slice of scop.toml is not among them."""
    mounts = {INSIDE / "mesh" / "ca.pem": (folder / "mesh" / "ca.pem", "ro"),
              INSIDE / name / "cert": (folder / name / "cert", "ro")}
    if name in plan.daemons:
        mounts[INSIDE / name / "state"] = (folder / name / "state", "rw")
    if (folder / "mesh" / "grant.pub").exists():
        mounts[INSIDE / "mesh" / "grant.pub"] = (folder / "mesh" / "grant.pub", "ro")
    for key, path in named_paths(name, settings, plan):
        if not with_secrets and WHAT_IS_A_SECRET.search(key):
            continue
        is_folder = key.endswith("_folder")
        inside = INSIDE / (path if is_folder else path.parent)
        if inside in (INSIDE, pathlib.PurePosixPath("/")):
            fail(f"[{name}] {key}: '{path}' stands beside scop.toml; put it into a folder of its own, only that is mounted")
        mounts[inside] = (folder / (path if is_folder else path.parent), "rw" if is_folder else "ro")
    return mounts
