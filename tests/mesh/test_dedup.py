"""The relay, called as the signer calls it: an id commits once, another message under it is refused, a void stream leaves nothing."""
import hashlib
import os
import threading

import grpc
import mesh as meshes
import pytest
from mesh import wait_until
from mx import MX
from pipes import Identity, channel, pb, stream, unary

PASS, OUTCOME = "scop.v1.Stage/Pass", "scop.v1.Stage/Outcome"


@pytest.fixture(scope="module")
def pair(place):
    with MX() as mx, meshes.Mesh(place / "dedup", mx=mx) as mesh:
        mesh.add_user()
        yield mesh, mx


@pytest.fixture
def relay(pair):
    mesh, _ = pair
    with channel(mesh, "relay", Identity.of(mesh, "signer")) as one:
        yield one


def envelope(mesh, message_id, recipients=("bob@foreign.test",)):
    stage = pb("stage")
    return stage.Envelope(id=message_id, trace=message_id.hex(), role=stage.ROLE_SUBMITTED, client_address="192.0.2.1", client_helo="laptop.test",
                          client_tls="TLSv1.3 TLS_AES_256_GCM_SHA384", reverse_path=mesh.login, protocol="ESMTPSA", edge_host="mail.example.test",
                          recipients=[stage.Recipient(address=address) for address in recipients])


def findings(octets):
    return pb("stage").Findings(size=len(octets), sha256=hashlib.sha256(octets).digest())


def parts(mesh, message_id, octets, last=None, recipients=("bob@foreign.test",)):
    stage = pb("stage")
    yield stage.Part(envelope=envelope(mesh, message_id, recipients))
    for begin in range(0, len(octets), 64 * 1024):
        yield stage.Part(data=octets[begin:begin + 64 * 1024])
    yield stage.Part(findings=last or findings(octets))


def send(relay, *arguments, **options):
    return stream(relay, PASS, parts(*arguments, **options), pb("stage").Receipt)


def state(relay, message_id):
    stage = pb("stage")
    answer = unary(relay, OUTCOME, stage.OutcomeQuestion(id=message_id, edge="submission"), stage.OutcomeAnswer)
    return stage.OutcomeAnswer.State.Name(answer.state)


def test_the_same_message_again_gets_the_same_answer_and_arrives_once(pair, relay):
    mesh, mx = pair
    one = os.urandom(16)
    octets = mesh.message("again", ["bob@foreign.test"])
    assert state(relay, one) == "UNKNOWN"
    first = send(relay, mesh, one, octets)
    assert first.WhichOneof("result") == "accepted", first
    assert state(relay, one) == "COMMITTED"
    second = send(relay, mesh, one, octets)
    assert second.accepted.queue_id == first.accepted.queue_id
    wait_until(lambda: mx.keys()["again"], "it arrives")
    mesh.submit("later", ["bob@foreign.test"])
    wait_until(lambda: mx.keys()["later"], "another one arrives")
    assert mx.keys()["again"] == 1


