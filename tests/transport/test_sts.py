"""MTA-STS (RFC 8461) for domains without DNSSEC, with a real HTTPS server for their policies."""
import pytest
from policies import policy

BELOW = ".insecure.example"


def said_mail(host):
    return any(command.startswith("MAIL") for command in host.commands)


def publish(world, name, mode, *patterns, **options):
    world.policies.texts[name + BELOW] = policy(mode, *(patterns or (f"mx.{name}{BELOW}",)), **options)


def failures(report):
    return [(kind, failure) for kind, failure, _ in report.sessions]


def assert_stopped(report, host):
    assert report.result == "DEFERRED" and report.reply.startswith("451 4.7."), report
    assert not said_mail(host)
    assert report.sessions and all(kind == "STS" and failure for kind, failure in failures(report)), report


def test_a_host_of_the_policy_with_a_good_certificate_gets_the_mail(world):
    publish(world, "enforce", "enforce")
    with world.host("mx") as host:
        report = world.attempt("enforce" + BELOW)
    assert report.relayed and report.policy == "sts enforce" and " verified" in report.tls, report
    assert host.sni == ["mx.enforce" + BELOW] and failures(report) == [("STS", "")]


@pytest.mark.parametrize("certificate, failure", [("stranger", "certificate-not-trusted"), ("mx-expired", "certificate-expired"),
                                                  ("attacker", "certificate-host-mismatch"), (None, "starttls-not-supported")])
def test_any_other_certificate_stops_the_mail(world, certificate, failure):
    publish(world, "enforce", "enforce")
    with world.host(certificate) as host:
        report = world.attempt("enforce" + BELOW)
    assert_stopped(report, host)
    assert failures(report) == [("STS", failure)]


def test_a_host_outside_the_policy_gets_nothing(world):
    publish(world, "nomatch", "enforce", "*.elsewhere.example", "other.nomatch" + BELOW)
    with world.host("mx") as host:
        report = world.attempt("nomatch" + BELOW)
    assert_stopped(report, host)
    assert host.connections == 0


@pytest.mark.parametrize("certificate, failure", [("mx", ""), ("stranger", "certificate-not-trusted"), (None, "starttls-not-supported")])
def test_testing_delivers_and_reports(world, certificate, failure):
    publish(world, "testing", "testing")
    with world.host(certificate) as host:
        report = world.attempt("testing" + BELOW)
    assert report.relayed and report.policy == "sts testing" and host.messages, report
    assert ("STS", failure) in failures(report)


def test_a_cached_policy_holds_while_its_host_is_down(world):
    publish(world, "down", "enforce")
    with world.host("mx"):
        assert world.attempt("down" + BELOW).relayed
    del world.policies.texts["down" + BELOW]
    with world.host("stranger") as host:
        assert_stopped(world.attempt("down" + BELOW), host)
    # … and over a restart.
    world.restart("courier")
    with world.host("stranger") as host:
        assert_stopped(world.attempt("down" + BELOW), host)
    with world.host("mx"):
        assert world.attempt("down" + BELOW).relayed


def test_a_policy_from_a_host_that_is_not_the_domains_counts_for_nothing(world):
    publish(world, "badname", "enforce")
    world.policies.use(world.files["policies-other-name"])
    try:
        with world.host("stranger") as host:
            report = world.attempt("badname" + BELOW)
    finally:
        world.policies.use(world.files["policies"])
    assert report.relayed and host.messages[0]["tls"], report
    assert any("sts" in failure for _, failure in failures(report)), report


def test_dane_goes_before_mta_sts(world):
    world.policies.texts["both.signed.example"] = policy("enforce", "mx-ee.signed.example")
    with world.host("ee") as host:
        report = world.attempt("both.signed.example")
    assert report.relayed and report.policy == "dane" and host.messages, report
    with world.host("next") as host:
        report = world.attempt("both.signed.example")
    assert report.result == "DEFERRED" and not said_mail(host), report


def test_requiretls_takes_a_host_of_the_policy(world):
    publish(world, "require", "enforce")
    with world.host("mx", requiretls=True) as host:
        report = world.attempt("require" + BELOW, requiretls=True)
    assert report.relayed and " REQUIRETLS" in host.messages[0]["mail"], report


def test_tls_required_no_goes_before_mta_sts(world):
    publish(world, "enforce", "enforce")
    with world.host() as host:
        report = world.attempt("enforce" + BELOW, tls_optional=True)
    assert report.relayed and host.messages, report
