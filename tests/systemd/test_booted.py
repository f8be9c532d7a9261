"""The Debian packages in a booted Debian with systemd as PID 1: from `apt install` to the first mail, restarts, kill -9, an upgrade
with mail in the queue, removal. The tests stand in the order of an instance's life.

Needs root, debootstrap (once, for a root that is kept in build/systemd) and a release build; skipped aloud where they are missing.
"""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
DAEMONS = ("accounts", "resolver", "courier", "relay", "signer", "verifier", "spamfilter", "receiver", "submission", "web")
PASSWORD = "correct horse battery staple"
VERSIONS = ("0.1.0", "0.1.1")
MOST_EXPOSURE = 1.5


def reason_to_skip():
    cache = BIN.parent / "CMakeCache.txt"
    if not cache.exists() or re.search(r"^SCOP_SANITIZE:\w+=ON$", cache.read_text(), re.M):
        return "packages are made of a release build: run with SCOP_BIN=build/release/bin (as .ci/run does)"
    missing = [name for name in ("scop", "scop-mailbox", *(f"scop-{name}" for name in DAEMONS)) if not (BIN / name).exists()]
    if missing:
        return f"not built: {', '.join(missing)}"
    return machine.reason_to_skip()


SKIP = reason_to_skip()
pytestmark = pytest.mark.skipif(SKIP is not None, reason=f"systemd: {SKIP}")


@pytest.fixture(scope="module")
def booted(tmp_path_factory):
    payload = tmp_path_factory.mktemp("payload")
    for version in VERSIONS:
        subprocess.run([ROOT / "deploy/debian/build", "--build", BIN.parent, "--out", payload, "--version", version], check=True, timeout=300)
    for file in (machine.HERE / "inside").iterdir():
        shutil.copy(file, payload)
    with machine.boot(payload) as made:
        made.run("ip address add 192.0.2.25/32 dev lo; ip address add 192.0.2.1/32 dev lo")
        yield made


def install(booted, version):
    return booted.run(f"apt-get install -y --no-install-recommends /payload/scop_{version}_*.deb /payload/scop-tools_{version}_*.deb", 180)


def main_pid(booted, name):
    return int(booted.run(f"systemctl show -P MainPID scop-{name}"))


def active(booted):
    return [name for name in DAEMONS if booted.run(f"systemctl is-active scop-{name}", check=False).strip() == "active"]


def in_mailbox(booted, *subjects):
    for subject in subjects:
        booted.wait(f"grep -rqs '^Subject: {subject}' /var/lib/scop/relay/state/mail/example.test/anna")


def submit(booted, recipient, *subjects):
    return booted.run(f"python3 /payload/mail.py submit anna@example.test {recipient} {' '.join(subjects)}")


def journal(booted):
    return booted.run("journalctl --no-pager -n 60 -o cat -u 'scop-*'", check=False)


def test_installs_its_users_and_waits_for_an_instance(booted):
    install(booted, VERSIONS[0])
    assert booted.run("id -u scop-relay").strip() == "64104"
    assert booted.run("systemctl start scop.target; echo $?").strip().endswith("1")  # said, rather than nothing at all
    assert active(booted) == []


def test_an_instance_is_made_and_everything_starts(booted):
    booted.run("scop init --domain example.test --address 192.0.2.1")
    assert booted.run("stat -c %U /var/lib/scop/signer/state").strip() == "scop-signer"
    booted.run("sed -i 's/^#local_zones = .*/local_zones = [\"test. static\"]/' /etc/scop/scop.toml")
    booted.run("printf '\\n[[courier.route]]\\ndomain = \"foreign.test\"\\nto = \"192.0.2.25:2525\"\\n' >>/etc/scop/scop.toml")
    booted.run("systemctl enable --now scop.target", 120)
    assert active(booted) == list(DAEMONS), journal(booted)
    booted.run("scop health")
    assert booted.run("scop systemd --drop-ins").strip() == ""  # the package's units fit


def test_mail_goes_to_a_mailbox_to_the_world_and_comes_in(booted):
    booted.run(f"printf '%s\\n' '{PASSWORD}' | scop user add anna@example.test --password-file -")
    booted.run("cp /payload/sink.service /run/systemd/system/; systemctl daemon-reload; systemctl start sink")
    booted.wait("[ -d /tmp/sink ]")
    assert "queued as" in submit(booted, "anna@example.test", "first")
    in_mailbox(booted, "first")
    submit(booted, "bob@foreign.test", "outwards")
    assert booted.wait("grep -c '^DKIM-Signature:' /tmp/sink/0.eml").strip() == "2"
    booted.run("python3 /payload/mail.py hand-in eve@stranger.test anna@example.test inwards")
    in_mailbox(booted, "inwards")


@pytest.mark.parametrize("name", DAEMONS)
def test_a_unit_exposes_at_most_one_and_a_half(booted, name):
    text = booted.run(f"systemd-analyze security --no-pager scop-{name}.service", check=False)
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", text)
    assert level and float(level.group(1)) <= MOST_EXPOSURE, text


