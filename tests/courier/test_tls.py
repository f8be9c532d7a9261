"""What a mail host must show before scop-courier gives it a message: DANE, MTA-STS, REQUIRETLS and the configuration, with certificates that are
wrong in each way. tests/transport has the same with real zones."""
import json
import subprocess

import pytest
from conftest import results
from instance import BIN, eventually, pb
from secured import BOGUS, INSECURE, SECURE, Certificate, Policies, Secured, policy
from server import EXTENSIONS, Host

MX = "mx.good.test"


@pytest.fixture(scope="module")
def courier():
    with Secured() as one:
        yield one


@pytest.fixture(scope="module")
def good(courier):
    return Certificate([MX], courier.authority)


def sessions(report):
    kinds = pb("courier").TlsSession.PolicyType.Name
    return [(kinds(one.policy_type), one.failure, one.mx_host) for one in report.tls_sessions]


def reply_of(report):
    reply = report.recipients[0].reply
    return reply.code, reply.enhanced


def certificates(courier):
    return {
        "good": Certificate([MX], courier.authority), "other name": Certificate(["elsewhere.test"], courier.authority),
        "expired": Certificate([MX], courier.authority, days=(-10, -1)), "not yet valid": Certificate([MX], courier.authority, days=(1, 9)),
        "stranger": Certificate([MX], courier.stranger), "self-signed": Certificate([MX]),
        "wildcard": Certificate(["*.good.test"], courier.authority)}


@pytest.fixture(scope="module")
def chain(courier):
    return certificates(courier)


# DANE: records of the key that "good" has, of its certificate and of its authority; then what is shown, and what becomes of it.
RECORDS = {"3 1 1": lambda c, k: k["good"].tlsa(3, 1, 1), "3 1 2": lambda c, k: k["good"].tlsa(3, 1, 2), "3 0 1": lambda c, k: k["good"].tlsa(3, 0, 1),
           "2 0 1": lambda c, k: c.authority.tlsa(2, 0, 1), "2 1 1": lambda c, k: c.authority.tlsa(2, 1, 1),
           "1 1 1": lambda c, k: k["good"].tlsa(1, 1, 1), "own 3 1 1": None}
CASES = [
    ("3 1 1", "good", True, "relayed", ""), ("3 1 2", "good", True, "relayed", ""), ("3 0 1", "good", True, "relayed", ""),
    ("3 1 1", "stranger", True, "stopped", "validation-failure"), ("3 0 1", "wildcard", True, "stopped", "validation-failure"),
    ("own 3 1 1", "other name", False, "relayed", ""), ("own 3 1 1", "expired", False, "relayed", ""),
    ("own 3 1 1", "not yet valid", False, "relayed", ""), ("own 3 1 1", "self-signed", False, "relayed", ""),
    ("2 0 1", "good", True, "relayed", ""), ("2 1 1", "good", True, "relayed", ""), ("2 0 1", "wildcard", True, "relayed", ""),
    ("2 0 1", "good", False, "stopped", "validation-failure"), ("2 0 1", "other name", True, "stopped", "certificate-host-mismatch"),
    ("2 0 1", "expired", True, "stopped", "certificate-expired"), ("2 0 1", "not yet valid", True, "stopped", "certificate-not-trusted"),
    ("2 0 1", "stranger", True, "stopped", "validation-failure"), ("2 1 1", "self-signed", False, "stopped", "validation-failure"),
    ("1 1 1", "stranger", False, "relayed", "tlsa-invalid")]


@pytest.mark.parametrize("record, shown, with_issuers, outcome, failure", CASES)
def test_dane_lets_in_whom_a_record_matches(courier, chain, record, shown, with_issuers, outcome, failure):
    text = chain[shown].tlsa(3, 1, 1) if record == "own 3 1 1" else RECORDS[record](courier, chain)
    courier.publish(tlsa=[text])
    with Host(port=courier.port, tls="good", certificate=courier.files(chain[shown], with_issuers=with_issuers)) as host:
        report = courier.attempt()
    assert sessions(report) == [("TLSA", failure, MX)]
    assert report.tls_sessions[0].policy_strings == [text] and report.tls_sessions[0].mx_patterns == [MX]
    if outcome == "relayed":
        assert results(report) == ["RELAYED"] and host.messages[0]["tls"]
        assert report.tls.endswith(" verified by dane") == (record != "1 1 1")
    else:
        assert (results(report), reply_of(report), host.messages) == (["DEFERRED"], (451, "4.7.5"), [])
        assert host.connections == 1, "no second try in clear text"


