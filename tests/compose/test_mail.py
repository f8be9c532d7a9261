"""Mail through the stack in both directions, and what is under way while containers are killed."""
import re
import smtplib
import threading
import time

import pytest
from stack import ANNA, CONTAINERS, run, wait_for


def arrived(stack):
    """Subjects in Dovecot's mailboxes, read from its files: Dovecot may be the one that is away."""
    found = []
    for file in (stack.folder / "mailbox/mail").rglob("*"):
        if file.parent.name in ("new", "cur") and file.is_file():
            found += re.findall(rb"^Subject: (\S+)", file.read_bytes(), re.M)[:1]
    return {subject.decode() for subject in found}


def test_one_mail_reaches_dovecot_and_the_world(stack):
    stack.submit([ANNA, "bob@foreign.test"], "outbound")
    assert wait_for(lambda: "outbound" in stack.subjects()), stack.log("relay") + stack.log("mailbox")
    assert wait_for(lambda: any(b"Subject: outbound" in message for message in stack.sink.messages)), stack.log("relay") + stack.log("courier")
    message = next(message for message in stack.sink.messages if b"Subject: outbound" in message)
    assert message.count(b"DKIM-Signature:") == 2


def test_mail_from_the_world_is_judged_and_reaches_dovecot(stack):
    stack.hand_in("inbound")
    assert wait_for(lambda: "inbound" in stack.subjects()), "".join(stack.log(name) for name in ("receiver", "spamfilter", "verifier", "relay"))
    client = stack.imap()
    client.select("INBOX", readonly=True)
    number = client.search(None, "SUBJECT", "inbound")[1][0].decode().split()[0]
    text = client.fetch(number, "(RFC822.HEADER)")[1][0][1].decode()
    client.logout()
    assert "Authentication-Results: mail.example.test" in text and "X-Spam-" in text


def test_what_is_moved_into_junk_is_learnt(stack):
    stack.submit([ANNA], "unwanted")
    assert wait_for(lambda: "unwanted" in stack.subjects())
    client = stack.imap()
    client.select("INBOX")
    client.copy(client.search(None, "SUBJECT", "unwanted")[1][0].decode().split()[0], "Junk")
    client.logout()
    assert wait_for(lambda: f"taught by=mailbox as=spam model={ANNA}" in stack.log("spamfilter"), 20), \
        stack.log("mailbox") + stack.log("spamfilter")


class Traffic:
    """Submits and hands in until it is ended; keeps what was answered with 250."""

    def __init__(self, stack):
        self.stack, self.accepted, self.tried, self.ended = stack, {"out": [], "in": []}, 0, False
        self.threads = [threading.Thread(target=self.go, args=(way,)) for way in ("out", "in")]

    def go(self, way):
        number = 0
        while not self.ended:
            number += 1
            subject = f"{way}-{number}"
            try:
                self.tried += 1
                if way == "out":
                    self.stack.submit(["bob@foreign.test", ANNA], subject)
                else:
                    self.stack.hand_in(subject)
                self.accepted[way].append(subject)
            except (OSError, smtplib.SMTPException):
                time.sleep(0.2)  # a client would try again later; its message was not taken

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        for thread in self.threads:
            thread.join()


def test_killing_any_container_loses_no_accepted_message(stack):
    with Traffic(stack) as traffic:
        for name in CONTAINERS:
            before = sum(map(len, traffic.accepted.values()))
            run("docker", "kill", "--signal", "KILL", stack.container(name))
            run("docker", "start", stack.container(name))
            # Mail goes on being taken before the next one is killed.
            assert wait_for(lambda: sum(map(len, traffic.accepted.values())) >= before + 2, 60), f"no mail after {name}: {stack.log(name)[-2000:]}"
    out, into = set(traffic.accepted["out"]), set(traffic.accepted["in"])
    assert len(out) + len(into) >= 2 * len(CONTAINERS)

    def missing():
        at_sink = {match.decode() for message in stack.sink.messages for match in re.findall(rb"^Subject: (\S+)", message, re.M)}
        return (out - at_sink) | ((out | into) - arrived(stack))

    def flush():
        stack.scop("queue", "retry", "all", check=False)  # what waits for its next try need not wait that long here
        return not missing()

    assert wait_for(flush, 60), (missing(), stack.scop("queue", "list").stdout, stack.log("relay")[-3000:])
    print(f"{traffic.tried} tried, {len(out)} submitted and {len(into)} handed in were accepted, all arrived")


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_healthy_again(stack, name):
    assert wait_for(lambda: stack.inspect(name)["State"]["Health"]["Status"] == "healthy", 40), stack.log(name)
