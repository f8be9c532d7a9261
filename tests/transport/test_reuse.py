"""Connections that wait for their next message: none is lent to a message that would not have accepted it itself."""
import pytest
from world import World


@pytest.fixture(scope="module")
def world():
    with World(reuse_idle="60s") as one:
        yield one


def test_what_was_good_enough_without_dane_is_not_with_it(world):
    """The same host: by an insecure MX, with whatever certificate; then by a secure one, with a certificate that does not fit."""
    with world.host("stranger") as host:
        report = world.attempt("secure-host.insecure.example")
        assert report.relayed and report.mx == "mx-ee.signed.example" and report.policy == "", report
        report = world.attempt("ee.signed.example")
        assert report.result == "DEFERRED" and report.mx == "mx-ee.signed.example" and len(host.messages) == 1, report


def test_clear_text_for_one_message_is_not_the_next_ones(world):
    with world.host() as host:
        assert world.attempt("ee.signed.example", tls_optional=True).relayed
        assert world.attempt("ee.signed.example").result == "DEFERRED"
        assert len(host.messages) == 1


def test_the_same_policy_uses_the_same_connection(world):
    with world.host("ee") as host:
        for _ in range(3):
            report = world.attempt("ee.signed.example")
            assert report.relayed and report.policy == "dane" and " verified" in report.tls, report
        assert (host.connections, len(host.messages)) == (1, 3)


def test_hosts_of_two_domains_with_one_name_are_told_apart_by_their_policy(world):
    with world.host("ee") as host:
        assert world.attempt("ee.signed.example").policy == "dane"
        report = world.attempt("secure-host.insecure.example")
        assert report.relayed and report.policy == "", report
        assert host.connections == 2
