"""`scop monitor` against real traffic, read by Prometheus' own tools where they are installed."""
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import mesh as meshes
import pytest
from mesh import BIN, DAEMONS, ROOT, wait_until

SAMPLE = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')


def parse(text):
    """{(name, frozenset of labels): value}; every line has the form that 0.0.4 gives it."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# "):
            assert re.match(r"# (HELP|TYPE) [a-zA-Z_:][\w:]* ", line), line
            continue
        match = SAMPLE.match(line)
        assert match, line
        labels = frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
        assert (match[1], labels) not in found, f"twice: {line}"
        found[match[1], labels] = float(match[3])
    return found


class Monitor:
    def __init__(self, mesh):
        self.port = meshes.Ports.take()
        self.log = open(mesh.folder / "monitor.log", "ab")
        self.process = subprocess.Popen([str(BIN / "scop"), "--config", str(mesh.config), "monitor", "--listen", f"127.0.0.1:{self.port}"],
                                        stdout=self.log, stderr=self.log)
        self.log_file = mesh.folder / "monitor.log"
        wait_until(lambda: "ready" in self.log_file.read_text() or self.process.poll() is not None, "the monitor is ready")
        assert self.process.poll() is None, self.log_file.read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(15) == 0, self.log_file.read_text()

    def page(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=20) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            return answer.read().decode()

    def value(self, name, **labels):
        """The sum over what has these labels."""
        wanted = set(labels.items())
        return sum(value for (one, its), value in parse(self.page()).items() if one == name and wanted <= its)


def test_ten_messages_are_counted_as_ten_everywhere(mesh, mx):
    with Monitor(mesh) as monitor:
        client = mesh.client()
        for number in range(10):
            assert mesh.submit(f"out{number}", ["bob@foreign.test"], client)[0] == 250
        client.quit()
        world = mesh.world_client()
        for number in range(10):
            assert mesh.hand_in(f"in{number}", [mesh.login], world)[0] == 250
        assert world.mail("x@foreign.test")[0] == 250
        assert world.rcpt("nobody@example.test")[0] == 550
        world.quit()
        wait_until(lambda: sum(mx.keys().values()) == 10 and sum(mesh.local_keys_anywhere(mesh.login).values()) == 10, "all arrive")
        value = monitor.value
        wait_until(lambda: value("scop_relay_results_total", result="relayed") == 10, "the relay has noted them")
        assert value("scop_up") == len(DAEMONS)
        assert value("scop_submission_messages_total", reply="2xx") == 10
        assert value("scop_receiver_messages_total", reply="2xx") == 10
        assert value("scop_signer_signatures_total", signed="yes") == 10
        assert value("scop_spamfilter_messages_total", result="accepted") == 10
        assert value("scop_verifier_spf_total") == 10
        assert value("scop_relay_committed_total", caller="signer") == value("scop_relay_committed_total", caller="verifier") == 10
        assert value("scop_relay_results_total", result="delivered") == 10
        assert value("scop_relay_commit_seconds_count") == 20
        assert value("scop_courier_attempts_total", result="relayed") == value("scop_courier_attempts_by_tls_total", tls="TLSv1.3") > 0
        assert value("scop_accounts_authentications_total", result="granted", caller="submission") == 1
        assert value("scop_pipe_calls_total", daemon="relay", method="scop.v1.Stage/Pass", code="OK") == 20
        assert value("scop_submission_message_seconds_count") == 10
        assert value("scop_resolver_look_ups_total") > 0
        wait_until(lambda: value("scop_submission_sessions_total", end="QUIT") >= 1, "the session's end is counted")
        for name in DAEMONS:
            assert value("scop_process_resident_memory_octets", daemon=name) > 1e6
            assert value("scop_process_open_descriptors", daemon=name) > 3
            assert value("scop_process_cpu_seconds_total", daemon=name) > 0
            assert value("scop_pipe_certificate_expires_seconds", daemon=name) > time.time() + 20 * 86400
        # Held mail is in the queue and grows old.
        mx.behave("tempfail", at="rcpt")
        assert mesh.submit("waits", ["bob@foreign.test"])[0] == 250
        wait_until(lambda: value("scop_relay_queue_messages") == 1 and value("scop_relay_queue_oldest_seconds") > 0, "the queue is counted", 30)


def test_no_label_holds_what_a_peer_says(mesh):
    with Monitor(mesh) as monitor:
        world = mesh.world_client()
        world.docmd("EHLO", "evil\"label")
        world.mail("mallory@evil.test")
        world.rcpt("victim@example.test")
        world.close()
        page = monitor.page()
        assert "evil" not in page and "victim" not in page and "127.0.0" not in page


def test_a_daemon_that_is_down_or_stopped_does_not_hold_up_the_rest(mesh):
    with Monitor(mesh) as monitor:
        monitor.page()
        mesh.stop_one("courier")
        stopped = mesh.processes["resolver"]
        stopped.send_signal(19)  # SIGSTOP: it takes connections and says nothing
        try:
            began = time.monotonic()
            page = parse(monitor.page())
            took = time.monotonic() - began
        finally:
            stopped.send_signal(18)
        up = {dict(labels)["daemon"]: value for (name, labels), value in page.items() if name == "scop_up"}
        assert up == {name: 0 if name in ("courier", "resolver") else 1 for name in DAEMONS}
        assert took < 8 * meshes.SLOW
        mesh.start_one("courier")
        wait_until(lambda: monitor.value("scop_up") == len(DAEMONS), "both are back")


def test_it_answers_nothing_but_its_page(mesh):
    with Monitor(mesh) as monitor:
        for path, status in ("/", 404), ("/metrics/more", 404):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{monitor.port}{path}", timeout=10)
            assert refused.value.code == status
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{monitor.port}/metrics", data=b"x", timeout=10)
        assert refused.value.code == 405


def test_an_older_instance_gets_its_monitor_by_renewal(mesh):
    shutil.rmtree(mesh.instance / "monitor")
    done = mesh.command("monitor", "--once", check=False)
    assert done.returncode == 1 and "scop certs renew" in done.stderr
    mesh.command("certs", "renew")
    assert parse(mesh.command("monitor", "--once").stdout)


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)")
def test_promtool_finds_nothing_to_say(mesh):
    page = mesh.command("monitor", "--once").stdout
    told = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)")
def test_the_example_rules_are_valid_and_name_metrics_that_exist(mesh):
    rules = ROOT / "deploy/prometheus/scop.rules.yml"
    told = subprocess.run(["promtool", "check", "rules", str(rules)], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    known = {name for name, _ in parse(mesh.command("monitor", "--once").stdout)}
    asked = set(re.findall(r"\bscop_[a-z_]+", "\n".join(line for line in rules.read_text().splitlines() if "expr:" in line)))
    assert asked and asked <= known, asked - known


@pytest.mark.skipif(not shutil.which("prometheus"), reason="prometheus is not installed")
def test_prometheus_scrapes_it(mesh, tmp_path):
    with Monitor(mesh) as monitor:
        port = meshes.Ports.take()
        config = tmp_path / "prometheus.yml"
        config.write_text(f"global: {{scrape_interval: 1s}}\nrule_files: [{ROOT / 'deploy/prometheus/scop.rules.yml'}]\n"
                          f"scrape_configs:\n- job_name: scop\n  static_configs:\n  - targets: ['127.0.0.1:{monitor.port}']\n")
        with open(tmp_path / "log", "wb") as log:
            process = subprocess.Popen(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'data'}",
                                        f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            def asked():
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?query=sum(scop_up)", timeout=5) as answer:
                        return f'"{len(DAEMONS)}"' in answer.read().decode()
                except OSError:
                    return False
            wait_until(asked, "Prometheus has all daemons up", 30)
        finally:
            process.terminate()
            process.wait(20)