def test_a_report_names_both_ends(courier, good):
    courier.publish(tlsa=[good.tlsa(3, 1, 1)])
    with Host(port=courier.port, tls="good", certificate=courier.files(good)):
        session = courier.attempt().tls_sessions[0]
    assert (session.policy_domain, session.mx_helo, session.receiving_address, session.sending_address) == (
        "good.test", "mx.test", "127.0.0.1", "127.0.0.1")


def test_dane_without_starttls_gets_no_clear_text(courier, good):
    courier.publish(tlsa=[good.tlsa(3, 1, 1)])
    with Host(port=courier.port) as host:
        report = courier.attempt()
    assert (results(report), reply_of(report), sessions(report)) == (["DEFERRED"], (451, "4.7.10"), [("TLSA", "starttls-not-supported", MX)])
    assert not any(command.startswith("MAIL") for command in host.commands)


def test_dane_with_a_refused_starttls_gets_no_clear_text(courier, good):
    courier.publish(tlsa=[good.tlsa(3, 1, 1)])
    with Host({"STARTTLS": ["454 4.7.0 not now"]}, port=courier.port, tls="good", certificate=courier.files(good)) as host:
        report = courier.attempt()
    assert (results(report), sessions(report), host.messages) == (["DEFERRED"], [("TLSA", "starttls-not-supported", MX)], [])


def test_records_that_cannot_be_had_close_the_host_and_open_the_next(courier, good):
    courier.publish(tlsa=BOGUS)
    with Host(port=courier.port, tls="good", certificate=courier.files(good)) as host:
        report = courier.attempt()
        assert (results(report), reply_of(report), host.connections) == (["DEFERRED"], (451, "4.7.5"), 0)
        assert sessions(report) == [("TLSA", "dnssec-invalid", MX)] and "TLSA" in report.recipients[0].reply.text
        courier.resolver.zone["good.test", "MX"] = (SECURE, [f"10 {MX}.", "20 second.test."])
        courier.resolver.zone["second.test", "A"] = (SECURE, ["127.0.0.1"])
        report = courier.attempt()
        assert (results(report), report.mx, len(host.messages)) == (["RELAYED"], "second.test", 1)


def test_unsigned_domains_are_not_asked_for_records(courier, good):
    courier.publish(validation=INSECURE, tlsa=[good.tlsa(3, 1, 1)])
    courier.resolver.asked.clear()
    with Host(port=courier.port) as host:
        report = courier.attempt()
    assert (results(report), sessions(report), len(host.messages)) == (["RELAYED"], [("NO_POLICY_FOUND", "starttls-not-supported", MX)], 1)
    # A domain without anything costs one look-up more than its addresses.
    assert sorted(courier.resolver.asked) == [("_mta-sts.good.test", "TXT"), ("good.test", "MX"), (MX, "A")]


# MTA-STS.

STS = [("good", "relayed", ""), ("wildcard", "relayed", ""), ("other name", "stopped", "certificate-host-mismatch"),
       ("expired", "stopped", "certificate-expired"), ("not yet valid", "stopped", "certificate-not-trusted"),
       ("stranger", "stopped", "certificate-not-trusted"), ("self-signed", "stopped", "certificate-not-trusted"),
       (None, "stopped", "starttls-not-supported")]


@pytest.fixture
def web(courier):
    files = courier.files(Certificate(["mta-sts.policy.test"], courier.authority), "web")
    one = Policies("127.0.0.1", files, courier.https_port)
    yield one
    one.close()


_ids = iter(range(1000))


def mail_by_policy(courier, web, text, certificate, **envelope):
    web.texts["policy.test"] = text
    courier.publish("policy.test", validation=INSECURE, sts=f"n{next(_ids)}")
    files = courier.files(certificate) if certificate else None
    with Host(port=courier.port, tls="good" if files else None, certificate=files) as host:
        return courier.attempt("policy.test", **envelope), host


