"""Mail from the world for the inbound benchmark, made from a seed: hosts, sender domains with their DNS records, sessions of messages.

70 % is like what people and shops write (multipart, text + HTML, some with an attachment), 30 % like spam; about 10 KB each,
words drawn by Zipf's law, so that a classifier meets as many distinct tokens as in real mail. Most are signed with RSA-2048.

    inbound_mail.py --messages 1000 FILE      writes what scop-bench-deliver sends; FILE.zone, FILE.train/{ham,spam}
"""
import argparse
import base64
import functools
import itertools
import json
import quopri
import random
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from email.utils import format_datetime
from datetime import datetime, timezone
from pathlib import Path

HOSTS, NETWORK, MAIL_DOMAIN = 60, "198.18.0", "example.test"
USERS = [f"user{number}" for number in range(10)]
SPAM_SHARE, SELECTOR = 0.3, "bench2026"
SIGNED_FIELDS = [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"]

# What is done to a message, and how often; the last is refused by a receiver that obeys DMARC.
FATES = {"plain": 0.82, "forwarded": 0.05, "unsigned": 0.05, "altered": 0.04, "quarantined": 0.02, "forged": 0.02}

SPF = ["v=spf1 ip4:{ip} -all", "v=spf1 mx -all", "v=spf1 include:_spf.{domain} ~all", "v=spf1 a:mx.{domain} mx ?all",
       "v=spf1 ip4:198.51.100.0/24 a include:_spf.{domain} -all"]
DMARC = [None, "v=DMARC1; p=none", "v=DMARC1; p=quarantine; adkim=r; aspf=r", "v=DMARC1; p=reject; pct=100",
         "v=DMARC1; p=reject; adkim=s; aspf=s; rua=mailto:dmarc@{domain}"]


class Host:
    """One of the world's mail servers: its address, its HELO, its domain and what that publishes."""

    def __init__(self, number):
        self.number, self.ip, self.domain = number, f"{NETWORK}.{number + 10}", f"post{number}.example"
        self.helo, self.is_spammer = f"mx.{self.domain}", number % 10 >= 7
        self.spf, self.dmarc = SPF[number % len(SPF)], DMARC[number // 2 % len(DMARC)]
        if self.is_spammer:
            self.dmarc = DMARC[number % 2]

    def records(self, key):
        lines = [f"{self.domain}. IN MX 10 {self.helo}.", f"{self.helo}. IN A {self.ip}", f"{self.domain}. IN A {self.ip}",
                 f'{self.domain}. IN TXT "{self.spf.format(ip=self.ip, domain=self.domain)}"',
                 f'{self.helo}. IN TXT "v=spf1 a -all"', f'_spf.{self.domain}. IN TXT "v=spf1 ip4:{self.ip} -all"',
                 f'{SELECTOR}._domainkey.{self.domain}. IN TXT {txt(f"v=DKIM1; k=rsa; p={key}")}',
                 f"{'.'.join(reversed(self.ip.split('.')))}.in-addr.arpa. IN PTR {self.helo}."]
        if self.dmarc:
            lines.append(f'_dmarc.{self.domain}. IN TXT "{self.dmarc.format(domain=self.domain)}"')
        return lines


def txt(value):
    return " ".join(f'"{value[at:at + 200]}"' for at in range(0, len(value), 200))


# Domains that nobody here may send for: what is forged in their name fails.
VICTIMS = {"quarantined": "bank.example", "forged": "treasury.example"}
VICTIM_RECORDS = ['bank.example. IN TXT "v=spf1 -all"', '_dmarc.bank.example. IN TXT "v=DMARC1; p=quarantine"',
                  'treasury.example. IN TXT "v=spf1 -all"', '_dmarc.treasury.example. IN TXT "v=DMARC1; p=reject"']


def zone(hosts, key):
    """A root zone: the loopback server is authoritative for the whole world."""
    lines = ["$TTL 300", ". IN SOA a.root. hostmaster.root. 1 3600 600 86400 60", ". IN NS a.root.", "a.root. IN A 127.0.0.1"]
    for host in hosts:
        lines += host.records(key)
    return "\n".join(lines + VICTIM_RECORDS) + "\n"


# Words.

class Speech:
    """A vocabulary with Zipf's frequencies and set phrases; ham and spam share the common words and part of the rest."""

    def __init__(self, kind):
        common = random.Random("words")
        syllables = [a + b + c for a in ["", "b", "ch", "d", "f", "g", "gr", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "v"]
                     for b in "aeiou" for c in ["", "", "", "n", "r", "s"]]
        words = sorted({"".join(common.choice(syllables) for _ in range(common.choice([1, 2, 2, 2, 3, 3]))) for _ in range(30000)})
        common.shuffle(words)
        shared, own = words[:4000], words[4000:7000] if kind == "ham" else words[7000:10000]
        rest = shared[400:] + own
        chance = random.Random(f"words {kind}")
        chance.shuffle(rest)
        self.words = shared[:400] + rest
        self.weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(self.words))))
        self.phrases = [" ".join(self.take(chance, chance.randint(2, 4))) for _ in range(1500)]

    def take(self, chance, count):
        return chance.choices(self.words, cum_weights=self.weights, k=count)

    def sentences(self, chance, octets):
        size, line = 0, []
        while size < octets:
            words = self.take(chance, chance.randint(2, 10)) + chance.choices(self.phrases, k=chance.randint(0, 3))
            chance.shuffle(words)
            text = " ".join(words).capitalize() + chance.choice([".", ".", ".", "?", "!"])
            line.append(text)
            size += len(text) + 1
        return line


