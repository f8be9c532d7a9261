"""Protocol abuse: clear codes, bounded memory, and other sessions go on unharmed."""
import base64
import os
import socket
import ssl
import struct
import threading
import time

import edge as edges
import pytest

MEGA = 1 << 20
GROWTH = 24 * MEGA * (3 if edges.SLOW > 1 else 1)  # ASan keeps what is freed for a while


@pytest.fixture
def quick(place):
    """Short timeouts and small limits."""
    with edges.Edge(place / "instance", idle_timeout="1s", session_timeout="4s", max_message="1MB", max_errors=5, auth_tries=2,
                    connections=40, connections_per_address=10, proxy=["127.0.0.2"]) as one:
        yield one


def final_code(client):
    """The last reply before the end of the connection."""
    last = None
    try:
        while True:
            last = client.code()
    except (EOFError, ConnectionError, ssl.SSLError):
        return last


def test_pipelined_garbage_ends_in_421(edge):
    with edge.client() as client:
        try:
            for _ in range(200):
                client.send(os.urandom(2048).replace(b"\n", b"\r\n"))
        except (ConnectionError, ssl.SSLError):
            pass
        assert final_code(client) in ("421", "521", "500", None)
    assert edge.alive()


def test_a_line_of_a_megabyte_is_refused_in_bounded_memory(edge):
    before = edge.memory()
    with edge.client() as client:
        try:
            client.send(b"NOOP " + b"x" * MEGA + b"\r\n")
        except (ConnectionError, ssl.SSLError):
            pass
        assert final_code(client) in ("500", None)
    assert edge.memory() - before < GROWTH
    assert edge.alive()


def test_nul_in_a_command(edge):
    with edge.client() as client:
        assert client.say(b"NO\0OP\r\nEHLO c\0d\r\nNOOP\r\n", 3) == ["500", "500", "250"]


@pytest.mark.parametrize("octets", [b"NOOP\n", b"NOOP\r", b"EHLO a\nMAIL FROM:<x@y>\r\n", b"NOOP\r\r\n"])
def test_bare_line_ends_in_commands_end_the_session(edge, octets):
    with edge.client() as client:
        client.send(octets + b"\r\n")
        assert final_code(client) == "521"


