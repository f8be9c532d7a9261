"""scop risk-report against a running mesh: what it claims is compared with what is so, and planted weaknesses are found."""
import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import time

import pytest
from conftest import BIN, DAEMONS

IS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def modes(*changes):
    """(path, mode): as long as the block runs."""
    before = [(path, stat.S_IMODE(path.stat().st_mode)) for path, _ in changes]
    try:
        for path, mode in changes:
            path.chmod(mode)
        yield
    finally:
        for path, mode in before:
            path.chmod(mode)


def findings(report, id):
    return [finding for finding in report["findings"] if finding["id"] == id]


def daemon(report, name):
    return next(one for one in report["daemons"] if one["name"] == name)


def powers(report, name):
    return {one["power"] for one in daemon(report, name)["takeover"]["can"]}


@pytest.fixture(scope="module")
def report(running):
    return running.json("risk-report")


def test_every_daemon_is_asked_and_the_kernel_beside_it(report, running):
    assert [one["name"] for one in report["daemons"]] and {one["name"] for one in report["daemons"]} == set(DAEMONS)
    assert not findings(report, "daemon-away") and not findings(report, "wall-contradicted") and not findings(report, "unexpected-port")
    for one in report["daemons"]:
        assert one["state"].startswith("answers")
        walls = {wall["name"]: wall for wall in one["walls"]}
        for wall in ("no capabilities", "no_new_privs", "system-call filter"):
            assert walls[wall]["stands"] and walls[wall]["source"] == "checked live (kernel)", one["name"]
        if IS_ROOT:
            status = open(f"/proc/{running.ready['daemons'][one['name']]['pid']}/status", encoding="ascii").read()
            user = re.search(r"^Uid:\s+(\d+)", status, re.M).group(1)
            assert walls[f"user {user}"]["stands"] and user != "0"
            assert {exposure["source"] for exposure in one["exposes"]} == {"checked live (kernel)"}, one


def test_what_a_break_in_gives_is_what_the_design_promises(report):
    assert "read-incoming" in powers(report, "receiver")
    assert not powers(report, "receiver") & {"dkim-keys", "mailboxes", "queue", "hashes", "send", "port-25", "outside", "send-as-anyone"}
    assert "send-as-logged-in" in powers(report, "submission") and "send-as-anyone" not in powers(report, "submission")
    assert "port-25" in powers(report, "courier") and "mailboxes" not in powers(report, "courier")
    assert {name for name in DAEMONS if "dkim-keys" in powers(report, name)} == {"signer"}
    for one in report["daemons"]:
        assert "run-programs" not in powers(report, one["name"])
        assert all(other["because"] for other in one["takeover"]["cannot"])


def test_files_are_described_as_they_are(report, running):
    for name in DAEMONS:
        for holding in daemon(report, name)["holds"]:
            if not holding["place"].endswith(".pem"):
                continue
            found = os.stat(holding["place"])
            assert f"mode {stat.S_IMODE(found.st_mode):o}, user {found.st_uid}" in holding["as_found"]
            assert holding["source"] == "read from disk"
    assert findings(report, "self-signed") and findings(report, "ca-key-here")
    assert findings(report, "ca-key-here")[0]["subject"] == str(running.folder / "mesh/ca.key")


def test_no_secret_stands_in_a_report(running):
    text = running.run("risk-report", "--json").stdout
    for line in (running.folder / "accounts/cert/key.pem").read_text().splitlines()[1:-1]:
        assert line not in text


