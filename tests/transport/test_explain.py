"""Courier/Explain in the world: what it says without sending is what the courier does when it sends."""
import pytest
from instance import pb
from policies import policy

MX = ".signed.example"


def explain(world, domain):
    messages = pb("courier")
    return world.instance.unary("operator", "courier", "scop.v1.Courier/Explain", messages.ExplainRequest(domain=domain), messages.Explanation, 60)


@pytest.mark.parametrize("domain, mx_secure, usable, said", [
    ("ee" + MX, True, True, "dane"), ("other" + MX, True, True, "dane"), ("unusable" + MX, True, True, "no usable record"),
    ("none" + MX, True, True, "opportunistic"), ("servfail" + MX, True, False, "dane"), ("mail.insecure.example", False, True, "opportunistic"),
    ("secure-host.insecure.example", False, True, "opportunistic"), ("alias-leaves" + MX, True, True, "dane"), ("insecure-host" + MX, True, True, "opportunistic")])
def test_each_host_is_explained(world, domain, mx_secure, usable, said):
    explanation = explain(world, domain)
    assert explanation.mx_secure == mx_secure and len(explanation.mx) == 1, explanation
    assert explanation.mx[0].usable == usable and said in explanation.mx[0].policy and explanation.mx[0].why, explanation
    assert bool(explanation.mx[0].tlsa) == (said in ("dane", "no usable record") and usable), explanation
    assert explanation.verdict


def test_a_policy_is_named_and_the_hosts_that_it_names(world):
    world.policies.texts["enforce.insecure.example"] = policy("enforce", "mx.enforce.insecure.example")
    explanation = explain(world, "enforce.insecure.example")
    assert (explanation.sts, explanation.sts_id, explanation.mx[0].usable) == ("enforce", "1", True), explanation
    world.policies.texts["nomatch.insecure.example"] = policy("enforce", "mx.elsewhere.example")
    explanation = explain(world, "nomatch.insecure.example")
    assert not explanation.mx[0].usable and "waits" in explanation.verdict, explanation


@pytest.mark.parametrize("domain", ["expired.example", "bogusmx.example"])
def test_a_broken_domain_is_explained_with_the_resolvers_reason(world, domain):
    explanation = explain(world, domain)
    assert not explanation.mx and "DNSSEC" in explanation.verdict, explanation


def test_it_says_where_mail_leaves_from(world):
    assert "198.51.100.2" in list(explain(world, "ee" + MX).source_addresses)
