"""A standard gRPC client (Debian's grpcio) calls our server over mutual TLS."""
import concurrent.futures
import importlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.append("/usr/lib/python3/dist-packages")
import grpc  # noqa: E402

SOURCE = Path(os.environ.get("SCOP_SOURCE", Path(__file__).resolve().parents[2]))
BIN = Path(os.environ.get("SCOP_BIN", SOURCE / "build/dev/bin"))
DOMAIN = "mesh.test"


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """A mesh CA; leaves look like those of libs/mesh_ca: CN is the name, the subjectAltNames are its URI and,
    for clients that check the host name, its DNS name."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 10,
                "-subj", "/CN=test mesh CA", "-keyout", folder / "ca.key", "-out", folder / "ca.pem")

    def issue(self, name, uri=None, days=10):
        """(key, certificate) in PEM; days < 0 is out of date."""
        uri = uri or f"spiffe://{DOMAIN}/{name}"
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=URI:{uri},DNS:{name}\nkeyUsage=critical,digitalSignature\n"
                              "extendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=critical,CA:FALSE\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key",
                "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate)
        return key.read_bytes(), certificate.read_bytes()

    def certificate(self):
        return (self.folder / "ca.pem").read_bytes()


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    out = tmp_path_factory.mktemp("messages")
    proto = SOURCE / "proto"
    # Not grpc/health/v1: the name "grpc" is grpcio's; its messages are two small fields, written by hand below.
    subprocess.run(["protoc", f"--python_out={out}", f"-I{proto}", "scop/v1/accounts.proto", "scop/v1/stage.proto"],
                   check=True, cwd=proto)
    sys.path.insert(0, str(out))
    return {name: importlib.import_module(f"scop.v1.{name}_pb2") for name in ("accounts", "stage")}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("mesh") / "ca")


class Callee:
    def __init__(self, authority, name):
        authority.issue(name)
        self.name = name
        self.authority = authority
        self.log = open(authority.folder / f"{name}.log", "w+")
        self.process = subprocess.Popen([BIN / "scop-test-callee", DOMAIN, name, authority.folder],
                                        stdout=subprocess.PIPE, stderr=self.log)
        self.port = int(self.process.stdout.readline())

    def channel(self, identity, trusted=None):
        key, certificate = identity if identity else (None, None)
        credentials = grpc.ssl_channel_credentials(trusted or self.authority.certificate(), key, certificate)
        return grpc.secure_channel(f"127.0.0.1:{self.port}", credentials,
                                   [("grpc.ssl_target_name_override", self.name), ("grpc.enable_retries", 0),
                                    ("grpc.use_local_subchannel_pool", 1)])

    def logs(self, words):
        """Whether `words` come into the log: the client may hear of a refusal before the log does."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            self.log.seek(0)
            if words in self.log.read():
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


@pytest.fixture(scope="module")
def accounts(authority):
    callee = Callee(authority, "accounts")
    yield callee
    assert callee.stop() == 0


@pytest.fixture(scope="module")
def relay(authority):
    callee = Callee(authority, "relay")
    yield callee
    assert callee.stop() == 0


def resolve(channel, messages, address, timeout=10, metadata=()):
    call = channel.unary_unary("/scop.v1.Accounts/Resolve",
                               request_serializer=messages["accounts"].ResolveRequest.SerializeToString,
                               response_deserializer=messages["accounts"].ResolveReply.FromString)
    return call(messages["accounts"].ResolveRequest(address=address), timeout=timeout, metadata=metadata)


def health(channel, service=""):
    """The status number: 1 is SERVING."""
    request = b"\x0a" + bytes([len(service)]) + service.encode() if service else b""
    reply = channel.unary_unary("/grpc.health.v1.Health/Check")(request, timeout=10)
    return reply[1] if reply else 0


def code_of(call):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.code()


def test_health_is_served_to_the_operator(accounts, authority):
    with accounts.channel(authority.issue("operator")) as channel:
        assert health(channel) == 1
        assert health(channel, "scop.v1.Accounts") == 1
        assert code_of(lambda: health(channel, "scop.v1.Unheard")) == grpc.StatusCode.NOT_FOUND


