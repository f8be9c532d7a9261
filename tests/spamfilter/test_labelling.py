"""The filter on the message path: label, Junk, refusal, per-recipient models, spoofed fields."""
import concurrent.futures

import pytest
from filter import DOMAIN, Filter, ham, pb, spam


@pytest.fixture(scope="module")
def taught():
    with Filter('[spamfilter]\nrefuse = "0.9999999"\n[[spamfilter.domain]]\ndomain = "strict.test"\nlabel = "0.6"\njunk = "0.6"\nrefuse = "0.7"\n'
                '[[spamfilter.domain]]\ndomain = "mild.test"\njunk = "never"\nrefuse = "never"\n') as one:
        one.school()
        yield one


def test_untaught_it_is_unsure_and_mail_goes_on():
    with Filter() as one:
        seen = one.judge(spam(1))
        assert seen.verdict.result == "unsure" and seen.field("X-Spam-Flag") == "NO" and not seen.dispositions
        assert seen.octets == spam(1)


def test_spam_is_labelled_and_goes_to_junk(taught):
    seen = taught.judge(spam(100), recipients=("ann@mild.test", "bob@mild.test"))
    assert seen.verdict.judge == "spamfilter" and seen.verdict.result == "spam" and seen.verdict.score > 0.9
    assert seen.field("X-Spam-Flag") == "YES"
    assert float(seen.field("X-Spam-Score")) > 0.9
    assert len(seen.field("X-Spam-Level")) >= 7
    assert seen.field("X-Spam-Status").startswith("Yes, score=") and "tests=" in seen.field("X-Spam-Status")
    assert not seen.dispositions
    junk = taught.judge(spam(101), recipients=("ann@mild.test", f"bob@{DOMAIN}"))
    assert junk.dispositions.get(f"bob@{DOMAIN}") in ("JUNK", "REFUSE") and "ann@mild.test" not in junk.dispositions


def test_ham_is_not(taught):
    seen = taught.judge(ham(100))
    assert seen.verdict.result == "ham" and seen.field("X-Spam-Flag") == "NO" and not seen.dispositions
    assert seen.field("X-Spam-Status").startswith("No, ")


def test_the_domain_that_refuses_gets_a_refusal(taught):
    seen = taught.judge(spam(102), recipients=("a@strict.test",))
    assert seen.dispositions == {"a@strict.test": "REFUSE"}
    reply = seen.findings.dispositions[0].reply
    assert (reply.code, reply.enhanced) == (550, "5.7.1")


def test_each_recipient_has_one_disposition(taught):
    seen = taught.judge(spam(103), recipients=("a@strict.test", "a@strict.test", "b@mild.test"))
    assert [one.address for one in seen.findings.dispositions] == ["a@strict.test"]


def test_spoofed_fields_are_removed(taught):
    spoofed = spam(104, extra="X-Spam-Flag: NO\r\nReceived: x\r\n by y\r\nx-spam-status: No,\r\n score=-10\r\n")
    seen = taught.judge(spoofed, findings={"remove": [1]})
    assert list(seen.findings.remove) == [1, 0, 2]
    assert seen.field("X-Spam-Flag") == "YES" and seen.octets == spoofed


def test_what_the_edge_added_stays(taught):
    field = pb("stage").Field(name="X-Edge", value=b" 1")
    disposition = pb("stage").Disposition(address=f"ann@{DOMAIN}", kind=pb("stage").Disposition.JUNK)
    seen = taught.judge(ham(105), findings={"prepend": [field], "dispositions": [disposition]})
    assert seen.findings.prepend[-1] == field and seen.dispositions == {f"ann@{DOMAIN}": "JUNK"}


def test_observations_are_kept_in_a_field(taught):
    seen = taught.judge(ham(106), observations=["dnsbl:zen.example", "helo:bare-ip", "evil\r\nX-Y: z"])
    assert seen.field("X-Spam-Observed") == "dnsbl:zen.example helo:bare-ip"


def test_other_roles_do_not_come_this_way(taught):
    import grpc
    with pytest.raises(grpc.RpcError) as caught:
        taught.send(ham(107), role=pb("stage").ROLE_SUBMITTED)
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_many_at_a_time(taught):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda number: taught.send(spam(number) if number % 2 else ham(number)), range(200, 240)))
    assert all(receipt.HasField("accepted") and receipt.verdicts[0].result == ("spam" if number % 2 else "ham")
               for number, receipt in zip(range(200, 240), receipts))