def test_the_same_id_at_the_same_time_commits_once(pair, relay):
    mesh, mx = pair
    one, octets, answers = os.urandom(16), mesh.message("at-once", ["bob@foreign.test"], 100_000), []

    def pass_it():
        try:
            answers.append(send(relay, mesh, one, octets).WhichOneof("result"))
        except grpc.RpcError as error:
            answers.append(error.code().name)

    threads = [threading.Thread(target=pass_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "accepted" in answers, answers
    wait_until(lambda: mx.keys()["at-once"], "it arrives")
    mesh.submit("later-2", ["bob@foreign.test"])
    wait_until(lambda: mx.keys()["later-2"], "another one arrives")
    assert mx.keys()["at-once"] == 1


@pytest.mark.parametrize("what", ["octets", "recipients"])
def test_another_message_under_the_same_id_is_refused(pair, relay, what):
    mesh, mx = pair
    one = os.urandom(16)
    octets = mesh.message(f"twin-{what}", ["bob@foreign.test"])
    assert send(relay, mesh, one, octets).WhichOneof("result") == "accepted"
    if what == "octets":
        other = send(relay, mesh, one, octets + b"more\r\n")
    else:
        other = send(relay, mesh, one, octets, recipients=("eve@foreign.test",))
    assert other.WhichOneof("result") != "accepted", other


def void_streams(mesh, one, octets):
    """Streams of which nothing may be kept."""
    stage = pb("stage")
    head, data = stage.Part(envelope=envelope(mesh, one)), stage.Part(data=octets)
    tail = stage.Part(findings=findings(octets))
    wrong_digest = stage.Part(findings=stage.Findings(size=len(octets), sha256=b"\0" * 32))
    wrong_size = stage.Part(findings=stage.Findings(size=len(octets) + 1, sha256=hashlib.sha256(octets).digest()))
    bare = octets + b"a bare\nLF\r\n"
    long = octets + b"x" * 1200 + b"\r\n"
    strange = findings(octets)
    strange.prepend.add(name="Received", value=b" from forged\r\n\tby somebody")
    injected = findings(octets)
    injected.prepend.add(name="DKIM-Signature", value=b" v=1\r\nBcc: someone@else.test")
    no_id = envelope(mesh, one)
    no_id.id = b"short"
    return {
        "nothing at all": [],
        "no findings": [head, data],
        "no envelope": [data, tail],
        "two envelopes": [head, head, data, tail],
        "two findings": [head, data, tail, tail],
        "data behind the findings": [head, data, tail, data],
        "the digest of other octets": [head, data, wrong_digest],
        "another size": [head, data, wrong_size],
        "a bare LF": [head, stage.Part(data=bare), stage.Part(findings=findings(bare))],
        "a line of 1,200 octets": [head, stage.Part(data=long), stage.Part(findings=findings(long))],
        "a field the signer may not add": [head, data, stage.Part(findings=strange)],
        "a field that smuggles another": [head, data, stage.Part(findings=injected)],
        "an id of five octets": [stage.Part(envelope=no_id), data, tail],
        "an empty part": [head, stage.Part(), data, tail],
    }


VOID = ["nothing at all", "no findings", "no envelope", "two envelopes", "two findings", "data behind the findings", "the digest of other octets",
        "another size", "a bare LF", "a line of 1,200 octets", "a field the signer may not add", "a field that smuggles another",
        "an id of five octets", "an empty part"]


@pytest.mark.parametrize("what", VOID)
def test_a_void_stream_leaves_nothing(pair, relay, what):
    mesh, mx = pair
    one, key = os.urandom(16), "void-" + what.replace(" ", "-")
    octets = mesh.message(key, ["bob@foreign.test"])
    try:
        receipt = stream(relay, PASS, void_streams(mesh, one, octets)[what], pb("stage").Receipt)
        assert receipt.WhichOneof("result") != "accepted", receipt
    except grpc.RpcError as error:
        assert error.code() not in (grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED), error
    assert state(relay, one) == "UNKNOWN"
    assert mesh.submit("behind-" + key, ["bob@foreign.test"])[0] == 250
    wait_until(lambda: mx.keys()["behind-" + key], "others are served")
    assert mx.keys()[key] == 0


def test_a_caller_that_breaks_off_leaves_nothing(pair, relay):
    mesh, mx = pair
    one, octets = os.urandom(16), mesh.message("broken-off", ["bob@foreign.test"], 500_000)
    going = threading.Event()

    def half():
        for number, part in enumerate(parts(mesh, one, octets)):
            if number == 3:
                going.set()
                threading.Event().wait(2)
                return
            yield part

    call = relay.stream_unary("/" + PASS, lambda part: part.SerializeToString(), pb("stage").Receipt.FromString).future(half())
    going.wait(5)
    call.cancel()
    wait_until(lambda: state(relay, one) == "UNKNOWN", "nothing is kept")
