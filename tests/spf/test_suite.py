"""The RFC 7208 suite of ../shared/suites/spf (203 cases), each through scop-test-spf-ours."""
import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
import zone

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin"))
OURS = BIN / "scop-test-spf-ours"
SUITES = Path(os.environ.get("SCOP_SUITES") or ROOT / "../shared/suites")
CASES = SUITES / "spf/rfc7208-tests.yml"


def cases():
    if not CASES.exists():
        return []
    found = []
    for document in yaml.safe_load_all(CASES.read_text()):
        answers = zone.convert(document["zonedata"])
        for name, test in document["tests"].items():
            found.append(pytest.param(test, answers, id=f"{document['description']}/{name}".replace(" ", "-")))
    return found


@pytest.fixture(scope="module")
def ours():
    if not OURS.exists():
        pytest.skip("scop-test-spf-ours is not built")
    with subprocess.Popen([OURS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        def judge(test, answers):
            case = {"ip": test["host"], "helo": test.get("helo") or "", "mailfrom": test.get("mailfrom") or "", "zone": answers}
            process.stdin.write(json.dumps(case) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())
        yield judge
        process.stdin.close()


@pytest.mark.skipif(not CASES.exists(), reason=f"no {CASES}")
def test_the_suite_is_whole():
    assert len(cases()) == 203


@pytest.mark.parametrize("test, answers", cases())
def test_case(ours, test, answers):
    verdict = ours(test, answers)
    wanted = test["result"] if isinstance(test["result"], list) else [test["result"]]
    assert verdict["result"] in wanted, verdict["reason"]
    if "explanation" in test:
        assert (verdict["explanation"] or "DEFAULT") == test["explanation"]
