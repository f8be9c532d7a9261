"""scop-courier and scop-resolver as processes, between a relay (grpcio) and mail hosts that misbehave at every step."""
import base64
import re
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from conftest import World, results
from instance import SLOW, eventually, pb
from server import DROP, EXTENSIONS, RESET, STALL, Host


def only(report):
    assert len(report.recipients) == 1
    return report.recipients[0]


def reply_of(report):
    reply = only(report).reply
    return reply.code, reply.enhanced


# What goes well.

def test_a_message_arrives_as_it_is(world):
    octets = b"Subject: dots\r\n\r\n.one\r\n..two\r\n.\r\nend\r\n"
    with Host(port=world.port) as host:
        report = world.attempt(octets=octets)
    assert results(report) == ["RELAYED"]
    assert (report.mx, report.address, report.tls, report.limit_key) == ("mx.good.test", f"127.0.0.1:{world.port}", "", "mx.good.test")
    assert (only(report).reply.code, only(report).reply.enhanced, only(report).reply.text) == (250, "2.0.0", "taken")
    assert not only(report).reply_is_ours and not report.uncertain
    assert host.messages[0]["octets"] == b"Subject: dots\r\n\r\n..one\r\n...two\r\n..\r\nend\r\n"
    assert host.messages[0]["mail"] == f"MAIL FROM:<me@example.test> SIZE={len(octets)}"


def test_a_large_message_streams_through(world):
    octets = b"Subject: large\r\n\r\n" + b"0123456789" * 7 + b"\r\n"
    octets += (b"x" * 76 + b"\r\n") * 130000
    with Host(port=world.port) as host:
        before = world.instance.memory("courier")
        report = world.attempt(octets=octets, chunk=60000)
        assert results(report) == ["RELAYED"]
        assert host.messages[0]["octets"] == octets
        if SLOW == 1:  # a sanitizer keeps what was freed
            assert world.instance.memory("courier") - before < 4 << 20


def test_commands_are_pipelined_and_recipients_decided_each(world):
    with Host({"RCPT": ["250 2.1.5 ok", "550 5.1.1 nobody", "451 4.2.1 later"]}, port=world.port) as host:
        report = world.attempt(recipients=("a", "b", "c"))
    assert results(report) == ["RELAYED", "FAILED", "DEFERRED"]
    assert [one.reply.enhanced for one in report.recipients] == ["2.0.0", "5.1.1", "4.2.1"]
    assert host.messages[0]["rcpts"] == ["RCPT TO:<a@good.test>"]


def test_dsn_wishes_are_passed_on_where_they_are_understood(world):
    with Host(port=world.port) as host:
        report = world.attempt(notify=6, envid="e+1", ret=2)
    assert only(report).dsn_passed_on
    assert "RET=HDRS ENVID=e+2B1" in host.messages[0]["mail"]
    assert host.messages[0]["rcpts"] == ["RCPT TO:<a@good.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@good.test"]
    with Host(port=world.port, extensions=["PIPELINING"]) as host:
        report = world.attempt(notify=6)
    assert not only(report).dsn_passed_on
    assert host.messages[0]["rcpts"] == ["RCPT TO:<a@good.test>"]


def test_an_old_host_without_ehlo_is_served(world):
    with Host({"EHLO": ["500 5.5.1 what?"]}, port=world.port) as host:
        report = world.attempt()
    assert results(report) == ["RELAYED"]
    assert host.commands[:3] == ["EHLO mail.example.test", "HELO mail.example.test", "MAIL FROM:<me@example.test>"]


def test_tls_is_used_where_it_is_offered(world):
    with Host(port=world.port, tls="good", certificate=world.certificate) as host:
        report = world.attempt()
    assert results(report) == ["RELAYED"] and host.messages[0]["tls"]
    assert report.tls.startswith("TLSv1.3 TLS_")
    assert host.commands.count("EHLO mail.example.test") == 2


def test_internationalised_domains_are_found(world):
    with Host(port=world.port) as host:
        report = world.attempt(domain="bücher.test", recipients=("a@bücher.test",))
    assert results(report) == ["RELAYED"]
    assert host.messages[0]["rcpts"] == ["RCPT TO:<a@xn--bcher-kva.test>"]


