"""What scop-resolver keeps and says: reasons of failures, its cache over restarts and outages, anchors that roll, changes while it runs."""
import json
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import grpc
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from bind import Bind, available  # noqa: E402
from instance import BIN, Instance, eventually, free_port, pb  # noqa: E402
from name_server import NameServer  # noqa: E402
from rolling import RollingZone  # noqa: E402

pytestmark = [pytest.mark.skipif(not available(), reason="no BIND 9 here"),
              pytest.mark.skipif(not (BIN / "scop-resolver").exists(), reason="scop-resolver is not built")]

A, MX, TXT = 1, 15, 16
SECURE, INSECURE, BOGUS = "SECURE", "INSECURE", "BOGUS"


@pytest.fixture(scope="module")
def bind():
    with Bind(free_port(socket.SOCK_DGRAM)) as one:
        yield one


def stubs_for(zones, port):
    return "".join(f'[[resolver.stub]]\nzone = "{zone}"\naddress = ["127.0.0.1@{port}"]\n' for zone in zones)


def section(bind, more="", zones=("signed.test", "broken.test", "stale.test", "insecure.test")):
    anchors = ", ".join(f'"{anchor}"' for anchor in bind.anchors.values())
    return f"[resolver]\ntrust_anchors = [{anchors}]\ntimeout = \"5s\"\n{more}\n{stubs_for(zones, bind.port)}"


@pytest.fixture(scope="module")
def resolver(bind):
    dns_port = free_port()
    with Instance(["resolver"], section(bind, f'listen = ["127.0.0.1:{dns_port}"]'), callers=("operator", "courier")) as instance:
        instance.dns_port = dns_port
        yield instance


def look_up(instance, name, kind, caller="operator", timeout=30):
    messages = pb("resolver")
    return instance.unary(caller, "resolver", "scop.v1.Resolver/Lookup", messages.Question(name=name, type=kind), messages.Answer, timeout)


def validation_of(answer):
    return pb("resolver").Answer.Validation.Name(answer.validation)


def statistics(instance):
    messages = pb("resolver")
    reply = instance.unary("operator", "resolver", "scop.v1.ResolverAdmin/Statistics", messages.ResolverStatisticsRequest(), messages.ResolverStatistics)
    return {count.name: count.value for count in reply.counts}


def flush(instance, **what):
    messages = pb("resolver")
    return instance.unary("operator", "resolver", "scop.v1.ResolverAdmin/Flush", messages.ResolverFlushRequest(**what), messages.ResolverFlushReply).answers


def dig(instance, *arguments):
    return subprocess.run(["dig", "@127.0.0.1", "-p", str(instance.dns_port), "+time=10", "+tries=1", *arguments], text=True, capture_output=True,
                          timeout=60).stdout


# Why.

@pytest.mark.parametrize("name, code, words", [("mx1.stale.test", 7, "signature expired"), ("mx1.broken.test", 6, "bogus signature")])
def test_a_bogus_answer_says_why_in_words_and_as_a_number(resolver, name, code, words):
    answer = look_up(resolver, name, A)
    assert (validation_of(answer), answer.extended_error) == (BOGUS, code), answer
    assert code == 6 or words in answer.why
    assert f"EDE: {code}" in dig(resolver, name, "A")
    assert "EDE" not in dig(resolver, name, "A", "+noedns")


def test_servers_that_fail_are_named(resolver, bind):
    # REFUSED: BIND has no such zone.
    with Instance(["resolver"], f"[resolver]\ndnssec = false\n{stubs_for(['other.test'], bind.port)}") as instance:
        answer = look_up(instance, "x.other.test", A)
        assert answer.rcode == 2 and answer.extended_error in (22, 23), answer
        assert "127.0.0.1" in answer.why and "REFUSED" in answer.why, answer.why


def test_the_reason_reaches_the_smtp_reply(bind):
    port = free_port()
    sections = section(bind) + f"[courier]\nport = {port}\nallow_loopback = true\n"
    with Instance(["resolver", "courier"], sections, callers=("operator", "relay")) as instance:
        stage, courier = pb("stage"), pb("courier")
        envelope = courier.AttemptEnvelope(id="00" * 16, trace="00" * 16, domain="mx1.stale.test", reverse_path="me@example.test", size=4,
                                           recipients=[stage.Recipient(address="a@mx1.stale.test")])
        parts = [courier.AttemptPart(envelope=envelope), courier.AttemptPart(data=b"a\r\n\r\n"[:4]), courier.AttemptPart(end=True)]
        report = instance.stream("relay", "courier", "scop.v1.Courier/Attempt", parts, courier.AttemptReport)
        reply = report.recipients[0].reply
        assert (reply.code, reply.enhanced) == (451, "4.7.5")
        assert "EDE 7" in reply.text and "signature expired" in reply.text


