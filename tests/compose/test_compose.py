"""What each container is: its user, its walls, its image, its secrets, its networks; seen from outside by `docker inspect`."""
import json
import os
import subprocess

import pytest
from stack import BIN, CONTAINERS, DAEMONS, TAG, USER_BASE, run

MOST_OCTETS = 15_000_000
NEVER = {"mount", "umount2", "ptrace", "process_vm_readv", "bpf", "unshare", "setns", "init_module", "kexec_load", "io_uring_setup",
         "keyctl", "add_key", "perf_event_open", "userfaultfd", "open_by_handle_at", "chroot", "pivot_root", "personality", "reboot"}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_its_own_user_no_capability_nothing_to_write_and_no_shell(stack, name):
    facts = stack.inspect(name)
    host = facts["HostConfig"]
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["CapAdd"] and not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"] > 0 and host["PidsLimit"] > 0
    assert "size=" in host["Tmpfs"]["/tmp"] and "noexec" in host["Tmpfs"]["/tmp"]
    assert facts["Config"]["User"] not in ("", "0", "0:0")
    writable = {mount["Source"].removeprefix(f"{stack.folder}/") for mount in facts["Mounts"] if mount["RW"]}
    assert writable == {"mailbox": {"mailbox/mail", "compose/lmtp"}}.get(name, {f"{name}/state"})
    for shell in ("/bin/sh", "/bin/bash", "/bin/busybox"):
        assert run("docker", "exec", stack.container(name), shell, "-c", "true", check=False).returncode != 0


def test_every_container_has_another_user(stack):
    users = [stack.inspect(name)["Config"]["User"] for name in CONTAINERS]
    assert len(set(users)) == len(users)


@pytest.mark.parametrize("name", DAEMONS)
def test_a_container_has_the_seccomp_profile_of_its_daemon(stack, name):
    profiles = [option.removeprefix("seccomp=") for option in stack.inspect(name)["HostConfig"]["SecurityOpt"] if option.startswith("seccomp")]
    assert len(profiles) == 1
    profile = json.loads(profiles[0])
    allowed = {call for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for call in rule["names"]}
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO" and "read" in allowed
    assert not allowed & NEVER
    status = run("cat", f"/proc/{stack.inspect(name)['State']['Pid']}/status").stdout
    assert "Seccomp_filters:\t2" in status, status  # the container's, and the daemon's own within


@pytest.mark.parametrize("name", DAEMONS)
def test_a_daemon_stands_behind_its_walls_in_the_container_too(stack, name):
    log = stack.log(name)
    assert "seccomp" in log and "landlock" in log, log
    assert "system call refused" not in log, log


@pytest.mark.parametrize("name", DAEMONS)
def test_an_image_is_one_static_program_and_small(stack, name):
    assert json.loads(run("docker", "image", "inspect", f"scop-{name}:{TAG}").stdout)[0]["Size"] <= MOST_OCTETS
    listed = subprocess.run(f"docker export {stack.container(name)} | tar -t", shell=True, capture_output=True, text=True, check=True).stdout
    files = {line for line in listed.splitlines() if not line.endswith("/")}
    from_docker = {".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", "dev/console", "etc/scop/scop.toml"}
    data = {"courier": {"etc/ssl/certs/ca-certificates.crt", "etc/scop/courier/credentials/smarthost"},
            "resolver": {"etc/ssl/certs/ca-certificates.crt", "usr/share/dns/root.key"}}.get(name, set())
    programs = {file for file in files - from_docker - data if not file.startswith("etc/scop/mesh/")}
    if not (BIN / "static" / f"scop-{name}").exists():
        pytest.skip(f"no static scop-{name}: the image has its shared libraries")
    assert programs == {f"scop-{name}"}


def test_a_secret_is_mounted_where_it_is_needed_and_nowhere_else(stack):
    source = str(stack.folder / "courier/credentials/smarthost")
    assert list(stack.document()["secrets"].values()) == [{"file": source}]
    for name in CONTAINERS:
        mounted = {mount["Source"]: mount for mount in stack.inspect(name)["Mounts"]}
        assert (source in mounted) == (name == "courier")
        keys = {path for path in mounted if path.endswith("/cert")}
        assert keys == {str(stack.folder / name / "cert")}
        assert not any("ca.key" in path or path == str(stack.folder / "mesh") for path in mounted)


def test_a_network_holds_two_daemons_that_may_call_each_other(stack):
    users = {}
    for name in CONTAINERS:
        for network in stack.inspect(name)["NetworkSettings"]["Networks"]:
            users.setdefault(network.removeprefix(stack.project + "_"), set()).add(name)
    edges = json.loads(run(BIN / "scop", "topology", "--json").stdout)["edges"]
    allowed = {frozenset((edge["caller"], edge["callee"])) for edge in edges}
    for network, members in users.items():
        assert len(members) == 1 or frozenset(members) in allowed, f"{network}: {members}"
    out = {next(iter(members)) for network, members in users.items() if network.startswith("world-")}
    assert out == {"courier", "resolver"}


def test_only_the_edges_publish_ports(stack):
    for name in CONTAINERS:
        published = {port for port, where in stack.inspect(name)["NetworkSettings"]["Ports"].items() if where}
        assert published == {"submission": {"587/tcp", "465/tcp"}, "receiver": {"25/tcp"}, "web": {"443/tcp"},
                             "mailbox": {"993/tcp", "4190/tcp"}}.get(name, set())


def test_the_web_daemon_serves_the_policy_of_its_domain(stack):
    policy = run("curl", "-sS", "--max-time", "60", "--cacert", stack.folder / "tls/web-cert.pem", "--connect-to",
                 f"::127.0.0.1:{stack.ports['https']}", "https://mta-sts.example.test/.well-known/mta-sts.txt").stdout
    assert "mx: mail.example.test" in policy, stack.log("web")


def test_dovecot_runs_as_its_own_user_from_the_first_process_on(stack):
    first = stack.inspect("mailbox")["State"]["Pid"]
    group = run("ps", "-o", "uid=", "--pid", first, "--ppid", first).stdout.split()
    assert set(group) == {str(USER_BASE + 10)} and len(group) > 1
    assert os.stat(stack.folder / "mailbox/mail").st_mode & 0o777 == 0o700