def test_a_connection_is_used_again(world):
    with Host(port=world.port) as host:
        for _ in range(5):
            assert results(world.attempt()) == ["RELAYED"]
        assert host.connections == 1
        assert len(host.messages) == 5
        assert "RSET" not in host.commands
        assert eventually(lambda: host.quits == 1, 3)


def test_a_connection_is_reset_where_a_transaction_stayed_open(world):
    with Host({"RCPT": ["550 5.1.1 nobody", "250 ok"]}, port=world.port, extensions=[]) as host:
        assert results(world.attempt()) == ["FAILED"]
        assert results(world.attempt()) == ["RELAYED"]
        assert host.connections == 1 and host.commands.count("RSET") == 1


def test_a_stale_connection_is_replaced(world):
    def close_later(session):
        def end():
            time.sleep(0.1)
            session.client.close()
        import threading
        threading.Thread(target=end).start()
        return "250 2.0.0 taken"

    with Host({"DOT": [close_later, "250 2.0.0 taken"]}, port=world.port) as host:
        assert results(world.attempt()) == ["RELAYED"]
        time.sleep(0.3)
        assert results(world.attempt()) == ["RELAYED"]
        assert host.connections == 2


def test_a_421_to_an_idle_connection_is_not_the_next_ones_fault(world):
    with Host({"MAIL": ["250 ok", "421 4.4.2 idle too long", "250 ok"]}, port=world.port) as host:
        assert results(world.attempt()) == ["RELAYED"]
        assert results(world.attempt()) == ["RELAYED"]
        assert host.connections == 2


# Where to.

def test_hosts_are_tried_in_order_of_preference(world):
    with Host(port=world.port, address="127.0.0.3") as second:
        report = world.attempt("two.test")
        assert (results(report), report.mx) == (["RELAYED"], "b.two.test")
        with Host(port=world.port, address="127.0.0.2") as first:
            report = world.attempt("two.test")
            assert (results(report), report.mx, report.limit_key) == (["RELAYED"], "a.two.test", "a.two.test")
            assert len(first.messages) == len(second.messages) == 1


@pytest.mark.parametrize("step, reply", [("CONNECT", "421 4.3.2 busy"), ("CONNECT", "554 5.7.1 no"), ("CONNECT", DROP), ("CONNECT", STALL), ("CONNECT", RESET),
                                         ("EHLO", "421 4.3.2 busy"), ("EHLO", DROP), ("EHLO", "450 4.3.0 x"), ("MAIL", "421 4.3.2 busy"), ("MAIL", DROP)])
def test_trouble_before_a_transaction_sends_to_the_next_host(world, step, reply):
    with Host({step: [reply]}, port=world.port, address="127.0.0.2") as first, Host(port=world.port, address="127.0.0.3") as second:
        report = world.attempt("two.test")
        assert (results(report), report.mx) == (["RELAYED"], "b.two.test")
        assert first.connections == 1 and not first.messages and len(second.messages) == 1


def test_a_host_that_may_come_back_goes_before_one_that_refuses_for_ever(world):
    """Whatever is tried in between: what was temporary at the first host is what becomes of the message."""
    busy = {"CONNECT": ["421 4.3.2 busy"]}
    refusing = {"CONNECT": ["220 mx", "521 5.3.2 takes no mail"]}  # RFC 7504: for ever
    with Host(busy, port=world.port, address="127.0.0.2"):
        with Host(refusing, port=world.port, address="127.0.0.3", tls="broken") as second:  # refuses the try in clear text
            report = world.attempt("two.test")
            assert (results(report), reply_of(report), second.connections) == (["DEFERRED"], (421, "4.3.2"), 2)
        stale = {**refusing, "MAIL": ["250 ok", "421 4.4.2 idle too long"]}
        with Host(stale, port=world.port, address="127.0.0.3") as second:  # refuses the try behind a stale connection
            assert results(world.attempt("two.test")) == ["RELAYED"]
            report = world.attempt("two.test")
            assert (results(report), reply_of(report), second.connections) == (["DEFERRED"], (421, "4.3.2"), 2)


