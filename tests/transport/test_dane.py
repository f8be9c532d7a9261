"""DANE (RFC 7672) against real signed zones: for each case the host, the TLS, the reply and what is reported."""
import ssl

import pytest
from names import SECOND

MX = ".signed.example"
TLSA = 52


def said_mail(host):
    return any(command.startswith("MAIL") for command in host.commands)


def assert_verified(report, host, name):
    assert report.relayed and report.policy == "dane" and " verified" in report.tls, report
    assert host.messages[0]["tls"] and host.sni == [name]
    assert report.sessions == [("TLSA", "", report.mx)]


def assert_stopped(report, *hosts):
    """No octet of mail for anybody, and it will be tried again."""
    assert report.result == "DEFERRED" and report.reply.startswith("451 4.7."), report
    assert report.one.reply_is_ours and report.text
    for host in hosts:
        assert not said_mail(host) and not host.messages


# Who the record speaks for.

@pytest.mark.parametrize("domain, certificate, name", [
    ("ee", "ee", "mx-ee"), ("pair", "ee", "mx-pair"), ("pair", "next", "mx-pair"), ("ee-301", "ee", "mx-ee-301"), ("ee-312", "ee", "mx-ee-312"),
    ("ee-310", "ee", "mx-ee-310"), ("ta-211", "ta", "mx-ta-211"), ("ta-201", "ta", "mx-ta-201"), ("mixed", "ee", "mx-mixed"), ("ta-or-ee", "ta", "mx-ta-or-ee"), ("ta-or-ee", "stranger", "mx-ta-or-ee"), ("agile", "stranger", "mx-agile"),
    ("bare", "ee", "bare"), ("x.wild", "ee", "mx-ee"), ("wildcard-tlsa", "ee", "mx-wild"), ("tlsa-alias", "ee", "mx-tlsa-alias")])
def test_a_certificate_that_fits_its_record_is_verified(world, domain, certificate, name):
    with world.host(certificate) as host:
        report = world.attempt(domain + MX)
    assert_verified(report, host, name + MX)


@pytest.mark.parametrize("domain", ["rsa.example", "nsec3.example"])
def test_other_algorithms_and_denials_make_no_difference(world, domain):
    with world.host("ee") as host:
        assert_verified(world.attempt(domain), host, "mx." + domain)
    with world.host("next") as host:
        assert_stopped(world.attempt(domain), host)


def test_a_denial_with_opt_out_is_no_proof_and_no_trouble(world):
    assert world.look_up("_25._tcp.other.nsec3.example", TLSA)[0] == "INSECURE"
    with world.host() as host:
        report = world.attempt("plain.nsec3.example")
    assert report.relayed and host.messages and report.policy == "", report


@pytest.mark.parametrize("domain, certificate", [
    ("other", "ee"), ("ee", "next"), ("pair", "stranger"), ("ee-301", "next"), ("ta-211", "stranger"), ("ta-211", "ta-other-name"),
    ("ta-201", "ta-expired"), ("ta-211", "mx"), ("mixed", "next"), ("bare", "next"), ("wildcard-tlsa", "stranger"), ("ta-or-ee", "ee"), ("agile", "ee")])
def test_a_certificate_that_does_not_fit_stops_the_mail(world, domain, certificate):
    with world.host(certificate) as host:
        report = world.attempt(domain + MX)
    assert_stopped(report, host)
    assert [(kind, bool(failure)) for kind, failure, _ in report.sessions] == [("TLSA", True)], report


def test_an_anchor_that_is_not_in_the_chain_verifies_nobody(world):
    world.files["ta-alone"] = world.certificates["ta"].write(world.folder, "ta-alone")
    with world.host("ta-alone") as host:
        report = world.attempt("ta-211" + MX)
    assert_stopped(report, host)


def test_the_next_host_is_taken_where_one_does_not_verify(world):
    with world.host("ee") as first, world.host("ee", address=SECOND) as second:
        report = world.attempt("other-then-good" + MX)
    assert report.relayed and report.mx == "mx-second" + MX and second.messages and not said_mail(first), report
    assert [(kind, bool(failure), host) for kind, failure, host in report.sessions] == [("TLSA", True, "mx-other" + MX), ("TLSA", False, "mx-second" + MX)]


def test_tls_1_2_is_good_enough(world):
    with world.host("ee") as host:
        host.context.maximum_version = ssl.TLSVersion.TLSv1_2
        report = world.attempt("ee" + MX)
    assert_verified(report, host, "mx-ee" + MX)
    assert report.tls.startswith("TLSv1.2 ")


# No TLS.

@pytest.mark.parametrize("tls", ["", "broken", "injection"])
@pytest.mark.parametrize("domain", ["ee", "unusable"])
def test_without_tls_nothing_is_sent_to_a_host_with_tlsa_records(world, domain, tls):
    with (world.host("ee", tls=tls) if tls else world.host()) as host:
        report = world.attempt(domain + MX)
    assert_stopped(report, host)
    assert report.sessions and all(failure for _, failure, _ in report.sessions), report
    if not tls:
        assert [failure for _, failure, _ in report.sessions] == ["starttls-not-supported"]


