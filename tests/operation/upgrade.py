#!/usr/bin/env python3
"""Upgrades a running mesh one daemon at a time, from n-1 to n and back, under load; counts what was lost or came twice.

    tests/operation/upgrade.py --old DIR [--new DIR]       binaries of both versions (build/…/bin)
    tests/operation/upgrade.py --commit COMMIT             builds n-1 from git into a work tree of its own first (an hour on two cores)
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "mesh")]
import mesh as meshes  # noqa: E402
from mx import MX  # noqa: E402


def build(commit):
    tree = Path(tempfile.gettempdir()) / f"scop-{commit}"
    if not tree.exists():
        subprocess.run(["git", "-C", str(meshes.ROOT), "worktree", "add", "--detach", str(tree), commit], check=True)
    subprocess.run(["cmake", "--preset", "release", "-S", str(tree), "-B", str(tree / "build/release")], check=True, cwd=tree)
    targets = ["scop", *(f"scop-{name}" for name in meshes.DAEMONS)]
    subprocess.run(["ninja", "-C", str(tree / "build/release"), *targets], check=True)
    return tree / "build/release/bin"


class Load:
    """Mail both ways, one message after the other; a client is refused for a moment while its edge is replaced."""

    def __init__(self, mesh):
        self.mesh, self.accepted, self.uncertain, self.stopping = mesh, [], [], False
        self.threads = [threading.Thread(target=self.run, args=one, daemon=True) for one in
                        (("out", mesh.submit, "bob@foreign.test"), ("in", mesh.hand_in, mesh.login))]
        for thread in self.threads:
            thread.start()

    def run(self, prefix, send, recipient):
        number = 0
        while not self.stopping:
            key = f"{prefix}{number}"
            number += 1
            code, _ = send(key, [recipient], octets=100_000 if number % 5 == 0 else 1500)
            if code == 250:
                self.accepted.append(key)
            elif code == 0:
                self.uncertain.append(key)
            time.sleep(0.02)

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()


def replace(mesh, name, folder):
    began = time.monotonic()
    status = mesh.stop_one(name)
    mesh.folder_of[name] = folder
    meshes.BIN = folder  # what _spawn() starts
    mesh.start_one(name)
    print(f"  {name:<11} {time.monotonic() - began:5.2f} s, the old one ended with {status}", flush=True)
    assert status == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", type=Path)
    parser.add_argument("--new", type=Path, default=meshes.BIN)
    parser.add_argument("--commit", default=None)
    options = parser.parse_args()
    old = options.old or build(options.commit or sys.exit("name --old DIR or --commit COMMIT"))
    folder = Path(tempfile.mkdtemp(prefix="scop-upgrade-", dir="/var/tmp"))
    folder.chmod(0o755)
    meshes.BIN = old
    try:
        with MX() as mx, meshes.Mesh(folder / "mesh", mx=mx) as mesh:
            mesh.folder_of = {}
            mesh.add_user()
            load = Load(mesh)
            began = time.monotonic()
            time.sleep(2)
            # Callees first, as docs/operation.md says; then back again, callers first: n-1 has to read what n wrote.
            for title, names, bin_folder in (("n-1 to n", meshes.DAEMONS, options.new), ("n back to n-1", reversed(meshes.DAEMONS), old)):
                print(title, flush=True)
                for name in names:
                    replace(mesh, name, bin_folder)
                    time.sleep(1)
            load.stop()
            took = time.monotonic() - began

            def arrived():
                return mx.keys() + mesh.local_keys_anywhere(mesh.login)

            meshes.wait_until(lambda: all(arrived()[key] for key in load.accepted), "all that was accepted arrives", 60)
            keys = arrived()
            twice = {key: count for key, count in keys.items() if count > 1}
            undeclared = [name for name in meshes.DAEMONS if "undeclared call" in mesh.log(name) or "handler threw" in mesh.log(name)]
            print(f"{took:.0f} s: {len(load.accepted)} accepted, all arrived; {len(twice)} twice; {len(load.uncertain)} without a final reply; "
                  f"refused or broken calls: {undeclared or 'none'}")
            return 1 if twice or undeclared else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.environ.setdefault("SCOP_SHOW_LOGS", "0")
    sys.exit(main())
