"""The verifier as a daemon: what it adds, removes, refuses, and what it does when its neighbours or its judge fail."""
import os
import signal
import time

import grpc
import pytest
from desk import DOMAIN, MESSAGE, Desk, Resolver, Stage, eventually, findings_of, pb, results_of, signed, verdicts_of

FORGER = {"client_address": "198.51.100.66", "client_helo": "evil.example"}


@pytest.fixture(scope="module")
def desk():
    with Desk() as desk:
        yield desk


@pytest.fixture
def resolver(desk):
    with Resolver(desk) as resolver:
        yield resolver


@pytest.fixture
def relay(desk):
    with Stage(desk, "relay") as relay:
        yield relay


def test_honest_mail_passes_by_every_method(desk, resolver, relay):
    message = signed()
    receipt = desk.send(message)
    assert receipt.HasField("accepted"), receipt
    assert verdicts_of(receipt) == {"spf": "pass", "dkim": "pass", "dmarc": "pass", "arc": "none", "iprev": "pass"}
    seen = relay.seen[-1]
    assert seen["octets"] == message
    results = results_of(seen)
    assert results.startswith(f" mail.{DOMAIN};\r\n spf=pass")
    assert "dkim=pass" in results and "dmarc=pass" in results and "iprev=pass" in results
    assert seen["findings"].arc.chain == "none"
    assert seen["findings"].arc.results.startswith("spf=pass")
    assert not seen["findings"].dispositions


def test_forged_mail_is_refused_with_the_domain_and_the_reason(desk, resolver, relay):
    receipt = desk.send(**FORGER)
    assert (receipt.refused.code, receipt.refused.enhanced) == (550, "5.7.1")
    assert "good.example" in receipt.refused.text and "DMARC" in receipt.refused.text
    assert not relay.seen or relay.seen[-1]["findings"] is None


def test_mail_altered_after_signing_fails(desk, resolver, relay):
    receipt = desk.send(signed().replace(b"Hello, Bob", b"Hullo, Bob"))
    assert verdicts_of(receipt)["dkim"] == "fail" and verdicts_of(receipt)["dmarc"] == "pass"


def test_quarantine_means_junk_for_every_recipient(desk, resolver, relay):
    stage = pb("stage")
    message = MESSAGE.replace(b"good.example", b"soft.example")
    receipt = desk.send(message, reverse_path="ann@soft.example", **FORGER,
                        recipients=[stage.Recipient(address=f"{name}@example.test") for name in ("bob", "eve")])
    assert receipt.HasField("accepted")
    dispositions = {one.address: one.kind for one in relay.seen[-1]["findings"].dispositions}
    assert dispositions == {"bob@example.test": stage.Disposition.JUNK, "eve@example.test": stage.Disposition.JUNK}


def test_strangers_results_in_our_name_are_removed(desk, resolver, relay):
    message = (f"Authentication-Results: MAIL.{DOMAIN.upper()} 1; dmarc=pass\r\nAuthentication-Results: other.example; dmarc=pass\r\n"
               f"authentication-results : (a (b)) \"mail.{DOMAIN}\"\r\n ; dmarc=pass\r\n").encode() + MESSAGE
    desk.send(message)
    assert list(relay.seen[-1]["findings"].remove) == [0, 2]


def test_of_the_filter_only_its_own_fields_are_believed(desk, resolver, relay):
    stage = pb("stage")
    message = b"X-Spam-Flag: NO\r\n" + MESSAGE
    findings = findings_of(
        message, remove=[0, 1],
        prepend=[stage.Field(name="X-Spam-Score", value=b" 0.1"), stage.Field(name="Authentication-Results", value=b" x; dmarc=pass"),
                 stage.Field(name="Received", value=b" by evil")],
        verdicts=[stage.Verdict(judge="spamfilter", method="spam", result="ham", score=0.1),
                  stage.Verdict(judge="verifier", method="dmarc", result="pass")],
        arc=stage.ArcEvidence(results="dmarc=pass", chain="pass"))
    receipt = desk.send(message, findings=findings)
    kept = relay.seen[-1]["findings"]
    assert [field.name for field in kept.prepend] == ["Authentication-Results", "X-Spam-Score"]
    assert list(kept.remove) == [0]
    assert kept.arc.chain == "none"
    assert [v.result for v in kept.verdicts if v.judge == "spamfilter"] == ["ham"]
    assert verdicts_of(receipt)["dmarc"] == "pass"


def test_one_reply_covers_all_recipients(desk, resolver, relay):
    stage = pb("stage")
    recipients = [stage.Recipient(address="bob@example.test"), stage.Recipient(address="eve@example.test")]
    refuse = stage.Disposition(address="bob@example.test", kind=stage.Disposition.REFUSE,
                               reply=stage.Reply(code=554, enhanced="5.7.1", text="spam"))
    receipt = desk.send(recipients=recipients, findings=findings_of(MESSAGE, dispositions=[refuse]))
    assert receipt.HasField("accepted")
    assert [(d.address, d.kind) for d in relay.seen[-1]["findings"].dispositions] == [("bob@example.test", stage.Disposition.JUNK)]
    both = [refuse, stage.Disposition(address="eve@example.test", kind=stage.Disposition.REFUSE)]
    receipt = desk.send(recipients=recipients, findings=findings_of(MESSAGE, dispositions=both))
    assert (receipt.refused.code, receipt.refused.text) == (554, "spam")