SMUGGLING = [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\n.\r", b"\r.\n", b"\r\n.\r\r\n", b"\r\n\0.\r\n"]


@pytest.mark.parametrize("mark", SMUGGLING, ids=repr)
def test_no_message_is_smuggled(edge, mark):
    before = len(edge.passed())
    with edge.client() as client:
        client.login()
        client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n", 3)
        inner = b"MAIL FROM:<user@example.org>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nFrom: user@example.org\r\n\r\nsmuggled\r\n"
        client.send(b"From: user@example.org\r\n\r\ntext" + mark + inner + b".\r\n")
        assert client.code() in ("521", "554")
    assert len(edge.passed()) == before


def test_commands_before_the_handshake_are_not_taken_into_tls(edge):
    with edge.client(tls=False) as client:
        client.say(b"EHLO c\r\n")
        client.send(b"STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@example.org>\r\n")
        assert final_code(client) == "554"


def test_commands_that_race_the_handshake_break_it(edge):
    with edge.client(tls=False) as client:
        assert client.say(b"EHLO c\r\nSTARTTLS\r\n", 2) == ["250", "220"]
        client.send(b"EHLO evil\r\nMAIL FROM:<evil@example.org>\r\n")
        assert client.closed()
    assert edge.alive()


def test_auth_is_bounded_in_a_session(quick):
    wrong = base64.b64encode(b"\0user@example.org\0wrong")
    with quick.client() as client:
        client.say(b"EHLO c\r\n")
        assert [client.say(b"AUTH PLAIN " + wrong + b"\r\n")[0] for _ in range(3)] == ["535", "535", "421"]
        assert client.closed()


def test_auth_with_garbage(edge):
    with edge.client() as client:
        client.say(b"EHLO c\r\n")
        assert client.say(b"AUTH PLAIN " + b"A" * 12200 + b"\r\n") == ["501"]
        assert client.say(b"AUTH LOGIN\r\n") == ["334"]
        assert client.say(b"A" * 20000 + b"\r\n") == ["500"]
        assert client.say(b"AUTH PLAIN\r\n") == ["334"]
        assert client.say(b"\0\0\0\r\n") == ["501"]
        assert client.say(b"NOOP\r\n") == ["250"]


def test_passwords_are_not_in_the_log(edge):
    with edge.client() as client:
        client.say(b"EHLO c\r\n")
        client.say(b"AUTH PLAIN " + base64.b64encode(b"\0user@example.org\0hunter2hunter2") + b"\r\n")
    assert "hunter2" not in edge.log() and base64.b64encode(b"hunter2")[:6].decode() not in edge.log()


def test_an_oversized_message_is_refused_and_the_session_goes_on(quick):
    with quick.client() as client:
        client.login()
        lines = client.message(b"From: user@example.org\r\n\r\n" + (b"x" * 98 + b"\r\n") * 13_000)
        assert lines[-1].startswith("552 5.3.4")
        assert client.say(b"NOOP\r\n") == ["250"]


def test_endless_data_ends_the_session_in_bounded_memory(quick):
    before = quick.memory()
    with quick.client() as client:
        client.login()
        client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n", 3)
        client.send(b"From: user@example.org\r\n\r\n")
        sent = 0
        try:
            while sent < 200 * MEGA:
                client.send((b"x" * 98 + b"\r\n") * 600)
                sent += 60_000
        except (ConnectionError, ssl.SSLError):
            pass
        assert sent < 50 * MEGA
    assert quick.memory() - before < GROWTH
    assert quick.alive()


def test_an_oversized_chunk_is_read_and_refused(quick):
    with quick.client() as client:
        client.login()
        client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\n", 2)
        client.send(b"BDAT 1500000 LAST\r\n" + b"x" * 1_500_000)
        assert client.code() == "552"
        assert client.say(b"NOOP\r\n") == ["250"]
        client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\n", 2)
        client.send(b"BDAT 18446744073709551615 LAST\r\n")
        assert client.code() == "552"
        assert client.closed()


def test_endless_chunks_end_the_session(quick):
    with quick.client() as client:
        client.login()
        client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\n", 2)
        codes = [client.say(b"BDAT 600000\r\n" + b"x" * 600_000)[0] for _ in range(3)]
        assert codes == ["250", "552", "503"]
        assert client.say(b"NOOP\r\n") == ["250"]


def test_a_slow_talker_is_ended_by_the_total_time(quick):
    with quick.client() as client:
        start = time.monotonic()
        try:
            while time.monotonic() - start < 15 * edges.SLOW:
                client.send(b"N")
                time.sleep(0.3)
        except (ConnectionError, ssl.SSLError):
            pass
        assert time.monotonic() - start < 12 * edges.SLOW
        assert final_code(client) in ("421", None)


def test_a_silent_client_is_ended_by_the_idle_time(quick):
    with quick.client() as client:
        assert final_code(client) == "421"
    with quick.client(tls=False) as client:
        assert final_code(client) == "421"


def test_a_client_that_never_shakes_hands_does_no_harm(quick):
    silent = [socket.create_connection(("127.0.0.1", quick.tls_port)) for _ in range(20)]
    assert quick.alive()
    for one in silent:
        one.close()


def test_over_the_cap_clients_are_told_to_come_back(quick):
    clients = [quick.client() for _ in range(40)]
    with quick.client(tls=False, greeting=False) as late:
        assert late.line().startswith("421 4.7.0")
        assert late.closed()
    with pytest.raises((ConnectionError, ssl.SSLError, EOFError)):
        quick.client()
    for one in clients:
        one.socket.close()
    assert edges.wait_for(quick.alive)


def proxy_header(address, command=0x21):
    octets = b"\r\n\r\n\0\r\nQUIT\n" + bytes([command, 0x11]) + struct.pack("!H", 12)
    return octets + socket.inet_aton(address) + socket.inet_aton("127.0.0.1") + struct.pack("!HH", 40000, 587)


def proxied(edge, first, timeout=10):
    client = edges.Client.__new__(edges.Client)
    client.socket = socket.socket()
    client.socket.settimeout(timeout * edges.SLOW)
    client.socket.bind(("127.0.0.2", 0))
    client.socket.connect(("127.0.0.1", edge.port))
    client.buffer, client.version = b"", None
    client.socket.sendall(first)
    return client


def test_a_trusted_proxy_says_the_client_s_address(quick):
    with proxied(quick, proxy_header("192.0.2.77")) as client:
        assert client.code() == "220"
        assert client.say(b"QUIT\r\n") == ["221"]
    assert edges.wait_for(lambda: "client=192.0.2.77" in quick.log())


def test_a_trusted_proxy_must_send_its_header(quick):
    with proxied(quick, b"EHLO c\r\nEHLO c\r\nEHLO c\r\n") as client:
        assert client.closed()


def test_nobody_else_may_send_one(quick):
    with quick.client(tls=False, greeting=False, first=proxy_header("192.0.2.78")) as client:
        assert client.code() == "220"
        assert final_code(client) in ("521", "500", "421")
    assert "192.0.2.78" not in quick.log()


def test_connections_of_one_address_are_bounded(quick):
    open_ones = []
    for _ in range(10):
        client = proxied(quick, proxy_header("192.0.2.79"))
        assert client.code() == "220"
        open_ones.append(client)
    with proxied(quick, proxy_header("192.0.2.79")) as late:
        assert late.line().startswith("421 4.7.0")
    for client in open_ones:
        client.socket.close()


def test_others_go_on_while_one_abuses(edge):
    """Twenty abusers at once; a well-behaved client's messages are all taken."""
    stop = threading.Event()

    def abuse(number):
        while not stop.is_set():
            try:
                with edge.client(timeout=2) as client:
                    if number % 2:
                        client.send(os.urandom(50_000))
                    else:
                        client.login()
                        client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n", 3)
                        client.send(b"x" * 100_000)
            except (OSError, EOFError, AssertionError):
                pass

    threads = [threading.Thread(target=abuse, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    try:
        with edge.client(timeout=30) as client:
            client.login()
            for number in range(20):
                lines = client.message(b"From: user@example.org\r\n\r\nnumber %d\r\n" % number)
                assert lines[-1].startswith("250"), lines
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert edge.alive()


@pytest.mark.skipif(edges.SLOW > 1, reason="sanitizers make sessions larger")
def test_an_idle_session_stays_small(edge):
    """Under 40 KB each, before and after a login and a message."""
    with edge.client() as client:
        client.login()
        client.message(b"From: user@example.org\r\n\r\nwarm up\r\n")
    before, clients = edge.memory(), []
    for _ in range(300):
        client = edge.client()
        client.login()
        client.message(b"From: user@example.org\r\n\r\n" + (b"x" * 70 + b"\r\n") * 140)
        clients.append(client)
    each = (edge.memory() - before) / len(clients)
    for client in clients:
        client.socket.close()
    assert each < 40_000