# What it keeps.

def test_answers_are_counted_and_kept_and_forgotten(resolver):
    flush(resolver)
    before = statistics(resolver)
    for _ in range(3):
        assert validation_of(look_up(resolver, "signed.test", MX)) == SECURE
    look_up(resolver, "mx1.signed.test", A)
    look_up(resolver, "MX1.Signed.test.", A)
    after = statistics(resolver)
    assert after["look_ups"] - before["look_ups"] == 5
    assert after["cache_hits"] - before["cache_hits"] == 3
    assert after["resolutions"] - before["resolutions"] == 2
    assert after["cache_entries"] == 2 and after["cache_octets"] > 0
    assert flush(resolver, name="signed.test", type=TXT) == 0
    assert flush(resolver, name="signed.test") == 1
    assert flush(resolver, name="test", below=True) == 1
    assert statistics(resolver)["cache_entries"] == 0
    assert validation_of(look_up(resolver, "signed.test", MX)) == SECURE
    for wrong in ({"type": MX}, {"below": True}, {"name": "a..b"}):
        with pytest.raises(grpc.RpcError) as caught:
            flush(resolver, **wrong)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_flush_asks_the_servers_again(tmp_path):
    zone = "$TTL 600\n@ IN SOA ns x. 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n@ IN TXT \"old\"\n"
    port = free_port(socket.SOCK_DGRAM)
    with NameServer("127.0.0.1", "flush.test.", zone, port=port) as server, Instance(["resolver"], "[resolver]\ndnssec = false\n" + stubs_for(["flush.test"], port)) as instance:
        assert look_up(instance, "flush.test", TXT).records == [b"\x03old"]
        server.zone.replace_rdataset("flush.test.", server.text("new"))
        assert look_up(instance, "flush.test", TXT).records == [b"\x03old"]
        assert flush(instance, name="flush.test") == 1
        assert look_up(instance, "flush.test", TXT).records == [b"\x03new"]


