"""Our DKIM beside libopendkim and python3-dkim over generated messages: each verifies what the others sign, and all agree about
what has been changed since. Each library runs in a process of its own."""
import base64
import os
import random
import subprocess
import sys
from pathlib import Path

import dkim
import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
OURS, THEIRS = BIN / "scop-test-dkim-ours", BIN / "scop-test-dkim-theirs"
FORMS = ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"]

pytestmark = pytest.mark.skipif(not OURS.exists(), reason="scop-test-dkim-ours is not built")
with_theirs = pytest.mark.skipif(not THEIRS.exists(), reason="libopendkim-dev is not here")


def words(dice, count):
    return " ".join("".join(dice.choices("abcdefghij=.\u00e4", k=dice.randint(1, 12))) for _ in range(count))


def value(dice):
    text = words(dice, dice.randint(0, 8))
    spaces = dice.choice([" ", "  ", "\t", "\r\n ", "\r\n\t", " \r\n  \t"])
    return dice.choice([" ", "", "  ", "\t"]) + text.replace(" ", spaces, dice.randint(0, 4)).rstrip() + dice.choice(["", "", " ", "\t "])


def body(dice):
    lines = []
    for _ in range(dice.randint(0, 12)):
        line = words(dice, dice.randint(0, 6))
        lines.append(dice.choice(["", line, line + " ", line + "\t \t", line.replace(" ", " \t "), " ", "." + line, "--" + line]))
    return "".join(line + "\r\n" for line in lines) + "\r\n" * dice.choice([0, 0, 1, 3])


def message(dice):
    fields = [f"From:{dice.choice([' ', '', '  '])}a@example.test", "To: b@example.net"]
    for name in dice.choices(["Subject", "Date", "Cc", "To", "X-Other", "Message-ID", "received", "SUBJECT"], k=dice.randint(0, 8)):
        fields.append(f"{name}:{value(dice)}")
    dice.shuffle(fields)
    return ("\r\n".join(fields) + "\r\n\r\n" + body(dice)).encode()


def make_keys(folder):
    records = []
    for selector, algorithm in (("r", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]), ("e", ["ED25519"])):
        pem = folder / f"{selector}.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", *algorithm, "-out", pem], check=True, capture_output=True)
        der = subprocess.run(["openssl", "pkey", "-in", pem, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        public = base64.b64encode(der if selector == "r" else der[-32:]).decode()
        records.append(f"{selector}._domainkey.example.test v=DKIM1; k={'rsa' if selector == 'r' else 'ed25519'}; p={public}")
    return "".join(record + "\n" for record in records)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    (folder / "keys.txt").write_text(make_keys(folder))
    return folder


@pytest.fixture
def folder(tmp_path, keys):
    (tmp_path / "keys.txt").write_text((keys / "keys.txt").read_text())
    return tmp_path


def write_messages(folder, count, seed):
    dice = random.Random(seed)
    for i in range(count):
        (folder / f"{i:04}.eml").write_bytes(message(dice))


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=300)
    return {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()}


def by_python(folder):
    """python3-dkim in a process of its own, over the same files."""
    return run(sys.executable, __file__, folder)


def sign_by_python(folder, keys, form):
    header, content = (part.encode() for part in form.split("/"))
    for file in sorted(folder.glob("*.eml")):
        text = file.read_bytes()
        value = dkim.sign(text, b"r", b"example.test", (keys / "r.pem").read_bytes(), canonicalize=(header, content),
                          include_headers=[b"From", b"To", b"Subject", b"Date"])
        (folder / f"{file.name}.signed").write_bytes(value + text)


def expect_all_pass(verdicts, count):
    assert len(verdicts) == count
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "pass"} == {}


