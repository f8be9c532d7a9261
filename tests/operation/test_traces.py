"""One message, one trace: W3C Trace Context through all pipes, in every daemon's log, spans chained; and every line of the JSON log is JSON."""
import itertools
import json
import os
import re
import subprocess

import mesh as meshes
import pytest
from mesh import BIN, DAEMONS, wait_until

numbers = itertools.count()
ID, SPAN = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{16}")


def lines_of(mesh):
    """Every line of every daemon's log, as JSON; not one is anything else."""
    found = []
    for name in DAEMONS:
        for line in mesh.log(name).splitlines():
            entry = json.loads(line)
            assert {"time", "level", "daemon", "message"} <= set(entry) and all(isinstance(value, str) for value in entry.values()), line
            assert entry["level"] in ("debug", "info", "warning", "error") and entry["daemon"].startswith(name.split("-")[0]), line
            found.append(entry)
    return found


@pytest.fixture
def traced(place, mx):
    with meshes.Mesh(place / f"traced{next(numbers)}", mx=mx, settings={"mesh.log": '"json"', "mesh.log_level": '"debug"'}) as mesh:
        mesh.add_user()
        yield mesh


def spans_of(mesh, trace):
    """{span: (daemon, parent)} of all lines with this trace."""
    spans = {}
    for entry in lines_of(mesh):
        if entry.get("trace") != trace:
            continue
        span, parent = entry["span"], entry.get("parent", "")
        assert SPAN.fullmatch(span) and (not parent or SPAN.fullmatch(parent)), entry
        known = spans.setdefault(span, (entry["daemon"], parent))
        assert known == (entry["daemon"], parent), "one span is one daemon's"
    return spans


def chained(spans):
    """Every parent is a span of another daemon, but for the roots."""
    roots = [daemon for daemon, parent in spans.values() if not parent]
    for daemon, parent in spans.values():
        assert not parent or parent in spans, (daemon, parent)
        assert not parent or spans[parent][0] != daemon
    return roots


def test_one_message_out_is_one_trace_in_all_daemons(traced, mx):
    code, text = traced.submit("out", ["bob@foreign.test"])
    assert code == 250
    trace = ID.search(text.decode())[0]
    wait_until(lambda: mx.keys()["out"], "it arrives")
    wait_until(lambda: any(e["message"] == "attempt" and e.get("trace") == trace for e in lines_of(traced)), "the courier has said so")
    spans = spans_of(traced, trace)
    assert {daemon for daemon, _ in spans.values()} >= {"submission", "signer", "relay", "courier", "accounts"}
    assert chained(spans) == ["submission"]
    of = {daemon: parent for daemon, parent in spans.values() if daemon in ("signer", "courier")}
    assert spans[of["signer"]][0] == "submission" and spans[of["courier"]][0] == "relay"


def test_one_message_in_is_one_trace_in_all_daemons(traced):
    code, text = traced.hand_in("in", [traced.login])
    assert code == 250
    trace = ID.search(text.decode())[0]
    wait_until(lambda: traced.local_keys_anywhere(traced.login)["in"], "it arrives")
    spans = spans_of(traced, trace)
    assert {daemon for daemon, _ in spans.values()} >= {"receiver", "spamfilter", "verifier", "relay", "resolver", "accounts"}
    assert chained(spans) == ["receiver"]
    logs = traced.command("trace", trace, "--logs", traced.folder / "log", "--json").stdout
    told = {line["daemon"] for line in json.loads(logs)["lines"]}
    assert told >= {"receiver", "spamfilter", "verifier", "relay", "resolver"}, "scop trace finds them by the id in the reply"


def test_the_trace_survives_a_restart_of_the_queue(traced, mx):
    mx.behave("tempfail", at="rcpt")
    code, text = traced.submit("later", ["bob@foreign.test"])
    trace = ID.search(text.decode())[0]
    wait_until(lambda: mx.counts["tempfail at rcpt"], "an attempt")
    traced.kill("relay")
    traced.processes["relay"].wait()
    mx.behave("accept")
    traced.start_one("relay")
    wait_until(lambda: mx.keys()["later"], "it arrives")
    wait_until(lambda: sum(e["message"] == "attempt" and e.get("trace") == trace for e in lines_of(traced)) >= 2, "both attempts are told")
    assert chained(spans_of(traced, trace)) == ["submission"]
    queue = {e["trace"] for e in lines_of(traced) if e["message"] == "committed"}
    assert trace in queue


def test_a_callers_own_trace_is_gone_on_with(traced):
    grpc = pytest.importorskip("grpc")
    folder = traced.instance / "operator/cert"
    credentials = grpc.ssl_channel_credentials((traced.instance / "mesh/ca.pem").read_bytes(), (folder / "key.pem").read_bytes(),
                                               (folder / "cert.pem").read_bytes())
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    with grpc.secure_channel(f"127.0.0.1:{traced.ports['relay']}", credentials, [("grpc.ssl_target_name_override", "relay")]) as channel:
        call = channel.unary_unary("/scop.v1.Queue/List", lambda octets: octets, lambda octets: octets)
        call(b"", metadata=[("traceparent", f"00-{trace}-{span}-01")], timeout=20)
        call(b"", metadata=[("traceparent", f"00-{trace[:-1]}-{span}-01")], timeout=20)
    calls = [e for e in lines_of(traced) if e["message"] == "call" and e["method"] == "scop.v1.Queue/List"]
    assert (calls[0]["trace"], calls[0]["parent"]) == (trace, span) and calls[0]["span"] != span
    assert ID.fullmatch(calls[1]["trace"]) and calls[1]["parent"] == "", "a malformed one is replaced by a new one"


def test_a_crash_is_a_line_of_json_too(place):
    """Under `scop up`: what a daemon or a library says outside its log becomes a value."""
    with meshes.Mesh(place / "crashing", start=False, settings={"mesh.log": '"json"'}) as mesh:
        ready = mesh.folder / "ready"
        with open(mesh.folder / "up.log", "wb") as log:
            environment = {**os.environ, "LD_DEBUG": "statistics"}  # the loader's own words on standard error
            up = subprocess.Popen([str(BIN / "scop"), "--config", str(mesh.config), "up", "--quiet", "--ready-file", str(ready)], env=environment,
                                  stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            wait_until(ready.exists, "scop up says that it is ready", 40)
        finally:
            up.terminate()
            up.wait(60)
        entries = [json.loads(line) for line in (mesh.instance / "log/web.log").read_text().splitlines()]
        assert any(entry["message"] == "output" and "total startup time" in entry["text"] for entry in entries)
        assert any(entry["message"] == "ready" for entry in entries)
