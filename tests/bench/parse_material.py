"""What tests/bench/parse reads: messages, all with CRLF line ends, the same for every side."""
import base64
import json
import os
import quopri
import random
import subprocess
import tarfile
from pathlib import Path

WORDS = [word.encode() for word in "the of and größe straße mail message señor received année être for which they would".split()]


def pack(path, messages):
    """The form that the programs read: "SIZE\\n" and the octets, again and again."""
    with open(path, "wb") as file:
        for message in messages:
            file.write(b"%d\n" % len(message) + message)
    return path


def crlf(octets):
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def header_of(message):
    end = message.find(b"\r\n\r\n")
    return message if end < 0 else message[:end + 4]


def generated(scop, count, seed=1):
    """Messages of the grammars, by `scop corpus generate --stream`: a line of JSON with the size, the octets, the structure."""
    with subprocess.Popen([scop, "corpus", "generate", "--count", str(count), "--seed", str(seed), "--stream"], stdout=subprocess.PIPE) as process:
        messages = []
        while line := process.stdout.readline():
            messages.append(process.stdout.read(json.loads(line)["size"]))
            process.stdout.readline()
            process.stdout.readline()
    if process.returncode != 0 or len(messages) != count:
        raise RuntimeError(f"scop corpus generate gave {len(messages)} messages and ended with {process.returncode}")
    return messages


def real():
    """The spam corpora of SCOP_SUITES, ham and spam; none where they are not there."""
    file = Path(os.environ.get("SCOP_SUITES", "/nowhere")) / "spam/spamassassin-half.tar.xz"
    if not file.exists():
        return []
    messages = []
    with tarfile.open(file) as archive:
        for member in archive:
            if not member.isfile():
                continue
            octets = archive.extractfile(member).read()
            messages.append(crlf(octets.split(b"\n", 1)[1] if octets.startswith(b"From ") else octets))
    return messages


def text(chance, octets):
    lines, size = [], 0
    while size < octets:
        lines.append(b" ".join(chance.choice(WORDS) for _ in range(chance.randint(3, 20))))
        size += len(lines[-1]) + 2
    return b"\n".join(lines) + b"\n"


def leaf(chance, encoding, octets):
    if encoding == "base64":
        body, kind = base64.encodebytes(chance.randbytes(octets)), "application/octet-stream"
    elif encoding == "quoted-printable":
        body, kind = quopri.encodestring(text(chance, octets)), "text/plain; charset=utf-8"
    else:
        body, kind = text(chance, octets), "text/plain; charset=utf-8"
    return crlf(f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body)


TOP = b"From: Alice <alice@example.org>\r\nTo: bob@example.org\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\nSubject: measured\r\nMIME-Version: 1.0\r\n"


def multipart(parts, boundary=b"boundary-of-the-bench"):
    return (b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" +
            b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n")


def one(encoding, octets):
    return TOP + leaf(random.Random(octets), encoding, octets)


def with_attachments(count=40):
    """What people send: a text and a file or two of 20 KB to 1 MB."""
    chance = random.Random(1)
    return [TOP + multipart([leaf(chance, "quoted-printable", chance.randint(500, 20_000))] +
                            [leaf(chance, "base64", int(20_000 * 50 ** chance.random())) for _ in range(chance.randint(1, 2))])
            for _ in range(count)]


def nested(depth, octets=64 * 1024):
    """`depth` multiparts within each other; about the same size at any depth."""
    chance = random.Random(depth)
    body = leaf(chance, "8bit", max(64, octets // (depth + 1)))
    for level in range(depth):
        body = multipart([leaf(chance, "8bit", octets // (depth + 1)), body], b"b%d" % level)
    return TOP + body


def parts(count, octets=256 * 1024):
    chance = random.Random(count)
    return TOP + multipart([leaf(chance, "8bit", max(1, octets // count)) for _ in range(count)])


MILLION = 1_000_000  # a header of one million octets is within everybody's bounds
MIB = 1 << 20


def bombs():
    """Name → message: what somebody sends who wants a reader's time or memory."""
    many = 1_000_000
    unclosed = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(100_000))
    inner = b"Subject: innermost\r\n\r\nx\r\n"
    for _ in range(12):
        inner = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + crlf(base64.encodebytes(inner + b" " * 20_000))
    return {
        "100,000 multiparts, none closed": TOP + unclosed,
        "100,000 messages within each other": b"Content-Type: message/rfc822\r\n\r\n" * 100_000 + b"\r\nx",
        "12 messages in base64, each within the next": TOP + inner,
        "a multipart of 1,000,000 empty parts": TOP + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * many,
        "To: a:a:a:… of 1 MB": b"To: " + b"a:" * (MILLION // 2) + b"\r\n\r\nx",
        "To: ((((… of 1 MB": b"To: " + b"(" * MILLION + b"\r\n\r\nx",
        'To: """"… of 1 MB': b"To: " + b'"' * MILLION + b"\r\n\r\nx",
        "To: 70,000 addresses": b"To: " + b"u@x.example, " * 70_000 + b"v@x.example\r\n\r\nx",
        "Content-Type with 1,000,000 parameters": b"Content-Type: text/plain" + b"".join(b"; p%d=v" % i for i in range(many)) + b"\r\n\r\nx",
        "Content-Type with 90,000 parameters": b"Content-Type: text/plain" + b"".join(b"; p%d=v" % i for i in range(90_000)) + b"\r\n\r\nx",
        "80,000 continuations of one parameter": b"Content-Type: text/plain" + b"".join(b"; n*%d=v" % i for i in range(80_000)) + b"\r\n\r\nx",
        "Subject of 1 MB without a fold": b"Subject: " + b"x" * MILLION + b"\r\n\r\nx",
        "Subject of 16 MB": b"Subject: " + b"x" * (16 * MILLION) + b"\r\n\r\nx",
        "Subject of 1 MB, a fold every two octets": b"Subject: " + b"x\r\n " * (MILLION // 4) + b"\r\n\r\nx",
        "Subject of 40,000 encoded words, charsets in turn": b"Subject: " + b" ".join(
            b"=?%s?Q?=E9?=" % name for name in [b"iso-8859-2", b"koi8-r", b"utf-8", b"gb18030"] * 10_000) + b"\r\n\r\nx",
        "Subject of =?=?=?… of 1 MB": b"Subject: " + b"=?" * (MILLION // 2) + b"\r\n\r\nx",
        "100,000 fields": b"X: y\r\n" * 100_000 + b"\r\nx",
        "quoted-printable of 8 MiB: soft breaks alone": TOP + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\r\n" * (8 * MIB // 3),
        "quoted-printable of 8 MiB: spaces": TOP + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b" " * (8 * MIB),
        "base64 of 8 MiB: a line end behind every digit": TOP + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A\r\n" * (8 * MIB // 3),
        "8 MiB of lines that are nearly delimiters": TOP + b"Content-Type: multipart/mixed; boundary=" + b"b" * 60 + b"\r\n\r\n" + (b"--" + b"b" * 59 + b"\r\n") * (8 * MIB // 63),
    }
