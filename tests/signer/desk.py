"""A signer with its neighbours played by the test: accounts' grants, a relay on grpcio, keys made by openssl."""
import base64
import concurrent.futures
import hashlib
import os
import sys
import threading
import time
from pathlib import Path

import grpc
import nacl.signing

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, DOMAIN, Instance, free_port, openssl, pb  # noqa: E402,F401

MESSAGE = (f"From: Ann <ann@{DOMAIN}>\r\nTo: Bob <bob@example.net>\r\nSubject: hello\r\n there\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
           f"Message-ID: <1@{DOMAIN}>\r\n\r\nOne line.\r\n\r\nAnother,  with spaces. \r\n\r\n").encode()


def make_keys(folder, domain=DOMAIN):
    """An RSA and an Ed25519 key where the signer looks for them."""
    keys = Path(folder) / domain
    keys.mkdir(parents=True)
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", keys / "r2026a.rsa.pem")
    openssl("genpkey", "-algorithm", "ED25519", "-out", keys / "e2026a.ed25519.pem")


class Relay:
    """Takes every Pass; `answer(seen)` gives the receipt, or None to die."""

    def __init__(self, instance):
        self.instance, self.seen, self.questions = instance, [], []
        self.answer = lambda seen: pb("stage").Receipt(accepted=pb("stage").Receipt.Accepted(queue_id="q1"))
        self.early = None

    def __enter__(self):
        stage = pb("stage")
        handlers = {
            "Pass": grpc.stream_unary_rpc_method_handler(self._pass, stage.Part.FromString, stage.Receipt.SerializeToString),
            "Outcome": grpc.unary_unary_rpc_method_handler(self._outcome, stage.OutcomeQuestion.FromString,
                                                           stage.OutcomeAnswer.SerializeToString)}
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("scop.v1.Stage", handlers)])
        cert = self.instance.folder / "relay/cert"
        credentials = grpc.ssl_server_credentials([((cert / "key.pem").read_bytes(), (cert / "cert.pem").read_bytes())],
                                                  (self.instance.folder / "mesh/ca.pem").read_bytes(), True)
        self.server.add_secure_port(f"127.0.0.1:{self.instance.ports['relay']}", credentials)
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0).wait(5)

    def _pass(self, parts, context):
        seen = {"envelope": None, "octets": b"", "findings": None, "trace": dict(context.invocation_metadata()).get("scop-trace", ""),
                "whole": False, "arrived": threading.Event()}
        self.seen.append(seen)
        try:
            for part in parts:
                kind = part.WhichOneof("part")
                if kind == "data":
                    seen["octets"] += part.data
                    seen["arrived"].set()
                else:
                    seen[kind] = getattr(part, kind)
                if self.early is not None:
                    return self.early
        except grpc.RpcError:
            raise
        seen["whole"] = True
        answer = self.answer(seen)
        if answer is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "died")
        return answer

    def _outcome(self, question, _):
        self.questions.append(question)
        return pb("stage").OutcomeAnswer(state=pb("stage").OutcomeAnswer.COMMITTED, queue_id="q1")


class Desk(Instance):
    """A running signer; `sections` is more of scop.toml."""

    def __init__(self, sections="", keys=True):
        super().__init__(["signer"], sections, callers=("submission", "relay", "operator", "courier"))
        self.ports["relay"] = free_port()
        self.grant_key = nacl.signing.SigningKey.generate()
        (self.folder / "mesh/grant.pub").write_text(base64.b64encode(bytes(self.grant_key.verify_key)).decode() + "\n")
        self.key_folder = self.folder / "signer/state/keys"
        if keys:
            make_keys(self.key_folder)

    def grant(self, send_as=(f"ann@{DOMAIN}",), edge="submission", expires=3600):
        accounts = pb("accounts")
        grant = accounts.Grant(login=f"ann@{DOMAIN}", send_as=send_as, expires=int(time.time()) + expires, edge=edge).SerializeToString()
        signature = self.grant_key.sign(b"scop grant v1\0" + grant).signature
        return accounts.SignedGrant(grant=grant, signature=signature).SerializeToString()

    def envelope(self, **values):
        stage = pb("stage")
        values = {"id": os.urandom(16), "role": stage.ROLE_SUBMITTED, "grant": self.grant(), "reverse_path": f"ann@{DOMAIN}",
                  "recipients": [stage.Recipient(address="bob@example.net")], "trace": "0" * 32} | values
        return stage.Envelope(**values)

    def parts(self, message=MESSAGE, envelope=None, findings=None, step=50):
        stage = pb("stage")
        yield stage.Part(envelope=envelope or self.envelope())
        for at in range(0, len(message), step):
            yield stage.Part(data=message[at:at + step])
        yield stage.Part(findings=findings or findings_of(message))

    def send(self, parts, caller="submission"):
        return self.stream(caller, "signer", "scop.v1.Stage/Pass", parts, pb("stage").Receipt)

    def keys(self, publish=False):
        signer = pb("signer")
        method, reply = ("Publish", signer.PublishReply) if publish else ("List", signer.KeyList)
        return self.unary("operator", "signer", f"scop.v1.Keys/{method}", signer.KeysRequest(), reply, timeout=40).keys

    def rotate(self, **request):
        signer = pb("signer")
        return self.unary("operator", "signer", "scop.v1.Keys/Rotate", signer.RotateRequest(**request), signer.RotateReply, timeout=60)

    def states(self):
        return {key.selector: key.state for key in self.keys()}

    def records(self):
        return {f"{key.selector}._domainkey.{key.domain}": key.record for key in self.keys()}


def eventually(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def findings_of(message, **values):
    return pb("stage").Findings(**({"size": len(message), "sha256": hashlib.sha256(message).digest()} | values))


def delivered(seen):
    """The message as the relay will commit it."""
    head = b"".join(field.name.encode() + b":" + field.value + b"\r\n" for field in seen["findings"].prepend)
    assert not seen["findings"].remove
    return head + seen["octets"]