def test_every_address_of_a_host_is_tried(world):
    with Host(port=world.port, address="127.0.0.5"):
        for _ in range(4):
            assert results(world.attempt("three.test")) == ["RELAYED"]


def test_a_refusal_is_not_carried_to_the_next_host(world):
    with Host({"RCPT": ["550 5.1.1 nobody"]}, port=world.port, address="127.0.0.2"), Host(port=world.port, address="127.0.0.3") as second:
        assert results(world.attempt("two.test")) == ["FAILED"]
        assert second.connections == 0


def test_without_mx_the_address_of_the_domain_is_used(world):
    with Host(port=world.port):
        report = world.attempt("nomx.test")
    assert (results(report), report.mx) == (["RELAYED"], "nomx.test")


@pytest.mark.parametrize("domain, result, code, enhanced", [
    ("null.test", "FAILED", 556, "5.1.10"), ("nothing.test", "FAILED", 550, "5.1.2"), ("nowhere.test", "FAILED", 550, "5.1.2"),
    ("us.test", "FAILED", 554, "5.4.6"), ("ours.test", "FAILED", 554, "5.4.6"), ("noaddress.test", "FAILED", 550, "5.4.4"),
    ("not a domain", "FAILED", 553, "5.1.2")])
def test_domains_that_take_no_mail(world, domain, result, code, enhanced):
    report = world.attempt(domain, recipients=("a@good.test",))
    assert (results(report), reply_of(report), only(report).reply_is_ours) == ([result], (code, enhanced), True)


def test_an_address_literal_is_a_destination(world):
    with Host(port=world.port):
        report = world.attempt("[127.0.0.1]", recipients=("a@[127.0.0.1]",))
    assert (results(report), report.limit_key) == (["RELAYED"], "127.0.0.1")


def test_nobody_listens(world):
    report = world.attempt()
    assert (results(report), reply_of(report)) == (["DEFERRED"], (451, "4.4.1"))


# Hosts that misbehave in a transaction.

@pytest.mark.parametrize("step, reply, result, code, uncertain", [
    ("MAIL", "451 4.3.0 later", "DEFERRED", 451, False), ("MAIL", "550 5.7.1 never", "FAILED", 550, False),
    ("RCPT", "450 4.2.0 later", "DEFERRED", 450, False), ("RCPT", DROP, "DEFERRED", 451, False), ("RCPT", STALL, "DEFERRED", 451, False),
    ("RCPT", "421 4.3.2 bye", "DEFERRED", 421, False), ("RCPT", b"\x00\xff nonsense\r\n", "DEFERRED", 451, False),
    ("DATA", "451 4.3.0 later", "DEFERRED", 451, False), ("DATA", "554 5.5.1 no", "FAILED", 554, False), ("DATA", DROP, "DEFERRED", 451, False),
    ("DATA", STALL, "DEFERRED", 451, False), ("DATA", "250 what?", "DEFERRED", 451, False),
    ("DOT", "451 4.3.0 later", "DEFERRED", 451, False), ("DOT", "554 5.6.0 spam", "FAILED", 554, False), ("DOT", "421 4.3.2 bye", "DEFERRED", 421, False),
    ("DOT", DROP, "DEFERRED", 451, True), ("DOT", STALL, "DEFERRED", 451, True), ("DOT", RESET, "DEFERRED", 451, True),
    ("DOT", b"nonsense\r\n", "DEFERRED", 451, True), ("DOT", b"250 " + b"x" * (1 << 20) + b"\r\n", "DEFERRED", 451, True),
    ("DOT", b"250-more\r\n" * 100000, "DEFERRED", 451, True), ("DOT", b"250-half", "DEFERRED", 451, True), ("DOT", "354 go on", "DEFERRED", 451, True),
    ("EHLO", b"250 mx.test\r\n250 and more\r\n", "DEFERRED", 451, False), ("CONNECT", b"\x16\x03\x01" + bytes(200) + b"\r\n", "DEFERRED", 451, False), ("CONNECT", "521 no mail here", "FAILED", 521, False),
    ("CONNECT", b"220-x\r\n" * 100000, "DEFERRED", 451, False), ("EHLO", STALL, "DEFERRED", 451, False), ("MAIL", STALL, "DEFERRED", 451, False)],
    ids=lambda value: value[:20] if isinstance(value, (str, bytes)) else None)
