"""A few daemons of an instance made by hand, for tests of one daemon: certificates by openssl, pipes spoken with grpcio.

    with Instance(["resolver"], "[resolver]\\n…") as instance:
        reply = instance.unary("operator", "resolver", "scop.v1.Resolver/Lookup", question, Answer)
"""
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grpc

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
DOMAIN = "example.test"
SLOW = 1 if any(part.startswith("release") for part in BIN.parts) else 3  # what sanitizers cost
_generated = None


def pb(name):
    """The generated module of proto/scop/v1/<name>.proto."""
    global _generated
    if _generated is None:
        _generated = tempfile.TemporaryDirectory(prefix="scop-pb-")
        files = [str(path) for path in (ROOT / "proto/scop").rglob("*.proto")]
        subprocess.run(["protoc", f"-I{ROOT / 'proto'}", f"--python_out={_generated.name}", *files], check=True)
        sys.path.insert(0, _generated.name)
    return importlib.import_module(f"scop.v1.{name}_pb2")


def free_port(kind=socket.SOCK_STREAM, address="127.0.0.1"):
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind((address, 0))
        return one.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A CA and its leaves."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key, self.certificate = self.folder / "ca.key", self.folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", "/CN=test CA",
                "-keyout", self.key, "-out", self.certificate)

    def issue(self, folder, name):
        """`name` is a subjectAltName: "URI:spiffe://…", "DNS:mx.test"."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        extensions = folder / "extensions"
        extensions.write_text(f"subjectAltName={name}\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=leaf", "-keyout",
                folder / "key.pem", "-out", folder / "csr.pem")
        openssl("x509", "-req", "-in", folder / "csr.pem", "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "9",
                "-extfile", extensions, "-out", folder / "cert.pem")
        return folder / "cert.pem", folder / "key.pem"


class Instance:
    def __init__(self, daemons, sections, callers=("operator",)):
        self.daemons, self.sections = daemons, sections
        self._folder = tempfile.TemporaryDirectory(prefix="scop-test-", dir="/var/tmp")
        self.folder = Path(self._folder.name)
        self.folder.chmod(0o755)
        self.ports = {name: free_port() for name in daemons}
        self.processes = {}
        authority = Authority(self.folder / "mesh")
        for name in {*daemons, *callers}:
            authority.issue(self.folder / name / "cert", f"URI:spiffe://{DOMAIN}/{name},DNS:{name}")  # grpcio compares DNS names
            (self.folder / name / "state").mkdir(parents=True)

    def __enter__(self):
        self.write_config()
        for name in self.daemons:
            self.start(name)
        return self

    def __exit__(self, *_):
        statuses = {name: self.stop(name) for name in list(self.processes)}
        logs = {name: self.log(name) for name in statuses}
        self._folder.cleanup()
        bad = {name: status for name, status in statuses.items() if status != 0}
        assert not bad, f"exit statuses {bad}: " + "\n".join(log[-3000:] for log in logs.values())

    def write_config(self):
        pipes = "".join(f'{name} = "127.0.0.1:{port}"\n' for name, port in self.ports.items())
        (self.folder / "scop.toml").write_text(f'[mesh]\ndomain = "{DOMAIN}"\nhost = "mail.{DOMAIN}"\nlog_level = "debug"\n'
                                               f"[pipes]\n{pipes}{self.sections}")

    def start(self, name):
        reader, writer = os.pipe()
        log = open(self.folder / f"{name}.log", "ab")
        environment = {**os.environ, "SCOP_READY_FD": str(writer)}
        self.processes[name] = subprocess.Popen([str(BIN / f"scop-{name}"), "--config", str(self.folder / "scop.toml")], stderr=log,
                                                stdout=log, pass_fds=[writer], env=environment)
        os.close(writer)
        ready, _, _ = select.select([reader], [], [], 30)
        octet = os.read(reader, 1) if ready else b""
        os.close(reader)
        assert octet == b"R", f"{name} is not ready: {self.log(name)}"

    def stop(self, name):
        process = self.processes.pop(name)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def memory(self, name):
        """Resident octets."""
        pages = int(Path(f"/proc/{self.processes[name].pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    # Pipes.

    def channel(self, caller, callee):
        folder = self.folder / caller / "cert"
        credentials = grpc.ssl_channel_credentials((self.folder / "mesh/ca.pem").read_bytes(), (folder / "key.pem").read_bytes(),
                                                   (folder / "cert.pem").read_bytes())
        return grpc.secure_channel(f"127.0.0.1:{self.ports[callee]}", credentials,
                                   [("grpc.ssl_target_name_override", callee), ("grpc.enable_retries", 0),
                                    ("grpc.use_local_subchannel_pool", 1)])

    def unary(self, caller, callee, method, request, reply_type, timeout=20):
        with self.channel(caller, callee) as channel:
            return channel.unary_unary("/" + method, lambda message: message.SerializeToString(), reply_type.FromString)(request,
                                                                                                                          timeout=timeout)

    def stream(self, caller, callee, method, requests, reply_type, timeout=60):
        with self.channel(caller, callee) as channel:
            call = channel.stream_unary("/" + method, lambda message: message.SerializeToString(), reply_type.FromString)
            return call(iter(requests), timeout=timeout)


def eventually(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
