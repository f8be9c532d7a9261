"""A Debian with systemd as PID 1, booted in namespaces of its own, with a cgroup2 hierarchy of its own and no network but loopback.

    with boot(payload_folder) as machine:
        machine.run("systemctl start x")
"""
import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("SCOP_SYSTEMD_CACHE", HERE.parents[1] / "build/systemd"))


def reason_to_skip():
    if os.geteuid() != 0:
        return "not root: a Debian root cannot be made"
    if not shutil.which("debootstrap") and not root_folder().joinpath("done").exists():
        return "no debootstrap (deploy/packages test)"
    probe = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--cgroup", "--net", "mount", "-t", "cgroup2", "cgroup2", "/mnt"],
                           capture_output=True, text=True, check=False)
    return f"no namespace with a cgroup2 hierarchy can be made here: {probe.stderr.strip()}" if probe.returncode else None


def root_folder():
    """Made once for each version of make-root."""
    return CACHE / hashlib.sha256((HERE / "make-root").read_bytes()).hexdigest()[:12]


class Machine:
    """`run` gives the output; a status that is not 0 is an error unless check=False."""

    def __init__(self, payload, work):
        subprocess.run([HERE / "make-root", root_folder()], check=True, timeout=540)
        self.work = work
        self.log = open(work / "log", "wb")
        self.process = subprocess.Popen([HERE / "boot-root", root_folder() / "root", work, payload], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        self.pid = self.first_process()
        self.wait("systemctl is-system-running", 60)

    def first_process(self):
        """The child that unshare (which boot-root has become) forked, once it is systemd."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.work / "log").read_text()
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            for pid in children:
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                    return pid
            time.sleep(0.1)
        raise AssertionError("systemd was not started: " + (self.work / "log").read_text())

    def ask(self, command, timeout):
        try:
            done = subprocess.run(["nsenter", "--target", self.pid, "--all", "--root", "--wd", "/usr/bin/env", "-i", "LANG=C.UTF-8",
                                   "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "/bin/bash", "-c", command],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
            return done.returncode, done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired as error:
            return 124, (error.stdout or b"").decode(errors="replace") + "\n(timed out)"

    def run(self, command, timeout=60, check=True):
        status, output = self.ask(command, timeout)
        assert status == 0 or not check, f"{command}: exit {status}\n{output}"
        return output

    def wait(self, command, seconds=30):
        """Until it succeeds."""
        end = time.monotonic() + seconds
        while True:
            status, output = self.ask(command, 30)
            if status == 0:
                return output
            assert time.monotonic() < end, f"{command}: still {status} after {seconds} s\n{output}"
            time.sleep(0.3)

    def end(self):
        """unshare takes its PID namespace with it (--kill-child), and so everything inside."""
        self.process.kill()
        self.process.wait()
        self.log.close()
        group = pathlib.Path((self.work / "group").read_text().strip())
        for _ in range(50):
            folders = sorted((pathlib.Path(at) for at, _, _ in os.walk(group)), reverse=True)
            with contextlib.suppress(OSError):
                for folder in folders:
                    folder.rmdir()
                return
            time.sleep(0.1)


@contextlib.contextmanager
def boot(payload):
    work = pathlib.Path(tempfile.mkdtemp(prefix="scop-systemd-", dir="/var/tmp"))
    machine = None
    try:
        machine = Machine(payload, work)
        yield machine
    finally:
        if machine:
            machine.end()
        shutil.rmtree(work, ignore_errors=True)
