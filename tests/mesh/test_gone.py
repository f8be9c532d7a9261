"""A neighbour is gone: the client gets a 4xx at once or the message is queued; nothing is lost; all recovers."""
import smtplib

import mesh as meshes
import pytest
from mesh import wait_until


def test_accounts_gone_is_a_temporary_failure_of_auth(mesh, mx):
    mesh.stop_one("accounts")
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        mesh.client()
    assert refused.value.smtp_code == 454
    mesh.start_one("accounts")
    wait_until(lambda: mesh.submit("back", ["bob@foreign.test"])[0] == 250, "AUTH works again", every=0.2)


def test_accounts_gone_keeps_local_mail_in_the_queue(mesh, mx):
    mesh.add_user("carl@example.test", "another-horse-battery")
    client = mesh.client()
    assert mesh.submit("warm", ["carl@example.test"], client)[0] == 250
    wait_until(lambda: mesh.local_keys("carl@example.test")["warm"], "delivered")
    mesh.stop_one("accounts")
    code, text = mesh.submit("waits", ["carl@example.test"], client)
    assert code == 250 or 400 <= code < 500, text
    mesh.start_one("accounts")
    if code == 250:
        wait_until(lambda: mesh.local_keys("carl@example.test")["waits"] == 1, "delivered after accounts is back")
    wait_until(lambda: mesh.submit("after", ["carl@example.test"])[0] == 250, "all works again", every=0.2)


@pytest.mark.parametrize("gone", ["signer", "relay"])
def test_a_missing_stage_is_451_and_nothing_arrives(mesh, mx, gone):
    client = mesh.client()
    assert mesh.submit("warm", ["bob@foreign.test"], client)[0] == 250
    mesh.stop_one(gone)
    code, text = mesh.submit("refused", ["bob@foreign.test"], client)
    assert code == 451, text
    mesh.start_one(gone)
    wait_until(lambda: mesh.submit("after", ["bob@foreign.test"], client)[0] == 250, "the session goes on", every=0.2)
    wait_until(lambda: mx.keys()["after"], "it arrives")
    assert mx.keys()["refused"] == 0


def test_courier_gone_queues_and_delivers_later(mesh, mx):
    mesh.stop_one("courier")
    client = mesh.client()
    for number in range(5):
        code, text = mesh.submit(f"queued-{number}", ["bob@foreign.test"], client)
        assert code == 250, text
    assert not mx.keys()
    mesh.start_one("courier")
    wait_until(lambda: len(mx.keys()) == 5, "all arrive")
    assert set(mx.keys().values()) == {1}


def test_resolver_gone_queues_and_delivers_later(place, mx):
    settings = {"courier.port": str(mx.port),
                "resolver.local_data": '["mx.test. IN MX 10 host.mx.test.", "host.mx.test. IN A 127.0.0.1"]'}
    with meshes.Mesh(place / "resolver", settings=settings) as mesh:
        mesh.add_user()
        mesh.stop_one("resolver")
        code, text = mesh.submit("unresolved", ["bob@mx.test"])
        assert code == 250, text
        mesh.start_one("resolver")
        wait_until(lambda: mx.keys()["unresolved"] == 1, "it arrives once names resolve")


@pytest.mark.parametrize("gone", ["spamfilter", "verifier", "relay"])
def test_a_missing_inbound_stage_is_451_and_nothing_arrives(mesh, gone):
    mesh.add_user("carl@example.test", "another-horse-battery")
    client = mesh.world_client()
    assert mesh.hand_in("warm", ["carl@example.test"], client)[0] == 250
    mesh.stop_one(gone)
    code, text = mesh.hand_in("refused", ["carl@example.test"], client)
    assert code == 451, text
    mesh.start_one(gone)
    wait_until(lambda: mesh.hand_in("after", ["carl@example.test"], client)[0] == 250, "the session goes on", every=0.2)
    wait_until(lambda: mesh.local_keys("carl@example.test")["after"], "it arrives")
    assert mesh.local_keys("carl@example.test")["refused"] == 0


def test_accounts_gone_is_a_temporary_refusal_of_recipients(mesh):
    mesh.add_user("carl@example.test", "another-horse-battery")
    mesh.stop_one("accounts")
    code, text = mesh.hand_in("refused", ["carl@example.test"])
    assert code == 451, text
    mesh.start_one("accounts")
    wait_until(lambda: mesh.hand_in("after", ["carl@example.test"])[0] == 250, "all works again", every=0.2)


def test_resolver_gone_labels_and_delivers(mesh):
    """No answer is no reason to refuse: the results say temperror."""
    mesh.add_user("carl@example.test", "another-horse-battery")
    mesh.stop_one("resolver")
    code, text = mesh.hand_in("unresolved", ["carl@example.test"])
    assert code == 250, text
    wait_until(lambda: mesh.local_keys("carl@example.test")["unresolved"] == 1, "it arrives")
    mesh.start_one("resolver")
