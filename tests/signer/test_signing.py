"""scop-signer with a relay played by grpcio: what it forwards, what it refuses, what python3-dkim says of its signatures."""
import threading
import time

import dkim
import grpc
import pytest
from desk import BIN, DOMAIN, MESSAGE, Desk, Relay, delivered, findings_of, pb

pytestmark = pytest.mark.skipif(not (BIN / "scop-signer").exists(), reason="scop-signer is not built")


@pytest.fixture(scope="module")
def desk():
    with Desk() as one:
        yield one


@pytest.fixture
def relay(desk):
    with Relay(desk) as one:
        yield one


def check(message, records):
    """The verdict on each DKIM-Signature by python3-dkim."""
    def txt(name, timeout=5):
        return records.get((name.decode() if isinstance(name, bytes) else name).rstrip(".")).encode()
    def verdict(i):
        try:
            return dkim.DKIM(message).verify(idx=i, dnsfunc=txt)
        except dkim.DKIMException:
            return False
    return [verdict(i) for i in range(message.lower().count(b"dkim-signature:"))]


def code(receipt):
    reply = receipt.refused if receipt.HasField("refused") else receipt.deferred
    return f"{reply.code} {reply.enhanced}"


def flipped(octets):
    return octets[:-1] + bytes([octets[-1] ^ 1])


def refused_by_status(desk, parts, caller="submission"):
    with pytest.raises(grpc.RpcError) as error:
        desk.send(parts, caller)
    return error.value.code()


def test_both_signatures_verify_with_python3_dkim(desk, relay):
    receipt = desk.send(desk.parts())
    assert receipt.accepted.queue_id == "q1"
    assert [verdict.result for verdict in receipt.verdicts] == ["signed", "signed"]
    seen = relay.seen[-1]
    assert seen["octets"] == MESSAGE
    assert check(delivered(seen), desk.records()) == [True, True]
    tampered = delivered(seen).replace(b"Another", b"Changed")
    assert check(tampered, desk.records()) == [False, False]


def test_the_relay_gets_the_envelope_without_the_grant(desk, relay):
    desk.send(desk.parts(envelope=desk.envelope(trace="ab" * 16)))
    seen = relay.seen[-1]
    assert seen["envelope"].recipients[0].address == "bob@example.net"
    assert seen["envelope"].grant == b""
    assert len(bytes.fromhex(seen["trace"])) == 16  # of the call, which told none: a new one


def test_octets_are_forwarded_as_they_arrive(desk, relay):
    go_on = threading.Event()

    def slowly():
        *first, last = desk.parts()
        yield from first
        assert go_on.wait(10)
        yield last

    sending = threading.Thread(target=lambda: desk.send(slowly()))
    before = len(relay.seen)
    sending.start()
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end and not (len(relay.seen) > before and relay.seen[-1]["octets"] == MESSAGE):
            time.sleep(0.02)
        assert relay.seen[-1]["octets"] == MESSAGE and relay.seen[-1]["findings"] is None
    finally:
        go_on.set()
        sending.join(10)
    assert relay.seen[-1]["whole"]


@pytest.mark.parametrize("change, expected", [
    (lambda desk: {"grant": b""}, "550 5.7.1"),
    (lambda desk: {"grant": desk.grant(edge="courier")}, "550 5.7.1"),
    (lambda desk: {"grant": desk.grant(expires=-1)}, "451 4.7.0"),
    (lambda desk: {"grant": flipped(desk.grant())}, "550 5.7.1"),
    (lambda desk: {"grant": desk.grant(send_as=("eve@" + DOMAIN,))}, "550 5.7.1"),
    (lambda desk: {"reverse_path": "eve@" + DOMAIN}, "550 5.7.1"),
])
def test_envelopes_outside_the_grant_are_refused_before_the_relay_hears_of_them(desk, relay, change, expected):
    before = len(relay.seen)
    assert code(desk.send(desk.parts(envelope=desk.envelope(**change(desk))))) == expected
    assert len(relay.seen) == before


@pytest.mark.parametrize("head, expected", [
    (b"From: eve@" + DOMAIN.encode() + b"\r\n", "550 5.7.1"),
    (b"From: ann@example.test\r\nFrom: ann@example.test\r\n", "550 5.6.0"),
    (b"Subject: none\r\n", "550 5.6.0"),
    (b"From: ann@example.test\r\nno field\r\n", "550 5.6.0"),
])
def test_messages_outside_the_rules_are_refused_and_void_at_the_relay(desk, relay, head, expected):
    message = head + b"\r\nbody\r\n"
    assert code(desk.send(desk.parts(message))) == expected
    assert not any(seen["whole"] for seen in relay.seen)


def test_a_from_domain_without_a_key_is_refused(desk, relay):
    message = b"From: a@other.test\r\n\r\n"
    envelope = desk.envelope(grant=desk.grant(send_as=("@other.test",)), reverse_path="a@other.test")
    receipt = desk.send(desk.parts(message, envelope))
    assert code(receipt) == "550 5.7.20"
    assert "other.test" in receipt.refused.text


def test_a_domain_without_a_key_passes_unsigned_where_configured(tmp_path):
    with Desk('[signer]\nunsigned_domains = "pass"\n', keys=False) as desk, Relay(desk) as relay:
        receipt = desk.send(desk.parts())
        assert receipt.accepted.queue_id == "q1"
        assert [verdict.result for verdict in receipt.verdicts] == ["unsigned"]
        assert delivered(relay.seen[-1]) == MESSAGE


