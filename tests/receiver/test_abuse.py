"""Each rule against abuse, and whom it never meets."""
import socket
import struct
import time

import edge as edges
from edge import OTHER, STRANGER

MAIL = b"MAIL FROM:<bob@sender.example>\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
PROXY = "127.0.0.3"


def first_line(edge, source=STRANGER, first=b""):
    """What the server says first: code and text."""
    with edge.client(greeting=False, source=source, first=first) as client:
        return client.line()


def proxy_header(client):
    addresses = socket.inet_aton(client) + socket.inet_aton("192.0.2.25") + struct.pack("!HH", 40000, 25)
    return SIGNATURE + b"\x21\x11" + struct.pack("!H", len(addresses)) + addresses


def greet(client):
    assert client.say(b"EHLO mx.sender.example\r\n") == ["250"]


# Greeting delay and early talkers.

def test_strangers_wait_for_the_greeting_and_gateways_do_not(guarded):
    edge = guarded(greeting_delay="1s")
    began = time.monotonic()
    assert first_line(edge).startswith("220")
    waited = time.monotonic() - began
    assert waited > 0.95
    began = time.monotonic()
    assert first_line(edge, source="127.0.0.1").startswith("220")
    assert time.monotonic() - began < 0.9


def test_early_talkers_get_554_and_no_session(guarded):
    edge = guarded(greeting_delay="1s")
    with edge.client(greeting=False, source=STRANGER, first=b"EHLO evil.example\r\n" + MAIL) as client:
        assert client.line().startswith("554 5.5.0")
        assert client.closed()
    assert first_line(edge).startswith("220")


# Temporary bans.

def test_three_offences_are_a_temporary_ban_of_that_address_alone(guarded):
    edge = guarded(greeting_delay="300ms", ban_after=3, first_ban="3s", longest_ban="3s")
    for _ in range(3):
        assert first_line(edge, first=b"EHLO evil.example\r\n").startswith("554")
    assert first_line(edge).startswith("421 4.7.0")
    assert first_line(edge, source="127.0.0.4").startswith("220")
    assert edges.wait_for(lambda: first_line(edge).startswith("220"))
    assert 'banned_s=3' in edge.log()


def test_a_declared_gateway_is_never_banned(guarded):
    edge = guarded(gateways=["127.0.0.0/8"], ban_after=1, max_errors=1, greeting_delay="300ms")
    for _ in range(5):
        with edge.client(source=STRANGER) as client:
            client.send(b"WHAT\r\n" * 3)
            assert client.closed()
    assert first_line(edge).startswith("220")
    assert "offence" not in edge.log()


def test_a_declared_proxy_is_never_banned_and_its_clients_are(guarded):
    edge = guarded(gateways=[], proxy=[PROXY], ban_after=1, greeting_delay="300ms")
    early = b"EHLO evil.example\r\n"
    # what the proxy says of itself, what a client pretends to be, and a real client
    health_check = SIGNATURE + b"\x20\x00\x00\x00"
    for _ in range(3):
        assert first_line(edge, PROXY, health_check + early).startswith("220")
        assert first_line(edge, PROXY, proxy_header(PROXY) + early).startswith("220")
    assert first_line(edge, PROXY, proxy_header("192.0.2.77") + early).startswith("554")
    assert first_line(edge, PROXY, proxy_header("192.0.2.77")).startswith("421")
    assert first_line(edge, PROXY, proxy_header("192.0.2.78")).startswith("220")
    assert first_line(edge, PROXY, health_check).startswith("220")


def test_loopback_where_declared_by_default_is_never_banned(folder):
    with edges.Edge(folder / "default", name="receiver", ban_after=1, max_errors=1) as edge:
        for _ in range(3):
            with edge.client(source="127.7.7.7") as client:
                client.send(b"WHAT\r\n" * 3)
                assert client.closed()
        assert first_line(edge, "127.7.7.7").startswith("220")


def test_errors_and_smuggling_are_offences(guarded):
    edge = guarded(ban_after=2, max_errors=2)
    with edge.client(source=STRANGER) as client:
        client.send(b"WHAT\r\n" * 3)
        assert client.closed()
    with edge.client(source=STRANGER) as client:
        client.send(b"NOOP\n\r\n")
        assert client.closed()
    assert first_line(edge).startswith("421 4.7.0")


# The PROXY protocol.

def test_a_proxy_without_a_header_is_sent_away_and_nobody_else_may_send_one(guarded):
    edge = guarded(proxy=[PROXY])
    with edge.client(greeting=False, source=PROXY, first=b"EHLO mx.sender.example\r\n") as client:
        assert client.closed()
    with edge.client(source=STRANGER) as client:
        client.send(proxy_header("192.0.2.77") + b"NOOP\r\n")
        assert client.code() in ("500", "521")


# Rates of a client network.