@functools.cache
def speech(kind):
    return Speech(kind)


# Bodies.

def wrap(text, width=72):
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n".join(lines + [line])


def plain_body(sentences, chance):
    paragraphs, at = [], 0
    while at < len(sentences):
        step = chance.randint(2, 6)
        paragraphs.append(wrap(" ".join(sentences[at:at + step])))
        at += step
    return "\r\n\r\n".join(paragraphs) + "\r\n"


def html_body(sentences, chance, link, title):
    parts = [f"<!DOCTYPE html>\r\n<html><head><meta charset=\"utf-8\"><title>{title}</title>\r\n"
             "<style>body { font-family: sans-serif; color: #222 } td { padding: 4px 8px }</style></head>\r\n<body><table width=\"100%\">"]
    for sentence in sentences:
        form = chance.random()
        if form < 0.15:
            where = f"https://{link}/{'/'.join(speech('ham').take(chance, 2))}?id={chance.getrandbits(40):x}"
            parts.append(f'<tr><td><a href="{where}" style="color:#06c">{sentence}</a></td></tr>')
        elif form < 0.25:
            parts.append(f"<tr><td><b>{sentence}</b>&nbsp;&mdash;</td></tr>")
        else:
            parts.append(f'<tr><td style="font-size:14px">{wrap(sentence)}</td></tr>')
    return "\r\n".join(parts + [f'</table><img src="https://{link}/p.gif" width="1" height="1" alt=""></body></html>', ""])


def encoded(kind, text, encoding):
    octets = text.encode()
    if encoding == "base64":
        octets = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        octets = quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + octets


def attachment(chance, octets):
    name, kind = chance.choice([("minutes.pdf", "application/pdf"), ("figures.csv", "text/csv"), ("photo.png", "image/png")])
    data = {"pdf": b"%PDF-1.4\n", "csv": b"a,b\n", "png": b"\x89PNG\r\n\x1a\n"}[name[-3:]] + chance.randbytes(octets)
    head = f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n")


