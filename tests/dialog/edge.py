"""scop-submission, or scop-receiver, on free ports between stand-ins for accounts and the next stage
(tests/unit/submission/peers.cpp).

    with Edge(folder, max_errors=2) as edge:
        client = edge.client(tls=True)      # client.say(b"EHLO x\\r\\n") → ["250"]
    with Edge(folder, name="receiver") as edge: …
"""
import os
import socket
import ssl
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
SLOW = 3 if "dev" in BIN.parts else 1  # what sanitizers cost
HOST = "mail.example.org"
USER, PASSWORD = "user@example.org", "secret"
STRANGER, OTHER = "127.0.0.2", "127.0.9.9"  # clients of two networks, where 127.0.0.1 alone is a declared gateway


def have_programs():
    return all((BIN / name).exists() for name in ("scop-submission", "scop-receiver", "scop-test-peers"))


def free_port():
    # Below the range that the kernel hands out by itself, a range for each worker of pytest-xdist.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    start = 6000 + worker % 4 * 900
    for offset in range(900):
        port = start + (os.getpid() * 31 + free_port.taken + offset) % 900
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free_port.taken += offset + 1
            return port
    raise RuntimeError("no free port")


free_port.taken = 0


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


class Edge:
    def __init__(self, folder, name="submission", **settings):
        self.folder, self.name = Path(folder), name
        self.next = {"submission": "signer", "receiver": "spamfilter"}[name]
        self.port, self.tls_port = free_port(), free_port()
        self.pipes = {name: free_port() for name in ("accounts", self.name, self.next)}
        self.settings = {"listen": [f"127.0.0.1:{self.port}"], **settings}
        if name == "submission":
            self.settings.setdefault("listen_tls", [f"127.0.0.1:{self.tls_port}"])
        self.peers = self.daemon = None

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([BIN / "scop-test-peers", "make", self.folder], check=True)
        lines = ["[mesh]", 'domain = "example.org"', f'host = "{HOST}"', "[pipes]"]
        lines += [f'{name} = "127.0.0.1:{port}"' for name, port in self.pipes.items()]
        lines += [f"[{self.name}]"] + [f"{key} = {toml(value)}" for key, value in self.settings.items()]
        (self.folder / "scop.toml").write_text("\n".join(lines) + "\n")
        self.start_peers()
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.stop()
        self.stop_peers()
        if kind:
            print(self.log()[-4000:])

    def start_peers(self):
        self.peers = subprocess.Popen([BIN / "scop-test-peers", "serve", self.folder, str(self.pipes["accounts"]), str(self.pipes[self.next]), self.next],
                                      stdout=subprocess.PIPE, stderr=open(self.folder / "peers.log", "ab"))
        assert self.peers.stdout.readline() == b"ready\n"

    def stop_peers(self):
        if self.peers:
            self.peers.kill()
            self.peers.wait()
            self.peers.stdout.close()
            self.peers = None

    def start(self):
        reader, writer = os.pipe()
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.daemon = subprocess.Popen([BIN / f"scop-{self.name}", "--config", self.folder / "scop.toml"], stdout=log, stderr=log,
                                           pass_fds=[writer], env={**os.environ, "SCOP_READY_FD": str(writer)})
        os.close(writer)
        ready = os.read(reader, 1)
        os.close(reader)
        assert ready == b"R", self.log()

    def stop(self):
        """SIGTERM; the exit status."""
        if not self.daemon:
            return None
        self.daemon.terminate()
        try:
            status = self.daemon.wait(15 * SLOW)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            status = self.daemon.wait()
        self.daemon = None
        return status

    def log(self):
        return (self.folder / f"{self.name}.log").read_text(errors="replace")

    def memory(self):
        """Resident octets of the daemon."""
        for line in Path(f"/proc/{self.daemon.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def passed(self):
        """What the signer's stand-in has committed: {id: (envelope text, message)}."""
        folder = self.folder / "passed"
        return {file.stem: (file.with_suffix(".env").read_text(), file.read_bytes()) for file in folder.glob("*.eml")}

    def twice(self):
        return list((self.folder / "passed").glob("*.twice"))

    def client(self, tls=None, **options):
        """`tls`: on the port where it is implicit; submission's default."""
        tls = self.name == "submission" if tls is None else tls
        return Client(self.tls_port if tls else self.port, tls, **options)

    def alive(self):
        """Another session goes as it should."""
        with self.client() as client:
            if self.name == "submission":
                client.login()
            return client.say(b"NOOP\r\n") == ["250"]


def context(version=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if version:
        made.minimum_version = made.maximum_version = version
    return made


class Client:
    """A raw SMTP client: octets out, reply codes in."""

    def __init__(self, port, tls, greeting=True, version=None, timeout=20, first=b"", source=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout * SLOW, source_address=(source, 0) if source else None)
        self.version = version
        self.buffer = b""
        if first:
            self.socket.sendall(first)
        if tls:
            self.handshake()
        if greeting:
            assert self.code() == "220"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def handshake(self):
        self.socket = context(self.version).wrap_socket(self.socket, server_hostname="localhost")

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        while b"\n" not in self.buffer:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError(self.buffer)
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode().rstrip("\r")

    def reply(self):
        """All lines of one reply."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return lines

    def code(self):
        return self.reply()[-1][:3]

    def say(self, octets, replies=1):
        self.send(octets)
        return [self.code() for _ in range(replies)]

    def starttls(self):
        assert self.say(b"EHLO client.example\r\nSTARTTLS\r\n", 2) == ["250", "220"]
        self.handshake()

    def login(self, user=USER, password=PASSWORD):
        import base64
        token = base64.b64encode(b"\0" + user.encode() + b"\0" + password.encode())
        assert self.say(b"EHLO client.example\r\nAUTH PLAIN " + token + b"\r\n", 2) == ["250", "235"]

    def message(self, octets, sender=USER, to="a@elsewhere.example"):
        """The final reply's lines."""
        recipients = [to] if isinstance(to, str) else to
        self.send(b"MAIL FROM:<" + sender.encode() + b">\r\n" + b"".join(b"RCPT TO:<" + one.encode() + b">\r\n" for one in recipients) + b"DATA\r\n")
        for _ in recipients:
            self.code()
        self.code()
        assert self.code() == "354"
        self.send(octets + b".\r\n")
        return self.reply()

    def closed(self, seconds=10):
        """Whether the server ends the connection; what it still says is dropped."""
        self.socket.settimeout(seconds * SLOW)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except (ConnectionError, ssl.SSLError):
            return True
        except TimeoutError:
            return False


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds * SLOW
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
