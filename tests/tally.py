"""Adds up the JUnit files that tests/run leaves behind and prints "N passed, N failed, N skipped"; the last line of tests/run."""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count_cases(path):
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("result") == "skipped" or case.get("status") in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    if not (passed or failed or skipped):
        failed += sum(int(suite.get("failures", 0)) for suite in ElementTree.parse(path).getroot().iter("testsuite"))
    return passed, failed, skipped


def count_ctest(path, counted):
    """Programs that have written counts of their own are left out, unless they failed without one failed case (a crash)."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name, status = case.get("name", ""), case.get("status")
        own = counted.get("scop-test-" + name.removeprefix("unit."))
        if status == "run":
            passed += own is None
        elif status == "fail":
            failed += own is None or own[1] == 0
        else:
            skipped += 1
    return passed, failed, skipped


def main():
    folder = Path(sys.argv[1])
    counted = {path.stem: count_cases(path) for path in sorted((folder / "gtest").glob("*.xml"))}
    sums = list(counted.values()) + [count_cases(path) for path in sorted((folder / "other").glob("*.xml"))]
    if (folder / "ctest.xml").exists():
        sums.append(count_ctest(folder / "ctest.xml", counted))
    passed, failed, skipped = (sum(one[at] for one in sums) for at in range(3))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not passed else 0)


main()
