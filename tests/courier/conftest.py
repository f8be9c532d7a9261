import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, Authority, Instance, free_port, pb  # noqa: E402

# Quick, so that what stalls is soon over; with names for every trouble that DNS can make.
SECTIONS = """
[courier]
port = {port}
allow_loopback = true
connect_timeout = "1s"
greeting_timeout = "2s"
ehlo_timeout = "2s"
mail_timeout = "2s"
data_timeout = "2s"
block_timeout = "2s"
final_timeout = "2s"
reuse_idle = "700ms"
ipv6 = false
authorities = "{folder}/mx/ca.pem"
own_addresses = ["127.9.9.9"]
{courier}
[resolver]
dnssec = false
local_zones = ["test. static"]
local_data = [
  "good.test. IN MX 10 mx.good.test.", "mx.good.test. IN A 127.0.0.1",
  "two.test. IN MX 10 a.two.test.", "two.test. IN MX 20 b.two.test.", "a.two.test. IN A 127.0.0.2", "b.two.test. IN A 127.0.0.3",
  "three.test. IN MX 10 h.three.test.", "h.three.test. IN A 127.0.0.4", "h.three.test. IN A 127.0.0.5",
  "nomx.test. IN A 127.0.0.1", "nothing.test. IN TXT x",
  "null.test. IN MX 0 .",
  "us.test. IN MX 10 mail.example.test.", "us.test. IN MX 20 mx.good.test.",
  "ours.test. IN MX 10 mx.ours.test.", "mx.ours.test. IN A 127.9.9.9",
  "noaddress.test. IN MX 10 gone.test.",
  "xn--bcher-kva.test. IN MX 10 mx.good.test.",
  {records}
]
{resolver}
"""


class World:
    def __init__(self, courier="", resolver="", callers=("relay",), records=()):
        """`records`: more of the resolver's local data, "name. IN TXT …"."""
        self.port = free_port()
        self.instance = Instance(["resolver", "courier"], "", callers=("operator", *callers))
        folder = self.instance.folder
        self.authority = Authority(folder / "mx")
        self.certificate = self.authority.issue(folder / "mx/good", "DNS:mx.good.test")
        self.instance.sections = SECTIONS.format(port=self.port, folder=folder, courier=courier, resolver=resolver,
                                                records="".join(f"'{record}', " for record in records))

    def __enter__(self):
        self.instance.__enter__()
        return self

    def __exit__(self, *details):
        self.instance.__exit__(*details)

    def parts(self, domain="good.test", recipients=("a",), octets=b"Subject: x\r\n\r\nhello\r\n", chunk=65536, end=True, notify=0, **envelope):
        messages = pb("courier")
        stage = pb("stage")
        head = messages.AttemptEnvelope(id="00112233445566778899aabbccddeeff", trace="00112233445566778899aabbccddeeff", domain=domain,
                                        reverse_path="me@example.test", size=len(octets))
        for name, value in envelope.items():
            setattr(head, name, value)
        for recipient in recipients:
            address = recipient if "@" in recipient else f"{recipient}@{domain}"
            head.recipients.append(stage.Recipient(address=address, notify=notify, orcpt=f"rfc822;{address}" if notify else ""))
        yield messages.AttemptPart(envelope=head)
        for at in range(0, len(octets), chunk):
            yield messages.AttemptPart(data=octets[at:at + chunk])
        if end:
            yield messages.AttemptPart(end=True)

    def attempt(self, *arguments, caller="relay", timeout=60, **options):
        return self.instance.stream(caller, "courier", "scop.v1.Courier/Attempt", self.parts(*arguments, **options), pb("courier").AttemptReport,
                                    timeout)


def results(report):
    names = pb("courier").RecipientReport.Result.Name
    return [names(one.result) for one in report.recipients]


@pytest.fixture(scope="module")
def world():
    if not (BIN / "scop-courier").exists():
        pytest.skip("scop-courier is not built")
    with World() as one:
        yield one
