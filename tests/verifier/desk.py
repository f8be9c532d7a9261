"""A verifier with its neighbours played by the test: a relay, a signer and a resolver on grpcio."""
import concurrent.futures
import hashlib
import ipaddress
import os
import sys
import threading
from pathlib import Path

import dkim
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import grpc
import nacl.signing

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, DOMAIN, Instance, eventually, free_port, pb  # noqa: E402,F401

MESSAGE = (b"From: Ann <ann@good.example>\r\nTo: bob@example.test\r\nSubject: hello\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
           b"Message-ID: <1@good.example>\r\n\r\nHello, Bob.\r\n")
KEY = nacl.signing.SigningKey(b"k" * 32)
ZONE = {
    ("good.example", "TXT"): ['"v=spf1 ip4:192.0.2.1 -all"'],
    ("_dmarc.good.example", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:dmarc@good.example"'],
    ("_dmarc.soft.example", "TXT"): ['"v=DMARC1; p=quarantine"'],
    ("mail.good.example", "A"): ["192.0.2.1"],
    ("mail.good.example", "TXT"): ['"v=spf1 ip4:192.0.2.1 -all"'],
    ("1.2.0.192.in-addr.arpa", "PTR"): ["mail.good.example."],
}


def key_record():
    import base64
    return f'"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(KEY.verify_key)).decode()}"'


def signed(message=MESSAGE, domain="good.example"):
    import base64
    signature = dkim.sign(message, b"s", domain.encode(), base64.b64encode(bytes(KEY)), signature_algorithm=b"ed25519-sha256",
                          canonicalize=(b"relaxed", b"relaxed"))
    return signature + message


def findings_of(message, **values):
    return pb("stage").Findings(**({"size": len(message), "sha256": hashlib.sha256(message).digest()} | values))


class Fake:
    """One daemon on grpcio: `handlers` is service → method → handler."""

    def __init__(self, instance, name):
        self.instance, self.name = instance, name

    def __enter__(self):
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(64))
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(*self.service())])
        cert = self.instance.folder / self.name / "cert"
        credentials = grpc.ssl_server_credentials([((cert / "key.pem").read_bytes(), (cert / "cert.pem").read_bytes())],
                                                  (self.instance.folder / "mesh/ca.pem").read_bytes(), True)
        self.server.add_secure_port(f"127.0.0.1:{self.instance.ports[self.name]}", credentials)
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0).wait(5)


class Resolver(Fake):
    """`zone` is (name, type) → records; `stall` holds names that are never answered, `fail` those with SERVFAIL."""

    def __init__(self, instance, zone=None):
        super().__init__(instance, "resolver")
        self.zone = dict(ZONE) | {("s._domainkey.good.example", "TXT"): [key_record()]} | (zone or {})
        self.asked, self.stall, self.fail = [], set(), set()
        self.end = threading.Event()

    def __exit__(self, *args):
        self.end.set()
        super().__exit__(*args)

    def service(self):
        resolver = pb("resolver")
        return "scop.v1.Resolver", {"Lookup": grpc.unary_unary_rpc_method_handler(
            self.lookup, resolver.Question.FromString, resolver.Answer.SerializeToString)}

    def lookup(self, question, context):
        name, kind = question.name.rstrip(".").lower(), dns.rdatatype.to_text(question.type)
        self.asked.append((name, kind))
        resolver = pb("resolver")
        if "*" in self.stall or name in self.stall:
            self.end.wait(60)
            return resolver.Answer(rcode=2, why="stalled")
        if name in self.fail:
            return resolver.Answer(rcode=2, why="SERVFAIL")
        records = [dns.rdata.from_text("IN", kind, text).to_wire() for text in self.zone.get((name, kind), ())]
        exists = any(known == name or known.endswith("." + name) for known, _ in self.zone)
        return resolver.Answer(rcode=0 if exists else 3, ttl=30, records=records)


class Stage(Fake):
    """The relay or the signer: takes every Pass; `answer(seen)` gives the receipt."""

    def __init__(self, instance, name):
        super().__init__(instance, name)
        self.seen = []
        self.answer = lambda seen: pb("stage").Receipt(accepted=pb("stage").Receipt.Accepted(queue_id="q1"))

    def service(self):
        stage = pb("stage")
        return "scop.v1.Stage", {
            "Pass": grpc.stream_unary_rpc_method_handler(self.take, stage.Part.FromString, stage.Receipt.SerializeToString),
            "Outcome": grpc.unary_unary_rpc_method_handler(self.outcome, stage.OutcomeQuestion.FromString,
                                                           stage.OutcomeAnswer.SerializeToString)}

    def outcome(self, question, _):
        return pb("stage").OutcomeAnswer(state=pb("stage").OutcomeAnswer.COMMITTED, queue_id="q1")

    def take(self, parts, _):
        seen = {"envelope": None, "octets": b"", "findings": None}
        for part in parts:
            kind = part.WhichOneof("part")
            if kind == "data":
                seen["octets"] += part.data
            else:
                seen[kind] = getattr(part, kind)
        self.seen.append(seen)
        return self.answer(seen)


class Desk(Instance):
    """A running verifier; `sections` is more of scop.toml."""

    def __init__(self, sections=""):
        super().__init__(["verifier"], sections, callers=("spamfilter", "relay", "signer", "resolver", "operator", "receiver"))
        for name in ("relay", "signer", "resolver"):
            self.ports[name] = free_port()

    def envelope(self, **values):
        stage = pb("stage")
        values = {"id": os.urandom(16), "role": stage.ROLE_RECEIVED, "reverse_path": "ann@good.example", "client_address": "192.0.2.1",
                  "client_helo": "mail.good.example", "recipients": [stage.Recipient(address="bob@example.test")],
                  "trace": "0" * 32} | values
        return stage.Envelope(**values)

    def parts(self, message=MESSAGE, envelope=None, findings=None, step=100):
        stage = pb("stage")
        yield stage.Part(envelope=envelope or self.envelope())
        for at in range(0, len(message), step):
            yield stage.Part(data=message[at:at + step])
        yield stage.Part(findings=findings or findings_of(message))

    def send(self, message=MESSAGE, caller="spamfilter", findings=None, step=100, **envelope):
        return self.stream(caller, "verifier", "scop.v1.Stage/Pass", self.parts(message, self.envelope(**envelope), findings, step),
                           pb("stage").Receipt)


def verdicts_of(receipt):
    return {verdict.method: verdict.result for verdict in receipt.verdicts if verdict.judge == "verifier"}


def results_of(seen):
    fields = [field.value.decode() for field in seen["findings"].prepend if field.name == "Authentication-Results"]
    assert len(fields) == 1
    return fields[0]


def address(text):
    return ipaddress.ip_address(text).packed
