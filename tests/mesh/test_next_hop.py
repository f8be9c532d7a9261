"""Next hops that fail, stall, break off and babble: nothing is lost, nothing is doubled, others are served meanwhile."""
import email
import os

import mesh as meshes
import pytest
from mesh import wait_until
from mx import MX

# The courier's patience, in seconds instead of RFC 5321 4.5.3.2's minutes.
IMPATIENT = {f"courier.{name}_timeout": '"1s"' for name in ("connect", "greeting", "ehlo", "mail", "data", "block", "final")}


@pytest.fixture(scope="module")
def shared(place):
    """One mesh and one next hop for all tests here; each test uses keys of its own."""
    with MX() as mx, meshes.Mesh(place / "next-hop", mx=mx, settings=IMPATIENT) as mesh:
        mesh.add_user()
        yield mesh, mx


@pytest.fixture
def pair(shared):
    mesh, mx = shared
    mx.behave("accept")
    yield mesh, mx
    mx.behave("accept")
    mx.release()


def sent(mesh, key, to="bob@foreign.test"):
    code, text = mesh.submit(key, [to])
    assert code == 250, text


STEPS = ["connect", "ehlo", "mail", "rcpt", "data", "dot"]
# Not "huge" at "dot": a 250 whose text never ends may count as a 250.
FAILURES = [(act, at) for act in ("tempfail", "close", "drop", "garbage", "huge") for at in STEPS if (act, at) != ("huge", "dot")]


@pytest.mark.parametrize("act,at", FAILURES)
def test_a_failing_step_is_tried_again(pair, act, at):
    mesh, mx = pair
    key = f"{act}-{at}"
    mx.behave(act, at=at, times=1)
    sent(mesh, key)
    wait_until(lambda: mx.keys()[key], f"it arrives after {act} at {at}")
    assert mx.keys()[key] == 1


@pytest.mark.parametrize("at", STEPS)
def test_a_stalled_step_is_given_up_and_tried_again(pair, at):
    mesh, mx = pair
    mx.behave("stall", at=at, times=1)
    sent(mesh, f"stall-{at}")
    wait_until(lambda: mx.keys()[f"stall-{at}"], f"it arrives after a stall at {at}", 30)
    assert mx.keys()[f"stall-{at}"] == 1


def test_a_connection_lost_mid_data_leaves_nothing_behind(pair):
    mesh, mx = pair
    mx.behave("drop", at="body", times=2)
    sent(mesh, "body")
    wait_until(lambda: mx.keys()["body"], "it arrives")
    assert mx.keys(("accepted", "taken"))["body"] == 1


def test_endless_replies_are_cut_off(pair):
    mesh, mx = pair
    mx.behave("endless", at="ehlo", times=1)
    sent(mesh, "endless")
    wait_until(lambda: mx.keys()["endless"], "it arrives by another attempt")


def test_a_refused_recipient_comes_back_as_a_signed_bounce(pair):
    mesh, mx = pair
    mx.behave("permfail", at="rcpt", times=1)
    sent(mesh, "bounce")
    octets = wait_until(lambda: mesh.local_messages(mesh.login), "the bounce is in the sender's Maildir")[0]
    bounce = email.message_from_bytes(octets)
    assert bounce.get_content_type() == "multipart/report"
    assert b"Status: 5.1.1" in octets and b"550" in octets
    assert len(bounce.get_all("DKIM-Signature")) == 2
    assert mx.keys()["bounce"] == 0


@pytest.mark.parametrize("tls", ["expired", "broken", "none"])
def test_opportunistic_tls_reaches_hosts_whose_tls_is_bad(place, tls):
    with MX(tls=tls) as mx, meshes.Mesh(place / f"tls-{tls}", mx=mx, settings=IMPATIENT) as mesh:
        mesh.add_user()
        sent(mesh, tls)
        wait_until(lambda: mx.keys()[tls], "it arrives")
        assert mx.keys()[tls] == 1
        assert bool(mx.accepted()[0].tls) == (tls == "expired")


def test_one_dead_destination_does_not_hold_up_another(place):
    with MX() as dead, MX() as alive:
        routes = {"dead.test": dead.port, "alive.test": alive.port}
        with meshes.Mesh(place / "two", routes=routes, settings=IMPATIENT) as mesh:
            mesh.add_user()
            dead.behave("stall", at="connect")
            client = mesh.client()
            for number in range(30):
                code, text = mesh.submit(f"dead-{number}", [f"x@dead.test"], client)
                assert code == 250, text
            sent(mesh, "alive", "y@alive.test")
            wait_until(lambda: alive.keys()["alive"], "the other destination is served at once", 5)
            dead.behave("accept")
            dead.release()
            mesh.command("queue", "retry", "all")  # a next hop that does not answer rests for a minute by itself
            wait_until(lambda: len(dead.keys()) == 30, "the dead one is served when it is back", 30)


def test_a_next_hop_without_8bitmime_gets_no_8bit(place):
    extensions = [one for one in ("PIPELINING", "SIZE 1000000")]
    with MX(extensions=extensions) as mx, meshes.Mesh(place / "seven", mx=mx) as mesh:
        mesh.add_user()
        client = mesh.client()
        client.mail(mesh.login, ["BODY=8BITMIME"])
        client.rcpt("bob@foreign.test")
        body = mesh.message("eight", ["bob@foreign.test"]).replace(b"\r\n\r\n", b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
                            b"charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + "Grüße\r\n".encode())
        code, text = client.data(body)
        assert code == 250, text
        octets = wait_until(lambda: mesh.local_messages(mesh.login), "a bounce")[0]
        assert b"5.6.3" in octets
        assert not mx.keys(("accepted", "taken", "refused"))["eight"]


LONG = os.environ.get("SCOP_LONG") == "1"


@pytest.mark.skipif(not LONG, reason="SCOP_LONG=1 runs it")
def test_a_flow_through_a_next_hop_that_misbehaves_at_random(pair):
    import random
    mesh, mx = pair
    chance = random.Random(7)
    acts = ["tempfail", "close", "drop", "garbage"]
    steps = ["connect", "ehlo", "mail", "rcpt", "data", "body"]
    client = mesh.client()
    for number in range(300):
        if number % 3 == 0:
            mx.behave(chance.choice(acts), at=chance.choice(steps), times=1)
        assert mesh.submit(f"flow-{number}", ["bob@foreign.test"], client)[0] == 250
    wait_until(lambda: sum(1 for key in mx.keys() if key.startswith("flow-")) == 300, "all arrive", 120)
    assert {count for key, count in mx.keys().items() if key.startswith("flow-")} == {1}
