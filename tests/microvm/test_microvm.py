"""The mesh in virtual machines without a userland: deploy/microvm/demo, as an administrator runs it, and what its parts refuse."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

SOURCE = pathlib.Path(__file__).parents[2]
MICROVM = SOURCE / "deploy/microvm"
STATIC = pathlib.Path(os.environ.get("SCOP_STATIC_BIN", SOURCE / "build/release/bin"))
sys.path.insert(0, str(MICROVM))


def missing():
    if os.geteuid() != 0:
        return "not root: each daemon's files belong to a user of its own"
    if not shutil.which("qemu-system-x86_64"):
        return "no qemu-system-x86_64: deploy/packages microvm"
    if not (STATIC / "static/scop-relay").exists():
        return f"no static daemons in {STATIC}/static: cmake --build --preset release --target scop static"
    return None


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_a_message_passes_three_machines_and_outlives_a_power_failure(tmp_path):
    facts = tmp_path / "facts.json"
    done = subprocess.run([MICROVM / "demo", "--bin", STATIC, "--facts", facts], capture_output=True, text=True, timeout=540)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "both messages are in the mailbox" in done.stdout
    measured = json.loads(facts.read_text())
    assert set(measured["machines"]) == {"accounts", "submission", "signer", "relay"}
    # Each stands in its own machine on its own user with every wall that the machine's kernel has.
    for name in measured["machines"]:
        line = next(line for line in done.stdout.splitlines() if line.strip().startswith(f"{name}: walls="))
        assert "landlock" in line and "seccomp" in line and "user " in line, line


@pytest.mark.skipif(not shutil.which("cpio"), reason="no cpio to read the archive with")
def test_an_archive_is_what_cpio_reads(tmp_path):
    from image import Initramfs

    archive = Initramfs()
    archive.console()
    archive.file("/etc/scop/key.pem", b"secret", 0o600, 7103)
    archive.folder("/etc/scop/state", 0o700, 7103)
    archive.write(tmp_path / "one.cpio")
    assert (tmp_path / "one.cpio").stat().st_mode & 0o777 == 0o600
    listed = subprocess.run(["cpio", "-tvn"], stdin=open(tmp_path / "one.cpio", "rb"), capture_output=True, text=True, check=True).stdout
    rows = {row.split()[-1]: row.split() for row in listed.splitlines()}
    assert rows["etc/scop/key.pem"][0] == "-rw-------" and rows["etc/scop/key.pem"][2] == "7103"
    assert rows["etc/scop/state"][0] == "drwx------"
    assert rows["dev/console"][0] == "crw-------"


@pytest.fixture
def place():
    """A folder that the daemons' users can walk to."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="scop-test-microvm.", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="not root")
@pytest.mark.parametrize("change, said", [
    (["--daemons", "relais"], "there is no daemon 'relais'"),
    (["--folder", "/nowhere"], "scop.toml is missing"),
    (["--kernel", "/nowhere"], "holds no kernel"),
])
def test_what_is_wrong_is_named(place, change, said):
    binaries = pathlib.Path(os.environ["SCOP_BIN"])
    subprocess.run([binaries / "scop", "init", "--domain", "example.test", "--host", "mail.example.test", "--folder", place / "one", "--user-base", "64500"],
                   check=True, capture_output=True)
    (place / "kernel").mkdir()
    (place / "kernel/version").write_text("none\n")
    arguments = ["--folder", str(place / "one"), "--kernel", str(place / "kernel"), "--accel", "tcg", "--bin", str(binaries), *change]
    done = subprocess.run([MICROVM / "up", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert said in done.stderr
