"""The whole outbound mesh in the world: what becomes of a user's mail, and what the user is told."""
import email
import email.policy
import gzip
import json
import sys
from pathlib import Path

import pytest
from middle import SmtpMiddle, strip
from names import BEHIND_HOST, HOST
from policies import policy

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "mesh"))

import mesh as meshes  # noqa: E402

ANNA = f"anna@{meshes.DOMAIN}"

pytestmark = pytest.mark.skipif(not meshes.have_daemons(), reason="the daemons are not built")


@pytest.fixture(scope="module")
def mesh(world):
    """Everything that happens with it happens in our namespace."""
    settings = {"relay.expire": '"2s"', "relay.longest_wait": '"500ms"', "courier.ipv6": "false", "courier.authorities": f'"{world.files["web"][0]}"',
                "courier.reuse_idle": '"0s"', "courier.port": "25", "resolver.ipv6": "false", "resolver.trust_anchors": f'["{world.dns.anchor}"]',
                "resolver.root_hints": f'"{world.dns.hints}"'}
    with world.net.inside("us"):
        with meshes.Mesh(world.folder / "mesh", settings=settings, daemons=meshes.OUTBOUND) as one:
            one.add_user(ANNA)
            yield one


def send(world, mesh, subject, recipient, fields="", options=()):
    octets = (f"From: Anna <{ANNA}>\r\nTo: <{recipient}>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@{meshes.DOMAIN}>\r\n{fields}\r\nhello\r\n").encode()
    with world.net.inside("us"), mesh.client() as client:
        code, text = client.mail(ANNA, list(options))
        assert code == 250, text
        assert client.rcpt(recipient)[0] == 250
        assert client.data(octets)[0] == 250


def report_for(world, mesh, recipient):
    """The delivery status notification about this recipient, once it is in Anna's mailbox. A host that fails its policy is left
    alone for a minute, whatever waits for it; the administrator's word shortens that."""
    def look():
        with world.net.inside("us"):
            mesh.command("queue", "retry", "all")
        found = [octets for octets in mesh.local_messages(ANNA) if b"multipart/report" in octets and f"rfc822;{recipient}".encode() in octets.replace(b"; ", b";")]
        return " ".join(found[0].decode().split()) if found else None
    return meshes.wait_until(look, f"a report about {recipient}", seconds=60)


def arrived(host):
    return meshes.wait_until(lambda: host.messages[0] if host.messages else None, "the message", seconds=60)


def test_mail_goes_out_verified_and_the_trace_says_so(world, mesh):
    with world.host("ee") as host:
        send(world, mesh, "verified", "bob@ee.signed.example")
        assert arrived(host)["tls"]
        line = meshes.wait_until(lambda: next((line for line in mesh.log("courier").splitlines() if " attempt " in line and "ee.signed.example" in line), None),
                                 "the attempt's log line", seconds=30)
    assert "verified by dane" in line


def test_who_wrote_learns_that_the_host_did_not_match_its_records(world, mesh):
    with world.host("ee") as host:
        send(world, mesh, "mismatch", "bob@other.signed.example")
        report = report_for(world, mesh, "bob@other.signed.example")
        assert not host.messages
    assert "TLSA" in report and "4.7." in report or "5.7." in report


def test_who_wrote_learns_that_the_host_offered_no_tls(world, mesh):
    world.policies.texts["enforce.insecure.example"] = policy("enforce", "mx.enforce.insecure.example")
    with world.host() as host:
        send(world, mesh, "stripped", "bob@enforce.insecure.example")
        report = report_for(world, mesh, "bob@enforce.insecure.example")
        assert not host.messages
    assert "TLS is required, and the host does not offer STARTTLS" in report, report[report.find("Diagnostic-Code"):][:600]


def test_tls_required_no_in_the_header_goes_before_the_records(world, mesh):
    with world.host("next") as host:
        send(world, mesh, "optional", "bob@ee.signed.example", fields="TLS-Required: No\r\n")
        arrived(host)


def test_requiretls_from_a_mail_client_is_kept_on_the_way_out(world, mesh):
    with world.host("ee", requiretls=True) as host:
        send(world, mesh, "required", "bob@ee.signed.example", options=["REQUIRETLS"])
        assert " REQUIRETLS" in arrived(host)["mail"]


def test_requiretls_that_cannot_be_kept_comes_back(world, mesh):
    with world.host("stranger", requiretls=True) as host:
        send(world, mesh, "unkept", "bob@mail.insecure.example", options=["REQUIRETLS"])
        report = report_for(world, mesh, "bob@mail.insecure.example")
        assert not host.messages
    assert "5.7.30" in report or "5.7.10" in report


def test_an_attack_is_reported_to_whom_it_was_made_on(world, mesh):
    """STARTTLS is stripped: the mail stops, and the domain's owner reads of it by RFC 8460, from another host that they read mail at."""
    with world.host("ee", address=BEHIND_HOST) as host, SmtpMiddle(world, strip):
        send(world, mesh, "stripped-and-reported", "bob@reported.signed.example")
        report_for(world, mesh, "bob@reported.signed.example")
        assert not host.messages
    with world.host() as host:
        with world.net.inside("us"):
            mesh.command("reports", "tls", "send", "--now", "--domain", "reported.signed.example")
        message = email.message_from_bytes(arrived(host)["octets"], policy=email.policy.default)
    assert host.messages[0]["rcpts"][0].startswith("RCPT TO:<tls@plain.signed.example>")
    assert message["TLS-Report-Domain"] == "reported.signed.example"
    part = next(part for part in message.walk() if part.get_content_type() == "application/tlsrpt+gzip")
    told = json.loads(gzip.decompress(part.get_content()))["policies"][0]
    assert told["policy"]["policy-type"] == "tlsa" and told["summary"]["total-failure-session-count"] >= 1
    assert told["summary"]["total-successful-session-count"] == 0
    assert {one["result-type"] for one in told["failure-details"]} == {"starttls-not-supported"}
    assert told["failure-details"][0]["receiving-ip"] == HOST and told["failure-details"][0]["sending-mta-ip"] == "198.51.100.2"
