"""Nothing but CRLF "." CRLF ends a message, for DATA and BDAT alike."""
import edge as edges
import pytest

MARKS = [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\n.\r", b"\r.\n", b"\r\n.\r\r\n", b"\r\n\0.\r\n"]
INNER = b"MAIL FROM:<evil@sender.example>\r\nRCPT TO:<boss@example.org>\r\nDATA\r\nFrom: ceo@example.org\r\n\r\nsmuggled\r\n"


@pytest.fixture(scope="module")
def edge(folder):
    with edges.Edge(folder / "smuggling", name="receiver") as one:
        yield one


@pytest.mark.parametrize("mark", MARKS, ids=repr)
def test_no_message_is_smuggled_through_data(edge, mark):
    before = len(edge.passed())
    with edge.client() as client:
        assert client.say(b"EHLO c\r\nMAIL FROM:<bob@sender.example>\r\nRCPT TO:<anna@example.org>\r\nDATA\r\n", 4)[-1] == "354"
        client.send(b"Subject: outer\r\n\r\ntext" + mark + INNER + b".\r\n")
        assert client.code() in ("521", "554")
    assert len(edge.passed()) == before


@pytest.mark.parametrize("mark", MARKS, ids=repr)
def test_no_message_is_smuggled_through_bdat(edge, mark):
    before = len(edge.passed())
    octets = b"Subject: outer\r\n\r\ntext" + mark + INNER
    with edge.client() as client:
        client.say(b"EHLO c\r\nMAIL FROM:<bob@sender.example>\r\nRCPT TO:<anna@example.org>\r\n", 3)
        client.send(b"BDAT %d LAST\r\n" % len(octets) + octets)
        assert client.code() == "554"
        assert client.say(b"NOOP\r\n") == ["250"]
    assert len(edge.passed()) == before


def test_a_dotted_line_travels_as_it_is(edge):
    with edge.client() as client:
        client.say(b"EHLO c\r\n")
        reply = client.message(b"Subject: dots\r\n\r\n..\r\n..x\r\n", sender="bob@sender.example", to="anna@example.org")
        assert reply[-1].startswith("250")
    assert any(octets.endswith(b"\r\n.\r\n.x\r\n") for _, octets in edge.passed().values())
