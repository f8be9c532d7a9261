"""The commands against a running mesh, and `scop up` itself."""
import json
import os
import signal
import smtplib
import ssl
import subprocess
import time

import pytest
from conftest import BIN, DAEMONS, DOMAIN

PASSWORD = "correct-horse-battery"


def wait_until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return value


@pytest.fixture(scope="module")
def ann(running):
    running.run("user", "add", f"ann@{DOMAIN}", stdin=PASSWORD + "\n", check=True)
    return f"ann@{DOMAIN}"


def client(running, login=None, password=PASSWORD):
    context = ssl.create_default_context(cafile=str(running.folder / "tls/cert.pem"))
    one = smtplib.SMTP_SSL("127.0.0.1", running.base + 13, timeout=60, context=context, local_hostname="laptop.test")
    if login:
        one.login(login, password)
    return one


def test_up_tells_what_runs_behind_which_walls(running):
    assert set(running.ready["daemons"]) == set(DAEMONS)
    for daemon in running.ready["daemons"].values():
        assert "no_new_privs" in daemon["walls"] and daemon["pid"] > 0


def test_health_asks_everyone(running):
    health = running.json("health")
    assert health["healthy"] and set(health["daemons"]) == set(DAEMONS)


def test_the_trial_certificate_is_good_for_the_address(running, ann):
    client(running, ann).quit()


def test_users_from_standard_input_and_from_a_file(running, place):
    file = place / "password"
    file.write_text("another-password")
    running.run("user", "add", "bob", "--password-file", file, check=True)
    users = {user["login"]: user for user in running.json("user", "list")["users"]}
    assert users[f"bob@{DOMAIN}"]["send_as"] == [f"bob@{DOMAIN}", f"bob+*@{DOMAIN}"]
    client(running, f"bob@{DOMAIN}", "another-password").quit()
    running.run("user", "passwd", "bob", stdin="third-password", check=True)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client(running, f"bob@{DOMAIN}", "another-password")
    client(running, f"bob@{DOMAIN}", "third-password").quit()
    running.run("user", "disable", "bob", check=True)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client(running, f"bob@{DOMAIN}", "third-password")
    running.run("user", "enable", "bob", check=True)
    client(running, f"bob@{DOMAIN}", "third-password").quit()
    running.run("user", "remove", "bob", check=True)
    assert f"bob@{DOMAIN}" not in running.run("user", "list").stdout


def test_no_password_stands_in_the_logs(running, ann):
    client(running, ann).quit()
    for path in (running.folder / "log").iterdir():
        assert PASSWORD not in path.read_text(errors="replace"), path
    with pytest.raises(smtplib.SMTPAuthenticationError):  # people type it where the name belongs
        client(running, "typed-" + PASSWORD, PASSWORD)
    assert PASSWORD not in (running.folder / "log/accounts.log").read_text()


def test_what_makes_no_sense_is_declined_with_a_reason(running, ann):
    for arguments, reason in ((["user", "add", "ann"], "there already"), (["user", "add", "x@other.test"], "scop domain add"),
                              (["user", "passwd", "nobody"], "no user"), (["user", "add", "short"], "at least 8")):
        done = running.run(*arguments, stdin="short" if arguments[-1] == "short" else PASSWORD)
        assert done.returncode == 1 and reason in done.stderr, (arguments, done.stderr)
        done = running.run(*arguments, "--json", stdin="short" if arguments[-1] == "short" else PASSWORD)
        assert done.returncode == 1 and not json.loads(done.stdout)["done"]


