"""A man in the middle between us and the world: what he can do to SMTP, DNS and HTTPS, and that it is stopped and reported."""
import copy
import shutil

import dns.message
import dns.name
import dns.rdatatype
import dns.rrset
import dns.zone
import pytest
from middle import DnsMiddle, SmtpMiddle, Taken, asks, forge, strip
from names import ATTACKER, BEHIND_HOST, HOST
from policies import policy
from zones import CHILDREN, TLD, write

A, MX, TLSA = 1, 15, 52


def said_mail(host):
    return any(command.startswith("MAIL") for command in host.commands)


def failures(report):
    return [(kind, failure) for kind, failure, _ in report.sessions]


def assert_stopped(report, *hosts):
    assert report.result == "DEFERRED" and report.reply.startswith("451 4."), report
    for host in hosts:
        assert not said_mail(host)


def enforced(world, name):
    """A domain whose policy is cached already."""
    world.policies.texts[f"{name}.insecure.example"] = policy("enforce", f"mx.{name}.insecure.example")
    with world.host("mx"):
        assert world.attempt(f"{name}.insecure.example").relayed


# STARTTLS taken out of the reply to EHLO.

def test_starttls_stripped_from_a_dane_host_is_stopped_and_reported(world):
    with world.host("ee", address=BEHIND_HOST) as host, SmtpMiddle(world, strip) as middle:
        report = world.attempt("ee.signed.example")
        assert middle.sessions and host.connections
    assert_stopped(report, host)
    assert failures(report) == [("TLSA", "starttls-not-supported")] and "TLS is required" in report.text, report


def test_starttls_stripped_from_a_host_of_a_policy_is_stopped_and_reported(world):
    enforced(world, "stripped")
    with world.host("mx", address=BEHIND_HOST) as host, SmtpMiddle(world, strip):
        report = world.attempt("stripped.insecure.example")
    assert_stopped(report, host)
    assert failures(report) == [("STS", "starttls-not-supported")] and "TLS is required" in report.text, report


def test_starttls_stripped_where_nothing_is_published_goes_in_the_clear_and_is_reported(world):
    with world.host("mx", address=BEHIND_HOST) as host, SmtpMiddle(world, strip):
        report = world.attempt("opportunistic.insecure.example")
    assert report.relayed and not host.messages[0]["tls"] and report.tls == "", report
    assert failures(report) == [("NO_POLICY_FOUND", "starttls-not-supported")], report


# TLS ended by the man in the middle, with a certificate that he has.

def test_a_man_in_the_middle_of_tls_is_found_by_dane(world):
    with Taken(world, HOST), world.host("attacker", place="middle") as attacker:
        report = world.attempt("ee.signed.example")
    assert attacker.connections and failures(report)[0][1], report
    assert_stopped(report, attacker)


def test_a_man_in_the_middle_of_tls_is_found_by_mta_sts(world):
    enforced(world, "stripped")
    with Taken(world, HOST), world.host("attacker", place="middle") as attacker:
        report = world.attempt("stripped.insecure.example")
    assert_stopped(report, attacker)
    assert failures(report) == [("STS", "certificate-host-mismatch")], report


# Forged answers.

def spoof_mx(domain):
    def change(query, reply):
        return forge(query, f"{domain}. 60 IN MX 10 mx.attacker.example.") if asks(query, domain, "MX") else reply
    return change


def test_a_spoofed_mx_steals_mail_where_nothing_is_published(world):
    with DnsMiddle(world, CHILDREN, spoof_mx("stolen.insecure.example")), world.host("attacker", address=ATTACKER) as attacker:
        report = world.attempt("stolen.insecure.example")
    assert report.relayed and attacker.messages, report


def test_a_spoofed_mx_is_stopped_by_mta_sts(world):
    enforced_before = policy("enforce", "mx.spoofed.insecure.example")
    world.policies.texts["spoofed.insecure.example"] = enforced_before
    middle = DnsMiddle(world, CHILDREN, spoof_mx("spoofed.insecure.example"))
    with middle, world.host("attacker", address=ATTACKER) as attacker:
        report = world.attempt("spoofed.insecure.example")
    assert middle.changed and attacker.connections == 0
    assert_stopped(report, attacker)
    assert [(kind, bool(failure), host) for kind, failure, host in report.sessions] == [("STS", True, "mx.attacker.example")], report


def test_a_spoofed_mx_of_a_signed_domain_is_bogus(world):
    middle = DnsMiddle(world, CHILDREN, spoof_mx("spoofed.example"))
    with middle, world.host("attacker", address=ATTACKER) as attacker:
        report = world.attempt("spoofed.example")
        assert world.look_up("spoofed.example", MX)[0] == "BOGUS"
    assert middle.changed and attacker.connections == 0
    assert_stopped(report, attacker)


