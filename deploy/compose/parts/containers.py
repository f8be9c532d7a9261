"""The entries of the compose file: services, networks, secrets."""
import re

from plan import INSIDE, mounts_for, own_section, secrets_for

# Beside what the walls' own limits say: a second line that holds even where the daemon's own does not.
MEMORY = {"submission": "2g", "relay": "1536m", "courier": "1536m", "resolver": "768m", "receiver": "2g", "spamfilter": "1536m",
          "verifier": "1536m", "web": "512m", "primary": "512m", "monitor": "256m"}


def hardened(name, user, arguments):
    """What every container has."""
    return {
        "image": f"scop-{name}:{arguments.tag}",
        "user": f"{user}:{user}",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "tmpfs": ["/tmp:size=16m,mode=1777,noexec,nosuid,nodev"],
        "mem_limit": MEMORY.get(name, "1g"),
        "pids_limit": 128,
        "restart": "unless-stopped",
        "stop_grace_period": "12s",
        "logging": {"driver": "json-file", "options": {"max-size": "10m", "max-file": "5"}},
    }


def health(*command):
    return {"test": ["CMD", *command], "interval": "10s", "timeout": "5s", "retries": 3, "start_period": "10s"}


def joined(plan, name):
    return {network: {"ipv4_address": address} for network, address in plan.addresses[name].items()}


def ports_for(name, plan, arguments):
    """IPv6 is published where the container has it. Where not, Docker's proxy would take such connections and hide who made them."""
    entries = []
    for _, port, option in plan.public[name]:
        where = getattr(arguments, option)
        entries.append(f"{where}:{port}" if ":" in where else f"0.0.0.0:{where}:{port}")
        if f"public-{name}" in plan.blocks6 and ":" not in where:
            entries.append(f"[::]:{where}:{port}")
    return {"ports": entries, "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0"}}


def volumes(mounts):
    return [f"{source}:{target}:{mode}" for target, (source, mode) in mounts.items()]


def secret_name(name, target):
    return f"{name}-" + re.sub(r"[^A-Za-z0-9]+", "-", str(target.relative_to(INSIDE)))


def daemon(name, plan, settings, arguments):
    """The service, and the secrets that it alone has."""
    settings = settings | {name: own_section(name, plan, settings)}
    command = [f"/scop-{name}", "--config", str(INSIDE / "scop.toml")]
    mounts = {INSIDE / "scop.toml": (arguments.folder / "compose" / name / "scop.toml", "ro")}
    mounts |= mounts_for(name, arguments.folder, settings, plan, with_secrets=False)
    secrets = secrets_for(name, arguments.folder, settings, plan)
    user = settings["mesh"]["user_base"] + plan.daemons[name]["user_offset"]
    service = hardened(name, user, arguments) | {
        "entrypoint": command,
        "healthcheck": health(command[0], "--health", *command[1:]),
        "volumes": volumes(mounts),
        "networks": joined(plan, name)}
    service["security_opt"] = [*service["security_opt"], f"seccomp:{arguments.folder}/compose/{name}/seccomp.json"]
    if secrets:
        service["secrets"] = [{"source": secret_name(name, target), "target": str(target)} for target in secrets]
    if name in plan.public:
        service |= ports_for(name, plan, arguments)
    return service, {secret_name(name, target): {"file": str(source)} for target, source in secrets.items()}


def network(name, plan):
    block, internal, way_out = plan.networks[name]
    blocks = [block] + ([plan.blocks6[name]] if name in plan.blocks6 else [])
    entry = {"driver": "bridge", "internal": internal, "ipam": {"config": [{"subnet": str(one)} for one in blocks]}}
    if name in plan.blocks6:
        entry["enable_ipv6"] = True
    if not internal and not way_out:
        # Published ports work without it; connections from inside to the Internet do not.
        entry["driver_opts"] = {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    return entry