def test_misbehaviour_at_every_step_ends_soon_and_right(world, step, reply, result, code, uncertain):
    with Host({step: [reply]}, port=world.port):
        began = time.monotonic()
        report = world.attempt(octets=b"x: y\r\n\r\n" + b"line\r\n" * 1000)
        assert time.monotonic() - began < 6 * SLOW
    assert (results(report), only(report).reply.code, report.uncertain) == ([result], code, uncertain)


@pytest.mark.parametrize("reply, result, code", [("552 5.3.4 too large", "FAILED", 552), (DROP, "DEFERRED", 451), (RESET, "DEFERRED", 451), (STALL, "DEFERRED", 451)])
def test_misbehaviour_in_the_midst_of_a_message(world, reply, result, code):
    def refuse_and_close(session):
        session.client.sendall(reply.encode() + b"\r\n")
        time.sleep(0.3)
        return DROP

    with Host({"BODY": [refuse_and_close if code == 552 else reply]}, port=world.port):
        report = world.attempt(octets=b"x: y\r\n\r\n" + (b"x" * 76 + b"\r\n") * 200000)
    # A reset may take the refusal with it: then it is a loss.
    allowed = {(result, code)} | ({("DEFERRED", 451)} if code == 552 else set())
    assert (results(report)[0], only(report).reply.code) in allowed
    assert not report.uncertain


def test_replies_that_trickle_in_end_at_the_deadline(world):
    def trickle(session):
        for _ in range(100):
            session.client.sendall(b"220-x\r\n")
            time.sleep(0.1)
        return DROP

    with Host({"CONNECT": [trickle]}, port=world.port):
        began = time.monotonic()
        report = world.attempt()
        assert 1.5 < time.monotonic() - began < 6
    assert reply_of(report) == (451, "4.4.2")


def test_the_remotes_text_is_made_harmless(world):
    with Host({"RCPT": [b"550-5.1.1 \x1b[2Jevil\xff\r\n550 5.1.1 second line\r\n"]}, port=world.port):
        report = world.attempt()
    assert re.fullmatch(r"[ -~]*", only(report).reply.text)
    assert "second line" in only(report).reply.text


# TLS that misbehaves.

def test_a_broken_handshake_is_followed_by_clear_text(world):
    with Host(port=world.port, tls="broken") as host:
        report = world.attempt()
        assert (results(report), report.tls) == (["RELAYED"], "")
        assert host.connections == 2 and not host.messages[0]["tls"]


def test_an_untrusted_certificate_is_good_enough_where_tls_is_opportunistic(world):
    from instance import Authority
    stranger = Authority(world.instance.folder / "stranger")
    certificate = stranger.issue(world.instance.folder / "stranger/leaf", "DNS:elsewhere.test")
    with Host(port=world.port, tls="good", certificate=certificate) as host:
        report = world.attempt()
    assert results(report) == ["RELAYED"] and host.messages[0]["tls"]
    assert report.tls.endswith(" unverified")


def test_clear_text_behind_the_reply_to_starttls_is_not_believed(world):
    with Host(port=world.port, tls="injection", certificate=world.certificate) as host:
        report = world.attempt()
        # As a handshake that fails: TLS is opportunistic, so the mail goes in the clear, on another connection.
        assert (results(report), report.tls, host.connections, host.tls_sessions) == (["RELAYED"], "", 2, 0)


def test_a_refused_starttls_is_followed_by_clear_text(world):
    with Host({"STARTTLS": ["454 4.7.0 not now"]}, port=world.port, tls="good", certificate=world.certificate) as host:
        assert results(world.attempt()) == ["RELAYED"]
        assert host.connections == 1


# Nobody changes octets behind the signer.

@pytest.mark.parametrize("wish, enhanced", [({"eight_bit": True}, "5.6.3"), ({"smtputf8": True}, "5.6.7"), ({"requiretls": True}, "5.7.30")])
def test_a_host_that_cannot_take_the_message_gets_none(world, wish, enhanced):
    with Host(port=world.port, extensions=["PIPELINING"]) as host:
        report = world.attempt(**wish)
        assert not any(command.startswith("MAIL") for command in host.commands)
    assert (results(report), only(report).reply.enhanced) == (["FAILED"], enhanced)


