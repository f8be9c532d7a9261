"""DNS blocklists through the real resolver: which answers are listings, what they weigh, and what is an error."""
import re

import mesh as meshes
import pytest
from edge import OTHER

ANNA = f"anna@{meshes.DOMAIN}"
NAME = "mx.sender.example"
ZONES = ["127.in-addr.arpa", "sender.example", "zen.test", "low.test", "more.test", "refusing.test", "sold.test"]
RECORDS = [
    "2.0.0.127.zen.test. IN A 127.0.0.2",             # 127.0.0.2: enough alone
    "3.0.0.127.low.test. IN A 127.0.0.3",             # 127.0.0.3: too little alone
    "4.0.0.127.low.test. IN A 127.0.0.3",             # 127.0.0.4: two lists together
    "4.0.0.127.more.test. IN A 127.0.0.11",
    "5.0.0.127.refusing.test. IN A 127.255.255.254",  # 127.0.0.5: the list does not answer us
    f"9.9.0.127.in-addr.arpa. IN PTR {NAME}.",       # 127.0.9.9 has a name that has the address
    f"{NAME}. IN A 127.0.9.9",
    f"8.9.0.127.in-addr.arpa. IN PTR {NAME}.",       # 127.0.9.8 has it not
    "6.0.0.127.sold.test. IN A 203.0.113.80",         # 127.0.0.6: the domain has another owner
]
SCORES = {"zen.test": 10, "low.test": 4, "more.test": 6, "refusing.test": 10, "sold.test": 10, "absent.invalid": 10}


@pytest.fixture(scope="module")
def mesh(folder):
    settings = {"receiver.gateways": '["127.0.0.1"]', "receiver.greeting_delay": '"100ms"', "receiver.dns_timeout": '"3s"',
                "resolver.local_zones": "[" + ", ".join(f'"{zone}. static"' for zone in ["test", *ZONES]) + "]",
                "resolver.local_data": "[" + ", ".join(f'"{record}"' for record in RECORDS) + "]"}
    with meshes.Mesh(folder / "lists", settings=settings, start=False) as one:
        with open(one.config, "a", encoding="utf-8") as file:
            for zone, score in SCORES.items():
                file.write(f'\n[[receiver.blocklist]]\nzone = "{zone}"\nscore = {score}\n')
        one.start()
        one.add_user()
        yield one


def receive(mesh, source, to=ANNA, key="lists"):
    return mesh.receive(mesh.message(key, [to]), to, source=source)


def test_a_listing_over_the_threshold_is_refused(mesh):
    code, text = receive(mesh, "127.0.0.2")
    assert (code, text.split()[0]) == (550, b"5.7.1") and b"zen.test" in text


def test_whoever_is_listed_can_still_write_to_the_postmaster(mesh):
    assert receive(mesh, "127.0.0.2", f"postmaster@{meshes.DOMAIN}")[0] == 250


def test_a_weak_listing_is_an_observation(mesh):
    assert receive(mesh, "127.0.0.3", key="weak")[0] == 250
    meshes.wait_until(lambda: re.search(r"message passed on.*dnsbl:low.test", mesh.log("receiver")), "the observation in the log")


def test_weights_of_several_lists_add_up(mesh):
    code, text = receive(mesh, "127.0.0.4")
    assert code == 550 and b"low.test" in text and b"more.test" in text


@pytest.mark.parametrize("source, zone", [("127.0.0.5", "refusing.test"), ("127.0.0.6", "sold.test")])
def test_answers_outside_the_listings_are_errors_and_no_listing(mesh, source, zone):
    assert receive(mesh, source)[0] == 250
    meshes.wait_until(lambda: re.search(rf"blocklist not usable.*{zone}", mesh.log("receiver")), "a warning")


def test_nobody_else_and_no_gateway_is_refused(mesh):
    assert receive(mesh, OTHER)[0] == 250
    assert receive(mesh, "127.0.0.1")[0] == 250


def test_a_confirmed_name_travels_with_the_message_and_a_claimed_one_does_not(mesh):
    for source, key in ((OTHER, "named"), ("127.0.9.8", "claimed")):
        assert receive(mesh, source, key=key)[0] == 250
    lines = meshes.wait_until(lambda: [line for line in mesh.log("receiver").splitlines() if "message passed on" in line and "127.0.9." in line][-2:],
                              "two lines")
    assert f"name={NAME}" in lines[0] and "iprev:pass" in lines[0]
    assert "name=" not in lines[1] and "iprev:fail" in lines[1]


def test_without_the_resolver_nobody_is_listed(mesh):
    mesh.stop_one("resolver")
    try:
        assert receive(mesh, "127.0.0.2")[0] == 250
    finally:
        mesh.start_one("resolver")