def test_only_received_mail_comes_this_way(desk, resolver, relay):
    with pytest.raises(grpc.RpcError) as error:
        desk.send(role=pb("stage").ROLE_SUBMITTED)
    assert error.value.code() == grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(grpc.RpcError) as error:
        desk.send(caller="receiver")
    assert error.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_findings_of_another_message_make_a_pass_void(desk, resolver, relay):
    with pytest.raises(grpc.RpcError) as error:
        desk.send(findings=findings_of(MESSAGE + b"x"))
    assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_failing_dns_is_a_temperror_and_the_mail_is_taken(desk, resolver, relay):
    resolver.fail = {"fails.example", "_dmarc.fails.example"}
    receipt = desk.send(MESSAGE.replace(b"good.example", b"fails.example"), reverse_path="ann@fails.example", **FORGER)
    assert receipt.HasField("accepted")
    assert verdicts_of(receipt)["spf"] == "temperror" and verdicts_of(receipt)["dmarc"] == "temperror"


def test_a_dns_that_never_answers_holds_mail_up_for_twenty_seconds_at_most(desk, resolver, relay):
    resolver.stall = {"*"}
    began = time.monotonic()
    receipt = desk.send(MESSAGE.replace(b"good.example", b"slow.example"), reverse_path="ann@slow.example", client_address="192.0.2.77")
    took = time.monotonic() - began
    assert receipt.HasField("accepted") and took < 25
    assert set(verdicts_of(receipt).values()) <= {"temperror", "none"}


def test_answers_are_kept_for_a_moment(desk, resolver, relay):
    desk.send()
    first = len(resolver.asked)
    desk.send()
    assert len(resolver.asked) == first


def test_many_at_once(desk, resolver, relay):
    import concurrent.futures
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(lambda i: desk.send(signed() if i % 2 else MESSAGE, step=7 + i), range(48)))
    assert all(receipt.HasField("accepted") for receipt in receipts)
    assert all(verdicts_of(receipt)["dkim"] == ("pass" if i % 2 else "none") for i, receipt in enumerate(receipts))


def judge_of(desk):
    """The process that sees the messages: the grandchild that the warden forks."""
    def children(process):
        return [int(pid) for pid in open(f"/proc/{process}/task/{process}/children").read().split()]
    keeper = desk.processes["verifier"].pid
    return next((judge for warden in children(keeper) for judge in children(warden)), None)


def test_a_judge_that_dies_defers_its_messages_and_the_next_one_works(desk, resolver, relay):
    stage = pb("stage")
    judge = judge_of(desk)
    assert judge

    def parts():
        yield stage.Part(envelope=desk.envelope())
        yield stage.Part(data=MESSAGE[:50])
        time.sleep(0.3)
        os.kill(judge, signal.SIGKILL)
        assert eventually(lambda: judge_of(desk) not in (None, judge))
        yield stage.Part(data=MESSAGE[50:])
        yield stage.Part(findings=findings_of(MESSAGE))

    receipt = desk.stream("spamfilter", "verifier", "scop.v1.Stage/Pass", parts(), stage.Receipt)
    assert (receipt.deferred.code, receipt.deferred.enhanced) == (451, "4.3.0")
    assert desk.send().HasField("accepted")


def test_the_judge_has_no_files_and_no_network(desk, resolver):
    judge = judge_of(desk)
    targets = [os.readlink(f"/proc/{judge}/fd/{fd}") for fd in os.listdir(f"/proc/{judge}/fd")]
    assert sum(target.startswith("socket:") for target in targets) == 1
    assert not any("sqlite" in target or "cert" in target for target in targets)
    status = open(f"/proc/{judge}/status").read()
    assert "Seccomp:\t2" in status


def test_header_bombs_are_refused_quickly(desk, resolver, relay):
    began = time.monotonic()
    receipt = desk.send(b"From: x@evil.example\r\n" + b"X: y\r\n" * 100_000 + b"\r\nbody\r\n", step=16384, **FORGER)
    assert (receipt.refused.code, receipt.refused.enhanced) == (550, "5.6.0")
    assert time.monotonic() - began < 10


def test_label_only_writes_results():
    with Desk('[verifier]\ndmarc = "label"\nauthserv_id = "mx.label.example"\n') as desk, Resolver(desk), Stage(desk, "relay") as relay:
        receipt = desk.send(**FORGER)
        assert receipt.HasField("accepted") and verdicts_of(receipt)["dmarc"] == "fail"
        assert results_of(relay.seen[-1]).startswith(" mx.label.example;")
