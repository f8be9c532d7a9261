"""Our courier and resolver, and the world that they meet, each in a namespace of its own; see namespaces.py, zones.py, names.py.

    with World() as world:
        with world.host("ee"):                                  # an MX host with that certificate
            report = world.attempt("ee.signed.example")
"""
import contextlib
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "daemons"), str(HERE.parent / "courier")]

import names  # noqa: E402
from instance import Instance, pb  # noqa: E402
from namespaces import Forwarder, Net  # noqa: E402
from policies import Policies  # noqa: E402
from server import EXTENSIONS, Host  # noqa: E402
from zones import Dns  # noqa: E402

SECTIONS = """
[courier]
ipv6 = false
authorities = "{folder}/authority.pem"
reuse_idle = "{reuse_idle}"
connect_timeout = "20s"
greeting_timeout = "20s"
ehlo_timeout = "20s"
{courier}
[resolver]
ipv6 = false
trust_anchors = ["{anchor}"]
root_hints = "{hints}"
listen = ["127.0.0.1:53"]
timeout = "5s"
{resolver}
"""
FROM = "me@sender.example"


class World:
    def __init__(self, courier="", resolver="", reuse_idle="0s"):
        self.settings = {"courier": courier, "resolver": resolver, "reuse_idle": reuse_idle}
        self.cleaning = contextlib.ExitStack()

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.cleaning.close()
            raise
        return self

    def __exit__(self, *details):
        return self.cleaning.__exit__(*details)

    def _build(self):
        self.folder = Path(self.cleaning.enter_context(tempfile.TemporaryDirectory(prefix="scop-world-", dir="/var/tmp")))
        self.folder.chmod(0o755)
        self.certificates = names.make_certificates()
        self.files = {name: one.write(self.folder, name, with_issuers=name.startswith("ta")) for name, one in self.certificates.items()}
        self.dns = Dns(self.folder / "dns", names.zones(self.certificates))
        self.net = self.cleaning.enter_context(Net())
        for address in (*self.dns.addresses(), names.HOST, names.SECOND, names.BEHIND_HOST, names.POLICIES, names.ATTACKER):
            self.net.add_address("world", address)
        with self.net.inside("world"):
            self.dns.start()
            self.cleaning.callback(self.dns.stop)
            self.policies = Policies(names.POLICIES, self.files["policies"])
            self.cleaning.callback(self.policies.close)
        self.instance = Instance(["resolver", "courier"], "", callers=("operator", "relay"))
        (self.instance.folder / "authority.pem").write_bytes(self.files["web"][0].read_bytes())
        self.instance.sections = SECTIONS.format(folder=self.instance.folder, anchor=self.dns.anchor, hints=self.dns.hints, **self.settings)
        with self.net.inside("us"):
            self.cleaning.enter_context(self.instance)
        for port in self.instance.ports.values():
            self.cleaning.callback(Forwarder(self.net, "us", port).close)

    def restart(self, daemon):
        self.instance.stop(daemon)
        with self.net.inside("us"):
            self.instance.start(daemon)

    def host(self, certificate=None, address=names.HOST, tls=None, requiretls=False, place="world", **options):
        """An MX host; without a certificate it offers no TLS. Its `sni` are the names that it was asked for."""
        extensions = EXTENSIONS + (["REQUIRETLS"] if requiretls else [])
        with self.net.inside(place):
            one = Host(address=address, port=25, tls=tls or ("good" if certificate else None), extensions=extensions,
                       certificate=self.files[certificate] if certificate else None, **options)
        one.sni = []
        if one.context:
            one.context.sni_callback = lambda _, name, __: one.sni.append(name)
        return one

    def attempt(self, domain, recipient="a", reverse_path=FROM, octets=b"Subject: x\r\n\r\nhello\r\n", timeout=120, **envelope):
        messages, stage = pb("courier"), pb("stage")
        head = messages.AttemptEnvelope(id="0" * 32, trace="0" * 32, domain=domain, reverse_path=reverse_path, size=len(octets), **envelope)
        head.recipients.append(stage.Recipient(address=f"{recipient}@{domain}"))
        parts = [messages.AttemptPart(envelope=head), messages.AttemptPart(data=octets), messages.AttemptPart(end=True)]
        return Attempted(self.instance.stream("relay", "courier", "scop.v1.Courier/Attempt", parts, messages.AttemptReport, timeout))

    def look_up(self, name, kind):
        messages = pb("resolver")
        answer = self.instance.unary("operator", "resolver", "scop.v1.Resolver/Lookup", messages.Question(name=name, type=kind), messages.Answer, 60)
        return messages.Answer.Validation.Name(answer.validation), answer


class Attempted:
    """An AttemptReport for one recipient, in short words."""

    def __init__(self, report):
        self.report, self.one = report, report.recipients[0]
        self.result = pb("courier").RecipientReport.Result.Name(self.one.result)
        self.reply = f"{self.one.reply.code} {self.one.reply.enhanced}"
        self.text = self.one.reply.text
        self.policy, self.tls, self.mx = report.policy, report.tls, report.mx

    @property
    def relayed(self):
        return self.result == "RELAYED"

    @property
    def sessions(self):
        """[(policy type, failure, host)] of every session, in order."""
        kinds = pb("courier").TlsSession.PolicyType.Name
        return [(kinds(one.policy_type), one.failure, one.mx_host) for one in self.report.tls_sessions]

    def __repr__(self):
        return f"{self.result} by {self.mx or 'nobody'} ({self.reply} {self.text}), {self.tls or 'clear text'}, policy {self.policy!r}, {self.sessions}"
