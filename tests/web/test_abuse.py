"""Clients that are slow, greedy, ambiguous or broken: each gets a clear answer or the end of its connection, and the others theirs."""
import re
import socket
import ssl
import struct

import pytest

from conftest import CONTENT, Web, converse, read_to_end
from instance import SLOW, eventually

POLICY = b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.test\r\n"


@pytest.fixture(scope="module")
def impatient():
    with Web(CONTENT + f'idle_timeout = "{SLOW}s"\nrequest_timeout = "{SLOW}s"\n') as one:
        yield one


@pytest.fixture(scope="module")
def counting():
    with Web(CONTENT + 'idle_timeout = "5m"\nconnections_per_address = 3\nproxy = ["127.0.0.2"]\n') as one:
        yield one


def statuses(octets):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", octets)]


def say(web, octets):
    with web.connect() as stream:
        return converse(stream, octets)


def say_each(web, conversations):
    """All at once: what comes back until the daemon ends the connection, which it does a moment after a refusal."""
    streams = [web.connect() for _ in conversations]
    for stream, octets in zip(streams, conversations):
        stream.sendall(octets)
    got = [read_to_end(stream) for stream in streams]
    for stream in streams:
        stream.close()
    return got


def works(web):
    return web.ask("mta-sts.example.test/.well-known/mta-sts.txt")[0] == 200


def test_pipelined_requests_are_answered_in_order(web):
    got = say(web, POLICY + b"\r\n" + b"GET /none HTTP/1.1\r\nHost: example.test\r\n\r\n" + POLICY + b"Connection: close\r\n\r\n")
    assert statuses(got) == [200, 404, 200]


def test_a_connection_goes_on_until_the_client_has_enough(web):
    with web.connect() as stream:
        for _ in range(20):
            stream.sendall(POLICY + b"\r\n")
            got = b""
            while b"max_age" not in got:
                got += stream.recv(65536)
            assert statuses(got) == [200] and b"Connection: keep-alive" in got


AMBIGUOUS = [
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    b"Content-Length: 4\r\nContent-Length: 5\r\n", b"Content-Length: 4\r\nContent-Length: 4\r\n", b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding: chunked, identity\r\n", b"Content-Length: +4\r\n", b"Host: other\r\n",
    b"X: a\0b\r\n", b"X: a\rb\r\n"]
