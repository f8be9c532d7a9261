"""Every daemon, broken into: the entry in bin/attack tries attempts.toml from inside each jail of a mesh under `scop up`."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
SANITIZED = b"__asan_init" in (BIN / "attack/scop-web").read_bytes() if (BIN / "attack/scop-web").exists() else False
sys.path.insert(0, str(HERE))
import orders  # noqa: E402

MARK = b"scop-attack "  # entry/orders.hpp

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="the walls need root: own users, a network of its own"),
    pytest.mark.skipif(not (BIN / "attack/scop-relay").exists(), reason="no programs with the entry: cmake -DSCOP_ATTACK=ON, ninja attack"),
]


def abi():
    import ctypes
    return ctypes.CDLL(None).syscall(444, None, 0, 1)


def attacked(*words):
    """What came of all attempts; a mesh of its own."""
    done = subprocess.run([sys.executable, HERE / "attack", "--json", *words], capture_output=True, text=True, timeout=500, env={**os.environ,
                          "SCOP_BIN": str(BIN)})
    assert done.returncode in (0, 1) and done.stdout, done.stderr[-4000:]
    return json.loads(done.stdout)


def wrong(found, port_wall):
    """Whatever was not held by a wall of those that attempts.toml names; `port_wall` is the one for ports here."""
    by_name = {attempt["what"]: attempt for attempt in orders.attempts()}
    bad = []
    for name, tried in found.items():
        judge = name.endswith("-judge")
        for one in tried:
            attempt = by_name[one["what"]]
            if not judge and name in attempt.get("job", []):
                continue
            held = attempt.get("judge", attempt["held"]) if judge else attempt["held"]
            allowed = set(held) - ({"landlock", "network"} - {port_wall} if one["order"].split()[0] in ("tcp", "fast_open_connect") else set())
            allowed |= set(attempt.get("sanitized", []) if SANITIZED else [])
            if one["wall"] not in allowed and not (one["wall"] is None and "none" in allowed):
                bad.append(f"{name}: {one['what']}: {one['order']} → {one['outcome']} ({one['wall']}, not {sorted(allowed)})")
    return bad


@pytest.fixture(scope="module")
def here():
    if abi() < 4:
        pytest.skip(f"this kernel's Landlock has ABI {abi()}: its port rules cannot be shown here, only the control group's")
    return attacked()


def test_every_attempt_is_held_by_the_wall_that_is_meant_to(here):
    assert not wrong(here, "landlock")


def test_it_is_the_whole_mesh_and_everything_was_really_tried(here):
    assert {name for name in here if not name.endswith("-judge")} == {daemon["name"] for daemon in json.loads(subprocess.run(
        [BIN / "scop", "topology", "--json"], check=True, capture_output=True).stdout)["daemons"] if daemon["is_daemon"]}
    assert {"spamfilter-judge", "verifier-judge"} <= set(here)
    for name, tried in here.items():
        missing = {attempt["what"] for attempt in orders.attempts() if not (name.endswith("-judge") and attempt.get("judge") == [])}
        missing -= {one["what"] for one in tried}
        # accounts calls nobody; who calls everything that a callee serves has nothing undeclared left.
        assert missing <= {"call an undeclared method of a declared callee"}, (name, missing)
        assert not [one for one in tried if one["outcome"] in ("unknown attempt", "too few words", "no judge")]


def test_where_it_is_the_job_it_works(here):
    """The attempts can succeed: what is held elsewhere is done where it may be."""
    jobs = {attempt["what"]: attempt["job"] for attempt in orders.attempts() if "job" in attempt}
    idle = [(what, name) for what, names in jobs.items() for name in names
            if not any(one["outcome"].startswith("done") for one in here[name] if one["what"] == what)]
    assert not idle


def test_on_debian_12s_kernel_a_control_group_holds_the_ports():
    found = attacked("--landlock", "2")
    held = {name: {one["wall"] for one in tried if one["order"].startswith("tcp ")} for name, tried in found.items() if not name.endswith("-judge")}
    if all("network" not in walls for walls in held.values()) and not Path("/sys/fs/cgroup").exists():
        pytest.skip("no control groups here")
    assert not wrong(found, "network")


@pytest.mark.skipif(os.environ.get("SCOP_LONG") != "1", reason="SCOP_LONG=1: the second line of defence, two more meshes")
@pytest.mark.parametrize("words, lost", [(("--landlock", "0"), {"landlock"}), (("--without", "seccomp"), {"seccomp"})])
def test_with_one_wall_away_no_secret_is_read(words, lost):
    found = attacked(*words)
    secrets = ("pipe key", "CA's key", "TLS key", "DKIM", "password hashes", "messages", "mailboxes", "database", "memory", "shadow")
    taken = [f"{name}: {one['what']}: {one['order']} → {one['outcome']}" for name, tried in found.items() for one in tried
             if one["wall"] is None and any(word in one["what"] for word in secrets)
             and name not in {a["what"]: a.get("job", []) for a in orders.attempts()}[one["what"]]
             and "/etc/passwd" not in one["order"] and "exhaust" not in one["what"]]
    assert not taken


def test_the_product_holds_no_entry():
    """Neither its sources nor its programs; and no preset for use builds one."""
    presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    assert {preset["name"] for preset in presets if "SCOP_ATTACK" in preset.get("cacheVariables", {})} == {"dev", "release-tests"}
    assert re.search(r"option\(SCOP_ATTACK .* OFF\)", (ROOT / "CMakeLists.txt").read_text())
    sources = [path for folder in ("libs", "services", "proto") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert not [path for path in sources if b"SCOP_ATTACK" in path.read_bytes() or b"namespace scop::attack" in path.read_bytes()]
    for name in ("relay", "verifier"):
        assert MARK in (BIN / f"attack/scop-{name}").read_bytes() or name == "relay"
        assert MARK not in (BIN / f"scop-{name}").read_bytes()
        assert b"attack/orders" not in (BIN / f"scop-{name}").read_bytes() and b"unknown attempt" not in (BIN / f"scop-{name}").read_bytes()
    assert "install(" not in (HERE / "CMakeLists.txt").read_text()
