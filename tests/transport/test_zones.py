"""Zones of every kind, from a root of our own: what our resolver makes of them, and whether mail goes."""
import pytest
from instance import eventually

A, MX, TLSA = 1, 15, 52


@pytest.mark.parametrize("domain", ["ee.signed.example", "mx-ee.signed.example", "nowhere.signed.example", "x.wild.signed.example"])
def test_a_signed_zone_is_secure_down_from_the_root(world, domain):
    assert world.look_up(domain, MX)[0] == "SECURE"


@pytest.mark.parametrize("domain", ["mail.insecure.example", "island.example", "alias-domain-leaves.signed.example"])
def test_a_zone_without_ds_is_insecure(world, domain):
    validation, answer = world.look_up(domain, MX)
    assert validation == "INSECURE" and len(answer.records) == 1


@pytest.mark.parametrize("domain, kind", [("expired.example", MX), ("wrongkey.example", MX), ("nokeys.example", MX), ("bogusmx.example", MX),
                                          ("mx.bogusaddress.example", A), ("_25._tcp.mx.bogustlsa.example", TLSA)])
def test_a_broken_zone_is_bogus_with_a_reason(world, domain, kind):
    validation, answer = world.look_up(domain, kind)
    assert (validation, answer.rcode, list(answer.records)) == ("BOGUS", 2, []) and answer.why


@pytest.mark.parametrize("domain, why", [("expired.example", "Signature Expired, EDE 7"), ("wrongkey.example", "EDE "),
                                         ("nokeys.example", "EDE "), ("bogusmx.example", "DNSSEC Bogus, EDE 6"),
                                         ("bogusaddress.example", "DNSSEC Bogus, EDE 6")])
def test_mail_for_a_broken_domain_waits_and_the_reply_says_why(world, domain, why):
    with world.host("ee") as host:
        report = world.attempt(domain)
    assert (report.result, report.reply, host.connections) == ("DEFERRED", "451 4.7.5", 0), report
    assert "fails DNSSEC validation" in report.text and why in report.text


@pytest.mark.parametrize("domain", ["mail.insecure.example", "island.example"])
def test_mail_for_an_insecure_domain_goes_with_whatever_tls_there_is(world, domain):
    with world.host("stranger") as host:
        report = world.attempt(domain)
        assert report.relayed and host.messages[0]["tls"] and report.tls.endswith(" unverified"), report
    with world.host() as host:
        report = world.attempt(domain)
        assert report.relayed and not host.messages[0]["tls"], report
    assert report.policy == ""


def test_the_next_host_is_taken_where_one_has_bogus_addresses(world):
    with world.host("ee", address="203.0.113.26"):
        report = world.attempt("bogus-host-then-good.signed.example")
    assert report.relayed and report.mx == "mx-second.signed.example", report


def test_a_signed_null_mx_takes_no_mail(world):
    report = world.attempt("nullmx.signed.example")
    assert (report.result, report.reply) == ("FAILED", "556 5.1.10"), report


def test_mail_leaves_where_spf_lets_it_leave(world):
    with world.host():
        for domain in ("sender.example", "included.sender.example", "elsewhere.sender.example"):
            assert world.attempt("mail.insecure.example", reverse_path=f"me@{domain}").relayed

    def warned(domain):
        return [line for line in world.instance.log("courier").splitlines() if "SPF does not let our mail out" in line and f"domain={domain} " in line]
    # Nobody waits for the warning.
    assert eventually(lambda: warned("elsewhere.sender.example"), 60) and "198.51.100.2" in warned("elsewhere.sender.example")[0]
    assert not warned("sender.example") and not warned("included.sender.example")