ODD = [
    (b"GET https://mta-sts.example.test/.well-known/mta-sts.txt HTTP/1.1\r\nHost: wrong.test\r\nConnection: close\r\n\r\n", 200),
    (b"GET http://mta-sts.example.test/.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.test\r\nConnection: close\r\n\r\n", 421),
    (b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: ../../x\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n", 400), (b"GET /\0 HTTP/1.1\r\nHost: example.test\r\n\r\n", 400),
    (b"GET /%zz HTTP/1.1\r\nHost: example.test\r\n\r\n", 400), (b"CONNECT a.test:25 HTTP/1.1\r\nHost: example.test\r\n\r\n", 400),
    (b"OPTIONS * HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n", 204), (b"GET / HTTP/1.0\r\n\r\n", 421),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400), (b"EHLO example.test\r\n", 400), (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: example.test\r\nExpect: miracles\r\n\r\n", 417),
    (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: example.test\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: example.test\r\nX: " + b"a" * 20_000, 431),
    (b"GET / HTTP/1.1\r\nHost: example.test\r\n" + b"X: y\r\n" * 100 + b"\r\n", 431),
    (b"POST / HTTP/1.1\r\nHost: example.test\r\nContent-Length: 65537\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nHost: example.test\r\nContent-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n", 413),
    (b"POST / HTTP/1.1\r\nHost: example.test\r\nTransfer-Encoding: chunked\r\n\r\n" + b"4000\r\n" + b"x" * 0x4000 + b"\r\n" + b"c001\r\n", 413)]


def test_nothing_is_smuggled_behind_an_ambiguous_request(web):
    head = b"POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: example.test\r\n"
    for fields, got in zip(AMBIGUOUS, say_each(web, [head + fields + b"\r\n0\r\n\r\n" + POLICY + b"\r\n" for fields in AMBIGUOUS])):
        assert len(statuses(got)) == 1 and statuses(got)[0] in (400, 501), (fields, got)
        assert b"Connection: close" in got and b"STSv1" not in got, (fields, got)


def test_odd_requests_get_their_status(web):
    for (octets, status), got in zip(ODD, say_each(web, [octets for octets, _ in ODD])):
        assert statuses(got) == [status], (octets[:100], got)


def test_a_large_refused_body_does_not_cost_the_refusal(web):
    got = say(web, b"POST / HTTP/1.1\r\nHost: example.test\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 60_000)
    assert statuses(got) == [413]


def test_who_asks_first_is_told_to_go_on(web):
    with web.connect() as stream:
        stream.sendall(b"POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: example.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
                       b"Connection: close\r\n\r\n")
        assert stream.recv(100).startswith(b"HTTP/1.1 100 ")
        assert statuses(converse(stream, b"<a/>")) == [400]


def test_a_dripped_request_ends_in_408_whatever_its_pace(impatient):
    with impatient.connect() as stream:
        stream.settimeout(0.05)
        got = b""
        # Each octet comes well within any idle limit: only the limit on the whole request ends this.
        for octet in (POLICY + b"X: " + b"y" * 100_000):
            try:
                stream.sendall(bytes([octet]))
                got = stream.recv(1000)
                break
            except TimeoutError:
                continue
        assert statuses(got) == [408]


def test_an_idle_connection_is_closed_without_a_word(impatient):
    with impatient.connect() as stream:
        assert read_to_end(stream) == b""
    assert works(impatient)


def test_a_client_that_never_begins_tls_is_left_alone_and_others_are_served(impatient):
    silent = [socket.create_connection(("127.0.0.1", impatient.port)) for _ in range(3)]
    assert works(impatient)
    silent[0].sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert b"HTTP" not in read_to_end(silent[0])
    for one in silent:
        one.close()


def proxied(web, client):
    """A connection from 127.0.0.2, whose word on the client's address is taken."""
    raw = socket.create_connection(("127.0.0.1", web.port), timeout=30, source_address=("127.0.0.2", 0))
    raw.sendall(b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H4s4sHH", 12, socket.inet_aton(client), socket.inet_aton("192.0.2.1"), 1000, 443))
    return raw


def secured(web, raw):
    return web.context().wrap_socket(raw, server_hostname="example.test")


def test_one_address_has_only_so_many_connections(counting):
    held = [secured(counting, proxied(counting, "192.0.2.7")) for _ in range(3)]
    with pytest.raises((ssl.SSLError, ConnectionError)):
        secured(counting, proxied(counting, "192.0.2.7"))
    with secured(counting, proxied(counting, "192.0.2.8")) as other:
        assert statuses(converse(other, POLICY + b"Connection: close\r\n\r\n")) == [200]
    assert eventually(lambda: any("client=192.0.2.8" in line for line in counting.requests()))
    for one in held:
        one.close()

    def again():
        try:
            secured(counting, proxied(counting, "192.0.2.7")).close()
            return True
        except (ssl.SSLError, ConnectionError):
            return False
    assert eventually(again, 30), "a closed connection counts no more"


def test_idle_connections_make_room_for_new_ones():
    with Web(CONTENT + 'connections = 4\nidle_timeout = "5m"\n') as one:
        held = [one.connect() for _ in range(4)]
        for stream in held:
            stream.sendall(POLICY + b"\r\n")
            assert statuses(stream.recv(65536)) == [200]
        assert works(one)
        assert read_to_end(held[0]) == b"", "the one that waited longest has gone"
        held[3].sendall(POLICY + b"\r\n")
        assert statuses(held[3].recv(65536)) == [200], "the others are still there"


def test_connections_that_say_nothing_make_room_as_well():
    with Web(CONTENT + 'connections = 4\n') as one:
        silent = [socket.create_connection(("127.0.0.1", one.port), timeout=30) for _ in range(4)]
        assert works(one)
        assert read_to_end(silent[0]) == b"", "the one that waited longest has gone"
        dripping = [one.connect() for _ in range(4)]
        for stream in dripping:
            stream.sendall(POLICY)
        assert works(one)
        assert read_to_end(dripping[0]) == b""
        for stream in (*silent, *dripping):
            stream.close()


def test_hundreds_of_bad_clients_cost_little_memory(web):
    assert works(web)
    before = web.instance.memory("web")
    raws = []
    for number in range(300):
        raw = socket.create_connection(("127.0.0.1", web.port))
        raw.sendall(bytes([number % 256]) * 100 if number % 2 else b"\x16\x03\x01\x40\x00\x01")
        raws.append(raw)
    assert works(web)
    grown = web.instance.memory("web") - before
    for raw in raws:
        raw.close()
    assert works(web)
    assert grown < 300 * 128 * 1024, f"{grown // 300} octets each"


def test_open_connections_end_when_the_daemon_does():
    with Web() as one:
        with one.connect() as stream:
            stream.sendall(POLICY + b"\r\n")
            assert statuses(stream.recv(65536)) == [200]
            assert one.instance.stop("web") == 0
            assert read_to_end(stream) == b""
        one.instance.start("web")
