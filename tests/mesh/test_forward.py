"""An alias of ours that leads outside, for mail from the world: rewritten (SRS), sealed (ARC), otherwise untouched, and the way back
for bounces alone."""
import base64
import json
import re

import dkim
import mesh as meshes
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from mesh import DOMAIN, wait_until
from mx import MX

ALIAS, TARGET, SENDER = f"away@{DOMAIN}", "new@foreign.test", "bob@origin.test"
LINE = "A forward changes nothing below its own fields.\r\n"


@pytest.fixture(scope="module")
def world(place):
    """(mesh, the target's MX, the original sender's MX)."""
    with MX() as target, MX() as origin:
        with meshes.Mesh(place / "forward", mx=target, routes={"origin.test": origin.port}) as mesh:
            mesh.add_user()
            mesh.command("alias", "add", ALIAS, TARGET)
            yield mesh, target, origin


@pytest.fixture(scope="module")
def signed():
    """Makes a message that origin.test has signed: (octets, its TXT record)."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                serialization.NoEncryption())
    public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    def make(key, octets=2000):
        text = (f"From: Bob <{SENDER}>\r\nTo: {ALIAS}\r\nSubject: forward {key}\r\nX-Scop-Test: {key}\r\n"
                f"Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <{key}@origin.test>\r\n\r\n" + LINE * (octets // len(LINE)))
        octets = text.encode()
        return dkim.sign(octets, b"s1", b"origin.test", pem, canonicalize=(b"simple", b"simple")) + octets, record

    return make


def forwarded(mesh, mx, signed, key, **options):
    """What arrives at the target's MX, and what was sent."""
    sent, record = signed(key, **options)
    code, text = mesh.receive(sent, ALIAS, sender=SENDER)
    assert code == 250, text
    arrived = wait_until(lambda: [one for one in mx.accepted() if one.key == key], f"{key} does not reach the next hop")
    return arrived[0], sent, record


def records_of(mesh, **others):
    """A dnsfunc for python3-dkim: our keys' records, and those named here."""
    keys = json.loads(mesh.command("keys", "list", "--json").stdout)["keys"]
    records = {f"{key['selector']}._domainkey.{key['domain']}.": key["record"].encode() for key in keys}
    records |= others
    return lambda name, timeout=5: records.get(name.decode() if isinstance(name, bytes) else name)


@pytest.mark.parametrize("octets", [2000, 300_000])
def test_a_forward_is_rewritten_sealed_and_left_whole(world, signed, octets):
    mesh, mx, _ = world
    arrival, sent, record = forwarded(mesh, mx, signed, f"whole{octets}", octets=octets)
    assert arrival.recipients == [TARGET]
    assert re.fullmatch(rf"SRS0=[^=@]+=[^=@]+=origin\.test=bob@{re.escape(DOMAIN)}", arrival.reverse_path), arrival.reverse_path
    assert arrival.octets.endswith(sent), "the original is not below our fields, octet by octet"
    dns = records_of(mesh, **{"s1._domainkey.origin.test.": record})
    state, results, why = dkim.arc_verify(arrival.octets, dnsfunc=dns)
    assert state == dkim.CV_Pass, (why, results)
    assert results[0]["instance"] == 1 and results[0]["as-domain"] == DOMAIN.encode(), results
    assert dkim.verify(arrival.octets, dnsfunc=dns), "origin.test's signature broke on the way"
    head = arrival.octets[:-len(sent)]
    assert b"Delivered-To: " + ALIAS.encode() in head
    assert len(re.findall(rb"(?im)^ARC-Seal:.*cv=none", re.sub(rb"\r\n[ \t]+", b" ", head))) == 1
    assert f"smtp.mailfrom={SENDER}".encode() in re.sub(rb"\r\n[ \t]+", b" ", head), "the seal does not tell what we have seen"


def test_a_seal_over_something_else_does_not_verify(world, signed):
    mesh, mx, _ = world
    arrival, _, _ = forwarded(mesh, mx, signed, "altered")
    state, _, _ = dkim.arc_verify(arrival.octets.replace(b"changes nothing", b"changes a lot"), dnsfunc=records_of(mesh))
    assert state == dkim.CV_Fail


def bounce(key, to):
    return (f"From: MAILER-DAEMON@foreign.test\r\nTo: {to}\r\nSubject: Undelivered\r\nX-Scop-Test: {key}\r\n"
            f"Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <{key}@foreign.test>\r\n\r\nNo such user.\r\n").encode()


def test_a_bounce_goes_back_to_the_sender_and_stays_a_bounce(world, signed):
    mesh, mx, origin = world
    arrival, _, _ = forwarded(mesh, mx, signed, "bouncing")
    code, text = mesh.receive(bounce("back", arrival.reverse_path), arrival.reverse_path, sender="")
    assert code == 250, text
    back = wait_until(lambda: [one for one in origin.accepted() if one.key == "back"], "the bounce does not come back")[0]
    assert (back.recipients, back.reverse_path) == ([SENDER], "")
    assert not [one for one in mx.accepted() if one.key == "back"]


def test_made_up_addresses_and_other_mail_are_refused(world, signed):
    mesh, mx, origin = world
    arrival, _, _ = forwarded(mesh, mx, signed, "probing")
    genuine = arrival.reverse_path
    start = genuine.index("=") + 1
    forged = genuine[:start] + ("a" if genuine[start] != "a" else "b") + genuine[start + 1:]
    other = genuine.replace("=bob@", "=eve@")
    assert len({genuine, forged, other}) == 3
    for to in (forged, other, f"SRS0=aaaaaaaa=aa=origin.test=bob@{DOMAIN}", f"SRS1=aaaaaaaa=origin.test==x@{DOMAIN}"):
        code, text = mesh.receive(bounce("forged", to), to, sender="")
        assert code == 550 and b"5.1.1" in text, (to, code, text)
    code, text = mesh.receive(bounce("spam", genuine), genuine, sender="spammer@foreign.test")
    assert code == 550 and b"5.1.1" in text, "mail that is no bounce went the way of bounces"
    wait_until(lambda: not mesh.queue()["messages"], "the queue does not empty")
    assert not {"forged", "spam"} & (set(origin.keys()) | set(mx.keys()))
