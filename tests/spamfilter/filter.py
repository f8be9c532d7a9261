"""A spamfilter with its neighbours played by the test: a verifier on grpcio behind it, a receiver before it.

    with Filter('[spamfilter]\\nrefuse = "0.99"\\n') as one:
        one.school()
        receipt = one.send(spam(1))
        one.passed[-1].findings
"""
import concurrent.futures
import hashlib
import os
import random
import sys
from pathlib import Path

import grpc

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, DOMAIN, SLOW, Instance, eventually, free_port, pb  # noqa: E402,F401

HAM_WORDS = ("meeting notes tuesday library chapter draft rehearsal train garden photos harbour workshop budget minutes translation piano "
             "kitchen weather bicycle neighbour letter window bridge bread school answer question river").split()
SPAM_WORDS = ("viagra pills cheap offer winner prize casino credit free bonus click guaranteed luxury watches loan urgent beneficiary "
              "million dollars unsubscribe discreet shipping weight loss miracle crypto doubling").split()


def message(words, number, sender, subject=None, extra="", body=None):
    dice = random.Random(f"{sender}{number}")
    text = body if body is not None else "\r\n".join(" ".join(dice.choice(words) for _ in range(10)) for _ in range(8)) + "\r\n"
    return (f"{extra}From: <{sender}>\r\nTo: <ann@{DOMAIN}>\r\nSubject: {subject or ' '.join(dice.choice(words) for _ in range(4))}\r\n"
            f"Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <{number}.{dice.getrandbits(40)}@{sender.split('@')[1]}>\r\n\r\n{text}").encode()


def ham(number, **values):
    return message(HAM_WORDS, number, "bob@friends.test", **values)


def spam(number, **values):
    return message(SPAM_WORDS, number, "win@offers.test", **values)


class Seen:
    def __init__(self):
        self.envelope, self.octets, self.findings = None, b"", None

    def field(self, name):
        return next((field.value.decode().strip() for field in self.findings.prepend if field.name == name), None)

    @property
    def verdict(self):
        return next(verdict for verdict in self.findings.verdicts if verdict.method == "spam")

    @property
    def dispositions(self):
        kind = pb("stage").Disposition.Kind
        return {disposition.address: kind.Name(disposition.kind) for disposition in self.findings.dispositions}


class Filter(Instance):
    """A running spamfilter; `sections` is more of scop.toml."""

    def __init__(self, sections=""):
        super().__init__(["spamfilter"], sections, callers=("receiver", "verifier", "operator", "mailbox"))
        self.ports["verifier"] = free_port()
        self.passed = []

    def __enter__(self):
        stage = pb("stage")
        handlers = {"Pass": grpc.stream_unary_rpc_method_handler(self._pass, stage.Part.FromString, stage.Receipt.SerializeToString)}
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(32))
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("scop.v1.Stage", handlers)])
        cert = self.folder / "verifier/cert"
        credentials = grpc.ssl_server_credentials([((cert / "key.pem").read_bytes(), (cert / "cert.pem").read_bytes())],
                                                  (self.folder / "mesh/ca.pem").read_bytes(), True)
        self.server.add_secure_port(f"127.0.0.1:{self.ports['verifier']}", credentials)
        self.server.start()
        super().__enter__()
        return self

    def __exit__(self, *details):
        super().__exit__(*details)
        self.server.stop(0).wait(5)

    def _pass(self, parts, _):
        seen = Seen()
        for part in parts:
            kind = part.WhichOneof("part")
            if kind == "data":
                seen.octets += part.data
            else:
                setattr(seen, kind, getattr(part, kind))
        self.passed.append(seen)
        return pb("stage").Receipt(accepted=pb("stage").Receipt.Accepted(queue_id="q1"))

    def parts(self, octets, recipients=(f"ann@{DOMAIN}",), step=65536, findings=None, **values):
        stage = pb("stage")
        values = {"id": os.urandom(16), "role": stage.ROLE_RECEIVED, "reverse_path": "someone@offers.test", "trace": "0" * 32,
                  "client_address": "198.51.100.7", "recipients": [stage.Recipient(address=address) for address in recipients]} | values
        yield stage.Part(envelope=stage.Envelope(**values))
        for at in range(0, len(octets), step):
            yield stage.Part(data=octets[at:at + step])
        yield stage.Part(findings=stage.Findings(**({"size": len(octets), "sha256": hashlib.sha256(octets).digest()} | (findings or {}))))

    def send(self, octets, **values):
        """The receipt; what went on is self.passed[-1]."""
        return self.stream("receiver", "spamfilter", "scop.v1.Stage/Pass", self.parts(octets, **values), pb("stage").Receipt)

    def judge(self, octets, **values):
        receipt = self.send(octets, **values)
        assert receipt.HasField("accepted"), receipt
        return self.passed[-1]

    # Teaching.

    def lesson(self, octets, kind, user=""):
        part = pb("spamfilter").TrainPart
        yield part(head=pb("spamfilter").TrainHead(kind=kind, user=user))
        for at in range(0, len(octets), 30000):
            yield part(data=octets[at:at + 30000])
        yield part(end=True)

    def train(self, octets, kind, user="", caller="operator"):
        return self.stream(caller, "spamfilter", "scop.v1.Spamfilter/Train", self.lesson(octets, kind, user), pb("spamfilter").TrainReply)

    def school(self, count=15, user="", caller="operator", first=0):
        """Many lessons on one connection, as they come in parallel."""
        head = pb("spamfilter").TrainHead
        with self.channel(caller, "spamfilter") as channel:
            call = channel.stream_unary("/scop.v1.Spamfilter/Train", lambda part: part.SerializeToString(),
                                        pb("spamfilter").TrainReply.FromString)
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                lessons = [(make(number), kind) for number in range(first, first + count) for make, kind in ((ham, head.HAM), (spam, head.SPAM))]
                return list(pool.map(lambda one: call(self.lesson(one[0], one[1], user), timeout=30), lessons))

    def statistics(self):
        return self.unary("operator", "spamfilter", "scop.v1.Spamfilter/Statistics", pb("accounts").Nothing(), pb("spamfilter").StatisticsReply)

    def reputation(self, address, caller="receiver"):
        reply = self.unary(caller, "spamfilter", "scop.v1.Spamfilter/Reputation", pb("spamfilter").ReputationRequest(address=address),
                           pb("spamfilter").ReputationReply)
        return pb("spamfilter").ReputationReply.Standing.Name(reply.standing), reply

    def judge_processes(self):
        """[(pid, parent)] of the daemon's children and theirs."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
            except OSError:
                continue
            rest = text.rsplit(")", 1)[1].split()
            found.append((int(stat.parent.name), int(rest[1])))
        daemon = self.processes["spamfilter"].pid
        wardens = {pid for pid, parent in found if parent == daemon}
        return [(pid, parent) for pid, parent in found if parent in wardens]
