"""What strangers send to the second domain's port 25: mail forged in a bank's name, spam, and a signed message that was altered.

    strangers.py PORT SIGNED-MESSAGE        prints one JSON line a message, like send.py
"""
import json
import pathlib
import random
import smtplib
import sys
import time

import corpus

BOB = "bob@second.test"


def forged():
    return ("billing@bank.test", b"From: Bank Security <security@bank.test>\r\nTo: bob@second.test\r\nSubject: your account (forged)\r\n"
            b"Message-ID: <1@bank.test>\r\nDate: Sat, 21 Nov 2026 08:00:00 +0000\r\n\r\nPlease confirm your account with us.\r\n", 550)


def spam():
    text = corpus.spam(random.Random(99), 1).replace("Subject: ", "Subject: (spam) ", 1)
    head, _, body = text.partition("\r\n\r\n")
    return "news@promo.test", f"{head}\r\nDate: Sat, 21 Nov 2026 08:00:00 +0000\r\n\r\n{body}".encode(), 250


def altered(signed):
    """A message as alice@example.test signed it, with another sum in it, sent on by a host that may send for itself alone."""
    octets = pathlib.Path(signed).read_bytes().partition(b"\r\n\r\n")[2]
    assert b"DKIM-Signature" in octets and b"noon" in octets
    return "list@promo.test", octets.replace(b"At noon", b"At midnight", 1).replace(b"Subject: Lunch?", b"Subject: Lunch? (altered)", 1), 250


def send(port, what, sender, octets, wanted):
    with smtplib.SMTP("127.0.0.1", port, timeout=70, local_hostname="mail.promo.test") as client:
        client.ehlo()
        code, text = client.mail(sender)
        if code == 250:
            code, text = client.rcpt(BOB)
        if code == 250:
            code, text = client.data(octets)
    print(json.dumps({"what": what, "recipients": [BOB], "code": code, "text": text.decode(errors="replace"), "as_wanted": code == wanted}),
          flush=True)


def main():
    port, signed = int(sys.argv[1]), sys.argv[2]
    send(port, "forged: From a bank with p=reject", *forged())
    send(port, "spam", *spam())
    send(port, "signed by alice, altered on the way", *altered(signed))
    with smtplib.SMTP("127.0.0.1", port, timeout=70, local_hostname="mail.promo.test") as client:
        client.ehlo()
        client.mail("news@promo.test")
        code, text = client.rcpt("zoe@foreign.test")
        print(json.dumps({"what": "relaying to a foreign domain", "recipients": ["zoe@foreign.test"], "code": code,
                          "text": text.decode(errors="replace"), "as_wanted": code == 550}), flush=True)


main()