def test_connections_of_one_network_are_bounded(guarded):
    edge = guarded(connections_per_minute=1)
    said = [first_line(edge, f"127.0.0.{10 + i}")[:3] for i in range(12)]
    assert said == ["220"] * 10 + ["421"] * 2
    assert first_line(edge, OTHER).startswith("220")
    assert first_line(edge, "127.0.0.1").startswith("220")


def test_messages_of_one_network_are_bounded(guarded):
    edge = guarded(messages_per_minute=1)
    with edge.client(source=STRANGER) as client:
        greet(client)
        said = [client.say(MAIL + b"RSET\r\n", 2)[0] for _ in range(12)]
    assert said == ["250"] * 10 + ["450"] * 2


def test_recipients_of_one_network_are_bounded(guarded):
    edge = guarded(recipients_per_minute=1)
    with edge.client(source=STRANGER) as client:
        greet(client)
        client.say(MAIL)
        said = [client.say(b"RCPT TO:<anna@example.org>\r\n")[0] for _ in range(12)]
    assert said == ["250"] * 10 + ["450"] * 2


def test_errors_of_one_network_are_bounded(guarded):
    edge = guarded(errors_per_minute=1, ban_after=0)
    for source in ("127.0.0.20", "127.0.0.21"):
        with edge.client(source=source) as client:
            assert client.say(b"WHAT\r\n" * 6 + b"QUIT\r\n", 7)[-1] == "221"
            assert client.closed()
    assert edges.wait_for(lambda: first_line(edge, "127.0.0.22").startswith("421"))
    assert first_line(edge, OTHER).startswith("220")


# Dictionary attacks.

def test_dictionary_attacks_slow_down_and_end_in_421(guarded):
    edge = guarded(free_unknown=2, most_unknown=5, longest_delay="1s", ban_after=1)
    took = []
    with edge.client(source=STRANGER) as client:
        greet(client)
        client.say(MAIL)
        codes = []
        for i in range(5):
            began = time.monotonic()
            codes += client.say(b"RCPT TO:<unknown%d@example.org>\r\n" % i)
            took.append(time.monotonic() - began)
        assert client.closed()
    assert codes == ["550", "550", "550", "550", "421"]
    assert max(took[:2]) < 0.9 and min(took[2:]) > 0.95
    assert first_line(edge).startswith("421 4.7.0")
    assert "too many unknown recipients" in edge.log()


def test_gateways_are_not_slowed(guarded):
    edge = guarded(free_unknown=0, most_unknown=2)
    with edge.client(source="127.0.0.1") as client:
        greet(client)
        client.say(MAIL)
        began = time.monotonic()
        assert [client.say(b"RCPT TO:<unknown@example.org>\r\n")[0] for _ in range(6)] == ["550"] * 6
        assert time.monotonic() - began < 1


# Greylisting.

def recipient_code(edge, source=STRANGER, to=b"anna"):
    with edge.client(source=source) as client:
        greet(client)
        return client.say(MAIL + b"RCPT TO:<" + to + b"@example.org>\r\n", 2)[1]


def test_greylisting_is_off_by_default(guarded):
    assert recipient_code(guarded()) == "250"


def test_greylisting_puts_a_first_try_off(guarded):
    edge = guarded(greylisting=True, greylist_delay="1s")
    assert recipient_code(edge) == "451"
    assert recipient_code(edge, to=b"unknown") == "550"
    assert recipient_code(edge, "127.0.0.1") == "250"
    time.sleep(1.1)
    assert recipient_code(edge, "127.0.0.99") == "250"  # the same network
    assert recipient_code(edge, OTHER) == "451"


# What is asked elsewhere does not stand in the way.

def test_a_resolver_and_a_filter_that_do_not_answer_cost_no_mail(guarded):
    edge = guarded(dns_timeout="1s")
    with open(edge.folder / "scop.toml", "a", encoding="utf-8") as file:
        file.write('[[receiver.blocklist]]\nzone = "zen.test"\n')
    edge.stop()
    edge.start()
    with edge.client(source=STRANGER) as client:
        greet(client)
        assert client.message(b"Subject: x\r\n\r\n", sender="bob@sender.example", to="anna@example.org")[-1].startswith("250")
    assert "blocklist not usable" in edge.log()


SLOW_CLIENTS = 2_000
PER_CLIENT = 24 << 10 if edges.SLOW == 1 else 96 << 10  # octets; AddressSanitizer's come on top


def test_thousands_of_slow_connections_cost_little_memory(guarded):
    edge = guarded(gateways=["127.0.0.0/8"], connections=SLOW_CLIENTS + 100)
    before, sockets = edge.memory(), []
    try:
        for i in range(SLOW_CLIENTS):
            one = socket.create_connection(("127.0.0.1", edge.port), timeout=20, source_address=(f"127.3.{i // 250}.{i % 250 + 1}", 0))
            one.sendall(b"EHLO mx")
            sockets.append(one)
        assert edge.alive()
        assert edge.memory() - before < SLOW_CLIENTS * PER_CLIENT
    finally:
        for one in sockets:
            one.close()
