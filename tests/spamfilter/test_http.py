"""The rspamd-compatible check, asked by curl, rspamc and by hand."""
import http.client
import json
import shutil
import socket
import subprocess
import time

import pytest
from filter import DOMAIN, SLOW, Filter, free_port, ham, spam

HEADERS = {"IP": "198.51.100.7", "Helo": "mx.offers.test", "From": "<someone@offers.test>", "Queue-Id": "4XyZ"}


class Checked(Filter):
    def __init__(self, more=""):
        self.port = free_port()
        super().__init__(f'[spamfilter]\nhttp_listen = ["127.0.0.1:{self.port}"]\n{more}')

    def ask(self, octets, method="POST", path="/checkv2", rcpt=(f"ann@{DOMAIN}",), headers=HEADERS):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, path)
        for name, value in [*headers.items(), *(("Rcpt", address) for address in rcpt), ("Content-Length", str(len(octets)))]:
            connection.putheader(name, value)
        connection.endheaders(octets)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, json.loads(body) if response.getheader("Content-Type") == "application/json" else body


@pytest.fixture(scope="module")
def taught():
    with Checked('[[spamfilter.domain]]\ndomain = "strict.test"\nlabel = "0.6"\njunk = "0.6"\nrefuse = "0.7"\n') as one:
        one.school()
        yield one


def test_ping(taught):
    assert taught.ask(b"", "GET", "/ping") == (200, b"pong\r\n")


def test_a_message_is_judged(taught):
    status, answer = taught.ask(spam(1))
    assert status == 200 and answer["action"] == "add header" and answer["score"] > 6 and answer["required_score"] == 15
    assert "BAYES_SPAM" in answer["symbols"] and "@offers.test" in answer["message-id"]
    assert answer["milter"]["add_headers"]["X-Spam-Flag"]["value"] == "YES" and not answer["milter"]["remove_headers"]
    status, answer = taught.ask(ham(1, extra="X-Spam-Flag: NO\r\n").replace(b"\r\n", b"\n"))
    assert answer["action"] == "no action" and "BAYES_HAM" in answer["symbols"] and "X-Spam-Flag" in answer["milter"]["remove_headers"]


def test_refusal_is_for_all_recipients_or_none(taught):
    assert taught.ask(spam(2), rcpt=("a@strict.test",))[1]["action"] == "reject"
    assert taught.ask(spam(2), rcpt=("a@strict.test", f"ann@{DOMAIN}"))[1]["action"] == "add header"


def test_curl_with_expect_and_chunks(taught, tmp_path):
    file = tmp_path / "message"
    file.write_bytes(spam(3, body="viagra pills casino winner\r\n" * 60_000))
    for more in (["-H", "Expect: 100-continue"], ["-H", "Transfer-Encoding: chunked"]):
        done = subprocess.run(["curl", "-sS", "--max-time", "20", *more, "-H", f"Rcpt: ann@{DOMAIN}", "--data-binary", f"@{file}",
                               f"http://127.0.0.1:{taught.port}/checkv2"], capture_output=True, check=True)
        assert json.loads(done.stdout)["action"] == "add header"


@pytest.mark.skipif(not shutil.which("rspamc"), reason="no rspamc")
def test_rspamc(taught, tmp_path):
    file = tmp_path / "message"
    file.write_bytes(spam(4))
    done = subprocess.run(["rspamc", "-h", f"127.0.0.1:{taught.port}", "-i", "198.51.100.7", "-F", "a@offers.test", "-r", f"ann@{DOMAIN}", str(file)],
                          capture_output=True, text=True, timeout=60)
    assert "Action: add header" in done.stdout and "BAYES_SPAM" in done.stdout, done.stdout + done.stderr


def test_one_connection_serves_many(taught):
    connection = http.client.HTTPConnection("127.0.0.1", taught.port, timeout=20)
    for number in range(10):
        connection.request("POST", "/checkv2", spam(number) if number % 2 else ham(number), {"Rcpt": f"ann@{DOMAIN}"})
        assert json.loads(connection.getresponse().read())["action"] == ("add header" if number % 2 else "no action")


def test_what_is_no_such_request_is_refused(taught):
    assert taught.ask(b"", "GET", "/checkv2")[0] == 405
    assert taught.ask(b"x", "POST", "/learnspam")[0] == 404
    assert taught.ask(spam(5), headers={**HEADERS, "Compression": "zstd"})[0] == 415
    for octets in (b"\x16\x03\x01nonsense\r\n\r\n", b"POST /checkv2 HTTP/1.1\r\n" + b"Rcpt: a@b.test\r\n" * 20_000 + b"\r\n",
                   b"POST /checkv2 HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", taught.port), 10) as connection:
            try:
                connection.sendall(octets)
                assert connection.recv(1000).startswith(b"HTTP/1.1 400")
            except ConnectionError:
                pass
    assert taught.ask(b"", "GET", "/ping")[0] == 200


def test_only_declared_addresses_may_ask():
    with Checked('http_allow = ["192.0.2.0/24"]\n') as one:
        assert one.ask(spam(6))[0] == 403


def test_many_idle_connections_do_not_shut_it(taught):
    idle = [socket.create_connection(("127.0.0.1", taught.port), 10) for _ in range(150)]
    for one in idle:
        one.close()
    time.sleep(0.2 * SLOW)
    assert taught.ask(b"", "GET", "/ping")[0] == 200
