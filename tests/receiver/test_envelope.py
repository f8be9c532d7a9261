"""What the next stage is told of the client and the transaction."""
import edge as edges
import pytest


@pytest.fixture(scope="module")
def edge(folder):
    with edges.Edge(folder / "envelope", name="receiver", gateways=["127.0.0.1"], greeting_delay="0s") as one:
        yield one


def envelope_of(edge, key):
    """The lines of the envelope of the message with that subject."""
    (found,) = [text for text, octets in edge.passed().values() if b"Subject: " + key in octets]
    return found.splitlines()


def send(edge, key, hello=b"EHLO mx.sender.example", tls=False, mail=b"MAIL FROM:<bob@sender.example>", rcpt=b"RCPT TO:<anna@example.org>",
         source=None, octets=b""):
    with edge.client(source=source) as client:
        if tls:
            client.starttls()
        assert client.say(hello + b"\r\n" + mail + b"\r\n" + rcpt + b"\r\nDATA\r\n", 4) == ["250", "250", "250", "354"]
        assert client.say(b"Subject: " + key + b"\r\n\r\n" + octets + b".\r\n") == ["250"]
    return envelope_of(edge, key)


@pytest.mark.parametrize("options, protocol", [
    ({"hello": b"HELO mx.sender.example"}, "SMTP"), ({}, "ESMTP"), ({"tls": True}, "ESMTPS"),
    ({"mail": "MAIL FROM:<bøb@sender.example> SMTPUTF8".encode()}, "UTF8SMTP"),
    ({"tls": True, "mail": "MAIL FROM:<bøb@sender.example> SMTPUTF8".encode()}, "UTF8SMTPS")], ids=lambda value: value if isinstance(value, str) else "")
def test_protocol_names_are_rfc_3848_s(edge, options, protocol):
    assert f"protocol {protocol}" in send(edge, b"protocol-" + protocol.encode(), **options)


def test_client_and_transaction(edge):
    lines = send(edge, b"whole", tls=True, mail=b"MAIL FROM:<bob@sender.example> BODY=8BITMIME RET=HDRS ENVID=id+2B REQUIRETLS",
                 rcpt=b"RCPT TO:<Anna+x@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;anna@other.example", octets="é\r\n".encode())
    for line in ("role 2", "client_address 127.0.0.1", "client_helo mx.sender.example", "reverse_path bob@sender.example", "body 1", "ret 2",
                 "envid id+", "requiretls 1", "recipient Anna+x@example.org 10 rfc822;anna@other.example"):
        assert line in lines
    assert any(line.startswith("tls TLSv1.3") for line in lines)


def test_postmaster_without_domain_is_ours(edge):
    assert any(line.lower().startswith("recipient postmaster@example.org ") for line in send(edge, b"postmaster", rcpt=b"RCPT TO:<Postmaster>"))


@pytest.mark.parametrize("helo, seen", [(b"192.0.2.1", "helo:bare-ip"), (b"[192.0.2.1]", "helo:false-literal"), (b"[127.0.0.2]", "helo:literal"),
                                        (b"localhost", "helo:no-dot"), (b"mail.example.org", "helo:ours")])
def test_a_helo_that_lies_is_observed(edge, helo, seen):
    assert f"observation {seen}" in send(edge, b"helo-" + helo, hello=b"EHLO " + helo, source="127.0.0.2")


def test_a_message_beyond_256_kib_streams(edge):
    lines = send(edge, b"large", octets=b"x" * 70 + b"\r\n" * 1 + (b"y" * 70 + b"\r\n") * 20_000)
    assert "recipient anna@example.org 0 " in lines


def test_a_pass_that_breaks_is_settled_by_outcome(edge):
    for to, code in (("lost", "250"), ("later", "250"), ("twice", "250"), ("never", "451"), ("broken", "451")):
        with edge.client() as client:
            client.say(b"EHLO c\r\n")
            reply = client.message(b"Subject: " + to.encode() + b"\r\n\r\n", sender="bob@sender.example", to=f"{to}@example.org")
            assert reply[-1][:3] == code, (to, reply)
    assert not edge.twice()