def test_requiretls_without_the_extension_fails(world):
    with Host(port=world.port, tls="good", certificate=world.certificate):
        report = world.attempt(requiretls=True)
    assert (results(report), only(report).reply.enhanced) == (["FAILED"], "5.7.30")


def test_wishes_are_told_to_a_host_that_can(world):
    with Host(port=world.port) as host:
        report = world.attempt(eight_bit=True, smtputf8=True, recipients=("jürgen",), octets="Subject: ü\r\n\r\nü\r\n".encode())
    assert results(report) == ["RELAYED"]
    assert "BODY=8BITMIME SMTPUTF8" in host.messages[0]["mail"]
    assert host.messages[0]["rcpts"] == ["RCPT TO:<jürgen@good.test>"]


def test_a_message_that_is_too_large_is_not_sent(world):
    with Host(port=world.port, extensions=["SIZE 1000"]) as host:
        report = world.attempt(octets=b"x: y\r\n\r\n" + b"x" * 900 + b"\r\n" + b"y" * 900 + b"\r\n")
    assert (results(report), only(report).reply.enhanced, host.messages) == (["FAILED"], "5.3.4", [])


# The relay that misbehaves.

def test_without_an_end_nothing_is_committed(world):
    with Host(port=world.port) as host:
        with pytest.raises(grpc.RpcError) as caught:
            world.attempt(end=False)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert not host.messages


def test_a_bare_line_feed_is_never_sent(world):
    with Host(port=world.port) as host:
        for octets in (b"a: b\r\n\r\nx\n.\nMAIL FROM:<evil>\r\n", b"a: b\r\n\r\nx\r.\r\n"):
            with pytest.raises(grpc.RpcError):
                world.attempt(octets=octets)
        assert not host.messages


def test_strangers_and_malformed_streams_are_refused(world):
    with pytest.raises(grpc.RpcError) as caught:
        world.attempt(caller="operator")
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
    messages = pb("courier")
    for parts in ([], [messages.AttemptPart(end=True)], [messages.AttemptPart(envelope=messages.AttemptEnvelope(domain="good.test"))]):
        with pytest.raises(grpc.RpcError) as caught:
            world.instance.stream("relay", "courier", "scop.v1.Courier/Attempt", parts, messages.AttemptReport)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_what_is_no_address_fails_alone(world):
    with Host(port=world.port):
        report = world.attempt(recipients=("a", "b\r\nRCPT TO:<x@good.test>", "c"))
    assert results(report) == ["RELAYED", "FAILED", "RELAYED"]


def test_many_attempts_at_once(world):
    messages = pb("courier")
    with Host(port=world.port) as host, world.instance.channel("relay", "courier") as channel:
        call = channel.stream_unary("/scop.v1.Courier/Attempt", lambda message: message.SerializeToString(), messages.AttemptReport.FromString)
        with ThreadPoolExecutor(60) as pool:
            reports = list(pool.map(lambda _: call(world.parts(octets=b"a: b\r\n\r\n" + b"x\r\n" * 3000), timeout=60), range(300)))
        assert all(results(report) == ["RELAYED"] for report in reports)
        assert len(host.messages) == 300 and host.connections < 150


def test_one_line_is_logged_for_an_attempt(world):
    with Host({"RCPT": ["550 5.1.1 nobody"]}, port=world.port):
        world.attempt()
    lines = [line for line in world.instance.log("courier").splitlines() if " attempt " in line]
    assert "00112233445566778899aabbccddeeff" in lines[-1] and "failed 1" in lines[-1] and "nobody" in lines[-1]


# Other settings.

def test_by_default_loopback_is_nobodys_mail_host():
    with World() as world:
        config = world.instance.folder / "scop.toml"
        config.write_text(config.read_text().replace("allow_loopback = true", ""))
        world.instance.stop("courier")
        world.instance.start("courier")
        with Host(port=world.port) as host:
            assert reply_of(world.attempt()) == (550, "5.4.4")
            assert reply_of(world.attempt("[127.0.0.1]", recipients=("a@[127.0.0.1]",))) == (550, "5.4.4")
            assert host.connections == 0


