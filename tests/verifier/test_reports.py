"""DMARC report data: counted, sent through the signer to who asked for it and may get it, once."""
import email
import email.policy
import gzip

import pytest
from desk import DOMAIN, MESSAGE, Desk, Resolver, Stage, pb, signed

FORGER = {"client_address": "198.51.100.66", "client_helo": "evil.example"}


@pytest.fixture
def desk():
    with Desk() as desk, Resolver(desk) as desk.resolver, Stage(desk, "relay") as desk.relay, Stage(desk, "signer") as desk.signer:
        yield desk


def ask(desk, method, request=None):
    verifier = pb("verifier")
    return desk.unary("operator", "verifier", f"scop.v1.Reports/{method}", request or pb("accounts").Nothing(),
                      verifier.PendingReports).reports


def send(desk, **values):
    return ask(desk, "Send", pb("verifier").SendReportsRequest(**({"now": True} | values)))


def test_a_day_of_a_domain_becomes_one_report(desk):
    desk.send(signed())
    desk.send(signed())
    desk.send(**FORGER)
    pending = ask(desk, "Pending")
    assert [(one.domain, one.messages, list(one.recipients), one.state) for one in pending] == [
        ("good.example", 3, ["mailto:dmarc@good.example"], "collecting")]
    assert [one.state for one in send(desk)] == ["sent"]
    assert len(desk.signer.seen) == 1
    seen = desk.signer.seen[0]
    envelope = seen["envelope"]
    assert (envelope.role, envelope.reverse_path) == (pb("stage").ROLE_REPORT, "")
    assert [one.address for one in envelope.recipients] == ["dmarc@good.example"]
    mail = email.message_from_bytes(seen["octets"], policy=email.policy.default)
    assert mail["From"].addresses[0].addr_spec == f"noreply-dmarc@{DOMAIN}"
    attached = next(part for part in mail.walk() if part.get_filename())
    assert attached.get_filename().startswith(f"mail.{DOMAIN}!good.example!")
    xml = gzip.decompress(attached.get_payload(decode=True)).decode()
    assert "<count>2</count>" in xml and "<count>1</count>" in xml
    assert "<source_ip>198.51.100.66</source_ip>" in xml and "<disposition>reject</disposition>" in xml
    assert "<p>reject</p>" in xml
    assert send(desk)[0].state == "sent" and len(desk.signer.seen) == 1


def test_strangers_get_no_report_unless_they_want_it(desk):
    zone = desk.resolver.zone
    zone[("_dmarc.other.example", "TXT")] = ['"v=DMARC1; p=none; rua=mailto:x@victim.example,mailto:y@willing.example"']
    zone[("other.example._report._dmarc.willing.example", "TXT")] = ['"v=DMARC1"']
    desk.send(MESSAGE.replace(b"good.example", b"other.example"))
    send(desk)
    assert [one.address for seen in desk.signer.seen for one in seen["envelope"].recipients] == ["y@willing.example"]


def test_a_signer_that_is_away_is_asked_again_with_the_same_message(desk):
    stage = pb("stage")
    desk.send()
    desk.signer.answer = lambda seen: stage.Receipt(deferred=stage.Reply(code=451, enhanced="4.3.0", text="later"))
    assert "later" in send(desk)[0].state
    desk.signer.answer = lambda seen: stage.Receipt(accepted=stage.Receipt.Accepted(queue_id="q1"))
    assert send(desk)[0].state == "sent"
    first, second = (seen["envelope"].id for seen in desk.signer.seen)
    assert first == second or desk.signer.seen[0]["octets"] != desk.signer.seen[1]["octets"]


def test_what_asks_for_no_report_leaves_no_row(desk):
    desk.resolver.zone[("_dmarc.good.example", "TXT")] = ['"v=DMARC1; p=none"']
    desk.send()
    assert not ask(desk, "Pending")


def test_data_outlives_a_restart(desk):
    desk.send()
    assert desk.stop("verifier") == 0
    desk.start("verifier")
    assert [one.messages for one in ask(desk, "Pending")] == [1]
