"""scop-signer publishes its key records at a real BIND 9 that takes updates signed with its key, for _domainkey alone."""
import shutil
import signal
import subprocess

import dkim
import pytest
from desk import BIN, DOMAIN, Desk, Relay, delivered, eventually, make_keys
from primary import NAMED, Primary

pytestmark = [pytest.mark.skipif(not NAMED, reason="no BIND 9 here"),
              pytest.mark.skipif(not (BIN / "scop-signer").exists(), reason="scop-signer is not built")]


def desk_with(primary, key=None):
    desk = Desk()
    desk.sections = primary.settings(desk.folder, key)
    return desk


@pytest.fixture
def primary():
    with Primary() as one:
        yield one


def test_published_records_verify_what_is_signed(primary):
    with desk_with(primary) as desk, Relay(desk) as relay:
        assert eventually(lambda: all(key.published == "yes" for key in desk.keys())), desk.log("signer")
        for name, record in desk.records().items():
            assert primary.txt(name) == [record.encode()]
        desk.send(desk.parts())
        message = delivered(relay.seen[-1])
        checker = dkim.DKIM(message)
        for i in range(2):
            assert checker.verify(idx=i, dnsfunc=lambda name, timeout=5: primary.txt(name.decode())[0])


def test_a_new_key_is_published_after_sighup_and_on_demand(primary):
    with desk_with(primary) as desk:
        assert eventually(lambda: all(key.published == "yes" for key in desk.keys()))
        keys = desk.key_folder / DOMAIN
        shutil.copy(keys / "r2026a.rsa.pem", keys / "r2026b.rsa.pem")
        desk.processes["signer"].send_signal(signal.SIGHUP)
        assert eventually(lambda: primary.txt(f"r2026b._domainkey.{DOMAIN}"))
        shutil.copy(keys / "r2026a.rsa.pem", keys / "r2026c.rsa.pem")
        assert {key.selector: key.published for key in desk.keys(publish=True)}["r2026c"] == "yes"
        assert primary.txt(f"r2026c._domainkey.{DOMAIN}")


def test_a_primary_that_comes_late_gets_the_records(primary):
    primary.stop()
    with desk_with(primary) as desk:
        assert eventually(lambda: all("does not answer" in key.published for key in desk.keys())), desk.log("signer")
        primary.start()
        assert eventually(lambda: all(key.published == "yes" for key in desk.keys()))
        assert desk.log("signer").count("key not published") == 2  # each key's reason once, not once per try


def test_another_key_is_refused_and_said_so(primary):
    other = subprocess.run(["tsig-keygen", "-a", "hmac-sha256", "scop-signer"], check=True, capture_output=True, text=True).stdout
    with desk_with(primary, other) as desk:
        assert eventually(lambda: all("NOTAUTH" in key.published for key in desk.keys())), desk.log("signer")
        assert not primary.txt(f"r2026a._domainkey.{DOMAIN}")


def test_the_primary_keeps_the_signer_to_domainkey(primary):
    """The wall is the primary's: our key cannot write an address or the apex there."""
    for change in (f"www.{DOMAIN}. 60 A 127.0.0.1", f"{DOMAIN}. 60 TXT x", f"a._domainkey.{DOMAIN}. 60 CNAME b.{DOMAIN}."):
        done = primary.change(f"update add {change}")
        assert done.returncode != 0 and "REFUSED" in done.stderr, change


def test_without_a_primary_the_records_are_only_listed():
    with Desk() as desk:
        assert {key.published for key in desk.keys()} == {"no primary configured"}
        assert all(key.record.startswith("v=DKIM1; k=") for key in desk.keys())


def test_keys_of_several_domains_go_to_their_own_zones():
    with Primary((DOMAIN, "second.test")) as primary:
        desk = desk_with(primary)
        make_keys(desk.key_folder, "second.test")
        with desk:
            assert eventually(lambda: len(desk.keys()) == 4 and all(key.published == "yes" for key in desk.keys())), desk.log("signer")
            assert primary.txt("e2026a._domainkey.second.test")