def multipart(kind, parts, boundary):
    edge = f"--{boundary}\r\n".encode()
    body = b"".join(edge + part.rstrip(b"\r\n") + b"\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + body + f"--{boundary}--\r\n".encode()


def content(kind, chance, octets, link):
    """The Content-Type field and the body."""
    words = speech(kind)
    title = " ".join(words.take(chance, 4))
    has_file = kind == "ham" and chance.random() < 0.15
    text_octets = int(octets * (0.17 if has_file else 0.3)) if kind == "ham" else int(octets * 0.12)
    html_octets = int(octets * (0.25 if has_file else 0.42)) if kind == "ham" else int(octets * 0.55)
    text = words.sentences(chance, text_octets)
    html = html_body(words.sentences(chance, html_octets), chance, link, title)
    form = chance.choice(["7bit", "quoted-printable"] if kind == "ham" else ["7bit", "quoted-printable", "base64"])
    boundary = f"=_{chance.getrandbits(80):020x}"
    if kind == "spam" and chance.random() < 0.25:
        return encoded("text/html", html, form)
    both = multipart("alternative", [encoded("text/plain", plain_body(text, chance), "7bit"), encoded("text/html", html, form)], boundary)
    return multipart("mixed", [both, attachment(chance, int(octets * 0.3))], boundary + "m") if has_file else both


def message(seed, number, host, sender_domain, to, octets):
    kind = "spam" if host.is_spammer else "ham"
    chance = random.Random(f"{seed} message {number}")
    words = speech(kind)
    name, local = " ".join(words.take(chance, 2)).title(), chance.choice(["info", "news", "anna", "team", "billing", "office"])
    date = format_datetime(datetime.fromtimestamp(time.time() - chance.randint(5, 600), timezone.utc))
    body = content(kind, chance, octets - 900, f"www.{host.domain}")
    head = [f"Received: from [10.{chance.randint(0, 255)}.3.{chance.randint(1, 250)}] (unknown [10.1.2.3])\r\n\tby {host.helo} (MTA) with ESMTPSA id "
            f"{chance.getrandbits(48):012x}\r\n\tfor <{to}>; {date}",
            f"Date: {date}", f'From: "{name}" <{local}@{sender_domain}>', f"To: <{to}>",
            f"Subject: {' '.join(words.take(chance, chance.randint(3, 8))).capitalize()}{'!!!' if kind == 'spam' and chance.random() < .4 else ''}",
            f"Message-ID: <{seed}.{number}.{chance.getrandbits(40):x}@{host.domain}>", f"X-Scop-Bench: {seed}.{number}",
            f"X-Mailer: {'Letterpress 4.1' if kind == 'ham' else 'BulkSender 2'}", "MIME-Version: 1.0"]
    return local, ("\r\n".join(head) + "\r\n").encode() + body


# Signing and sessions.

_signing = {}


def signed(job):
    """(octets, domain or None, altered) → octets; in a worker process."""
    import dkim
    octets, domain, altered = job
    if domain:
        if "key" not in _signing:
            import logging
            logging.disable()
            _signing["key"] = Path(_signing["path"]).read_bytes()
        octets = dkim.sign(octets, SELECTOR.encode(), domain.encode(), _signing["key"], canonicalize=(b"relaxed", b"relaxed"),
                           include_headers=SIGNED_FIELDS) + octets
    return octets.replace(b"\r\n\r\n", b"\r\n\r\nPS: added on the way.\r\n", 1) if altered else octets


def set_key(path):
    _signing["path"] = path


def hosts():
    return [Host(number) for number in range(HOSTS)]


def make(seed, count, octets, per_session, to_file, key):
    """Writes sessions to `to_file`; returns how many there are of each fate."""
    chance = random.Random(f"{seed} world")
    honest, spammers = [h for h in hosts() if not h.is_spammer], [h for h in hosts() if h.is_spammer]
    plan, jobs = [], []
    while len(plan) < count:
        host = chance.choice(spammers if chance.random() < SPAM_SHARE else honest)
        for _ in range(min(per_session, count - len(plan))):
            fate = chance.choices(list(FATES), list(FATES.values()))[0]
            plan.append((host, fate, f"{chance.choice(USERS)}@{MAIL_DOMAIN}"))
    by_number = {}
    for number, (host, fate, to) in enumerate(plan):
        # Forwarded: from another honest domain, signed by it, through this host.
        owner = chance.choice([other for other in honest if other is not host]) if fate == "forwarded" else host
        domain = VICTIMS.get(fate, owner.domain)
        local, raw = message(seed, number, host, domain, to, octets)
        by_number[number] = (host, f"{local}@{domain}", to)
        jobs.append((raw, None if fate in ("unsigned", "quarantined", "forged") else domain, fate == "altered"))
    with ProcessPoolExecutor(2, initializer=set_key, initargs=(str(key[0]),)) as pool, open(to_file, "wb") as file:
        last, in_session = None, 0
        for number, raw in enumerate(pool.map(signed, jobs, chunksize=50)):
            host, sender, to = by_number[number]
            if host is not last or in_session == per_session:
                file.write(f"session {host.ip} {host.helo}\n".encode())
                last, in_session = host, 0
            in_session += 1
            file.write(f"message {sender} {to} {len(raw)}\n".encode() + raw)
    fates = {fate: sum(1 for _, one, _ in plan if one == fate) for fate in FATES}
    fates["spam"] = sum(1 for host, _, _ in plan if host.is_spammer)
    return fates


def make_key(folder):
    """(file of the private key, public key as DKIM's p=)."""
    key = folder / "world.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", str(key), "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return key, base64.b64encode(public).decode()


def make_training(seed, count, octets, folder):
    """`count` messages of each kind, which are not among those sent: folder/ham/*.eml, folder/spam/*.eml."""
    for kind in ("ham", "spam"):
        (folder / kind).mkdir(parents=True)
        fitting = [host for host in hosts() if host.is_spammer == (kind == "spam")]
        for number in range(count):
            host = fitting[number % len(fitting)]
            _, raw = message(seed, f"train{number}", host, host.domain, f"user0@{MAIL_DOMAIN}", octets)
            (folder / kind / f"{number:05}.eml").write_bytes(raw)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--octets", type=int, default=10 * 1024)
    parser.add_argument("--per-session", type=int, default=5)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        key = make_key(Path(folder))
        fates = make(options.seed, options.messages, options.octets, options.per_session, options.file, key)
    Path(f"{options.file}.zone").write_text(zone(hosts(), key[1]))
    make_training(options.seed, 300, options.octets, Path(f"{options.file}.train"))
    print(json.dumps(fates))


if __name__ == "__main__":
    main()
