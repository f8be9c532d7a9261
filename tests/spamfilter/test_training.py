"""Teaching the filter over its pipe."""
import grpc
import pytest
from filter import DOMAIN, Filter, ham, message, pb, spam

ANN = f"ann@{DOMAIN}"


def letter(number):
    return message("roses tulips spring seeds garden soil compost spade watering".split(), number, "news@garden.test")


@pytest.fixture
def taught():
    with Filter() as one:
        one.school()
        yield one


def kinds():
    return pb("spamfilter").TrainHead


def test_a_lesson_counts_once_and_can_be_taken_back(taught):
    before = taught.statistics()
    assert taught.train(spam(500), kinds().SPAM).changed
    again = taught.train(spam(500), kinds().SPAM)
    assert not again.changed and "before" in again.reason
    assert taught.statistics().spam == before.spam + 1
    assert taught.train(spam(500), kinds().FORGET).changed
    after = taught.statistics()
    assert (after.ham, after.spam) == (before.ham, before.spam)
    assert not taught.train(spam(500), kinds().FORGET).changed


def test_the_other_kind_replaces_a_lesson(taught):
    before = taught.statistics()
    taught.train(spam(501), kinds().HAM)
    assert taught.train(spam(501), kinds().SPAM).changed
    after = taught.statistics()
    assert (after.ham, after.spam) == (before.ham, before.spam + 1)


def test_a_message_from_a_mailbox_is_the_same_message(taught):
    """With LF line ends and what the mesh put on top."""
    octets = spam(502)
    assert taught.train(octets, kinds().SPAM).changed
    stored = (b"Return-Path: <x@y.test>\r\nReceived: from a by b; Sat, 21 Nov 2026 12:00:00 +0000\r\nX-Spam-Flag: YES\r\n"
              b"Authentication-Results: mail.example.test; spf=pass\r\n" + octets).replace(b"\r\n", b"\n")
    assert not taught.train(stored, kinds().SPAM).changed


def test_a_users_lessons_are_the_users_own(taught):
    before = taught.statistics()
    for number in range(15):
        assert taught.train(letter(number), kinds().SPAM, ANN, "mailbox").changed
    after = taught.statistics()
    assert (after.ham, after.spam, after.users) == (before.ham, before.spam, before.users + 1)
    seen = taught.judge(letter(100), recipients=(ANN, f"bob@{DOMAIN}", f"Ann+garden@{DOMAIN}"))
    assert ANN in seen.dispositions and f"Ann+garden@{DOMAIN}" in seen.dispositions and f"bob@{DOMAIN}" not in seen.dispositions
    assert seen.field("X-Spam-Flag") == "NO"  # what they share
    assert taught.judge(letter(101), recipients=(ANN,)).field("X-Spam-Flag") == "YES"


def test_only_the_operator_teaches_the_shared_model(taught):
    for user in ("", DOMAIN):
        with pytest.raises(grpc.RpcError) as caught:
            taught.train(spam(503), kinds().SPAM, user, "mailbox")
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_void_lessons_teach_nothing(taught):
    part = pb("spamfilter").TrainPart
    head = part(head=kinds()(kind=kinds().SPAM))
    before = taught.statistics()
    for parts in ([], [head], [part(data=b"x")], [head, part(data=spam(504))], [head, head, part(end=True)], [part(head=kinds()()), part(end=True)]):
        with pytest.raises(grpc.RpcError) as caught:
            taught.stream("operator", "spamfilter", "scop.v1.Spamfilter/Train", parts, pb("spamfilter").TrainReply)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT, parts
    assert taught.statistics().spam == before.spam


def test_lessons_are_there_after_a_restart(taught):
    before = taught.statistics()
    taught.processes["spamfilter"].kill()
    taught.processes.pop("spamfilter").wait()
    taught.start("spamfilter")
    after = taught.statistics()
    assert (after.ham, after.spam, after.tokens) == (before.ham, before.spam, before.tokens)
    assert taught.judge(spam(505)).verdict.result == "spam"


def test_it_teaches_itself_only_where_told_to():
    with Filter('[spamfilter]\nautolearn = true\nautolearn_spam = "0.99"\nautolearn_ham = "0.01"\nautolearn_per_day = 3\n') as one:
        one.school()
        before = one.statistics()
        for number in range(600, 610):
            one.judge(spam(number), observations=["helo:bare-ip"])
        assert one.statistics().spam == before.spam + 3
    with Filter() as one:
        one.school()
        before = one.statistics()
        one.judge(spam(700))
        assert one.statistics().spam == before.spam
