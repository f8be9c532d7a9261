"""Who may be written to: known recipients of ours, and nobody else, whatever the client's address is."""
import mesh as meshes

ANNA = f"anna@{meshes.DOMAIN}"


def test_a_message_arrives_in_the_mailbox(mesh):
    code, text = mesh.receive(mesh.message("r1", [ANNA]), ANNA)
    assert code == 250, text
    meshes.wait_until(lambda: mesh.local_keys(ANNA)["r1"] == 1, "delivery")


def test_unknown_recipients_get_550_5_1_1(mesh):
    code, text = mesh.receive(b"", f"nobody@{meshes.DOMAIN}")
    assert (code, text[:5]) == (550, b"5.1.1")


def test_no_relaying_even_for_loopback(mesh):
    code, text = mesh.receive(b"", "bob@foreign.test", sender=ANNA)
    assert (code, text[:5]) == (550, b"5.7.1")
