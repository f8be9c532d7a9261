import http.client
import signal
import socket
import ssl
import sys
from concurrent import futures
from pathlib import Path

import grpc
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, SLOW, Authority, Instance, eventually, free_port, pb  # noqa: E402

NAMES = ",".join(f"DNS:{prefix}{domain}" for domain in ("example.test", "second.test")
                 for prefix in ("", "mta-sts.", "autoconfig.", "autodiscover.")) + ",DNS:mail.example.test"
CONTENT = """imap = "imap.example.test:993"
matrix_server = "matrix.example.test:443"
matrix_client = "https://matrix.example.test"
security_contact = ["mailto:security@example.test"]
"""


class Accounts:
    """Stands in for accounts: says which domains are hosted, to whom the mesh CA knows."""

    def __init__(self, instance, domains):
        self.instance, self.domains, self.calls = instance, domains, 0
        self.port = instance.ports["accounts"] = free_port()
        self.server = None

    def start(self):
        folder = self.instance.folder
        credentials = grpc.ssl_server_credentials([((folder / "accounts/cert/key.pem").read_bytes(), (folder / "accounts/cert/cert.pem").read_bytes())],
                                                  (folder / "mesh/ca.pem").read_bytes(), require_client_auth=True)
        messages = pb("accounts")
        self.server = grpc.server(futures.ThreadPoolExecutor(2), options=[("grpc.so_reuseport", 0)])

        def hosted(request, context):
            self.calls += 1
            return messages.DomainList(domains=self.domains)

        method = grpc.unary_unary_rpc_method_handler(hosted, messages.Nothing.FromString, messages.DomainList.SerializeToString)
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("scop.v1.Accounts", {"HostedDomains": method}),))
        assert self.server.add_secure_port(f"127.0.0.1:{self.port}", credentials) == self.port
        self.server.start()

    def stop(self):
        if self.server:
            self.server.stop(0).wait()
        self.server = None


class Web:
    def __init__(self, settings=CONTENT, domains=("example.test", "second.test"), accounts=True, more=""):
        self.instance = Instance(["web"], "", callers=("operator", "accounts"))
        self.accounts = Accounts(self.instance, list(domains))
        self.with_accounts = accounts
        folder = self.folder = self.instance.folder
        self.authority = Authority(folder / "public")
        self.authority.issue(folder / "public/first", NAMES)
        self.port, self.clear_port = free_port(), free_port()
        self.instance.sections = (f'[web]\nlisten = ["127.0.0.1:{self.port}"]\nlisten_http = ["127.0.0.1:{self.clear_port}"]\n'
                                  f'certificate = "public/first/cert.pem"\nkey = "public/first/key.pem"\n{settings}\n{more}')

    def __enter__(self):
        if self.with_accounts:
            self.accounts.start()
        self.instance.__enter__()
        if self.with_accounts:
            assert eventually(lambda: f"count={len(self.accounts.domains)}" in self.log(), 30), self.log()
        return self

    def __exit__(self, *details):
        self.instance.__exit__(*details)
        self.accounts.stop()

    def log(self):
        return self.instance.log("web")

    def requests(self):
        """The lines of the access log."""
        return [line for line in self.log().splitlines() if " request " in line]

    def hang_up(self):
        self.instance.processes["web"].send_signal(signal.SIGHUP)

    def context(self):
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        context.set_alpn_protocols(["http/1.1"])
        return context

    def connect(self, name="example.test", context=None):
        """A TLS connection to the port, whatever the name."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return (context or self.context()).wrap_socket(raw, server_hostname=name)

    def ask(self, url, method="GET", body=None, headers=(), clear=False):
        """(status, fields in lower case, body) of a URL such as "mta-sts.example.test/.well-known/mta-sts.txt"."""
        host, _, path = url.partition("/")
        if clear:
            connection = http.client.HTTPConnection("127.0.0.1", self.clear_port, timeout=30)
        else:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30)
            connection.sock = self.connect(host if host.endswith("example.test") else "example.test")
        try:
            connection.request(method, "/" + path, body=body, headers={"Host": host, **dict(headers)})
            reply = connection.getresponse()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
        finally:
            connection.close()


def converse(stream, octets, most=1 << 20):
    """Says octets; what comes back until the other side ends the connection."""
    try:
        stream.sendall(octets)
    except (BrokenPipeError, ConnectionResetError):
        pass
    return read_to_end(stream, most)


def read_to_end(stream, most=1 << 20):
    got = b""
    while len(got) < most:
        try:
            part = stream.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            break
        if not part:
            break
        got += part
    return got


@pytest.fixture(scope="module", autouse=True)
def program():
    if not (BIN / "scop-web").exists():
        pytest.skip("scop-web is not built")


@pytest.fixture(scope="module")
def web():
    with Web() as one:
        yield one
