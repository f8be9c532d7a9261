"""scop-resolver against a real BIND 9 on loopback, over its pipe and with dig."""
import ipaddress
import socket
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from bind import Bind, available  # noqa: E402
from instance import BIN, Instance, free_port, pb  # noqa: E402
from name_server import NameServer  # noqa: E402

pytestmark = [pytest.mark.skipif(not available(), reason="no BIND 9 here"),
              pytest.mark.skipif(not (BIN / "scop-resolver").exists(), reason="scop-resolver is not built")]

A, CNAME, MX, TXT, AAAA, TLSA = 1, 5, 15, 16, 28, 52
SECURE, INSECURE, BOGUS, INDETERMINATE = "SECURE", "INSECURE", "BOGUS", "INDETERMINATE"


@pytest.fixture(scope="module")
def bind():
    with Bind(free_port(socket.SOCK_DGRAM)) as one:
        yield one


@pytest.fixture(scope="module")
def silent_port():
    """A name server that never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        yield one.getsockname()[1]


@pytest.fixture(scope="module")
def resolver(bind, silent_port):
    dns_port = free_port()
    stubs = "".join(f'[[resolver.stub]]\nzone = "{zone}"\naddress = ["127.0.0.1@{bind.port}"]\n'
                    for zone in ("signed.test", "broken.test", "stale.test", "insecure.test"))
    stubs += f'[[resolver.stub]]\nzone = "silent.test"\naddress = ["127.0.0.1@{silent_port}"]\n'
    anchors = ", ".join(f'"{anchor}"' for anchor in bind.anchors.values())
    sections = f"""
