"""`scop corpus generate|prove|score` as an implementer of another parser uses it."""
import hashlib
import json
import mailbox
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
SCOP = str(BIN / "scop")
COUNT = 30


def scop(*arguments, check=True, **options):
    return subprocess.run([SCOP, *map(str, arguments)], check=check, capture_output=True, timeout=300, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("corpus") / "a folder's \"name\""
    scop("corpus", "generate", "--count", COUNT, "--out", place)
    return place


def manifest(place):
    return [json.loads(line) for line in (place / "MANIFEST.jsonl").read_text().splitlines()]


def test_a_folder_holds_messages_meanings_manifest_and_sums(folder):
    entries = manifest(folder)
    assert [entry["number"] for entry in entries] == list(range(COUNT))
    for entry in entries:
        octets = (folder / entry["file"]).read_bytes()
        assert (len(octets), hashlib.sha256(octets).hexdigest()) == (entry["size"], entry["sha256"])
        assert json.loads((folder / entry["file"]).with_suffix(".json").read_text())["headers"]
    assert subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True).returncode == 0
    (folder / "0000000.eml").write_bytes((folder / "0000000.eml").read_bytes() + b"x")
    assert subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True).returncode == 1
    (folder / "0000000.eml").write_bytes((folder / "0000000.eml").read_bytes()[:-1])


def test_a_stream_has_the_same_messages(folder):
    said = scop("corpus", "generate", "--count", COUNT, "--stream").stdout
    at = 0
    for entry in manifest(folder):
        end = said.index(b"\n", at)
        head = json.loads(said[at:end])
        octets = said[end + 1:end + 1 + head["size"]]
        at = end + 2 + head["size"]
        end = said.index(b"\n", at)
        assert octets == (folder / entry["file"]).read_bytes()
        assert json.loads(said[at:end]) == json.loads((folder / entry["file"]).with_suffix(".json").read_text())
        at = end + 1
    assert at == len(said)


def test_an_mbox_is_read_by_pythons_mailbox(folder, tmp_path):
    scop("corpus", "generate", "--count", COUNT, "--mbox", tmp_path / "box")
    box = mailbox.mbox(tmp_path / "box", create=False)
    assert len(box) == COUNT
    for entry, message in zip(manifest(folder), box):
        octets = (folder / entry["file"]).read_bytes()
        assert message["Message-ID"] is None or message["Message-ID"].encode() in octets


def test_seeds_and_numbers_make_the_message(folder):
    def octets(*arguments):
        return scop("corpus", "generate", "--count", 1, "--stream", *arguments).stdout
    assert octets("--first", 7) == octets("--first", 7)
    assert len({octets("--first", 7), octets("--first", 8), octets("--first", 7, "--seed", 2)}) == 3


# --- prove

def prove(*arguments):
    done = scop("corpus", "prove", "--json", *arguments, check=False)
    return done.returncode, json.loads(done.stdout)


def test_a_proof_without_a_fault_holds():
    status, said = prove("--count", 300)
    assert (status, said["messages"], said["wrong"]) == (0, 300, 0)
    assert sum(row["messages"] for row in said["rows"].values()) == 300
    assert {"strict", "obsolete"} < set(said["rows"]) and any(row.startswith("broken ") for row in said["rows"])


@pytest.mark.parametrize("fault, says", [("meaning", "type: expected"), ("reading", "octets: expected"), ("writing", "written again, its octets differ"),
                                         ("keeping", "octets are kept aside")])
def test_each_comparison_of_the_proof_can_fail(fault, says):
    status, said = prove("--count", 500, "--plant", fault)
    assert status == 1
    assert 3 <= said["wrong"] <= 5  # one message of a hundred; of broken ones not each fault shows
    assert all(says in example for example in said["examples"])


def test_a_proof_that_was_killed_goes_on(tmp_path):
    state = tmp_path / "state"
    command = [SCOP, "corpus", "prove", "--count", "50000", "--jobs", "1", "--state", str(state)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not state.exists() or state.read_bytes().count(b"\n") < 2:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with open(state, "ab") as file:
        file.write(b"49000 77 str")  # a line that was cut off
    status, said = prove("--count", 1000, "--state", state)
    assert (status, said["resumed"], said["messages"]) == (0, 1000, 1000)
    assert sum(row["messages"] for row in said["rows"].values()) == 1000
    status, said = prove("--count", 100, "--seed", 2, "--state", state)
    assert (status, said["resumed"]) == (0, 0)


def test_the_bar_is_for_terminals_alone():
    assert scop("corpus", "prove", "--count", 20).stderr == b""
    main, far = pty.openpty()
    process = subprocess.Popen([SCOP, "corpus", "prove", "--count", "20"], stdout=far, stderr=far, stdin=far)
    os.close(far)
    shown = b""
    try:
        while chunk := os.read(main, 4096):
            shown += chunk
    except OSError:
        pass
    assert process.wait() == 0
    assert b"20 of 20, 0 wrong" in shown


# --- score

def score(place, command):
    return json.loads(scop("corpus", "score", place, "--command", command, "--json").stdout)


def test_our_own_parser_gets_everything_right(folder):
    for aspects in score(folder, f"{SCOP} mime --json").values():
        assert all(right == of > 0 for right, of in aspects.values())


@pytest.mark.parametrize("parser", ["false #", "echo rubbish #", "echo '{}' #", "echo '[1' #", "kill -9 $$ #"])
def test_a_parser_that_says_nothing_of_use_gets_nothing_right(folder, parser):
    for aspects in score(folder, parser).values():
        assert {right for right, of in aspects.values()} == {0}


def test_a_parser_that_fails_behind_a_good_answer_is_not_believed(folder):
    said = score(folder, f"f() {{ {SCOP} mime --json \"$1\"; return 1; }}; f")
    assert {right for aspects in said.values() for right, _ in aspects.values()} == {0}


def test_names_in_a_manifest_run_nothing(folder, tmp_path):
    entry = manifest(folder)[0]
    for i, name in enumerate(["x;touch hacked;.eml", "$(touch hacked).eml", "../../0000000.eml", "'; touch hacked; '.eml", "-0.eml"]):
        (tmp_path / Path(name).name).write_bytes((folder / entry["file"]).read_bytes())
        (tmp_path / "MANIFEST.jsonl").write_text(json.dumps({**entry, "file": name}) + "\n")
        scop("corpus", "score", tmp_path, "--command", f"{SCOP} mime --json", cwd=tmp_path)
    assert not list(tmp_path.rglob("hacked"))


@pytest.mark.parametrize("adapter", ["python_email.py"])
def test_another_parser_is_scored(folder, adapter):
    said = score(folder, f"{sys.executable} {ROOT}/tests/mime/{adapter}")
    right, of = said["strict"]["tree"]
    assert 0 < right <= of