def test_the_cache_survives_a_restart(bind):
    with Instance(["resolver"], section(bind)) as instance:
        assert validation_of(look_up(instance, "signed.test", MX)) == SECURE
        assert look_up(instance, "nowhere.signed.test", A).rcode == 3
        assert instance.stop("resolver") == 0
        bind.pause()
        try:
            instance.start("resolver")
            answer = look_up(instance, "signed.test", MX)
            assert (validation_of(answer), len(answer.records), answer.stale) == (SECURE, 2, False)
            assert look_up(instance, "nowhere.signed.test", A).rcode == 3
            assert statistics(instance)["resolutions"] == 0
        finally:
            bind.go_on()
        # Damaged: an empty cache and a line in the log.
        assert instance.stop("resolver") == 0
        file = instance.folder / "resolver/state/cache"
        octets = bytearray(file.read_bytes())
        octets[len(octets) // 2] ^= 1
        file.write_bytes(octets)
        instance.start("resolver")
        assert statistics(instance)["cache_entries"] == 0
        assert "checksum" in instance.log("resolver")
        # Under other settings the answers may be other ones.
        assert validation_of(look_up(instance, "signed.test", MX)) == SECURE
        assert instance.stop("resolver") == 0
        instance.sections = section(bind, 'insecure_domains = ["signed.test"]')
        instance.write_config()
        instance.start("resolver")
        assert "other settings" in instance.log("resolver")
        assert validation_of(look_up(instance, "signed.test", MX)) == INSECURE


def test_a_stale_answer_serves_where_nobody_answers():
    zone = "$TTL 1\n@ IN SOA ns x. 1 3600 600 86400 1\n@ IN NS ns\nns IN A 127.0.0.1\n@ IN TXT \"here\"\n"
    port, dns_port = free_port(socket.SOCK_DGRAM), free_port()
    sections = f'[resolver]\ndnssec = false\nlisten = ["127.0.0.1:{dns_port}"]\n' + stubs_for(["old.test"], port)
    with Instance(["resolver"], sections) as instance:
        instance.dns_port = dns_port
        with NameServer("127.0.0.1", "old.test.", zone, port=port):
            answer = look_up(instance, "old.test", TXT)
            assert (list(answer.records), answer.stale) == ([b"\x04here"], False)

        def is_stale():
            return look_up(instance, "old.test", TXT).stale

        assert eventually(is_stale, 30)
        answer = look_up(instance, "old.test", TXT)
        assert (answer.rcode, list(answer.records), answer.ttl, answer.extended_error) == (0, [b"\x04here"], 30, 3)
        out = dig(instance, "old.test", "TXT")
        assert "EDE: 3" in out and re.search(r"old\.test\.\s+30\s", out), out
        assert statistics(instance)["stale"] >= 3


def test_what_is_asked_for_again_is_fetched_before_it_is_missed():
    zone = "$TTL 10\n@ IN SOA ns x. 1 3600 600 86400 10\n@ IN NS ns\nns IN A 127.0.0.1\n@ IN TXT \"here\"\n"
    port = free_port(socket.SOCK_DGRAM)
    with NameServer("127.0.0.1", "often.test.", zone, port=port), Instance(["resolver"], "[resolver]\ndnssec = false\n" + stubs_for(["often.test"], port)) as instance:
        def prefetched():
            assert look_up(instance, "often.test", TXT).records == [b"\x04here"]
            return statistics(instance)["prefetches"] > 0

        assert eventually(prefetched, 40)


# What changes while it runs.

def test_a_new_configuration_is_read_on_sighup(bind):
    with Instance(["resolver"], section(bind, zones=("signed.test", "broken.test"))) as instance:
        assert validation_of(look_up(instance, "mx1.broken.test", A)) == BOGUS
        assert look_up(instance, "mx1.insecure.test", A).rcode == 3
        instance.sections = section(bind, 'insecure_domains = ["broken.test"]')
        instance.write_config()
        instance.processes["resolver"].send_signal(signal.SIGHUP)
        assert eventually(lambda: "configuration read again" in instance.log("resolver"), 30)
        answer = look_up(instance, "mx1.broken.test", A)
        assert (validation_of(answer), len(answer.records)) == (INSECURE, 1)
        assert len(look_up(instance, "mx1.insecure.test", A).records) == 1
        assert validation_of(look_up(instance, "signed.test", MX)) == SECURE
        instance.sections = "[resolver]\nforward = [\"nonsense\"]\n"
        instance.write_config()
        instance.processes["resolver"].send_signal(signal.SIGHUP)
        assert eventually(lambda: "could not be read again" in instance.log("resolver"), 30)
        assert validation_of(look_up(instance, "mx1.broken.test", A)) == INSECURE


def test_files_of_anchors_are_read_again_on_sighup(bind):
    wrong = bind.anchors["broken.test"].replace("broken.test", "signed.test")
    stub = f'[[resolver.stub]]\nzone = "signed.test"\naddress = ["127.0.0.1@{bind.port}"]\n'
    instance = Instance(["resolver"], "")
    anchors = instance.folder / "anchors"
    anchors.write_text(wrong + "\n")
    instance.sections = f'[resolver]\ntrust_anchor_file = "{anchors}"\n{stub}'
    with instance:
        assert validation_of(look_up(instance, "signed.test", MX)) == BOGUS
        anchors.write_text(bind.anchors["signed.test"] + "\n")  # the same settings name it
        instance.processes["resolver"].send_signal(signal.SIGHUP)
        assert eventually(lambda: "configuration read again" in instance.log("resolver"), 30)
        assert validation_of(look_up(instance, "signed.test", MX)) == SECURE


def test_look_ups_under_way_end_in_the_context_they_began_in(bind):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with Instance(["resolver"], section(bind) + stubs_for(["silent.test"], silent.getsockname()[1])) as instance:
            answers = []
            waiting = threading.Thread(target=lambda: answers.append(look_up(instance, "x.silent.test", A)))
            waiting.start()
            assert eventually(lambda: statistics(instance)["under_way"] == 1, 30)
            for _ in range(5):
                flush(instance)
                assert validation_of(look_up(instance, "signed.test", MX)) == SECURE
            waiting.join(60)
            assert answers[0].rcode == 2 and "timed out" in answers[0].why, answers


def test_trust_anchors_follow_their_zone(bind):
    with RollingZone(free_port(socket.SOCK_DGRAM)) as zone:
        sections = (f'[resolver]\ntrust_anchors = ["{zone.anchor}"]\nunsafe_test_hold_down = "1s"\nserve_stale = "0s"\n' +
                    stubs_for(["roll.test"], zone.port))
        with Instance(["resolver"], sections) as instance:
            anchors = instance.folder / "resolver/state/anchors"
            assert validation_of(look_up(instance, "roll.test", TXT)) == SECURE
            zone.publish("old", "new")

            def knows_new():
                flush(instance)
                assert validation_of(look_up(instance, "roll.test", TXT)) == SECURE
                return re.search(rf"id = {zone.tag('new')} .*state=2 ", (anchors / "roll.test.key").read_text())

            assert eventually(knows_new, 60), (anchors / "roll.test.key").read_text()
            assert "unsafe_test_hold_down" in instance.log("resolver")
            zone.publish("new")
            flush(instance)
            assert validation_of(look_up(instance, "roll.test", TXT)) == SECURE
            instance.stop("resolver")
            instance.start("resolver")
            flush(instance)
            assert validation_of(look_up(instance, "roll.test", TXT)) == SECURE
            assert zone.anchor in (anchors / "roll.test.seed").read_text()


# By TLS.

class TlsForwarder:
    """A resolver by TLS (RFC 7858) in front of a name server's TCP port."""

    def __init__(self, certificate, key, upstream):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.upstream, self.served = upstream, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_one, args=(client,), daemon=True).start()

    def serve_one(self, client):
        try:
            with self.context.wrap_socket(client, server_side=True) as tls:
                while head := tls.recv(2):
                    query = b""
                    head += tls.recv(1) if len(head) < 2 else b""
                    while len(query) < struct.unpack("!H", head)[0]:
                        query += tls.recv(4096)
                    with socket.create_connection(("127.0.0.1", self.upstream)) as up:
                        up.sendall(head + query)
                        size = up.recv(2, socket.MSG_WAITALL)
                        tls.sendall(size + up.recv(struct.unpack("!H", size)[0], socket.MSG_WAITALL))
                    self.served += 1
        except (OSError, ssl.SSLError):
            pass


