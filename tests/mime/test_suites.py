"""Real messages and other projects' cases (SCOP_SUITES) through `scop mime`: written again octet by octet, and read as others read them."""
import hashlib
import json
import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
SUITES = Path(os.environ.get("SCOP_SUITES", "/work/shared/suites"))
SPAM = 400  # of the corpus' messages; all with SCOP_LONG

pytestmark = pytest.mark.skipif(not SUITES.exists(), reason="SCOP_SUITES names no folder of suites")
KEYS = {"headers", "type", "parameters", "disposition", "filename", "encoding", "charset", "size", "sha256", "defects"}


def stream(messages, *options):
    data = b"".join(b"%d\n" % len(octets) + octets for octets in messages)
    return subprocess.run([BIN / "scop", "mime", "--stream", *options], input=data, check=True, capture_output=True, timeout=300).stdout


def read(messages):
    return [json.loads(line) for line in stream(messages, "--json").splitlines()]


def crlf(octets):
    return re.sub(rb"\r?\n", b"\r\n", octets)


def files():
    found = [file for folder in ("mime", "dkim", "arc", "dmarc", "smime", "records", "smtp") for file in sorted((SUITES / folder).rglob("*")) if file.is_file()]
    messages = [file.read_bytes() for file in found if file.stat().st_size < 2 << 20]
    with tarfile.open(SUITES / "spam/spamassassin-half.tar.xz") as tar:
        for member in tar:
            if member.isfile() and (os.environ.get("SCOP_LONG") or len(messages) < SPAM + len(found)):
                messages.append(tar.extractfile(member).read())
    return messages


def nodes(node):
    yield node
    for part in node.get("parts", []):
        yield from nodes(part)
    if "message" in node:
        yield from nodes(node["message"])


def test_every_file_is_written_again_as_it_was():
    messages = files()
    assert len(messages) > 400
    said, at = stream(messages, "--encode"), 0
    for octets in messages:
        end = said.index(b"\n", at)
        assert said[end + 1:end + 1 + int(said[at:end])] == octets
        at = end + 1 + int(said[at:end])
    assert at == len(said)


def test_every_node_says_everything():
    for message in read(files()):
        for node in nodes(message):
            assert KEYS <= set(node) <= KEYS | {"parts", "message"}
            assert all(len(pair) == 2 for pair in node["headers"])
            assert re.fullmatch("[0-9a-f]{64}", node["sha256"])
            assert node["type"].startswith("multipart/") or "parts" not in node


def test_one_file_is_read_like_the_stream(tmp_path):
    octets = (SUITES / "mime/python/msg_10.txt").read_bytes()
    (tmp_path / "m").write_bytes(octets)
    one = json.loads(subprocess.run([BIN / "scop", "mime", tmp_path / "m", "--json"], check=True, capture_output=True).stdout)
    assert [one] == read([octets])
    assert subprocess.run([BIN / "scop", "mime", tmp_path / "m", "--encode"], check=True, capture_output=True).stdout == octets


def table(name):
    return json.loads((SUITES / f"mime/mail-parser/headers/{name}.json").read_text())


def test_unstructured_values_of_mail_parser():
    cases = table("unstructured")
    readings = read([b"Subject: " + crlf(case["header"].encode()) + b"\r\nx" for case in cases])
    # That library makes one space of every fold, and puts one before and behind a word that stands beside other text.
    wrong = [case["header"] for case, node in zip(cases, readings)
             if "".join(case["expected"].split()) != "".join(dict(node["headers"])["Subject"].split())]
    assert wrong == []


def test_content_types_of_mail_parser():
    cases = [case for case in table("content_type") if case["expected"] and case["expected"].get("c_subtype")]
    readings = read([b"Content-Type: " + crlf(case["header"].encode()) + b"\r\nx" for case in cases])
    right = 0
    for case, node in zip(cases, readings):
        expected = case["expected"]
        parameters = {name.lower(): value for name, value in expected.get("attributes") or [] if not name.endswith("-language")}
        right += node["type"] == f"{expected['c_type']}/{expected['c_subtype']}" and node["parameters"] == parameters
    # The others are no media types by RFC 2045 5.1, numbers of sections that are none, or white space within encoded words' quotes.
    assert right >= len(cases) - 11, f"{right} of {len(cases)}"


def leaves_of_mime4j(file):
    """The text or octets of each leaf, as mime4j's own results have them."""
    xml = file.with_name(file.stem + "_decoded.xml").read_text(errors="replace")
    return [(file.parent / name).read_bytes() for name in re.findall(r'<(?:text|binary)-body name="([^"]+)"', xml)]


def test_leaves_of_mime4j():
    right = of = 0
    cases = sorted((SUITES / "mime/mime4j").glob("*.msg"))
    for file, message in zip(cases, read([file.read_bytes() for file in cases])):
        ours = [node["sha256"] for node in nodes(message) if "parts" not in node and "message" not in node]
        for octets in leaves_of_mime4j(file):
            of += 1
            right += hashlib.sha256(octets).hexdigest() in ours
    assert of > 30
    # The others take a boundary's beginning for a delimiter, or a line that is no field for the body's first although an empty line follows.
    assert right >= of - 7, f"{right} of {of}"
