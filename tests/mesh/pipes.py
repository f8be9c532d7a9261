"""The pipes seen with a standard gRPC client and server (grpcio from Debian): identities, channels, stubs by name.

    stub = Caller(mesh, "submission").to("signer")
    stub.unary("scop.v1.Stage/Outcome", pb("stage").OutcomeQuestion(id=b"…"), pb("stage").OutcomeAnswer)
"""
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

import grpc
from mesh import DOMAIN, ROOT

_folder = None


def pb(name):
    """The generated module of proto/scop/v1/<name>.proto."""
    global _folder
    if _folder is None:
        _folder = tempfile.TemporaryDirectory(prefix="scop-pb-")
        files = [str(path) for path in (ROOT / "proto").rglob("*.proto")]
        subprocess.run(["protoc", f"-I{ROOT / 'proto'}", f"--python_out={_folder.name}", *files], check=True)
        # Not the generated "grpc.health": that name is grpcio's own package.
        sys.path.insert(0, _folder.name)
    return importlib.import_module(f"scop.v1.{name}_pb2")


class Identity:
    """A certificate and its key, as PEM octets."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    @classmethod
    def of(cls, mesh, name):
        folder = mesh.instance / name / "cert"
        return cls((folder / "cert.pem").read_bytes(), (folder / "key.pem").read_bytes())


def authority(mesh):
    return (mesh.instance / "mesh/ca.pem").read_bytes()


def channel(mesh, callee, identity=None, port=None):
    credentials = grpc.ssl_channel_credentials(authority(mesh), identity and identity.key, identity and identity.certificate)
    return grpc.secure_channel(f"127.0.0.1:{port or mesh.ports[callee]}", credentials,
                               [("grpc.ssl_target_name_override", callee),
                                ("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)])


def unary(one, method, request, reply_type, timeout=10):
    return one.unary_unary("/" + method, lambda message: message.SerializeToString(), reply_type.FromString)(request, timeout=timeout)


def stream(one, method, requests, reply_type, timeout=10):
    call = one.stream_unary("/" + method, lambda message: message.SerializeToString(), reply_type.FromString)
    return call(iter(requests), timeout=timeout)


def raw(one, method, octets=b"", timeout=10, streaming=False):
    """Any method with octets as they are: what matters is the status."""
    identity = lambda octets: octets  # noqa: E731
    if streaming:
        return one.stream_unary("/" + method, identity, identity)(iter([octets]), timeout=timeout)
    return one.unary_unary("/" + method, identity, identity)(octets, timeout=timeout)


def code_of(call, *arguments, **options):
    """The status code a call ends with."""
    try:
        call(*arguments, **options)
        return grpc.StatusCode.OK
    except grpc.RpcError as error:
        return error.code()