def test_unary_call_with_metadata(accounts, authority, messages):
    with accounts.channel(authority.issue("relay-client", f"spiffe://{DOMAIN}/relay")) as channel:
        trace = "0af7651916cd43dd8448eb211c80319c"
        whole = f"00-{trace}-b7ad6b7169203331-01"
        # n-1 says the trace alone, under another name; where both are there the order does not matter.
        for metadata in [("scop-trace", trace)], [("traceparent", whole)], [("scop-trace", "0" * 31 + "1"), ("traceparent", whole)]:
            reply = resolve(channel, messages, "a@b.test", metadata=metadata)
            assert reply.mailbox == f"relay/{trace}/a@b.test", metadata


@pytest.mark.parametrize("malformed", ["t1", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                       "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"])
def test_malformed_trace_is_replaced_by_a_new_one(accounts, authority, messages, malformed):
    with accounts.channel(authority.issue("relay-traced", f"spiffe://{DOMAIN}/relay")) as channel:
        first, second = (resolve(channel, messages, "a@b.test", metadata=[("traceparent", malformed)]).mailbox.split("/")[1] for _ in range(2))
        assert re.fullmatch("[0-9a-f]{32}", first) and first != second and first not in malformed.lower()


def test_many_calls_at_once(accounts, authority, messages):
    with accounts.channel(authority.issue("relay-many", f"spiffe://{DOMAIN}/relay")) as channel:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda n: resolve(channel, messages, f"{n}" * 50).mailbox, range(500)))
    assert [reply.split("/")[0::2] for reply in replies] == [["relay", f"{n}" * 50] for n in range(500)]


def test_client_streaming_call_under_backpressure(relay, authority, messages):
    stage = messages["stage"]
    with relay.channel(authority.issue("signer-client", f"spiffe://{DOMAIN}/signer")) as channel:
        call = channel.stream_unary("/scop.v1.Stage/Pass", request_serializer=stage.Part.SerializeToString,
                                    response_deserializer=stage.Receipt.FromString)
        receipt = call((stage.Part(data=b"x" * 100_000) for _ in range(200)), timeout=30)
    assert receipt.accepted.queue_id == "20000000"


def test_errors_have_code_and_text(accounts, authority, messages):
    with accounts.channel(authority.issue("relay-errors", f"spiffe://{DOMAIN}/relay")) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            resolve(channel, messages, "fail")
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert caught.value.details() == "50 % für Ärger\n"


def test_deadline_is_kept(accounts, authority, messages):
    with accounts.channel(authority.issue("relay-deadline", f"spiffe://{DOMAIN}/relay")) as channel:
        assert code_of(lambda: resolve(channel, messages, "slow", timeout=0.3)) == grpc.StatusCode.DEADLINE_EXCEEDED
        assert resolve(channel, messages, "fast").mailbox


def test_undeclared_caller_gets_permission_denied_and_is_logged(accounts, authority, messages):
    with accounts.channel(authority.issue("courier")) as channel:
        assert code_of(lambda: resolve(channel, messages, "x")) == grpc.StatusCode.PERMISSION_DENIED
    assert accounts.logs("undeclared call refused caller=courier method=scop.v1.Accounts/Resolve")


def test_unknown_method_is_unimplemented(accounts, authority):
    with accounts.channel(authority.issue("operator")) as channel:
        assert code_of(lambda: channel.unary_unary("/no.such/Method")(b"", timeout=5)) == grpc.StatusCode.UNIMPLEMENTED


def test_no_certificate_is_refused(accounts):
    with accounts.channel(None) as channel:
        assert code_of(lambda: health(channel)) == grpc.StatusCode.UNAVAILABLE


def test_foreign_certificate_is_refused(accounts, authority, tmp_path):
    foreign = Authority(tmp_path / "foreign")
    with accounts.channel(foreign.issue("operator"), authority.certificate()) as channel:
        assert code_of(lambda: health(channel)) == grpc.StatusCode.UNAVAILABLE
    assert accounts.logs("the peer's certificate is refused")


def test_expired_certificate_is_refused(accounts, authority):
    with accounts.channel(authority.issue("operator-expired", f"spiffe://{DOMAIN}/operator", days=-1)) as channel:
        assert code_of(lambda: health(channel)) == grpc.StatusCode.UNAVAILABLE
    assert accounts.logs("certificate has expired")


def test_wrong_trust_domain_is_refused(accounts, authority):
    with accounts.channel(authority.issue("operator-elsewhere", "spiffe://elsewhere.test/operator")) as channel:
        assert code_of(lambda: health(channel)) == grpc.StatusCode.UNAVAILABLE
    assert accounts.logs("is not spiffe://mesh.test/<name>")