@pytest.mark.parametrize("shown, outcome, failure", STS)
def test_an_enforced_policy_wants_a_valid_certificate(courier, chain, web, shown, outcome, failure):
    report, host = mail_by_policy(courier, web, policy("enforce", MX), chain.get(shown))
    assert sessions(report) == [("STS", failure, MX)] and report.policy == "sts enforce"
    assert report.tls_sessions[0].mx_patterns == [MX] and "mode: enforce" in report.tls_sessions[0].policy_strings
    assert results(report) == (["RELAYED"] if outcome == "relayed" else ["DEFERRED"])
    assert len(host.messages) == (outcome == "relayed") and host.connections == 1
    assert report.tls.endswith(" verified by sts") == (outcome == "relayed")


@pytest.mark.parametrize("shown, outcome, failure", STS)
def test_a_tested_policy_stops_nothing_and_reports_the_same(courier, chain, web, shown, outcome, failure):
    report, host = mail_by_policy(courier, web, policy("testing", MX), chain.get(shown))
    assert (results(report), sessions(report), len(host.messages)) == (["RELAYED"], [("STS", failure, MX)], 1)


def test_a_host_that_the_policy_does_not_name_gets_nothing(courier, good, web):
    report, host = mail_by_policy(courier, web, policy("enforce", "*.mx.good.test"), good)
    assert (results(report), reply_of(report), sessions(report), host.connections) == (["DEFERRED"], (451, "4.7.5"), [("STS", "validation-failure", MX)], 0)
    report, host = mail_by_policy(courier, web, policy("testing", "other.test"), good)
    assert (results(report), sessions(report)) == (["RELAYED"], [("STS", "validation-failure", MX)])
    report, host = mail_by_policy(courier, web, policy("none"), good)
    assert (results(report), sessions(report)) == (["RELAYED"], [("NO_POLICY_FOUND", "", MX)])


@pytest.mark.parametrize("text, failure", [(None, "sts-policy-fetch-error"), ("version: STSv2\r\nmode: enforce\r\n", "sts-policy-invalid"),
                                           ("version: STSv1\r\nmode: enforce\r\nmx: a\r\nmax_age: 1\r\n" + "x: y\r\n" * 20000, "sts-policy-fetch-error")],
                         ids=["no policy", "nonsense", "too large"])
def test_a_policy_that_cannot_be_had_is_none_and_reported(courier, good, web, text, failure):
    with Secured() as fresh:  # it knows no older policy
        certificate = Certificate(["mta-sts.policy.test"], fresh.authority)
        other = Policies("127.0.0.1", fresh.files(certificate, "web"), fresh.https_port)
        report, host = mail_by_policy(fresh, other, text, None)
        other.close()
    assert results(report) == ["RELAYED"]
    assert sessions(report)[0] == ("STS", failure, "") and len(host.messages) == 1


def test_a_policy_outlives_its_host_its_record_and_a_restart(good):
    with Secured() as one:
        certificate = Certificate(["mta-sts.policy.test"], one.authority)
        web = Policies("127.0.0.1", one.files(certificate, "web"), one.https_port)
        report, _ = mail_by_policy(one, web, policy("enforce", "other.test"), None)
        assert results(report) == ["DEFERRED"] and web.asked == ["policy.test"]
        mail_by_policy(one, web, policy("enforce", "other.test"), None)  # another id: asked again
        assert web.asked == ["policy.test"] * 2
        # The certificate is no longer the policy host's: what was fetched before counts.
        web.use(one.files(Certificate(["mta-sts.policy.test"], one.stranger), "web"))
        report, host = mail_by_policy(one, web, policy("none"), None)
        assert (results(report), host.connections) == (["DEFERRED"], 0)
        web.close()
        file = one.folder / "courier/state/mta-sts-policies"
        assert eventually(lambda: file.exists() and "policy.test" in file.read_text(), 30)
        one.publish("policy.test", validation=INSECURE)
        for validation in (INSECURE, BOGUS):
            one.resolver.zone["_mta-sts.policy.test", "TXT"] = (validation, [])
            assert results(one.attempt("policy.test")) == ["DEFERRED"]
        one.instance.processes["courier"].kill()
        one.instance.processes.pop("courier").wait()
        one.instance.start("courier")
        with Host(port=one.port) as host:
            assert (results(one.attempt("policy.test")), host.connections) == (["DEFERRED"], 0)
            # A damaged file is none: said, and no reason to stay down.
            assert one.instance.stop("courier") == 0
            file.write_text(file.read_text()[:-3])
            one.instance.start("courier")
            assert results(one.attempt("policy.test")) == ["RELAYED"]
            assert "cannot be read" in one.instance.log("courier")


