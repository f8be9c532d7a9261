"""The units that `scop systemd` writes, as systemd's own tools judge them without booting anything."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
MOST_EXPOSURE = 1.5


def systemd_version():
    if not shutil.which("systemd-analyze"):
        return 0
    return int(subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True).stdout.split()[1])


pytestmark = pytest.mark.skipif(systemd_version() < 250, reason="no systemd-analyze of systemd 250 or newer")


def daemons():
    import json
    topology = json.loads(subprocess.run([BIN / "scop", "topology", "--json"], capture_output=True, check=True).stdout)
    return [daemon["name"] for daemon in topology["daemons"] if daemon["is_daemon"]]


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    folder = tmp_path_factory.mktemp("units")
    subprocess.run([BIN / "scop", "systemd", "--packaged", "--out", folder], check=True)
    return folder


def exposure(units, name):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", units / name], capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    return float(found.group(1)), done.stdout


@pytest.mark.parametrize("name", daemons())
def test_a_daemons_unit_exposes_at_most_one_and_a_half(units, name):
    level, text = exposure(units, f"scop-{name}.service")
    assert level <= MOST_EXPOSURE, text


def test_an_instance_elsewhere_gets_units_that_differ_in_what_its_configuration_says(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("not root: no instance with users of its own can be made")
    tmp_path.chmod(0o755)
    for above in tmp_path.parents:
        if above.stat().st_mode & 0o005 == 0:
            above.chmod(above.stat().st_mode | 0o001)
    folder = tmp_path / "instance"
    scop = [BIN / "scop", "--config", folder / "scop.toml"]
    subprocess.run([BIN / "scop", "init", "--domain", "example.test", "--folder", folder, "--user-base", "21000"], check=True, capture_output=True)
    with open(folder / "scop.toml", "a", encoding="utf-8") as file:
        file.write('\n[[relay.lmtp]]\ndomain = "*"\nto = "192.0.2.9:24"\n')
    drop_ins = tmp_path / "out"
    subprocess.run([*scop, "systemd", "--drop-ins", "--out", drop_ins], check=True, capture_output=True)
    relay = (drop_ins / "scop-relay.service.d/50-scop.conf").read_text()
    assert "IPAddressAllow=\nIPAddressAllow=localhost 192.0.2.9\n" in relay
    assert f"BindPaths=\nBindPaths={folder}/relay/state\n" in relay
    assert "User=21004\n" in relay
    assert "nothing has changed" in subprocess.run([*scop, "systemd", "--drop-ins", "--out", drop_ins], check=True, capture_output=True, text=True).stdout