# Records that say nothing usable ask for TLS all the same (RFC 7672 2.2); no records ask for nothing.

@pytest.mark.parametrize("domain", ["unusable", "malformed"])
def test_unusable_records_ask_for_tls_with_any_certificate(world, domain):
    with world.host("stranger") as host:
        report = world.attempt(domain + MX)
    assert report.relayed and host.messages[0]["tls"] and " verified" not in report.tls, report


@pytest.mark.parametrize("domain", ["none", "nodata", "plain", "tlsa-leaves", "tlsa-dangles"])
def test_a_secure_absence_of_records_asks_for_nothing(world, domain):
    with world.host("stranger") as host:
        report = world.attempt(domain + MX)
        assert report.relayed and host.messages[0]["tls"] and report.policy == "", report
    with world.host() as host:
        assert world.attempt(domain + MX).relayed and not host.messages[0]["tls"]


# Records that nobody gets to see (RFC 7672 2.1.1): the host is not used.

@pytest.mark.parametrize("domain", ["servfail" + MX, "bogustlsa.example"])
def test_a_look_up_that_fails_stops_the_mail(world, domain):
    with world.host("ee") as host:
        report = world.attempt(domain)
    assert report.result == "DEFERRED" and report.reply.startswith("451 4."), report
    assert host.connections == 0
    # The host was never reached, but whoever reads reports wants to know.
    assert [(kind, failure) for kind, failure, _ in report.sessions] == [("TLSA", "dnssec-invalid" if domain.startswith("bogus") else report.sessions[0][1])]


def test_the_next_host_is_taken_where_one_has_records_that_nobody_sees(world):
    with world.host("ee") as first, world.host("ee", address=SECOND):
        report = world.attempt("servfail-then-good" + MX)
    assert report.relayed and report.mx == "mx-second" + MX and first.connections == 0, report


# Aliases (RFC 7672 2.2.2, 2.2.3).

@pytest.mark.parametrize("domain, name", [("alias-host", "mx-ee"), ("alias-host-own-tlsa", "mx-alias-own"), ("alias-leaves", "mx-leaves"),
                                          ("alias-domain", "mx-ee")])
def test_the_records_of_an_alias_are_found(world, domain, name):
    with world.host("ee") as host:
        report = world.attempt(domain + MX)
    assert_verified(report, host, name + MX)
    with world.host("next") as host:
        assert_stopped(world.attempt(domain + MX), host)


# What is not secure all the way has no DANE (RFC 7672 2.2.1, 2.2.2).

@pytest.mark.parametrize("domain", ["alias-leaves-without-tlsa" + MX, "alias-enters" + MX, "alias-domain-leaves" + MX, "insecure-host" + MX,
                                    "mail.insecure.example", "secure-host.insecure.example", "secure-other-host.insecure.example", "island.example"])
def test_what_is_insecure_anywhere_has_no_dane(world, domain):
    with world.host("stranger") as host:
        report = world.attempt(domain)
        assert report.relayed and host.messages[0]["tls"] and report.policy == "", report
    with world.host():
        assert world.attempt(domain).relayed


@pytest.mark.parametrize("domain", ["bogus-host" + MX, "bogusaddress.example"])
def test_a_host_with_bogus_addresses_gets_nothing(world, domain):
    with world.host("ee") as host:
        report = world.attempt(domain)
    assert report.result == "DEFERRED" and host.connections == 0, report


# REQUIRETLS (RFC 8689) and its opposite.

def test_requiretls_goes_to_a_verified_host_that_knows_it(world):
    with world.host("ee", requiretls=True) as host:
        report = world.attempt("ee" + MX, requiretls=True)
    assert report.relayed and " REQUIRETLS" in host.messages[0]["mail"], report


@pytest.mark.parametrize("domain, certificate, knows_it", [("ee" + MX, "ee", False), ("none" + MX, "stranger", True), ("none" + MX, None, True),
                                                           ("mail.insecure.example", "ee", True), ("unusable" + MX, "stranger", True)])
def test_requiretls_fails_where_it_cannot_be_kept(world, domain, certificate, knows_it):
    with world.host(certificate, requiretls=knows_it) as host:
        report = world.attempt(domain, requiretls=True)
    assert report.result == "FAILED" and report.reply in ("550 5.7.30", "550 5.7.10"), report
    assert not said_mail(host)


def test_requiretls_takes_a_secure_mx_and_a_certificate_from_the_web(world):
    with world.host("mx", requiretls=True) as host:
        report = world.attempt("webpki" + MX, requiretls=True)
    assert report.relayed and " REQUIRETLS" in host.messages[0]["mail"], report


@pytest.mark.parametrize("domain, certificate", [("other", "ee"), ("ee", None), ("servfail", "stranger")])
def test_tls_required_no_goes_before_dane(world, domain, certificate):
    with world.host(certificate) as host:
        report = world.attempt(domain + MX, tls_optional=True)
    assert report.relayed and host.messages, report


def test_requiretls_goes_before_tls_required_no(world):
    with world.host("next", requiretls=True) as host:
        report = world.attempt("ee" + MX, requiretls=True, tls_optional=True)
    assert not report.relayed and not said_mail(host), report
