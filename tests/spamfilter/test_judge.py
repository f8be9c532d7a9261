"""What hostile messages can do: nothing but take their bounded time."""
import os
import signal
import time

import pytest
from filter import SLOW, Filter, eventually, ham, spam

EASY = 3 * SLOW  # seconds


@pytest.fixture(scope="module")
def taught():
    with Filter() as one:
        one.school()
        yield one


def judged_within(one, octets, seconds):
    began = time.monotonic()
    seen = one.judge(octets)
    took = time.monotonic() - began
    assert took < seconds, f"{took:.1f} s"
    assert seen.octets == octets
    return seen


def nested(levels):
    head = "From: a@offers.test\r\nSubject: cheap pills offer\r\nMIME-Version: 1.0\r\n"
    lines = [head]
    for level in range(levels):
        lines.append(f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n')
    lines.append("Content-Type: text/plain\r\n\r\nviagra casino winner\r\n")
    return "".join(lines).encode()


def test_a_judge_that_is_killed_costs_no_mail(taught):
    before = taught.judge_processes()
    assert len(before) == 1
    os.kill(before[0][0], signal.SIGKILL)
    seen = taught.judge(spam(800))
    assert seen.verdict.result in ("spam", "temperror")
    assert eventually(lambda: taught.judge_processes() not in ([], before))
    assert taught.judge(spam(801)).verdict.result == "spam"


def test_a_judge_that_stands_still_is_replaced_and_mail_goes_on():
    with Filter('[spamfilter]\njudge_timeout = "500ms"\n') as one:
        one.school()
        stopped = one.judge_processes()[0][0]
        os.kill(stopped, signal.SIGSTOP)
        began = time.monotonic()
        seen = one.judge(spam(802, extra="X-Spam-Flag: NO\r\n"))
        assert time.monotonic() - began < 3 * SLOW
        assert seen.verdict.result == "temperror" and not seen.dispositions
        assert "temperror" in seen.field("X-Spam-Status") and list(seen.findings.remove) == [0]
        assert eventually(lambda: [pid for pid, _ in one.judge_processes()] not in ([], [stopped]))
        assert eventually(lambda: one.judge(spam(803)).verdict.result == "spam")


def test_ten_thousand_levels(taught):
    judged_within(taught, nested(10_000), EASY)


def test_a_hundred_thousand_fields(taught):
    fields = "".join(f"X-Field-{number}: value {number}\r\n" for number in range(100_000)).encode()
    judged_within(taught, fields + spam(804), EASY)


def test_a_hundred_thousand_fields_of_a_part(taught):
    fields = "".join(f"X-Field-{number}: value {number}\r\n" for number in range(20_000)).encode()
    octets = b'From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n' + fields + b"\r\nbody\r\n--x--\r\n"
    judged_within(taught, octets, EASY)


@pytest.mark.parametrize("filler", [b"a", b"a ", b"<", b"&#1", b"=?utf-8?q?=41?= ", b"http://a.", b"=41", b"\xff", b"\0", b"@", b"<a href=", b"--x\r\n"])
def test_lines_of_a_megabyte(taught, filler):
    line = (filler * (1_000_000 // len(filler)))
    for head in (b"Content-Type: text/plain\r\n", b"Content-Type: text/html\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n",
                 b"Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: quoted-printable\r\n"):
        judged_within(taught, b"From: a@b.test\r\n" + head + b"\r\n" + line + b"\r\n", EASY)
    judged_within(taught, b"From: a@b.test\r\nSubject: " + line[:200_000] + b"\r\n\r\nbody\r\n", EASY)


def test_it_has_died_of_nothing_of_this(taught):
    log = taught.log("spamfilter")
    assert log.count("judge died") <= 1  # the one that was killed above
    assert "takes too long" not in log


def test_messages_without_header_body_or_sense(taught):
    for octets in (b"", b"\r\n", b"\r\n\r\n", b"no field\r\n", b"Subject: a\r\n", b"\x00" * 1000 + b"\r\n", os.urandom(20_000) + b"\r\n"):
        judged_within(taught, octets, EASY)


def test_ham_is_still_ham(taught):
    assert taught.judge(ham(805)).verdict.result == "ham"