[resolver]
listen = ["127.0.0.1:{dns_port}"]
trust_anchors = [{anchors}]
timeout = "3s"
local_zones = ["invalid.test. static"]
local_data = ["local.test. IN A 192.0.2.77", "local.test. IN MX 5 mx.local.test.", "mx.invalid.test. IN A 192.0.2.78"]
{stubs}"""
    with Instance(["resolver"], sections, callers=("operator", "courier", "submission")) as instance:
        instance.dns_port = dns_port
        yield instance


def look_up(instance, name, kind, caller="operator", timeout=20):
    messages = pb("resolver")
    return instance.unary(caller, "resolver", "scop.v1.Resolver/Lookup", messages.Question(name=name, type=kind), messages.Answer, timeout)


def validation_of(answer):
    return pb("resolver").Answer.Validation.Name(answer.validation)


def dig(instance, *arguments):
    done = subprocess.run(["dig", "@127.0.0.1", "-p", str(instance.dns_port), "+time=5", "+tries=1", *arguments], text=True, capture_output=True,
                          timeout=30)
    return done.stdout


def test_a_signed_zone_is_secure(resolver):
    answer = look_up(resolver, "signed.test", MX)
    assert (answer.rcode, validation_of(answer), len(answer.records)) == (0, SECURE, 2)
    assert sorted(answer.records)[0] == b"\x00\x0a\x03mx1\x06signed\x04test\x00"
    assert 0 < answer.ttl <= 60


def test_every_type_of_record_arrives_as_it_is(resolver):
    assert look_up(resolver, "mx1.signed.test", A).records == [ipaddress.ip_address("192.0.2.1").packed]
    assert look_up(resolver, "mx1.signed.test.", AAAA).records == [ipaddress.ip_address("2001:db8::1").packed]
    assert look_up(resolver, "signed.test", TXT).records == [b"\x03one\x03two"]
    tlsa = look_up(resolver, "_25._tcp.mx1.signed.test", TLSA)
    assert tlsa.records == [bytes([3, 1, 1, *range(1, 33)])]
    assert validation_of(tlsa) == SECURE


def test_an_unsigned_zone_is_insecure(resolver):
    answer = look_up(resolver, "mx1.insecure.test", A)
    assert (answer.rcode, validation_of(answer), len(answer.records)) == (0, INSECURE, 1)


@pytest.mark.parametrize("name", ["mx1.broken.test", "mx1.stale.test"])
def test_what_fails_validation_is_bogus_and_gives_no_records(resolver, name):
    answer = look_up(resolver, name, A)
    assert (answer.rcode, validation_of(answer), list(answer.records)) == (2, BOGUS, [])
    assert answer.why


def test_names_that_do_not_exist(resolver):
    for zone, expected in (("signed.test", SECURE), ("insecure.test", INSECURE)):
        answer = look_up(resolver, f"nowhere.{zone}", MX)
        assert (answer.rcode, validation_of(answer), list(answer.records)) == (3, expected, [])


def test_names_without_that_type(resolver):
    answer = look_up(resolver, "only-v4.signed.test", AAAA)
    assert (answer.rcode, validation_of(answer), list(answer.records)) == (0, SECURE, [])


def test_aliases_are_followed_and_named(resolver):
    answer = look_up(resolver, "alias.signed.test", A)
    assert (answer.canonical_name, validation_of(answer)) == ("mx1.signed.test", SECURE)
    assert len(answer.records) == 1
    assert look_up(resolver, "dangling.signed.test", A).rcode == 3


def test_local_data_goes_before_the_world(resolver):
    assert look_up(resolver, "local.test", A).records == [ipaddress.ip_address("192.0.2.77").packed]
    assert look_up(resolver, "local.test", MX).records == [b"\x00\x05\x02mx\x05local\x04test\x00"]
    assert look_up(resolver, "mx.invalid.test", A).records == [ipaddress.ip_address("192.0.2.78").packed]
    assert look_up(resolver, "other.invalid.test", A).rcode == 3


def test_a_server_that_never_answers_ends_in_servfail(resolver):
    began = time.monotonic()
    answer = look_up(resolver, "x.silent.test", A)
    assert (answer.rcode, validation_of(answer), answer.why) == (2, INDETERMINATE, "timed out")
    assert 2 < time.monotonic() - began < 8


def test_what_is_no_name_or_type_is_refused(resolver):
    assert look_up(resolver, "mx1.signed.test", A).rcode == 0  # in the cache: a type beyond 16 bits must not find it
    for name, kind in (("a..b", A), ("x" * 64 + ".test", A), ("", A), ("ü.test", A), ("a.test", 0), ("a.test", 255), ("a.test", 252), ("a.test", 70000), ("mx1.signed.test", 65536 + A)):
        with pytest.raises(grpc.RpcError) as caught:
            look_up(resolver, name, kind)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_caller_that_is_not_declared_is_refused(resolver):
    with pytest.raises(grpc.RpcError) as caught:
        look_up(resolver, "signed.test", MX, caller="submission")
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert look_up(resolver, "signed.test", MX, caller="courier").rcode == 0


def test_many_at_once_are_all_answered(resolver):
    messages = pb("resolver")
    with resolver.channel("operator", "resolver") as channel:
        ask = channel.unary_unary("/scop.v1.Resolver/Lookup", lambda message: message.SerializeToString(), messages.Answer.FromString)
        names = [f"n{i}.signed.test" for i in range(200)] + ["mx1.signed.test"] * 200
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda name: ask(messages.Question(name=name, type=A), timeout=30), names))
    assert {answer.rcode for answer in answers[:200]} == {3}
    assert all(len(answer.records) == 1 for answer in answers[200:])


def test_dig_by_udp(resolver):
    out = dig(resolver, "mx1.signed.test", "A", "+dnssec")
    assert "status: NOERROR" in out and "192.0.2.1" in out and "RRSIG" in out
    assert " ad" in out.split("flags:")[1].split(";")[0]


def test_dig_without_dnssec_sees_no_signatures(resolver):
    out = dig(resolver, "mx1.signed.test", "A", "+noedns", "+noadflag")
    assert "192.0.2.1" in out and "RRSIG" not in out and "OPT" not in out
    assert " ad" not in out.split("flags:")[1].split(";")[0]


def test_dig_sees_the_case_it_asked_in(resolver):
    assert "MX1.sIGNED.test." in dig(resolver, "MX1.sIGNED.test", "A", "+qr").split("QUESTION SECTION")[2]


def test_dig_of_bogus_names_fails_but_with_checking_disabled(resolver):
    assert "status: SERVFAIL" in dig(resolver, "mx1.broken.test", "A")
    assert "198.51.100.1" in dig(resolver, "mx1.broken.test", "A", "+cd")


def test_dig_by_tcp_and_by_truncation(resolver):
    assert "192.0.2.1" in dig(resolver, "mx1.signed.test", "A", "+tcp")
    udp = dig(resolver, "big.insecure.test", "TXT", "+ignore")
    assert " tc" in udp.split("flags:")[1].split(";")[0] and "ANSWER: 0" in udp
    followed = dig(resolver, "big.insecure.test", "TXT")
    assert "Truncated, retrying in TCP" in followed and "x" * 250 in followed


def test_dig_of_everything_else(resolver):
    assert "status: NXDOMAIN" in dig(resolver, "nowhere.signed.test", "A")
    assert "status: REFUSED" in dig(resolver, "signed.test", "ANY")
    assert "status: REFUSED" in dig(resolver, "version.bind", "TXT", "CH")
    assert "status: BADVERS" in dig(resolver, "signed.test", "A", "+edns=1", "+noednsneg")


def test_garbage_on_the_dns_port_harms_nobody(resolver):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(2)
        udp.connect(("127.0.0.1", resolver.dns_port))
        for octets in (b"", b"\x00", b"\xff" * 40, b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01", bytes(1500)):
            udp.send(octets)
        udp.send(struct.pack("!HHHHHH", 77, 0x0100, 1, 0, 0, 0) + b"\xc0\x00\x00\x01\x00\x01")
        replies = []
        try:
            while True:
                replies.append(udp.recv(2000))
        except socket.timeout:
            pass
        assert any(reply[:2] == struct.pack("!H", 77) and reply[3] & 15 == 1 for reply in replies)
    with socket.create_connection(("127.0.0.1", resolver.dns_port)) as tcp:
        tcp.sendall(b"\xff\xff" + bytes(1000))
        try:
            assert tcp.recv(100) == b""
        except ConnectionResetError:
            pass
    assert "192.0.2.1" in dig(resolver, "mx1.signed.test", "A")


def test_without_dnssec_nothing_is_judged(bind):
    sections = f'[resolver]\ndnssec = false\n[[resolver.stub]]\nzone = "broken.test"\naddress = ["127.0.0.1@{bind.port}"]\n'
    with Instance(["resolver"], sections) as instance:
        answer = look_up(instance, "mx1.broken.test", A)
        assert (validation_of(answer), answer.records) == (INDETERMINATE, [ipaddress.ip_address("198.51.100.1").packed])


def test_forwarding(bind, resolver):
    anchor = bind.anchors["signed.test"]
    sections = f'[resolver]\nforward = ["127.0.0.1@{resolver.dns_port}"]\ntrust_anchors = ["{anchor}"]\nlocal_zones = ["test. transparent"]\n'
    with Instance(["resolver"], sections) as instance:
        answer = look_up(instance, "signed.test", MX)
        assert (answer.rcode, validation_of(answer), len(answer.records)) == (0, SECURE, 2)
        assert look_up(instance, "mx1.insecure.test", A).rcode == 0


def may_use_port_53():
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind(("127.8.0.1", 53))
        return True
    except OSError:
        return False


@pytest.mark.skipif(not may_use_port_53(), reason="root servers are asked on port 53: needs root")
def test_recursion_from_the_root(tmp_path):
    soa = "$TTL 60\n@ IN SOA ns.root. x. 1 3600 600 86400 60\n"
    root = soa + "@ IN NS ns.root.\nns.root. IN A 127.8.0.1\nworld. IN NS ns.world.\nns.world. IN A 127.8.0.2\n"
    world = soa + "@ IN NS ns.world.\nns.world. IN A 127.8.0.2\nmail.world. IN MX 10 mx.world.\nmx.world. IN A 192.0.2.5\n"
    big = "".join(f'big.world. IN TXT "{i:03}{"x" * 240}"\n' for i in range(20))
    hints = tmp_path / "hints"
    hints.write_text(". 3600 IN NS ns.root.\nns.root. 3600 IN A 127.8.0.1\n")
    # The stub tells that name servers on loopback are meant.
    sections = f"""[resolver]