def test_app_passwords_are_shown_once_and_work_with_plain_and_scram(running, ann):
    made = running.json("user", "app-password", "add", ann, "phone")
    assert len(made["password"]) == 29
    client(running, ann, made["password"]).quit()
    for mechanism in (["SCRAM-SHA-256", "--no-cb"], ["SCRAM-SHA-256-PLUS"], ["LOGIN"]):
        done = subprocess.run(["gsasl", "--smtp", "--connect", f"127.0.0.1:{running.base + 12}", "--mechanism", *mechanism, "--authentication-id", ann,
                               "--x509-ca-file", str(running.folder / "tls/cert.pem"), "--password", made["password"]],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert "235 2.7.0" in done.stdout + done.stderr, (mechanism, done.stdout, done.stderr)
    assert made["password"] not in running.run("user", "list", "--json").stdout
    running.run("user", "app-password", "remove", ann, "phone", check=True)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        client(running, ann, made["password"])


def test_domains_and_aliases(running, ann):
    running.run("domain", "add", "second.test", check=True)
    assert running.json("domain", "list")["domains"] == [DOMAIN, "second.test"]
    running.run("alias", "add", "sales@second.test", ann, "--sender", ann, check=True)
    assert running.json("alias", "list")["aliases"] == [{"address": "sales@second.test", "targets": [ann], "senders": [ann]}]
    assert "sales@second.test" in next(user for user in running.json("user", "list")["users"] if user["login"] == ann)["send_as"]
    running.run("alias", "remove", "sales@second.test", check=True)
    assert running.run("alias", "remove", "sales@second.test").returncode == 1


def test_a_message_is_traced_through_all_daemons(running, ann):
    one = client(running, ann)
    one.mail(ann)
    one.rcpt(ann)
    code, text = one.data(f"From: {ann}\r\nTo: {ann}\r\nSubject: traced\r\n\r\nHello.\r\n")
    one.quit()
    assert code == 250
    id = text.split()[-1].decode()
    wait_until(lambda: '"delivered"' in running.run("trace", id, "--json").stdout, "it is delivered")
    trace = running.json("trace", id)
    assert {line["daemon"] for line in trace["lines"]} >= {"submission", "signer", "relay"}
    assert [line["time"] for line in trace["lines"]] == sorted(line["time"] for line in trace["lines"])
    assert running.run("trace", id[:8]).stdout.count("\n") == len(trace["lines"])
    assert running.run("trace", "f" * 32).returncode == 1
    assert list((running.folder / "relay/state/mail" / DOMAIN / "ann/new").iterdir())


def test_the_queue_holds_releases_and_drops(running, ann):
    one = client(running, ann)
    one.sendmail(ann, ["someone@stays.test"], f"From: {ann}\r\nSubject: stays\r\n\r\nHello.\r\n")
    one.quit()
    queued = wait_until(lambda: running.json("queue", "list", "--matching", "stays.test")["messages"], "it is queued")
    id = queued[0]["id"]
    running.run("queue", "hold", id, check=True)
    assert running.json("queue", "show", id)["held"]
    assert "Subject: stays" in running.run("queue", "show", id).stdout
    running.run("queue", "release", id, check=True)
    assert not running.json("queue", "show", id)["held"]
    running.run("queue", "drop", id, check=True)
    assert not running.json("queue", "list", "--matching", "stays.test")["messages"]
    assert running.run("queue", "drop", "0" * 32).returncode == 1
    assert running.run("queue", "retry").returncode == 2


def test_keys_are_listed_and_a_new_one_is_taken_up(running):
    keys = running.json("keys", "list")["keys"]
    assert {key["algorithm"] for key in keys if key["domain"] == DOMAIN} == {"rsa-sha256", "ed25519-sha256"}
    made = running.json("keys", "make", "third.test", "--type", "ed25519")
    assert made["signer_reads_it"]
    wait_until(lambda: [key for key in running.json("keys", "list", "third.test")["keys"]], "the signer has it")


def test_renewed_certificates_are_taken_up_without_a_restart(running):
    before = running.json("health")
    assert before["healthy"]
    running.run("certs", "renew", "--new-keys", check=True)
    wait_until(lambda: running.json("health")["healthy"], "everyone serves")
    wait_until(lambda: all("certificates read again" in (running.folder / f"log/{name}.log").read_text() for name in DAEMONS), "everyone has read them")


def test_up_restarts_what_dies_and_ends_with_sigterm(scop):
    scop.init()
    ready = scop.start()
    assert scop.run("up").returncode == 1, "a second one for the same instance"
    os.kill(ready["daemons"]["relay"]["pid"], signal.SIGKILL)
    wait_until(lambda: scop.run("health").returncode == 3 or "ended by signal 9" in scop.up_log(), "it is noticed")
    wait_until(lambda: scop.json("health")["healthy"], "it is back")
    pids = [int((scop.folder / f"run/{name}.pid").read_text()) for name in DAEMONS]
    assert scop.stop() == 0
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not (scop.folder.parent / "ready").exists()


def test_up_ends_when_a_daemon_cannot_be_started(scop):
    scop.init()
    scop.config.write_text(scop.config.read_text().replace("[relay]", "[relay]\nattempts = \"many\""))
    done = subprocess.run([str(BIN / "scop"), "--config", str(scop.config), "up"], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "attempts" in done.stderr and "relay" in done.stderr


def test_daemons_end_when_up_is_killed(scop):
    scop.init("--user-base", 0)
    ready = scop.start()
    scop.stop(signal.SIGKILL)

    def gone():
        for daemon in ready["daemons"].values():
            try:
                os.kill(daemon["pid"], 0)
                return False
            except ProcessLookupError:
                continue
        return True

    wait_until(gone, "they have ended")


def test_up_ends_what_a_killed_one_has_left(scop):
    scop.init()
    before = scop.start()
    scop.stop(signal.SIGKILL)
    after = scop.start()
    assert scop.json("health")["healthy"]
    assert not {one["pid"] for one in before["daemons"].values()} & {one["pid"] for one in after["daemons"].values()}
    assert scop.stop() == 0


def test_up_survives_the_loss_of_its_reader(scop):
    scop.init()
    ready = scop.folder.parent / "ready"
    up = subprocess.Popen([str(BIN / "scop"), "--config", str(scop.config), "up", "--ready-file", str(ready)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        wait_until(ready.exists, "ready")
        up.stdout.close()
        up.stderr.close()
        for _ in range(3):
            scop.run("user", "add", "ann", stdin=PASSWORD)
        assert up.poll() is None and scop.json("health")["healthy"]
    finally:
        up.terminate()
        assert up.wait(40) == 0


def test_up_serves_policy_and_settings_over_https_to_names_in_its_certificate(running):
    port = running.base + 15
    for url, part in (("https://mta-sts.example.test/.well-known/mta-sts.txt", "mx: mail.example.test"),
                      ("https://autoconfig.example.test/mail/config-v1.1.xml", f"<port>{running.base + 13}</port>"),
                      ("https://autodiscover.example.test/autodiscover/autodiscover.json?Protocol=AutodiscoverV1", "AutodiscoverV1")):
        done = subprocess.run(["curl", "-sS", "--max-time", "60", "--cacert", running.folder / "tls/web-cert.pem", "--connect-to",
                               f"::127.0.0.1:{port}", url], capture_output=True, text=True)
        assert part in done.stdout, (url, done)


def test_a_domain_that_is_added_is_served_as_soon_as_the_web_daemon_asks_again(running):
    running.run("domain", "add", "added.test", check=True)
    running.up_process.send_signal(signal.SIGHUP)  # passed on: certificates, and the list of domains

    def status():
        done = subprocess.run(["curl", "-sk", "--max-time", "60", "-o", "/dev/null", "-w", "%{http_code}", "--connect-to",
                               f"::127.0.0.1:{running.base + 15}", "https://mta-sts.added.test/.well-known/mta-sts.txt"],
                              capture_output=True, text=True)
        return done.stdout == "200"
    wait_until(status, "the policy of the new domain", 90)
