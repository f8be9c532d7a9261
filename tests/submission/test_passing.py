"""What the client hears, and what the signer gets, where a Pass goes well, is refused, breaks or gets lost."""
import email
import email.policy
import time

import edge as edges
import pytest

HEADER = b"From: user@example.org\r\nTo: a@elsewhere.example\r\nSubject: test\r\n"
LARGE = HEADER + b"\r\n" + (b"x" * 70 + b"\r\n") * 10_000  # 720 KB: streams


@pytest.fixture
def client(edge):
    with edge.client() as one:
        one.login()
        yield one


def last_line(lines):
    return lines[-1]


def committed(edge, lines):
    """The one message that a "250 … queued as <id>" names."""
    assert lines[-1].startswith("250 2.0.0 queued as "), lines
    return edge.passed()[lines[-1].split()[-1]]


def test_a_message_is_completed_and_loses_its_bcc(edge, client):
    envelope, message = committed(edge, client.message(HEADER + b"Bcc: secret@x.example\r\n\r\nhello\r\n"))
    parsed = email.message_from_bytes(message, policy=email.policy.SMTP)
    assert parsed["Date"] and parsed["Message-ID"].endswith(f"@{edges.HOST}>")
    assert "Bcc" not in parsed and b"secret@x" not in message
    assert message.endswith(b"\r\n\r\nhello\r\n")
    assert "reverse_path user@example.org\n" in envelope and "protocol ESMTPSA\n" in envelope


def test_the_client_s_address_and_name_stay_here(edge, client):
    envelope, message = committed(edge, client.message(HEADER + b"\r\n.\r\n".replace(b".", b"x")))
    assert "client_address \n" in envelope and "client_helo \n" in envelope
    assert b"127.0.0.1" not in message and b"client.example" not in message
    assert "client=127.0.0.1" in edge.log()


def test_a_large_message_streams_and_arrives_whole(edge, client):
    _, message = committed(edge, client.message(LARGE))
    assert message.endswith(LARGE.split(b"\r\n\r\n", 1)[1])
    assert len(message) > len(LARGE)


def test_dots_travel_unchanged(edge, client):
    body = b".\r\n..\r\n.x\r\n"
    _, message = committed(edge, client.message(HEADER + b"\r\n" + b"".join(b"." + line + b"\r\n" for line in body.split(b"\r\n")[:-1])))
    assert message.endswith(b"\r\n\r\n" + body)


def test_long_lines_are_encoded_anew(edge, client):
    text = "ä" * 3000
    octets = HEADER + b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text.encode() + b"\r\n"
    envelope, message = committed(edge, client.message(octets))
    assert max(len(line) for line in message.split(b"\r\n")) <= 998
    assert email.message_from_bytes(message, policy=email.policy.default).get_content().strip() == text
    assert "body 0\n" in envelope, "nothing 8-bit is left"


def test_a_long_line_in_a_signed_part_is_refused(client):
    octets = HEADER + (b'MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary="b"\r\n\r\n--b\r\n\r\n' + b"x" * 1200 + b"\r\n--b\r\n\r\nsignature\r\n--b--\r\n")
    assert last_line(client.message(octets)).startswith("554 5.6.0")


def test_a_long_line_in_a_large_message_is_refused(client):
    assert last_line(client.message(LARGE + b"x" * 1200 + b"\r\n")).startswith("554 5.6.0")
    assert client.say(b"NOOP\r\n") == ["250"]


def test_utf8_in_the_subject_is_encoded_where_smtputf8_was_not_declared(edge, client):
    envelope, message = committed(edge, client.message(b"From: J\xc3\xbcrgen <user@example.org>\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\n\r\nx\r\n"))
    parsed = email.message_from_bytes(message, policy=email.policy.SMTP)
    assert message.split(b"\r\n\r\n")[0].isascii()
    assert parsed["Subject"] == "Grüße" and "Jürgen" in parsed["From"]
    assert "smtputf8 0\n" in envelope


def test_an_8_bit_body_is_said_to_be_one(edge, client):
    envelope, _ = committed(edge, client.message(HEADER + b"\r\ngr\xc3\xbc\xc3\x9fe\r\n"))
    assert "body 1\n" in envelope


def test_dsn_parameters_reach_the_envelope(edge, client):
    codes = client.say(b"MAIL FROM:<user@example.org> RET=HDRS ENVID=a+2Bb\r\nRCPT TO:<a@x.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bz@x.example\r\nDATA\r\n", 3)
    assert codes == ["250", "250", "354"]
    client.send(HEADER + b"\r\n.\r\n")
    envelope, _ = committed(edge, client.reply())
    assert "ret 2\nenvid a+b\n" in envelope and "recipient a@x.example 10 rfc822;a+z@x.example\n" in envelope


@pytest.mark.parametrize("octets", [HEADER + b"\r\nsmall\r\n", LARGE], ids=["held", "streamed"])
def test_a_lost_receipt_is_found_by_outcome(edge, client, octets):
    for order in ("lost", "later"):
        committed(edge, client.message(octets, to=f"{order}@x.example"))
    assert not edge.twice()


def test_a_held_message_is_repeated_once_under_its_id(edge, client):
    committed(edge, client.message(HEADER + b"\r\nagain\r\n", to="twice@x.example"))
    assert not edge.twice()


def test_a_streamed_message_that_was_not_committed_gets_451(client):
    assert last_line(client.message(LARGE, to="twice@x.example")).startswith("451 4.3.0")


@pytest.mark.parametrize("order", ["broken", "never"])
def test_a_pass_that_keeps_breaking_gets_451(edge, client, order):
    for octets in (HEADER + b"\r\nx\r\n", LARGE):
        before = len(edge.passed())
        assert last_line(client.message(octets, to=f"{order}@x.example")).startswith("451 4.3.0")
        assert len(edge.passed()) == before
    assert client.say(b"NOOP\r\n") == ["250"]


def test_without_a_signer_451_and_without_accounts_454(place):
    with edges.Edge(place / "instance") as edge:
        with edge.client() as client:
            client.login()
            edge.stop_peers()
            start = time.monotonic()
            # Reserve is asked first, of accounts, which went too.
            assert client.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<a@x.example>\r\nDATA\r\n", 3)[:2] == ["250", "250"]
            assert time.monotonic() - start < 40
            assert client.say(b"NOOP\r\n") == ["250"]
        with edge.client() as client:
            assert client.say(b"EHLO c\r\nAUTH PLAIN AHVzZXJAZXhhbXBsZS5vcmcAc2VjcmV0\r\n", 2) == ["250", "454"]
        edge.start_peers()
        assert edges.wait_for(edge.alive, 15)


def test_an_expired_login_may_not_begin_a_message(edge):
    with edge.client() as client:
        client.login("brief@example.org")
        time.sleep(1.3)
        assert client.say(b"MAIL FROM:<brief@example.org>\r\n") == ["454"]


def test_shutdown_lets_a_message_finish_and_sends_idle_clients_away(place):
    with edges.Edge(place / "instance") as edge:
        with edge.client() as idle, edge.client() as busy:
            idle.say(b"EHLO c\r\n")
            busy.login()
            busy.say(b"MAIL FROM:<user@example.org>\r\nRCPT TO:<slow@x.example>\r\nDATA\r\n", 3)
            busy.send(HEADER + b"\r\nlate\r\n.\r\n")
            time.sleep(0.3)
            edge.daemon.terminate()
            assert idle.code() == "421"
            committed(edge, busy.reply())
            assert busy.code() == "421"
        assert edge.stop() == 0
