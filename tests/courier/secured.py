"""A courier between a relay, a resolver played by the test (any answer, any validation) and real TLS servers."""
import concurrent.futures
import sys
from pathlib import Path

import dns.rdata
import dns.rdatatype
import grpc

sys.path.append(str(Path(__file__).resolve().parents[1] / "transport"))

from certificates import Certificate  # noqa: E402
from instance import Instance, free_port, pb  # noqa: E402
from policies import Policies, policy  # noqa: E402,F401

SECTIONS = """
[courier]
port = {port}
https_port = {https_port}
allow_loopback = true
reuse_idle = "0s"
ipv6 = false
authorities = "{folder}/authority.pem"
unauthorised_senders = "off"
{courier}
"""
SECURE, INSECURE, BOGUS = 2, 1, 3


class Resolver:
    """`zone`: (name, type) → (validation, records) or (validation, records, canonical name); a name without an answer does not exist."""

    def __init__(self, instance):
        self.instance, self.zone, self.asked = instance, {}, []

    def __enter__(self):
        resolver = pb("resolver")
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
        handler = grpc.unary_unary_rpc_method_handler(self.lookup, resolver.Question.FromString, resolver.Answer.SerializeToString)
        self.server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("scop.v1.Resolver", {"Lookup": handler})])
        cert = self.instance.folder / "resolver/cert"
        credentials = grpc.ssl_server_credentials([((cert / "key.pem").read_bytes(), (cert / "cert.pem").read_bytes())],
                                                  (self.instance.folder / "mesh/ca.pem").read_bytes(), True)
        self.server.add_secure_port(f"127.0.0.1:{self.instance.ports['resolver']}", credentials)
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0).wait(5)

    def lookup(self, question, _):
        kind = dns.rdatatype.to_text(question.type)
        self.asked.append((question.name, kind))
        answer = pb("resolver").Answer
        if (question.name, kind) not in self.zone:
            return answer(rcode=3, validation=INSECURE, ttl=30)
        validation, texts, *alias = self.zone[question.name, kind]
        if validation == BOGUS:
            return answer(rcode=2, validation=BOGUS, why="the signature has expired")
        records = [dns.rdata.from_text("IN", kind, text).to_wire() for text in texts]
        return answer(rcode=0, validation=validation, ttl=30, records=records, canonical_name=alias[0] if alias else question.name)


class Secured:
    def __init__(self, courier=""):
        self.port, self.https_port = free_port(), free_port()
        self.instance = Instance(["courier"], "", callers=("operator", "relay", "resolver"))
        self.instance.ports["resolver"] = free_port()
        self.resolver = Resolver(self.instance)
        self.folder = self.instance.folder
        self.authority = Certificate(["the authority"], authority=True)
        self.stranger = Certificate(["a stranger"], authority=True)
        (self.folder / "authority.pem").write_bytes(self.authority.write(self.folder, "authority-itself")[0].read_bytes())
        self.instance.sections = SECTIONS.format(port=self.port, https_port=self.https_port, folder=self.folder, courier=courier)

    def __enter__(self):
        self.resolver.__enter__()
        self.instance.__enter__()
        return self

    def __exit__(self, *details):
        self.instance.__exit__(*details)
        self.resolver.__exit__(*details)

    def publish(self, domain="good.test", mx="mx.good.test", validation=SECURE, tlsa=None, sts=None):
        """One host at 127.0.0.1. `tlsa`: records, or BOGUS. `sts`: the id of its policy."""
        self.resolver.zone = {(domain, "MX"): (validation, [f"10 {mx}."]), (mx, "A"): (validation, ["127.0.0.1"]),
                              (f"mta-sts.{domain}", "A"): (INSECURE, ["127.0.0.1"])}
        if tlsa == BOGUS:
            self.resolver.zone[f"_{self.port}._tcp.{mx}", "TLSA"] = (BOGUS, [])
        elif tlsa:
            self.resolver.zone[f"_{self.port}._tcp.{mx}", "TLSA"] = (validation, tlsa)
        if sts:
            self.resolver.zone[f"_mta-sts.{domain}", "TXT"] = (INSECURE, [f'"v=STSv1; id={sts};"'])

    def files(self, certificate, name="leaf", with_issuers=False):
        return certificate.write(self.folder, name, with_issuers)

    def attempt(self, domain="good.test", **envelope):
        messages, stage = pb("courier"), pb("stage")
        head = messages.AttemptEnvelope(id="00112233445566778899aabbccddeeff", domain=domain, reverse_path="me@example.test", size=22,
                                        recipients=[stage.Recipient(address=f"a@{domain}")], **envelope)
        parts = [messages.AttemptPart(envelope=head), messages.AttemptPart(data=b"Subject: x\r\n\r\nhello\r\n"), messages.AttemptPart(end=True)]
        return self.instance.stream("relay", "courier", "scop.v1.Courier/Attempt", parts, messages.AttemptReport)

    def explain(self, domain="good.test"):
        messages = pb("courier")
        return self.instance.unary("operator", "courier", "scop.v1.Courier/Explain", messages.ExplainRequest(domain=domain),
                                   messages.Explanation)
