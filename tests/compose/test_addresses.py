"""Nobody relays by where he comes from: neither from the host itself, nor by Docker's proxy, nor from the next container. And the receiver
sees who comes from outside."""
import ipaddress
import json
import smtplib
import socket
import subprocess

import pytest
from outside import HOST, HOST6, OUTSIDE, OUTSIDE6, Outside, default_address
from stack import ANNA, PASSWORD, blind_tls, wait_for

SESSION = """
import json, smtplib, sys
host, port, helo = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with smtplib.SMTP(host, port, timeout=60, local_hostname=helo) as client:
    client.ehlo()
    client.mail("spammer@elsewhere.test")
    print(json.dumps([client.rcpt("victim@third.test")[0], client.rcpt("anna@example.test")[0]]))
"""


@pytest.fixture(scope="module")
def outside():
    with Outside() as made:
        yield made


def attempt(python, stack, host, port=None):
    """What the two recipients were answered, and the receiver's line about it."""
    before = sessions(stack)
    done = python(SESSION, host, str(port or stack.ports["smtp"]), "stranger.foreign.test")
    assert wait_for(lambda: len(sessions(stack)) > len(before)), stack.log("receiver")
    return json.loads(done.stdout), sessions(stack)[-1]


def sessions(stack):
    return [line for line in stack.log("receiver").splitlines() if " session ended " in line]


def here(program, *arguments):
    return subprocess.run(["/usr/bin/python3", "-c", program, *arguments], check=True, capture_output=True, text=True, timeout=100)


def from_container(stack, name):
    """Inside another container's network, as whoever broke it would be."""
    pid = str(stack.inspect(name)["State"]["Pid"])
    return lambda program, *arguments: subprocess.run(["nsenter", "-t", pid, "-n", "/usr/bin/python3", "-c", program, *arguments], check=True,
                                                      capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("host", ["127.0.0.1", "default address"])
def test_the_host_itself_relays_nothing_on_25(stack, host):
    host = default_address() if host == "default address" else host
    replies, _ = attempt(here, stack, host)
    assert replies[0] in (550, 551, 554) and replies[1] == 250, replies


def test_a_machine_outside_relays_nothing_and_is_seen_as_itself(stack, outside):
    replies, line = attempt(outside.python, stack, HOST)
    assert replies[0] in (550, 551, 554) and replies[1] == 250, replies
    assert f"client={OUTSIDE} " in line


def test_the_bridge_of_the_receiver_relays_nothing(stack):
    """The address behind which Docker's proxy would hide everyone."""
    address = stack.inspect("receiver")["NetworkSettings"]["Networks"][f"{stack.project}_public-receiver"]["IPAddress"]
    replies, line = attempt(here, stack, address, port=25)
    assert replies[0] in (550, 551, 554) and replies[1] == 250, replies
    assert f"client={next(ipaddress.ip_network(stack.block('public-receiver')).hosts())} " in line


def test_a_container_of_the_stack_relays_nothing(stack):
    """From the courier's network, by the host's published port."""
    replies, _ = attempt(from_container(stack, "courier"), stack, stack.sink_address)
    assert replies[0] in (550, 551, 554) and replies[1] == 250, replies


def test_ipv6_keeps_the_address_or_is_not_there(stack, outside):
    if any("enable_ipv6" in network for network in stack.document()["networks"].values()):
        replies, line = attempt(outside.python, stack, HOST6)
        assert replies[0] in (550, 551, 554), replies
        assert f"client={OUTSIDE6} " in line
    else:
        assert "IPv6 is off" in stack.said.stderr
        for host in ("::1", HOST6):
            with pytest.raises(OSError):
                socket.create_connection((host, stack.ports["smtp"]), timeout=10).close()


def test_submission_wants_a_login_from_everywhere(stack):
    with smtplib.SMTP("127.0.0.1", stack.ports["submission"], timeout=60) as client:
        client.starttls(context=blind_tls())
        client.ehlo()
        assert client.mail(ANNA)[0] == 530
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(ANNA, PASSWORD + "x")
