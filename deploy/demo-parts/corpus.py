"""The demo's own small corpus: what its two users read and what they do not want, made from a seed.

    corpus.py FOLDER        writes FOLDER/ham/*.eml and FOLDER/spam/*.eml
"""
import pathlib
import random
import sys

PEOPLE = ["Alice Liddell", "Bob Carpenter", "Zoë Quist", "Yann Moreau", "Ines Vogt", "Omar Said", "Lena Brandt", "Tom Finch"]
PLACES = ["the library", "room 12", "the harbour", "the old mill", "platform 3", "the workshop", "Mara's kitchen"]
THINGS = ["the draft of chapter four", "the budget for March", "the minutes of Tuesday", "the photos of the hike",
          "the rota for June", "the tests that fail", "the floor plan", "the translation", "the invoice for the piano"]
HAM = ["I have read {thing} and put two questions in the margin.", "Could we meet at {place} at {hour}? I bring {thing}.",
       "Thanks for {thing}; the second page still needs the numbers from {person}.",
       "The train is late again, start without me and keep me a chair at {place}.",
       "{person} says that {thing} can wait until Thursday, which suits me well.",
       "Please look over {thing} before you go, I want to send it on tomorrow morning.",
       "We moved the rehearsal to {place}; tell {person}, who has no telephone just now.",
       "The server was up all night, the backup took {hour} minutes and the restore went through."]
HAM_SUBJECTS = ["Re: {thing}", "Meeting at {place}", "Thursday", "Question about {thing}", "Re: the rehearsal", "Notes from {person}"]
GOODS = ["luxury watches", "miracle pills", "weight loss drops", "crypto doubling", "casino credits", "designer handbags", "cheap meds"]
SPAM = ["Congratulations winner!!! You have been selected for {goods} at 90% OFF, offer expires TONIGHT.",
        "Act now and claim your FREE bonus: no risk, no credit check, 100% guaranteed.",
        "Buy {goods} without prescription, discreet shipping, lowest price guaranteed.",
        "Make $5000 per week working from home, limited spots, click the link below to order.",
        "Dear beneficiary, the sum of US$10,500,000 awaits your urgent confirmation, strictly confidential.",
        "Your account has been limited, verify your password immediately to avoid suspension.",
        "Hot singles near you want to chat tonight, unsubscribe is not available."]
SPAM_SUBJECTS = ["WINNER!!! Claim your prize", "{goods} 90% OFF today only", "Urgent: verify your account", "Re: your loan is approved",
                 "FREE FREE FREE {goods}", "Make money fast $$$"]


def fill(dice, text):
    return text.format(thing=dice.choice(THINGS), place=dice.choice(PLACES), person=dice.choice(PEOPLE),
                       hour=dice.randrange(2, 12), goods=dice.choice(GOODS))


def ham(dice, number):
    sender = dice.choice(PEOPLE)
    address = sender.split()[0].lower().encode("ascii", "ignore").decode() + "@example.test"
    body = "\r\n\r\n".join(fill(dice, dice.choice(HAM)) for _ in range(dice.randrange(2, 6)))
    return (f"From: {sender.encode('ascii', 'ignore').decode()} <{address}>\r\nTo: bob@second.test\r\n"
            f"Subject: {fill(dice, dice.choice(HAM_SUBJECTS)).encode('ascii', 'ignore').decode()}\r\n"
            f"Message-ID: <{number}.{dice.getrandbits(40):x}@example.test>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"Hello,\r\n\r\n{body}\r\n\r\n{sender.split()[0]}\r\n")


def spam(dice, number):
    domain = f"{dice.choice(['deals', 'promo', 'win', 'offers'])}{dice.randrange(100)}.test"
    body = "</p>\r\n<p>".join(fill(dice, dice.choice(SPAM)) for _ in range(dice.randrange(2, 6)))
    return (f"From: \"{dice.choice(['Best Offers', 'Prize Desk', 'Support Team', 'Dr. Smith'])}\" <info@{domain}>\r\nTo: undisclosed-recipients:;\r\n"
            f"Subject: {fill(dice, dice.choice(SPAM_SUBJECTS))}\r\nMessage-ID: <{dice.getrandbits(60):X}{number}@{domain}>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/html; charset=us-ascii\r\nX-Mailer: MassMail Pro 7\r\n\r\n"
            f"<html><body><p>{body}</p>\r\n<a href=\"http://{domain}/claim?id={dice.getrandbits(32):x}\">CLICK HERE</a></body></html>\r\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    for kind, make, seed in (("ham", ham, 1), ("spam", spam, 2)):
        dice = random.Random(seed)
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(120):
            (folder / kind / f"{number}.eml").write_bytes(make(dice, number).encode())


if __name__ == "__main__":
    main()
