"""SPF of our own mail, by scop-courier and scop-resolver as processes: may it leave from where it leaves?"""
import pytest
from conftest import World, results
from instance import eventually
from server import Host

RECORDS = ['ours.sender.test. IN TXT "v=spf1 ip4:127.0.0.1 -all"', 'theirs.sender.test. IN TXT "v=spf1 ip4:192.0.2.1 -all"',
           'nat.sender.test. IN TXT "v=spf1 ip4:198.51.100.7 ip4:198.51.100.8 ~all"', 'twice.sender.test. IN TXT "v=spf1 -all"',
           'twice.sender.test. IN TXT "v=spf1 +all"', 'silent.sender.test. IN TXT "no SPF"']
WARNING = "SPF does not let our mail out"


@pytest.fixture(scope="module")
def holding():
    # Nobody answers on port 1: the DNS is in trouble.
    stub = '[[resolver.stub]]\nzone = "lost.test"\naddress = ["127.0.0.1@1"]\n'
    with World('unauthorised_senders = "hold"\n', resolver=stub, records=RECORDS) as one:
        yield one


def warnings(world, domain):
    return [line for line in world.instance.log("courier").splitlines() if WARNING in line and f"domain={domain} " in line]


def test_mail_of_a_domain_that_lets_it_out_goes(holding):
    with Host(port=holding.port) as host:
        assert results(holding.attempt(reverse_path="me@ours.sender.test")) == ["RELAYED"]
        assert len(host.messages) == 1


@pytest.mark.parametrize("domain, said", [
    ("theirs.sender.test", '127.0.0.1 is missing in the SPF record of theirs.sender.test (fail by "-all"): add ip4:127.0.0.1 to it'),
    ("silent.sender.test", 'publish "v=spf1 ip4:127.0.0.1 -all" as a TXT record of silent.sender.test'),
    ("nowhere.sender.test", "nowhere.sender.test has no SPF record"),
    ("twice.sender.test", "the SPF record of twice.sender.test is broken")])
def test_other_mail_is_held_and_the_reply_says_what_to_publish(holding, domain, said):
    with Host(port=holding.port) as host:
        report = holding.attempt(reverse_path=f"me@{domain}")
        assert not any(command.startswith("MAIL") for command in host.commands)
    reply = report.recipients[0].reply
    assert (results(report), reply.code, reply.enhanced) == (["DEFERRED"], 451, "4.7.23")
    assert said in reply.text and report.recipients[0].reply_is_ours
    assert len(warnings(holding, domain)) == 1


def test_a_bounce_is_checked_by_the_helo_name_which_needs_no_record(holding):
    with Host(port=holding.port):
        assert results(holding.attempt(reverse_path="")) == ["RELAYED"]


def test_a_sender_that_is_no_domain_is_judged_without_a_look_up(holding):
    with Host(port=holding.port):
        assert results(holding.attempt(reverse_path="me@nodots")) == ["DEFERRED"]


def test_mail_does_not_wait_for_a_dns_in_trouble(holding):
    with Host(port=holding.port):
        assert results(holding.attempt(reverse_path="me@a.lost.test")) == ["RELAYED"]


def test_many_at_once_get_the_same_answer(holding):
    from concurrent.futures import ThreadPoolExecutor
    with Host(port=holding.port), ThreadPoolExecutor(10) as pool:
        reports = list(pool.map(lambda n: holding.attempt(reverse_path="me@theirs.sender.test" if n % 2 else "me@ours.sender.test"), range(20)))
    assert [results(report) for report in reports] == [["RELAYED"], ["DEFERRED"]] * 10


def test_by_default_one_warning_an_hour_is_all():
    with World(records=RECORDS) as world, Host(port=world.port) as host:
        for _ in range(3):
            assert results(world.attempt(reverse_path="me@theirs.sender.test")) == ["RELAYED"]
        assert len(host.messages) == 3
        assert eventually(lambda: warnings(world, "theirs.sender.test"))
        assert len(warnings(world, "theirs.sender.test")) == 1


def test_behind_nat_the_addresses_that_the_world_sees_count():
    courier = 'unauthorised_senders = "hold"\npublic_addresses = ["198.51.100.7", "198.51.100.8", "2001:db8::1"]\n'
    with World(courier, records=RECORDS) as world, Host(port=world.port):
        assert results(world.attempt(reverse_path="me@nat.sender.test")) == ["RELAYED"]
        report = world.attempt(reverse_path="me@ours.sender.test")
        assert results(report) == ["DEFERRED"] and "198.51.100.7 is missing" in report.recipients[0].reply.text


def test_off_asks_nobody():
    with World('unauthorised_senders = "off"\n', records=RECORDS) as world, Host(port=world.port):
        assert results(world.attempt(reverse_path="me@theirs.sender.test")) == ["RELAYED"]
        world.instance.stop("courier")
        assert WARNING not in world.instance.log("courier")


def test_a_route_is_not_asked_about():
    route = '[[courier.route]]\ndomain = "routed.test"\nto = "127.0.0.1:{}"\n'
    with World('unauthorised_senders = "hold"\n', records=RECORDS) as world, Host() as host:
        config = world.instance.folder / "scop.toml"
        config.write_text(config.read_text() + route.format(host.port))
        world.instance.stop("courier")
        world.instance.start("courier")
        assert results(world.attempt("routed.test", reverse_path="me@theirs.sender.test")) == ["RELAYED"]