def test_spoofed_addresses_of_a_signed_host_are_bogus(world):
    def change(query, reply):
        return forge(query, f"mx.spoofed-address.example. 60 IN A {ATTACKER}") if asks(query, "mx.spoofed-address.example", "A") else reply
    with DnsMiddle(world, CHILDREN, change), world.host("attacker", address=ATTACKER) as attacker:
        report = world.attempt("spoofed-address.example")
    assert attacker.connections == 0
    assert_stopped(report, attacker)


@pytest.mark.parametrize("domain, how", [("denied-tlsa.example", "nothing there"), ("dropped-tlsa.example", "no answer"), ("unsigned-tlsa.example", "no signatures")])
def test_tlsa_records_that_are_kept_from_us_stop_the_mail(world, domain, how):
    def change(query, reply):
        if not asks(query, f"_25._tcp.mx.{domain}", "TLSA"):
            return reply
        if how == "nothing there":
            return forge(query, rcode=3)
        return None if how == "no answer" else forge(query, f"_25._tcp.mx.{domain}. 60 IN TLSA {world.certificates['attacker'].tlsa(3, 1, 1)}")
    middle = DnsMiddle(world, CHILDREN, change)
    with middle, Taken(world, HOST), world.host("attacker", place="middle") as attacker:
        report = world.attempt(domain)
    assert middle.changed and attacker.connections == 0
    assert_stopped(report, attacker)


def test_a_stripped_ds_makes_a_domain_bogus_not_insecure(world):
    def change(query, reply):
        """All signed zones below: their DS, and the proofs that there is none, never arrive."""
        if "stripped.example" not in query.question[0].name.to_text():
            return reply
        for section in (reply.answer, reply.authority):
            section[:] = [rrset for rrset in section if rrset.rdtype == dns.rdatatype.NS]
        return dns.message.from_wire(reply.to_wire())
    middle = DnsMiddle(world, TLD, change)
    with middle, Taken(world, HOST), world.host("attacker", place="middle") as attacker:
        report = world.attempt("stripped.example")
        assert world.look_up("stripped.example", MX)[0] == "BOGUS"
    assert middle.changed
    assert_stopped(report, attacker)


def older_version(world, name):
    """The zone as it was signed long ago by the same key, when its TLSA record named a key that somebody has got since."""
    zone = next(zone for zone in world.dns.views["children"][1] if zone.name == name)
    old, folder = copy.copy(zone), world.folder / "old"
    folder.mkdir()
    for file in (world.folder / "dns").glob(f"{zone.key}.*"):
        shutil.copy(file, folder)
    old.expired, old.records = True, f"_25._tcp.mx IN TLSA {world.certificates['attacker'].tlsa(3, 1, 1)}"
    write(folder, old)
    return dns.zone.from_file(str(old.file), origin=zone.origin, relativize=False)


def test_replayed_records_that_were_good_once_are_bogus(world):
    old = older_version(world, "replayed.example")
    owner = dns.name.from_text("_25._tcp.mx.replayed.example.")

    def change(query, reply):
        if not asks(query, "_25._tcp.mx.replayed.example", "TLSA"):
            return reply
        forged = forge(query)
        for covers in (dns.rdatatype.NONE, dns.rdatatype.TLSA):
            kind = dns.rdatatype.RRSIG if covers else dns.rdatatype.TLSA
            forged.answer.append(dns.rrset.from_rdata_list(owner, 60, old.find_rdataset(owner, kind, covers)))
        return forged
    middle = DnsMiddle(world, CHILDREN, change)
    with middle, Taken(world, HOST), world.host("attacker", place="middle") as attacker:
        report = world.attempt("replayed.example")
    assert middle.changed and attacker.connections == 0
    assert_stopped(report, attacker)


# The policy's own path.

def test_a_policy_record_denied_by_a_forger_leaves_the_cached_policy(world):
    enforced(world, "down")
    def change(query, reply):
        return forge(query, rcode=3) if "_mta-sts.down" in query.question[0].name.to_text() else reply
    with DnsMiddle(world, CHILDREN, change), world.host("stranger") as host:
        report = world.attempt("down.insecure.example")
    assert_stopped(report, host)


def test_a_policy_host_taken_over_without_its_certificate_changes_nothing(world):
    enforced(world, "enforce")
    world.policies.use(world.files["policies-other-name"])
    world.policies.texts["enforce.insecure.example"] = policy("none")
    try:
        with world.host("stranger") as host:
            report = world.attempt("enforce.insecure.example")
    finally:
        world.policies.use(world.files["policies"])
    assert_stopped(report, host)