@pytest.mark.parametrize("name", DAEMONS)
def test_a_daemon_sees_no_folder_of_the_instance_but_its_own(booted, name):
    seen = set(booted.run(f"ls /proc/{main_pid(booted, name)}/root/var/lib/scop").split())
    assert seen - {"tls"} == {name, "mesh", "scop.toml"}
    assert ("tls" in seen) == (name in ("submission", "receiver", "web"))
    assert set(booted.run(f"ls /proc/{main_pid(booted, name)}/root/var/lib/scop/mesh").split()) == {"ca.pem", "grant.pub"}
    assert booted.run(f"stat -c %U /proc/{main_pid(booted, name)}").strip() in (f"scop-{name}", "root")  # root: it is not dumpable
    assert f"scop-{name}" == booted.run(f"ps -o user:20= -p {main_pid(booted, name)}").strip()
    said = booted.run(f"journalctl -o cat -u scop-{name} | grep ' ready '")
    assert "landlock" in said and "seccomp" in said and "no capabilities" in said


@pytest.mark.parametrize("name", ("accounts", "signer", "relay", "verifier", "spamfilter"))
def test_who_has_nothing_to_seek_outside_reaches_loopback_alone(booted, name):
    answers = booted.run(f"python3 /payload/reach.py scop-{name}.service 192.0.2.25 2525 127.0.0.1 7101").split()
    assert answers[1] == "reached" and answers[0] != "reached", answers


def test_a_reload_keeps_the_process(booted):
    before = main_pid(booted, "receiver")
    booted.run("systemctl reload scop-receiver")
    booted.wait("journalctl -o cat -u scop-receiver | grep -q 'certificates read again'")
    assert main_pid(booted, "receiver") == before


def test_each_daemon_is_restarted_and_mail_goes_on(booted):
    for name in DAEMONS:
        before = main_pid(booted, name)
        booted.run(f"systemctl restart scop-{name}")
        assert main_pid(booted, name) != before
        assert "queued as" in submit(booted, "anna@example.test", f"restarted-{name}")
    in_mailbox(booted, *(f"restarted-{name}" for name in DAEMONS))


def test_each_daemon_comes_back_after_kill_9(booted):
    before = {name: main_pid(booted, name) for name in DAEMONS}
    booted.run(f"kill -9 {' '.join(map(str, before.values()))}")
    for name, pid in before.items():
        booted.wait(f"[ $(systemctl is-active scop-{name}) = active ] && [ $(systemctl show -P MainPID scop-{name}) != {pid} ]")
    submit(booted, "anna@example.test", "after-kill")
    in_mailbox(booted, "after-kill")


def test_what_a_daemon_said_is_found_in_the_journal(booted):
    found = re.search(r"queued as (\w+)", submit(booted, "anna@example.test", "traced"))
    in_mailbox(booted, "traced")
    said = booted.run(f"scop trace {found.group(1)}")
    for name in ("submission", "signer", "relay"):
        assert name in said, said


def test_certificates_are_renewed_by_the_timers_unit(booted):
    assert "scop-certs.timer" in booted.run("systemctl list-timers --all --no-pager")
    booted.run("systemctl start scop-certs.service")
    assert "not due" in booted.run("journalctl -o cat -u scop-certs")


def test_an_upgrade_restarts_every_daemon_and_loses_nothing_of_the_queue(booted):
    booted.run("systemctl stop sink; rm -f /tmp/sink/*")
    subjects = [f"waiting-{number}" for number in range(5)]
    submit(booted, "bob@foreign.test", *subjects)
    before = {name: main_pid(booted, name) for name in DAEMONS}
    install(booted, VERSIONS[1])
    assert VERSIONS[1] in booted.run("dpkg-query -W -f '${Version}' scop")
    for name, pid in before.items():
        assert main_pid(booted, name) not in (0, pid), name
    assert active(booted) == list(DAEMONS), journal(booted)
    assert booted.run("scop queue list").count("bob@foreign.test") == 5
    booted.run("systemctl start sink")
    booted.wait("scop queue retry all >/dev/null; [ $(ls /tmp/sink | wc -l) -ge 5 ]", 60)
    arrived = booted.run("grep -h '^Subject: ' /tmp/sink/*.eml | sort").split("\n")[:-1]
    assert arrived == [f"Subject: {subject}" for subject in subjects]
    in_mailbox(booted, "first")  # what was there is there


def test_removal_stops_all_and_keeps_the_instance_and_a_second_installation_goes_on(booted):
    booted.run("apt-get remove -y scop", 120)
    assert booted.run("pgrep -c '^scop-'", check=False).strip() == "0"
    assert booted.run("ls /var/lib/scop/scop.toml /var/lib/scop/relay/state").strip()
    install(booted, VERSIONS[1])
    assert active(booted) == list(DAEMONS), journal(booted)
    submit(booted, "anna@example.test", "again")
    in_mailbox(booted, "again")


def test_purge_asks_nothing_and_says_what_it_leaves(booted):
    said = booted.run("DEBIAN_FRONTEND=noninteractive apt-get purge -y scop scop-tools", 120)
    assert "left as it is: /var/lib/scop" in said
    assert booted.run("ls /etc/systemd/system/scop* /etc/systemd/system/multi-user.target.wants/scop* /etc/scop 2>/dev/null", check=False).strip() == ""
    assert booted.run("grep -rl '^Subject: first' /var/lib/scop/relay/state/mail")