def test_without_a_resolver_mail_waits():
    with World() as world:
        world.instance.stop("resolver")
        report = world.attempt()
        assert (results(report), reply_of(report)) == (["DEFERRED"], (451, "4.4.3"))


def test_routes_and_a_smarthost_with_a_password(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("me\nswordfish\n")
    with Host(tls="good") as smarthost, Host() as routed, Host(implicit=True) as implicit, Host(tls="good") as liar:
        courier = f"""
smarthost = "mx.good.test:{smarthost.port}"
credentials = "{secret}"
[[courier.route]]
domain = "routed.test"
to = "127.0.0.1:{routed.port}"
tls = "off"
[[courier.route]]
domain = ".below.test"
to = "mx.good.test:{implicit.port}"
tls = "implicit"
credentials = "{secret}"
[[courier.route]]
domain = "required.test"
to = "127.0.0.1:{routed.port}"
tls = "require"
[[courier.route]]
domain = "liar.test"
to = "nomx.test:{liar.port}"
credentials = "{secret}"
"""
        with World(courier) as world:
            import ssl
            for host in (smarthost, implicit, liar):
                host.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                host.context.load_cert_chain(*world.certificate)
                host.extensions = [*EXTENSIONS, "AUTH PLAIN LOGIN"]
            report = world.attempt("anywhere.test")
            assert (results(report), report.limit_key) == (["RELAYED"], f"mx.good.test:{smarthost.port}")
            assert report.tls.endswith(" verified")
            assert "AUTH PLAIN AG1lAHN3b3JkZmlzaA==" in smarthost.commands
            assert results(world.attempt("routed.test")) == ["RELAYED"] and len(routed.messages) == 1
            assert results(world.attempt("a.below.test")) == ["RELAYED"] and implicit.messages[0]["tls"]
            assert reply_of(world.attempt("required.test")) == (451, "4.7.10")
            # A certificate for another name gets neither the password nor the mail.
            report = world.attempt("liar.test")
            assert (results(report), reply_of(report)) == (["DEFERRED"], (451, "4.7.5"))
            assert not liar.messages and not any(command.startswith("AUTH") for command in liar.commands)


def test_connections_are_shared_by_one_login_alone(tmp_path):
    for login in ("ann", "bob"):
        (tmp_path / login).write_text(f"{login}\nswordfish\n")
    with Host(tls="good") as smarthost:
        routes = "".join(f'[[courier.route]]\ndomain = "{login}.test"\nto = "mx.good.test:{smarthost.port}"\ncredentials = "{tmp_path / login}"\n'
                         for login in ("ann", "bob"))
        with World(routes) as world:
            import ssl
            smarthost.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            smarthost.context.load_cert_chain(*world.certificate)
            smarthost.extensions = [*EXTENSIONS, "AUTH PLAIN"]
            for domain in ("ann.test", "bob.test", "ann.test", "bob.test"):
                assert results(world.attempt(domain)) == ["RELAYED"]
            logins = [base64.b64decode(line.split()[2]).split(b"\0")[1] for line in smarthost.commands if line.startswith("AUTH PLAIN")]
            assert (logins, smarthost.connections, len(smarthost.messages)) == ([b"ann", b"bob"], 2, 4)


def test_connections_are_bounded_and_wait_for_each_other():
    with World('connections = 3\n') as world:
        with Host({"DOT": [lambda _: time.sleep(0.2) or "250 ok"]}, port=world.port) as host:
            with ThreadPoolExecutor(12) as pool:
                reports = list(pool.map(lambda _: world.attempt(), range(12)))
            assert all(results(report) == ["RELAYED"] for report in reports)
            assert len(host.messages) == 12


def test_a_drain_waits_for_what_was_begun():
    with World() as world:
        with Host({"DOT": [lambda _: time.sleep(0.7) or "250 ok"]}, port=world.port) as host:
            with ThreadPoolExecutor(1) as pool:
                running = pool.submit(world.attempt)
                assert eventually(lambda: host.messages, 5)
                assert world.instance.stop("courier") == 0
                assert results(running.result()) == ["RELAYED"]