def test_dane_goes_before_a_policy(courier, chain, web):
    web.texts["policy.test"] = policy("enforce", "other.test")
    courier.publish("policy.test", tlsa=[chain["self-signed"].tlsa(3, 1, 1)], sts=f"n{next(_ids)}")
    with Host(port=courier.port, tls="good", certificate=courier.files(chain["self-signed"])):
        report = courier.attempt("policy.test")
    assert (results(report), report.policy, sessions(report)) == (["RELAYED"], "dane", [("TLSA", "", MX)])


# RFC 8689.

def test_requiretls_goes_to_a_host_that_promises_it_alone(courier, good):
    courier.publish()
    for extensions, code in ((EXTENSIONS, "5.7.30"), ([*EXTENSIONS, "REQUIRETLS"], None)):
        with Host(port=courier.port, tls="good", certificate=courier.files(good), extensions=extensions) as host:
            report = courier.attempt(requiretls=True)
        if code:
            assert (results(report), reply_of(report), host.messages) == (["FAILED"], (550, code), [])
        else:
            assert results(report) == ["RELAYED"] and host.messages[0]["mail"].endswith(" REQUIRETLS")


def test_requiretls_goes_on_to_the_next_host(courier, good):
    courier.publish()
    courier.resolver.zone["good.test", "MX"] = (SECURE, ["10 first.test.", f"20 {MX}."])
    courier.resolver.zone["first.test", "A"] = (SECURE, ["127.0.0.2"])
    with Host(port=courier.port, address="127.0.0.2", tls="good", certificate=courier.files(Certificate(["first.test"], courier.authority), "first")), \
            Host(port=courier.port, tls="good", certificate=courier.files(good), extensions=["REQUIRETLS"]) as second:
        assert results(courier.attempt(requiretls=True)) == ["RELAYED"] and len(second.messages) == 1


@pytest.mark.parametrize("shown, enhanced", [(None, "5.7.10"), ("stranger", "5.7.10"), ("other name", "5.7.10")])
def test_requiretls_without_authenticated_tls_ends(courier, chain, shown, enhanced):
    courier.publish()
    files = courier.files(chain[shown]) if shown else None
    with Host(port=courier.port, tls="good" if files else None, certificate=files, extensions=["REQUIRETLS"]) as host:
        report = courier.attempt(requiretls=True)
    assert (results(report), reply_of(report), host.messages) == (["FAILED"], (550, enhanced), [])


def test_requiretls_to_hosts_that_nothing_proves_ends(courier, good):
    courier.publish(validation=INSECURE)
    with Host(port=courier.port, tls="good", certificate=courier.files(good), extensions=["REQUIRETLS"]) as host:
        report = courier.attempt(requiretls=True)
    assert (results(report), reply_of(report), host.connections) == (["FAILED"], (550, "5.7.30"), 0)
    assert not report.tls_sessions, "the domain has done nothing wrong"


def test_tls_required_no_goes_before_dane(courier, good):
    for tlsa in ([good.tlsa(3, 1, 1)], BOGUS):
        courier.publish(tlsa=tlsa)
        with Host(port=courier.port) as host:
            assert results(courier.attempt(tls_optional=True)) == ["RELAYED"] and len(host.messages) == 1
        assert results(courier.attempt(tls_optional=True, requiretls=True)) != ["RELAYED"]


# The configuration, and what people are told.

RULES = """
[[courier.tls_policy]]
domain = "bank.test"
policy = "verify"
match = [".bank.test"]
[[courier.tls_policy]]
domain = "dane.test"
policy = "dane"
[[courier.tls_policy]]
domain = "plain.test"
policy = "off"
[[courier.tls_policy]]
domain = ".strict.test"
policy = "require"
"""