@pytest.mark.parametrize("form", FORMS)
def test_the_others_verify_what_we_sign(folder, keys, form):
    write_messages(folder, 75, form)
    run(OURS, "sign", folder, keys / "r.pem", "r", form)
    expect_all_pass(run(OURS, "verify", folder), 75)
    expect_all_pass(by_python(folder), 75)
    if THEIRS.exists():
        expect_all_pass(run(THEIRS, "verify", folder), 75)


@pytest.mark.parametrize("selector", ["r", "e"])
def test_python3_dkim_verifies_our_oversigned_signatures(folder, keys, selector):
    # Not libopendkim: an h= that names every field and one more is what overflows its heap.
    write_messages(folder, 60, selector)
    run(OURS, "sign", folder, keys / f"{selector}.pem", selector, "relaxed/relaxed", "oversign")
    expect_all_pass(by_python(folder), 60)
    expect_all_pass(run(OURS, "verify", folder), 60)


@with_theirs
@pytest.mark.parametrize("form", FORMS)
def test_we_verify_what_libopendkim_signs(folder, keys, form):
    write_messages(folder, 75, form)
    run(THEIRS, "sign", folder, keys / "r.pem", "r", form)
    expect_all_pass(run(OURS, "verify", folder), 75)


@pytest.mark.parametrize("form", FORMS)
def test_we_verify_what_python3_dkim_signs(folder, keys, form):
    write_messages(folder, 40, form)
    sign_by_python(folder, keys, form)
    expect_all_pass(run(OURS, "verify", folder), 40)


def change(dice, octets):
    """One change behind the signature's own field, of the kinds that relays make."""
    start = octets.index(b"\r\nFrom") if b"\r\nFrom" in octets else octets.index(b"b=")
    end_of_header = octets.index(b"\r\n\r\n")
    kind = dice.randrange(7)
    if kind == 0:
        at = dice.randrange(start, len(octets))
        return octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1:] if octets[at:at + 1].isalpha() else octets
    if kind == 1:
        return b"Received: from x by y\r\n" + octets
    if kind == 2:
        return octets[:end_of_header] + b"\r\nSubject: added below" + octets[end_of_header:]
    if kind == 3:
        return octets + dice.choice([b"\r\n", b"\r\n\r\n", b"x\r\n", b" \r\n", b"\t\r\n\r\n"])
    if kind == 4:
        return octets.replace(b"\r\nTo: b", b"\r\nTO:  b", 1)
    if kind == 5:
        at = octets.find(b" ", end_of_header)
        return octets[:at] + b" " + octets[at:] if at > 0 else octets
    return octets[:end_of_header + 4] + octets[end_of_header + 4:].replace(b"\r\n", b" \r\n", 1)


@with_theirs
@pytest.mark.parametrize("form", FORMS)
def test_all_three_agree_about_changed_messages(folder, keys, form):
    write_messages(folder, 100, "changed" + form)
    run(OURS, "sign", folder, keys / "r.pem", "r", form)
    dice = random.Random(form)
    for file in sorted(folder.glob("*.signed")):
        file.write_bytes(change(dice, file.read_bytes()))
    ours, theirs, python = run(OURS, "verify", folder), run(THEIRS, "verify", folder), by_python(folder)
    differences = {name: (ours[name], theirs[name], python[name], (folder / name).read_bytes()) for name in ours
                   if len({verdict == "pass" for verdict in (ours[name], theirs[name], python[name])}) > 1}
    assert differences == {}
    passed = sum(verdict == "pass" for verdict in ours.values())
    assert 0 < passed < len(ours)  # changes of both kinds were among them


def verify_by_python(folder):
    records = dict(line.split(" ", 1) for line in (Path(folder) / "keys.txt").read_text().splitlines())
    for file in sorted(Path(folder).glob("*.signed")):
        good = dkim.verify(file.read_bytes(), dnsfunc=lambda name, timeout=5: records.get(name.decode().rstrip("."), "").encode())
        print(file.name, "pass" if good else "fail")


if __name__ == "__main__":
    verify_by_python(sys.argv[1])
