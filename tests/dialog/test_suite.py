"""The dialogue scripts of $SCOP_SUITES/smtp: their commands, their reply codes, not their texts.

They were written for a server that takes foreign mail in clear, and addresses without angle brackets. Here they run under
TLS and logged in, with From lines that belong to the login and paths as RFC 5321 4.1.2 writes them; what a script says
about the greeting, HELO, endings and limits holds for both. Against the receiver they run as they were written.
"""
import os
import re
from pathlib import Path

import edge as edges
import pytest
import scripts

SUITE = Path(os.environ.get("SCOP_SUITES", edges.ROOT.parent / "shared/suites")) / "smtp"
ELSEWHERE = {"t-04-aliases-test_chasquid_util"}  # no dialogue, but another server's command line


WITHOUT_AUTH = {"t-12-minor_dialogs-auth_too_many_failures"}  # an MX offers none


@pytest.fixture(scope="module", params=["submission", "receiver"])
def edge(tmp_path_factory, request):
    with edges.Edge(tmp_path_factory.mktemp("suite") / "instance", name=request.param, max_message="1MB", max_errors=2) as one:
        yield one


def ours(line, is_login):
    if is_login:
        line = re.sub(r"^(\.?From:).*", rf"\1 {edges.USER}", line)
    return re.sub(r"^(RCPT TO:) *([^<]*)$", r"\1<\2>", line)


class Player:
    def __init__(self, edge):
        self.edge, self.client = edge, None

    def connect(self):
        if self.client:
            self.client.socket.close()
        self.client = self.edge.client(greeting=False)

    def send(self, line):
        is_login = self.edge.name == "submission"
        if line.startswith("MAIL FROM") and is_login:
            self.client.login()
        self.client.send(ours(line, is_login).encode() + b"\r\n")

    def expect(self, text):
        last = self.client.reply()[-1]
        assert last[:3] == text.split()[0], f"wanted {text}, got {last}"

    def step(self, line):
        if re.match(r"c (tcp|tls)_connect ", line):
            self.connect()
        elif line.startswith(("c ->", "c -> ")):
            self.send(line[5:])
        elif line.startswith("c ~> "):
            self.client.send(scripts.octets_of(line[5:]))
        elif re.match(r"c <(~|-|\.\.\.) ", line):
            self.expect(line.split(" ", 2)[2])
        else:
            raise ValueError(line)


@pytest.mark.parametrize("file", sorted(SUITE.glob("*.cmy")) if SUITE.is_dir() else [], ids=lambda file: file.stem)
def test_public_dialog(edge, file):
    if file.stem in ELSEWHERE:
        pytest.skip("not an SMTP dialogue")
    if file.stem in WITHOUT_AUTH and edge.name == "receiver":
        pytest.skip("AUTH, which an MX does not offer")
    player = Player(edge)
    for line in file.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            player.step(line)
    player.client.socket.close()
    assert edge.alive()
