"""`scop dns publish` at a real BIND 9 and a real Knot DNS that sign their zones and keep each key to its part."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, DOMAIN, Authority, Instance, free_port  # noqa: E402
from primaries import Bind, Knot  # noqa: E402

pytestmark = pytest.mark.skipif(not (BIN / "scop").exists(), reason="scop is not built")

MX = f"10 mail.{DOMAIN}."


class Publisher:
    """An instance whose daemons are not up: `scop dns publish` needs none of them."""

    def __init__(self, primary, settings=""):
        self.primary = primary
        self.instance = Instance([], f"""
[dns]
primary = "127.0.0.1:{primary.port}"
tsig_key_file = "operator.key"
addresses = ["192.0.2.7"]
ttl = 60
{settings}
[web]
listen = ["127.0.0.1:443"]
[signer]
primary = "127.0.0.1:{primary.port}"
tsig_key_file = "signer.key"
""")
        folder = self.instance.folder
        self.instance.write_config()
        (folder / "operator.key").write_text(primary.key_text("scop-operator"))
        certificate, _ = Authority(folder / "tls").issue(folder / "tls/leaf", f"DNS:mail.{DOMAIN}")
        for name in ("cert.pem", "web-cert.pem"):
            (folder / "tls" / name).write_bytes(certificate.read_bytes())
        (folder / "signer/state/keys" / DOMAIN).mkdir(parents=True)

    def set(self, old, new):
        file = self.instance.folder / "scop.toml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def run(self, *arguments):
        return subprocess.run([str(BIN / "scop"), "--config", str(self.instance.folder / "scop.toml"), "dns", *arguments], text=True,
                              capture_output=True, timeout=120)

    def publish(self, *arguments, status=0):
        done = self.run("publish", "--json", *arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)["zones"][0]

    def written(self):
        records = json.loads((self.instance.folder / "dns/published.json").read_text())["domains"][DOMAIN]
        return {(record["name"], record["type"]) for record in records}


@pytest.fixture(scope="module", params=[Bind, Knot], ids=["bind", "knot"])
def primary(request):
    if not request.param.is_here():
        pytest.skip(f"no {request.param.__name__} here")
    with request.param(free_port(), {DOMAIN: ""}) as one:
        yield one


@pytest.fixture
def publisher(primary):
    """Starts from an empty zone."""
    names = ["", "mail", "_dmarc", "_smtp._tls", "_mta-sts", "mta-sts", "autoconfig", "autodiscover", "_submissions._tcp", "_submission._tcp",
             "_autodiscover._tcp", "_25._tcp.mail", "_465._tcp.mail", "_587._tcp.mail", "_443._tcp.mail", "*"]
    kinds = ("MX", "A", "TXT", "CNAME", "SRV", "TLSA", "CAA")
    lines = [f"update delete {name + '.' if name else ''}{DOMAIN}. {kind}" for name in names for kind in kinds]
    assert primary.nsupdate("admin", "\n".join(lines)) == ""
    return Publisher(primary)


def test_an_empty_zone_gets_the_whole_set_signed_and_a_second_run_sends_nothing(publisher, primary):
    first = publisher.publish()
    assert first["sent"] and not first["conflicts"] and not first["problem"]
    assert primary.records(DOMAIN, "MX") == [MX]
    assert primary.records(f"mail.{DOMAIN}", "A") == ["192.0.2.7"]
    assert primary.records(DOMAIN, "TXT") == ['"v=spf1 mx -all"']
    assert primary.records(f"mta-sts.{DOMAIN}", "CNAME") == [f"mail.{DOMAIN}."]
    tlsa = [primary.records(f"_{port}._tcp.mail.{DOMAIN}", "TLSA") for port in (25, 465, 587, 443)]
    assert all(len(records) == 1 and records[0].startswith("3 1 1 ") for records in tlsa)
    assert primary.records(f"_submissions._tcp.{DOMAIN}", "SRV") == [f"0 1 465 mail.{DOMAIN}."]
    primary.eventually(lambda: len(primary.ask(f"_dmarc.{DOMAIN}", "TXT").answer) == 2)  # the record and its signature
    serial = primary.serial(DOMAIN)
    second = publisher.publish()
    assert not second["sent"] and second["changes"] == [] and second["unchanged"] == len(first["changes"])
    assert primary.serial(DOMAIN) == serial
    assert "nothing to send" in publisher.run("publish").stdout


def test_a_dry_run_sends_and_remembers_nothing(publisher, primary):
    plan = publisher.publish("--dry-run")
    assert not plan["sent"] and any(MX in change for change in plan["changes"])
    assert primary.records(DOMAIN, "MX") == []
    assert not (publisher.instance.folder / "dns").exists()


def test_records_of_others_stay_and_those_in_the_way_are_named(publisher, primary):
    foreign = f"update add {DOMAIN}. 300 MX 5 mx.elsewhere.test.\nupdate add {DOMAIN}. 300 TXT google-site-verification=x\n" \
              f"update add autoconfig.{DOMAIN}. 300 A 198.51.100.1\nupdate add www.{DOMAIN}. 300 A 198.51.100.2"
    assert primary.nsupdate("admin", foreign) == ""
    result = publisher.publish(status=1)
    conflicts = "\n".join(result["conflicts"])
    assert len(result["conflicts"]) == 2 and f"--take {DOMAIN}/MX" in conflicts and f"--take autoconfig.{DOMAIN}/A" in conflicts
    assert primary.records(DOMAIN, "MX") == ["5 mx.elsewhere.test."]
    assert primary.records(DOMAIN, "TXT") == ['"google-site-verification=x"', '"v=spf1 mx -all"']
    assert primary.records(f"autoconfig.{DOMAIN}", "CNAME") == [] and primary.records(f"www.{DOMAIN}", "A") == ["198.51.100.2"]
    taken = publisher.publish("--take", f"{DOMAIN}/MX", "--take", f"autoconfig.{DOMAIN}/A")
    assert not taken["conflicts"]
    assert primary.records(DOMAIN, "MX") == [MX] and primary.records(f"autoconfig.{DOMAIN}", "CNAME") == [f"mail.{DOMAIN}."]
    assert primary.records(DOMAIN, "TXT") == ['"google-site-verification=x"', '"v=spf1 mx -all"']


def test_what_is_no_longer_wanted_goes_and_changes_replace(publisher, primary):
    publisher.publish()
    assert (f"mta-sts.{DOMAIN}", "CNAME") in publisher.written()
    publisher.set('listen = ["127.0.0.1:443"]', "listen = []")
    publisher.set('addresses = ["192.0.2.7"]', 'addresses = ["192.0.2.8", "2001:db8::8"]\ndmarc = "reject"\ncaa = ["issue letsencrypt.org"]')
    changed = publisher.publish()
    assert not changed["conflicts"], changed
    assert primary.records(f"mta-sts.{DOMAIN}", "CNAME") == [] and primary.records(f"_443._tcp.mail.{DOMAIN}", "TLSA") == []
    assert primary.records(f"mail.{DOMAIN}", "A") == ["192.0.2.8"] and primary.records(f"mail.{DOMAIN}", "AAAA") == ["2001:db8::8"]
    assert primary.records(f"_dmarc.{DOMAIN}", "TXT") == [f'"v=DMARC1; p=reject; rua=mailto:postmaster@{DOMAIN}"']
    assert primary.records(DOMAIN, "CAA") == ['0 issue "letsencrypt.org"']
    assert (f"mta-sts.{DOMAIN}", "CNAME") not in publisher.written()
    assert publisher.publish()["changes"] == []
    assert primary.nsupdate("admin", f"update delete mail.{DOMAIN}. AAAA") == ""


def test_what_is_left_to_others_stays_and_stays_ours(publisher, primary):
    publisher.publish()
    policy, host = f"_smtp._tls.{DOMAIN}", f"mta-sts.{DOMAIN}"
    before = primary.records(policy, "TXT")
    assert before and primary.records(host, "CNAME")
    publisher.set("ttl = 60", 'ttl = 60\npublish = ["mx", "spf"]')
    left = publisher.publish()
    assert left["changes"] == [] and not left["conflicts"], left
    assert primary.records(policy, "TXT") == before and primary.records(host, "CNAME") == [f"mail.{DOMAIN}."]
    assert {(policy, "TXT"), (host, "CNAME"), (DOMAIN, "MX")} <= publisher.written()
    # Ours to write again, it is changed as any record of ours: nothing was forgotten.
    publisher.set('publish = ["mx", "spf"]', 'tls_reports = ["mailto:tls@far.test"]')
    assert not publisher.publish()["conflicts"]
    assert primary.records(policy, "TXT") == ['"v=TLSRPTv1; rua=mailto:tls@far.test"']


def test_another_ttl_is_brought_about_once(publisher, primary):
    publisher.publish()
    publisher.set("ttl = 60", "ttl = 90")
    assert publisher.publish()["sent"]
    assert primary.ttl(DOMAIN, "MX") == 90
    assert publisher.publish()["changes"] == []


def test_an_answer_out_of_a_wildcard_is_no_record_of_the_name(publisher, primary):
    assert primary.nsupdate("admin", f'update add *.{DOMAIN}. 60 TXT "v=DMARC1; p=none"\nupdate add *.{DOMAIN}. 60 A 192.0.2.7') == ""
    result = publisher.publish()
    assert not result["conflicts"] and not result["problem"], result
    assert len(primary.records(f"_dmarc.{DOMAIN}", "TXT")) == 1 and "quarantine" in primary.records(f"_dmarc.{DOMAIN}", "TXT")[0]
    assert primary.records(f"mail.{DOMAIN}", "A") == ["192.0.2.7"]
    assert publisher.publish()["changes"] == []


def test_each_key_is_kept_to_its_part_by_the_primary(publisher, primary):
    """The walls are the primary's: what docs/operation.md shows is what stands in primaries.py."""
    key, challenge, other = f"r1._domainkey.{DOMAIN}.", f"_acme-challenge.mail.{DOMAIN}.", f"_dmarc.{DOMAIN}."
    allowed = {"scop-signer": [f"{key} 60 TXT k"], "scop-acme": [f"{challenge} 60 TXT c"],
               "scop-operator": [f"{other} 60 TXT d", f"{DOMAIN}. 60 MX {MX}", f"_25._tcp.mail.{DOMAIN}. 60 TLSA 3 1 1 00"]}
    refused = {"scop-signer": [f"{challenge} 60 TXT c", f"{other} 60 TXT d", f"{DOMAIN}. 60 TXT t", f"{key} 60 CNAME x."],
               "scop-acme": [f"{key} 60 TXT k", f"{other} 60 TXT d", f"{DOMAIN}. 60 MX {MX}", f"mail.{DOMAIN}. 60 A 192.0.2.1"],
               "scop-operator": [f"{key} 60 TXT k", f"{challenge} 60 TXT c", f"{DOMAIN}. 60 NS ns.elsewhere.test.",
                                 # hidden behind one that may be written
                                 f"{other} 60 TXT d\nupdate add {key} 60 TXT k"]}
    for name, changes in allowed.items():
        for change in changes:
            assert primary.nsupdate(name, f"zone {DOMAIN}.\nupdate add {change}") == "", (name, change)
    assert primary.nsupdate("admin", f"update delete {key} TXT\nupdate delete {challenge} TXT\nupdate delete {other} TXT") == ""
    for name, changes in refused.items():
        for change in changes:
            said = primary.nsupdate(name, f"zone {DOMAIN}.\nupdate add {change}")
            assert "REFUSED" in said or "NOTAUTH" in said, (name, change, said)
    assert primary.records(key, "TXT") == [] and primary.records(challenge, "TXT") == []


def test_a_refusal_and_a_wrong_key_are_explained(publisher, primary):
    folder = publisher.instance.folder
    (folder / "operator.key").write_text(primary.key_text("scop-acme"))
    assert "does not let this key write" in publisher.publish(status=1)["problem"]
    (folder / "operator.key").write_text(primary.key_text("scop-operator").replace("scop-operator", "unknown"))
    assert "the TSIG key" in publisher.publish(status=1)["problem"]
    assert publisher.written() == set()
    (folder / "operator.key").write_text("key")
    done = publisher.run("publish")
    assert done.returncode == 2 and "operator.key" in done.stderr
    publisher.set(f'"127.0.0.1:{primary.port}"\ntsig_key_file = "operator.key"', f'"127.0.0.1:{free_port()}"\ntsig_key_file = "operator.key"')
    (folder / "operator.key").write_text(primary.key_text("scop-operator"))
    assert "does not answer" in publisher.publish(status=1)["problem"]


def test_without_a_primary_it_says_what_to_do(publisher):
    publisher.set(f'primary = "127.0.0.1:{publisher.primary.port}"\ntsig_key_file = "operator.key"', "")
    done = publisher.run("publish")
    assert done.returncode == 2 and "scop dns show --zone" in done.stderr