def test_forwarding_by_tls_to_the_named_server_alone(bind):
    with Instance(["resolver"], "") as instance:
        from instance import Authority
        authority = Authority(instance.folder / "world")
        forwarder = TlsForwarder(*authority.issue(instance.folder / "dns", "DNS:dns.forward.test"), bind.port)
        instance.stop("resolver")

        def settings(name, ca):
            return (f'[resolver]\nforward = ["tls://127.0.0.1@{forwarder.port}#{name}"]\nauthorities = "{ca}"\ntrust_anchors = ["{bind.anchors["signed.test"]}"]\n'
                    'local_zones = ["test. transparent"]\ntimeout = "10s"\n')

        for name, ca, rcode in (("dns.forward.test", "world/ca.pem", 0), ("dns.other.test", "world/ca.pem", 2), ("dns.forward.test", "mesh/ca.pem", 2)):
            (instance.folder / "resolver/state/cache").unlink(missing_ok=True)
            instance.sections = settings(name, instance.folder / ca)
            instance.write_config()
            before = forwarder.served
            instance.start("resolver")
            answer = look_up(instance, "signed.test", MX)
            assert answer.rcode == rcode, (name, ca, answer)
            assert (forwarder.served > before) == (rcode == 0)
            instance.stop("resolver")
        assert validation_of(answer) != SECURE


# The command.

def test_scop_shows_and_flushes(resolver):
    if not (BIN / "scop").exists():
        pytest.skip("scop is not built")

    def scop(*arguments):
        return subprocess.run([str(BIN / "scop"), "--config", str(resolver.folder / "scop.toml"), "resolver", *arguments], text=True, capture_output=True,
                              timeout=60)

    look_up(resolver, "signed.test", MX)
    counts = json.loads(scop("stats", "--json").stdout)
    assert counts["look_ups"] > 0 and counts["cache_entries"] > 0
    assert "cache_hits" in scop("stats").stdout
    done = scop("flush", "signed.test", "--type", "MX")
    assert done.returncode == 0 and "1 answer forgotten" in done.stdout, done.stdout + done.stderr
    assert json.loads(scop("flush", "test", "--below", "--json").stdout)["answers"] >= 0
    assert scop("flush", "--below").returncode == 2
    assert scop("flush", "a.test", "--type", "NONSENSE").returncode == 2