def test_a_key_that_others_can_read_is_found_and_shows_in_the_difference(running, place):
    before, after = place / "before.json", place / "after.json"
    before.write_text(running.run("risk-report", "--json").stdout)
    folder = running.folder / "accounts"
    with modes((folder / "cert/key.pem", 0o644), (folder / "cert", 0o755), (folder, 0o755)):
        after.write_text(running.run("risk-report", "--json").stdout)
    finding = findings(json.loads(after.read_text()), "secret-readable")[0]
    assert finding["severity"] == "critical" and finding["subject"].endswith("accounts/cert/key.pem") and "chmod 600" in finding["remedy"]
    difference = running.run("risk-report", "--diff", before, after, config=False)
    assert difference.returncode == 1 and "secret-readable" in difference.stdout, difference.stderr
    assert running.run("risk-report", "--diff", before, before, config=False).returncode == 0
    assert any("accounts/cert/key.pem" in change["where"] for change in running.json("risk-report", "--diff", before, after, config=False)["changes"])


def test_other_settings_give_another_report(running):
    text = running.config.read_text()
    try:
        running.config.write_text(text + "\n")
        with open(running.config, "a", encoding="utf-8") as file:
            file.write('\n[[courier.tls_policy]]\ndomain = "clear.test"\npolicy = "off"\n')
        worse = running.json("risk-report")
    finally:
        running.config.write_text(text)
    assert [one["subject"] for one in findings(worse, "domain-clear")] == ["[[courier.tls_policy]] clear.test"]
    assert not findings(running.json("risk-report"), "domain-clear")


def test_a_daemon_that_hangs_is_named_and_the_kernel_still_asked(running):
    pid = int((running.folder / "run/courier.pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        report = running.json("risk-report")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert [one["subject"] for one in findings(report, "daemon-away")] == ["courier"]
    courier = daemon(report, "courier")
    assert courier["reaches_source"] == "configuration only"
    assert any(wall["source"] == "checked live (kernel)" for wall in courier["walls"])


def test_forms_for_people(running):
    text = running.run("risk-report", "--daemon", "relay").stdout
    assert "If relay is taken over" in text and "If signer is taken over" not in text
    markdown = running.run("risk-report", "--markdown").stdout
    assert "| SEVERITY |" in markdown and "#### If relay is taken over" in markdown
    page = running.run("risk-report", "--html").stdout
    assert page.startswith("<!doctype html>") and "<script" not in page and "http" not in page.replace("http-equiv", "").replace("HTTP", "")
    assert running.run("risk-report", "--fail-at", "high").returncode == 1, "the trial certificate is self-signed"
    assert running.run("risk-report", "--daemon", "nobody").returncode == 2


def test_hostile_names_are_escaped_and_a_mesh_that_is_down_is_told_so(place, scop):
    scop.folder = place / "<img src=x onerror=alert(1)>|`"
    scop.config = scop.folder / "scop.toml"
    scop.init("--user-base", 0)
    page = scop.run("risk-report", "--html").stdout
    assert "<img" not in page and "&lt;img" in page
    markdown = scop.run("risk-report", "--markdown").stdout
    assert "<img src" not in markdown.replace("\\<img src", "")
    report = scop.json("risk-report")
    assert len(findings(report, "daemon-away")) == len(DAEMONS)
    assert report["sources"]["daemon"] == len(DAEMONS) and report["sources"]["kernel"] == 0, "only that they do not answer"


def test_on_a_kernel_without_port_rules_what_holds_instead_decides(scop, monkeypatch):
    monkeypatch.setenv("SCOP_LANDLOCK_ABI", "2")
    scop.init()
    scop.start()
    report = scop.json("risk-report")
    is_held = "network by control group" in {wall["name"] for wall in daemon(report, "relay")["walls"]}
    assert bool({"outside", "port-25"} & powers(report, "relay")) != is_held
    assert ("relay" in {one["subject"] for one in findings(report, "wall-missing") if "TCP" in one["what"]}) != is_held
    assert "outside" not in powers(report, "accounts"), "it may not connect at all"


def test_reports_that_are_none_are_refused(place, running):
    for content in ("", "{}", "[" * 100_000, '{"kind":"scop risk report"'):
        file = place / "odd.json"
        file.write_text(content)
        done = running.run("risk-report", "--diff", file, file, config=False)
        assert done.returncode == 2 and str(file) in done.stderr, content[:20]