def test_rules_of_domains():
    with Secured(RULES) as one:
        def mail(domain, certificate=None, **published):
            one.publish(domain, **published)
            files = one.files(certificate) if certificate else None
            with Host(port=one.port, tls="good" if files else None, certificate=files) as host:
                report = one.attempt(domain)
                assert len(host.messages) == (results(report) == ["RELAYED"])
            return results(report)[0], report
        bank, wrong = Certificate(["mx.bank.test"], one.authority), Certificate([MX], one.authority)
        assert mail("bank.test", bank)[0] == "RELAYED"
        assert mail("bank.test", wrong)[0] == "DEFERRED"
        assert mail("dane.test", wrong, tlsa=[wrong.tlsa(3, 1, 1)])[0] == "RELAYED"
        outcome, report = mail("dane.test", wrong)
        assert outcome == "DEFERRED" and sessions(report) == [("TLSA", "dane-required", MX)]
        outcome, report = mail("plain.test", wrong)
        assert (outcome, report.tls, sessions(report)) == ("RELAYED", "", [])
        assert mail("a.strict.test")[0] == "DEFERRED" and mail("a.strict.test", wrong)[0] == "RELAYED"


def test_people_are_told_what_would_happen(courier, good, web):
    courier.publish(tlsa=[good.tlsa(3, 1, 1)])
    told = courier.explain()
    assert told.mx_secure and told.sts == "none" and [(mx.name, mx.policy, mx.usable) for mx in told.mx] == [(MX, "dane", True)]
    assert told.mx[0].tlsa == [good.tlsa(3, 1, 1)] and told.mx[0].addresses == ["127.0.0.1"]
    assert told.verdict == f"mail goes to {MX}: TLS with a certificate that a TLSA record matches"
    courier.publish(tlsa=BOGUS)
    told = courier.explain()
    assert not told.mx[0].usable and "fails DNSSEC validation" in told.mx[0].why and told.verdict.startswith("mail waits")
    web.texts["policy.test"] = policy("enforce", MX)
    courier.publish("policy.test", validation=INSECURE, sts=f"n{next(_ids)}")
    told = courier.explain("policy.test")
    assert (told.mx_secure, told.sts, told.mx[0].policy) == (False, "enforce", "sts enforce") and told.sts_id
    assert "does not exist" in courier.explain("nowhere.test").verdict
    assert courier.explain("no domain").verdict == "this is not a domain name"


def test_the_command_line_shows_it_as_a_table_and_as_json(courier, good):
    if not (BIN / "scop").exists():
        pytest.skip("scop is not built")

    def scop(*arguments):
        done = subprocess.run([BIN / "scop", "--config", courier.folder / "scop.toml", *arguments], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    courier.publish(tlsa=[good.tlsa(3, 1, 1)])
    status, said = scop("tls", "explain", "good.test")
    assert status == 0, said
    for text in ("signed by DNSSEC", MX, "dane", good.tlsa(3, 1, 1), f"mail goes to {MX}"):
        assert text in said
    courier.publish(tlsa=BOGUS)
    status, said = scop("--json", "tls", "explain", "good.test")
    told = json.loads(said)
    assert (status, told["mx_secure"], told["mx"][0]["usable"]) == (1, True, False) and "TLSA" in told["mx"][0]["why"]


def test_connections_are_shared_under_the_same_demands_alone(good):
    with Secured() as one:
        config = one.folder / "scop.toml"
        config.write_text(config.read_text().replace('reuse_idle = "0s"', 'reuse_idle = "20s"'))
        one.instance.stop("courier")
        one.instance.start("courier")
        with Host(port=one.port, tls="good", certificate=one.files(good)) as host:
            one.publish(validation=INSECURE)
            assert results(one.attempt()) == ["RELAYED"]
            one.resolver.asked.clear()
            assert results(one.attempt()) == ["RELAYED"] and host.connections == 1
            # Nobody needs an address for a connection that is open.
            assert sorted(one.resolver.asked) == [("_mta-sts.good.test", "TXT"), ("good.test", "MX")]
            one.publish(tlsa=[good.tlsa(3, 1, 1)])
            report = one.attempt()
            assert report.tls.endswith(" verified by dane") and host.connections == 2
            assert sessions(one.attempt()) == [] and host.connections == 2