def void_streams(desk):
    stage = pb("stage")
    whole = list(desk.parts())
    yield whole[:-1]
    yield whole + [whole[-1]]
    yield whole + [stage.Part(data=b"more")]
    yield whole[1:]
    yield [whole[0], *whole]
    yield whole[:-1] + [stage.Part(findings=findings_of(MESSAGE, size=1))]
    yield whole[:-1] + [stage.Part(findings=findings_of(MESSAGE + b"x", size=len(MESSAGE)))]
    yield whole[:-1] + [stage.Part()]
    yield []


def test_streams_without_exactly_one_matching_findings_are_void(desk, relay):
    for parts in void_streams(desk):
        assert refused_by_status(desk, parts) == grpc.StatusCode.INVALID_ARGUMENT
    assert not any(seen["findings"] for seen in relay.seen)


def test_each_caller_brings_its_own_role_alone(desk, relay):
    stage = pb("stage")
    denied = grpc.StatusCode.PERMISSION_DENIED
    assert refused_by_status(desk, desk.parts(), "relay") == denied
    assert refused_by_status(desk, desk.parts(), "courier") == denied
    assert refused_by_status(desk, desk.parts(envelope=desk.envelope(role=stage.ROLE_BOUNCE, reverse_path=""))) == denied
    for caller in ("submission", "courier"):
        assert refused_by_status(desk, desk.parts(envelope=desk.envelope(role=stage.ROLE_FORWARD)), caller) == denied
    for caller in ("submission", "courier"):
        assert refused_by_status(desk, desk.parts(envelope=desk.envelope(role=stage.ROLE_REPORT)), caller) == denied
    assert refused_by_status(desk, desk.parts(envelope=desk.envelope(role=stage.ROLE_RECEIVED)), "relay") == denied
    assert not relay.seen


def test_the_relay_s_bounces_are_signed(desk, relay):
    message = (f"From: Mail delivery <postmaster@{DOMAIN}>\r\nTo: ann@{DOMAIN}\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
               "--b\r\n\r\ntext\r\n--b--\r\n").encode()
    envelope = desk.envelope(role=pb("stage").ROLE_BOUNCE, reverse_path="", grant=b"")
    assert desk.send(desk.parts(message, envelope), "relay").accepted.queue_id == "q1"
    assert check(delivered(relay.seen[-1]), desk.records()) == [True, True]


def test_the_relay_s_tls_reports_are_signed_and_nothing_else_of_it(desk, relay):
    envelope = {"role": pb("stage").ROLE_REPORT, "reverse_path": "", "grant": b""}
    report = (f"From: <noreply-smtp-tls-reporting@{DOMAIN}>\r\nTo: tls@there.example\r\nContent-Type: multipart/report; "
              'report-type="tlsrpt"; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n').encode()
    assert desk.send(desk.parts(report, desk.envelope(**envelope)), "relay").accepted.queue_id == "q1"
    assert check(delivered(relay.seen[-1]), desk.records()) == [True, True]
    for author in ("ann", "postmaster", "noreply-dmarc"):
        forged = report.replace(b"noreply-smtp-tls-reporting", author.encode())
        assert code(desk.send(desk.parts(forged, desk.envelope(**envelope)), "relay")) == "550 5.7.1"


def test_a_relay_that_is_away_gives_451(desk):
    receipt = desk.send(desk.parts())
    assert code(receipt) == "451 4.3.0"


def test_a_relay_that_refuses_early_is_heard(desk, relay):
    relay.early = pb("stage").Receipt(deferred=pb("stage").Reply(code=452, enhanced="4.3.1", text="full"))
    assert code(desk.send(desk.parts(MESSAGE + b"x" * 998 + b"\r\n", step=20))) == "452 4.3.1"


def test_a_relay_that_accepts_before_the_findings_is_not_believed(desk, relay):
    relay.early = pb("stage").Receipt(accepted=pb("stage").Receipt.Accepted(queue_id="lie"))
    go_on = threading.Event()

    def slowly():
        *first, last = desk.parts()
        yield from first
        go_on.wait(1)
        yield pb("stage").Part(data=b"more\r\n")
        yield last

    assert code(desk.send(slowly())) == "451 4.3.0"


def test_a_relay_that_dies_behind_the_findings_leaves_it_to_outcome(desk, relay):
    relay.answer = lambda seen: None
    assert refused_by_status(desk, desk.parts()) == grpc.StatusCode.UNAVAILABLE
    stage = pb("stage")
    answer = desk.unary("submission", "signer", "scop.v1.Stage/Outcome", stage.OutcomeQuestion(id=b"i" * 16, edge="relay"),
                        stage.OutcomeAnswer)
    assert answer.queue_id == "q1"
    assert relay.questions[-1].edge == "submission"


def test_a_log_line_tells_what_was_signed(desk, relay):
    envelope = desk.envelope()
    desk.send(desk.parts(envelope=envelope))
    lines = [line for line in desk.log("signer").splitlines() if envelope.id.hex() in line]
    assert len(lines) == 1
    assert f"{DOMAIN} r2026a" in lines[0] and "accepted" in lines[0]
    assert "One line" not in desk.log("signer")
