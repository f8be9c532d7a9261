"""A quota from RCPT to the Maildir: set, filled, refused with 452 4.2.2, emptied by its owner, taken again."""
import json
import smtplib

import mesh as meshes
import pytest
from mesh import DOMAIN, wait_until

ANNA, BERT = f"anna@{DOMAIN}", f"bert@{DOMAIN}"
QUOTA = 30_000


@pytest.fixture(scope="module")
def mesh(place):
    with meshes.Mesh(place / "quota", settings={"relay.quota_recount": '"500ms"'}) as one:
        one.add_user(ANNA)
        one.add_user(BERT)
        yield one


@pytest.fixture
def limited(mesh):
    """Anna with an empty mailbox and a quota."""
    empty(mesh)
    mesh.command("user", "quota", ANNA, str(QUOTA))
    yield mesh
    mesh.command("user", "quota", ANNA, "0")


def box(mesh):
    return mesh.instance / "relay/state/mail" / DOMAIN / "anna"


def files(mesh):
    return [path for pattern in ("new/*", "cur/*", ".*/new/*", ".*/cur/*") for path in box(mesh).glob(pattern)]


def empty(mesh):
    for path in files(mesh):
        path.unlink()


def usage(mesh):
    users = json.loads(mesh.command("user", "list", "--json").stdout)["users"]
    return next(user["usage"] for user in users if user["login"] == ANNA)


def ask(mesh, recipient=ANNA):
    with smtplib.SMTP("127.0.0.1", mesh.mx_port, timeout=30, local_hostname="mx.foreign.test") as client:
        client.ehlo()
        client.mail("bob@foreign.test")
        return client.rcpt(recipient)


def fill(mesh, name):
    number = 0
    while sum(path.stat().st_size for path in files(mesh)) < QUOTA:
        before = len(files(mesh))
        number += 1
        assert number < 10
        code, text = mesh.hand_in(f"{name}{number}", [ANNA], octets=12_000)
        assert code == 250, text
        wait_until(lambda: len(files(mesh)) > before, "the message does not arrive")
    wait_until(lambda: ask(mesh)[0] == 452, "a full mailbox goes on taking mail")


def test_a_full_mailbox_is_refused_at_rcpt_until_mail_is_deleted(limited):
    mesh = limited
    assert ask(mesh)[0] == 250
    fill(mesh, "fill")
    code, text = ask(mesh)
    assert code == 452 and text.startswith(b"4.2.2"), text
    assert ask(mesh, BERT)[0] == 250, "another's mailbox is not full"
    assert usage(mesh) == sum(path.stat().st_size for path in files(mesh))
    empty(mesh)
    wait_until(lambda: ask(mesh)[0] == 250, "the room that was made is not seen")
    assert usage(mesh) == 0
    code, text = mesh.hand_in("after", [ANNA])
    assert code == 250, text
    wait_until(lambda: mesh.local_keys(ANNA)["after"] == 1, "the message does not arrive")


def test_mail_from_our_own_users_waits_and_arrives_once(limited):
    mesh = limited
    fill(mesh, "own")
    code, text = mesh.submit("patience", [ANNA])
    assert code == 250, text
    wait_until(lambda: "4.2.2" in mesh.command("queue", "list", "--json").stdout, "it does not wait in the queue")
    assert mesh.local_keys_anywhere(ANNA)["patience"] == 0
    empty(mesh)
    wait_until(lambda: mesh.local_keys_anywhere(ANNA)["patience"] == 1, "it does not arrive")
    wait_until(lambda: not mesh.queue()["messages"], "the queue does not empty")
    assert mesh.local_keys_anywhere(ANNA)["patience"] == 1


def test_room_made_while_the_relay_is_away_is_seen(limited):
    mesh = limited
    fill(mesh, "away")
    mesh.stop_one("relay")
    empty(mesh)
    assert ask(mesh)[0] == 452
    mesh.start_one("relay")
    wait_until(lambda: ask(mesh)[0] == 250, "a restarted relay has forgotten the full mailbox")
