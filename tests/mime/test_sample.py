"""corpus/sample is what the generator makes today: a change of the generator shows, and what others copy is what the README says."""
import hashlib
import json
import os
import subprocess
from pathlib import Path

CORPUS = Path(os.environ.get("SCOP_SOURCE", Path(__file__).resolve().parents[2])) / "corpus"
SAMPLE = CORPUS / "sample"


def test_the_sample_is_what_the_generator_makes(tmp_path):
    subprocess.run([str(CORPUS / "make-sample"), "--out", str(tmp_path / "sample")], check=True)
    made = {file.name: file.read_bytes() for file in (tmp_path / "sample").iterdir()}
    committed = {file.name: file.read_bytes() for file in SAMPLE.iterdir()}
    differing = sorted(name for name in made.keys() | committed.keys() if made.get(name) != committed.get(name))
    assert not differing, "the generator writes other messages than are committed: run corpus/make-sample and say so in the commit"


def test_the_sample_is_small_whole_and_of_every_grade():
    entries = [json.loads(line) for line in (SAMPLE / "MANIFEST.jsonl").read_text().splitlines()]
    assert 50 <= len(entries) <= 70
    assert {entry["grade"] for entry in entries} == {"strict", "obsolete", "broken"}
    assert len({entry["breakage"] for entry in entries if entry["breakage"]}) >= 14
    assert sum(file.stat().st_size for file in SAMPLE.iterdir()) <= 600_000
    for entry in entries:
        octets = (SAMPLE / entry["file"]).read_bytes()
        assert len(octets) == entry["size"] and hashlib.sha256(octets).hexdigest() == entry["sha256"], entry
    for line in (SAMPLE / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((SAMPLE / name).read_bytes()).hexdigest() == digest, name


def test_our_own_parser_gets_all_of_the_sample_right():
    scop = Path(os.environ.get("SCOP_BIN", CORPUS.parent / "build/dev/bin")) / "scop"
    done = subprocess.run([str(scop), "--json", "corpus", "score", str(SAMPLE), "--command", f"{scop} --json mime"], capture_output=True, check=True)
    for grade, aspects in json.loads(done.stdout).items():
        for aspect, (right, of) in aspects.items():
            assert of > 0 and right == of, (grade, aspect, right, of)