dnssec = false
root_hints = "{hints}"
ipv6 = false
[[resolver.stub]]
zone = "unused.example"
address = ["127.8.0.3"]
"""
    with NameServer("127.8.0.1", ".", root) as first, NameServer("127.8.0.2", "world.", world + big), Instance(["resolver"], sections) as instance:
        answer = look_up(instance, "mail.world", MX)
        assert (answer.rcode, list(answer.records)) == (0, [b"\x00\x0a\x02mx\x05world\x00"])
        assert look_up(instance, "nowhere.world", A).rcode == 3
        assert look_up(instance, "no-such-tld", A).rcode == 3
        assert len(look_up(instance, "big.world", TXT).records) == 20  # by TCP: no UDP answer is that large
        # RFC 9156: the root learns no more than it must.
        assert not any("mail" in name for name, _ in first.questions)


def test_a_wrong_setting_is_named(tmp_path):
    (tmp_path / "scop.toml").write_text('[mesh]\ndomain = "example.test"\n[resolver]\nforward = ["dns.example"]\n')
    done = subprocess.run([str(BIN / "scop-resolver"), "--config", str(tmp_path / "scop.toml"), "--check"], text=True, capture_output=True, timeout=20)
    assert done.returncode == 2 and "forward" in done.stdout + done.stderr
