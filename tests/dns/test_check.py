"""`scop dns check` against a live signed zone and live servers: all is well, and then each of many planted mistakes is named."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

from instance import BIN, DOMAIN, Instance, free_port, openssl, pb  # noqa: E402
from primaries import Bind  # noqa: E402
from public_world import Authority, Secondary, Server  # noqa: E402

pytestmark = [pytest.mark.skipif(not Bind.is_here(), reason="no BIND 9 here"),
              pytest.mark.skipif(not all((BIN / name).exists() for name in ("scop", "scop-resolver")), reason="scop is not built")]

HOST, ADDRESS, PLAIN = f"mail.{DOMAIN}", "192.0.2.7", "plain.test"
REVERSE = "2.0.192.in-addr.arpa"
PTR = f"7.{REVERSE}"
KEY = f"r2026a._domainkey.{DOMAIN}"


class World:
    def __init__(self, primary):
        self.primary = primary
        self.secondary = Secondary(primary.port)
        self.instance = Instance(["resolver"], "")
        folder = self.instance.folder
        self.authority = Authority(folder / "public")
        self.good = self.authority.issue("good", [HOST, f"mta-sts.{DOMAIN}"])
        self.servers = {25: Server(self.good, True), 465: Server(self.good, False), 587: Server(self.good, True), 443: Server(self.good, False)}
        (folder / "tls").mkdir()
        for name in ("cert.pem", "web-cert.pem"):
            (folder / "tls" / name).write_bytes(self.good.read_bytes())
        (folder / "operator.key").write_text(primary.key_text("scop-operator"))
        keys = folder / "signer/state/keys" / DOMAIN
        keys.mkdir(parents=True)
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", keys / "r2026a.rsa.pem")
        self.instance.sections = self.sections(primary.anchor(DOMAIN))

    def sections(self, anchor):
        probes = ", ".join(f'"{port}=127.0.0.1:{server.port}"' for port, server in self.servers.items())
        return f"""
[dns]
primary = "127.0.0.1:{self.primary.port}"
tsig_key_file = "operator.key"
addresses = ["{ADDRESS}"]
ttl = 30
caa = ["issue ca.test"]
resolvers = ["127.0.0.1:{self.primary.port}", "127.0.0.1:{self.secondary.port}"]
probe = [{probes}]
[web]
listen = ["127.0.0.1:443"]
mta_sts = "enforce"
[signer]
primary = "127.0.0.1:{self.primary.port}"
tsig_key_file = "operator.key"
[courier]
authorities = "public/ca.pem"
[resolver]
trust_anchors = ["{anchor}"]
local_zones = ["{REVERSE}. nodefault"]
[[resolver.stub]]
zone = "{DOMAIN}"
address = ["127.0.0.1@{self.primary.port}"]
[[resolver.stub]]
zone = "{PLAIN}"
address = ["127.0.0.1@{self.primary.port}"]
[[resolver.stub]]
zone = "{REVERSE}"
address = ["127.0.0.1@{self.primary.port}"]
"""

    def scop(self, *arguments):
        return subprocess.run([str(BIN / "scop"), "--config", str(self.instance.folder / "scop.toml"), "dns", *arguments, "--json"], text=True,
                              capture_output=True, timeout=180)

    def publish(self):
        done = self.scop("publish")
        assert done.returncode == 0, done.stdout + done.stderr
        for record in json.loads(self.scop("show").stdout)["records"]:
            if record["kind"] == "dkim":
                self.key_record = record["value"]
        self.policy = f"version: STSv1\r\nmode: enforce\r\nmx: {HOST}\r\nmax_age: 604800\r\n".encode()
        self.servers[443].body = self.policy
        self.write(txt(KEY, self.key_record))
        self.write(f"update add {PTR}. 30 PTR {HOST}.")

    def write(self, lines):
        assert self.primary.nsupdate("admin", lines) == ""

    def flush(self, anchor=None):
        """The resolver forgets; with `anchor` it comes back with that one."""
        admin = pb("resolver")
        self.instance.unary("operator", "resolver", "scop.v1.ResolverAdmin/Flush", admin.ResolverFlushRequest(), admin.ResolverFlushReply)
        if anchor:
            self.instance.sections = self.sections(anchor)
            self.instance.write_config()
            self.instance.stop("resolver")
            self.instance.start("resolver")

    def check(self, *arguments):
        done = self.scop("check", *arguments)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)["findings"]


def txt(name, value):
    pieces = " ".join(f'"{value[i:i + 250]}"' for i in range(0, len(value), 250))
    return f"update delete {name}. TXT\nupdate add {name}. 30 TXT {pieces}"


@pytest.fixture(scope="module")
def world():
    with Bind(free_port(), {DOMAIN: "", PLAIN: f"alias IN CNAME {HOST}.", REVERSE: ""}, plain=(PLAIN,)) as primary:
        one = World(primary)
        with one.instance:
            one.publish()
            one.flush()
            yield one
        for server in one.servers.values():
            server.close()


class Zone:
    """A change in the zone, taken back afterwards."""

    def __init__(self, lines, *sets):
        self.lines, self.sets = lines, sets

    def apply(self, world):
        self.before = {(name, kind): world.primary.records(name, kind) for name, kind in self.sets}
        world.write(self.lines)

    def undo(self, world):
        for (name, kind), records in self.before.items():
            world.write("\n".join([f"update delete {name}. {kind}", *(f"update add {name}. 30 {kind} {record}" for record in records)]))


class Port:
    """Another certificate on a port."""

    def __init__(self, port, label, names, **validity):
        self.port, self.label, self.names, self.validity = port, label, names, validity

    def apply(self, world):
        world.servers[self.port].identity = world.authority.issue(self.label, self.names, **self.validity)

    def undo(self, world):
        world.servers[self.port].identity = world.good


class Policy:
    def __init__(self, body):
        self.body = body

    def apply(self, world):
        world.servers[443].body = self.body

    def undo(self, world):
        world.servers[443].body = world.policy


class Second:
    """What the second name server says."""

    def __init__(self, lies=None, is_dead=False):
        self.lies, self.is_dead = lies or {}, is_dead

    def apply(self, world):
        world.secondary.lies, world.secondary.is_dead = self.lies, self.is_dead

    def undo(self, world):
        world.secondary.lies, world.secondary.is_dead = {}, False


OTHER_KEY = "v=DKIM1; k=rsa; h=sha256; p=" + ("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4"
                                               "jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPN"
                                               "UYckcQ2QIDAQAB")
MISTAKES = {
    "no MX": (Zone(f"update delete {DOMAIN}. MX", (DOMAIN, "MX")), f"{DOMAIN} MX", "is missing"),
    "the MX is an alias": (Zone(f"update delete {DOMAIN}. MX\nupdate add {DOMAIN}. 30 MX 10 alias.{PLAIN}.", (DOMAIN, "MX")),
                           f"{DOMAIN} MX", "is an alias"),
    "the MX is another's": (Zone(f"update delete {DOMAIN}. MX\nupdate add {DOMAIN}. 30 MX 10 ns.{DOMAIN}.", (DOMAIN, "MX")),
                            f"{DOMAIN} MX", "mail goes elsewhere"),
    "another address": (Zone(f"update delete {HOST}. A\nupdate add {HOST}. 30 A 192.0.2.99", (HOST, "A")), f"{HOST} A", "is wrong: 192.0.2.99"),
    "SPF without us": (Zone(txt(DOMAIN, "v=spf1 ip4:198.51.100.1 -all"), (DOMAIN, "TXT")), f"{DOMAIN} SPF", f"does not let {ADDRESS} send"),
    "two SPF records": (Zone(f'update add {DOMAIN}. 30 TXT "v=spf1 a -all"', (DOMAIN, "TXT")), f"{DOMAIN} SPF", "has 2 SPF records"),
    "SPF of the HELO name without us": (Zone(txt(HOST, "v=spf1 -all"), (HOST, "TXT")), f"{HOST} SPF", f"does not let {ADDRESS} send"),
    "another DKIM key": (Zone(txt(KEY, OTHER_KEY), (KEY, "TXT")), f"{KEY} TXT", "holds another key"),
    "half a DKIM key": (Zone("half", (KEY, "TXT")), f"{KEY} TXT", "cut short"),
    "a revoked DKIM key": (Zone(txt(KEY, "v=DKIM1; k=rsa; p="), (KEY, "TXT")), f"{KEY} TXT", "revoked"),
    "no DKIM key": (Zone(f"update delete {KEY}. TXT", (KEY, "TXT")), f"{KEY} TXT", "is missing"),
    "a slip in the DMARC policy": (Zone(txt(f"_dmarc.{DOMAIN}", "v=DMARC1; p=quarantene"), (f"_dmarc.{DOMAIN}", "TXT")),
                                   f"_dmarc.{DOMAIN} TXT", "misspelt"),
    "a slip in the DMARC version": (Zone(txt(f"_dmarc.{DOMAIN}", "v=DMRC1; p=reject"), (f"_dmarc.{DOMAIN}", "TXT")),
                                    f"_dmarc.{DOMAIN} TXT", "is no DMARC record"),
    "TLSA of an old key": (Zone(f"update delete _25._tcp.{HOST}. TLSA\nupdate add _25._tcp.{HOST}. 30 TLSA 3 1 1 {'ab' * 32}",
                                (f"_25._tcp.{HOST}", "TLSA")), f"{HOST}:25", "no TLSA record fits"),
    "a secondary that is behind": (Second({(DOMAIN, "MX"): ["10 old.example.test."]}), f"{DOMAIN} MX at server", "differs"),
    "a server that is down": (Second(is_dead=True), "server 127.0.0.1:", "does not answer"),
    "no MTA-STS policy": (Policy(None), "mta-sts.txt", "cannot be fetched"),
    "an MTA-STS policy without the MX": (Policy(b"version: STSv1\r\nmode: enforce\r\nmx: *.elsewhere.test\r\nmax_age: 604800\r\n"),
                                         "mta-sts.txt", f"does not name the MX {HOST}"),
    "another MTA-STS policy": (Policy(f"version: STSv1\r\nmode: none\r\nmx: {HOST}\r\nmax_age: 60\r\n".encode()), "mta-sts.txt",
                               "another policy than the one configured"),
    "another reverse name": (Zone(f"update delete {PTR}. PTR\nupdate add {PTR}. 30 PTR host7.isp.test.", (PTR, "PTR")),
                             f"{ADDRESS} PTR", "but we say HELO"),
    "no reverse name": (Zone(f"update delete {PTR}. PTR", (PTR, "PTR")), f"{ADDRESS} PTR", "is missing"),
    "TLS-RPT without a URI": (Zone(txt(f"_smtp._tls.{DOMAIN}", "v=TLSRPTv1; rua"), (f"_smtp._tls.{DOMAIN}", "TXT")),
                              f"_smtp._tls.{DOMAIN} TXT", "cannot be read"),
    "CAA for another CA": (Zone(f'update delete {DOMAIN}. CAA\nupdate add {DOMAIN}. 30 CAA 0 issue "other.test"', (DOMAIN, "CAA")),
                           f"{DOMAIN} CAA", "forbids ca.test"),
    "an expired certificate": (Port(465, "expired", [HOST], starts=-20, ends=-2), f"{HOST}:465", "has expired"),
    "a certificate for another name": (Port(587, "other", ["other.test"]), f"{HOST}:587", "does not name the host"),
    "no autodiscovery": (Zone(f"update delete _submissions._tcp.{DOMAIN}. SRV", (f"_submissions._tcp.{DOMAIN}", "SRV")),
                         f"_submissions._tcp.{DOMAIN} SRV", "is missing"),
}


def test_a_sound_domain_has_no_problems(world):
    status, findings = world.check()
    assert [finding for finding in findings if finding["level"] != "ok"] == []
    assert status == 0
    seen = "\n".join(f"{finding['subject']}: {finding['what']}" for finding in findings)
    for expected in (f"{DOMAIN}: signed", f"lets {ADDRESS} send", f"{HOST}:25", "a TLSA record fits", "is the configured policy", "and back",
                     "is the rsa-sha256 key in use", "lets ca.test issue", "p=quarantine", f"server 127.0.0.1:{world.secondary.port}"):
        assert expected in seen, seen


# Planted together where they do not hide each other; what a sound domain's check says is tested above.
ROUNDS = [
    ["no MX", "SPF without us", "another DKIM key", "a slip in the DMARC policy", "TLSA of an old key", "a secondary that is behind",
     "no MTA-STS policy", "no reverse name", "TLS-RPT without a URI", "CAA for another CA", "an expired certificate",
     "a certificate for another name", "no autodiscovery"],
    ["the MX is an alias", "another address", "SPF of the HELO name without us", "half a DKIM key", "a slip in the DMARC version",
     "a server that is down", "another reverse name"],
    ["two SPF records", "a revoked DKIM key", "an MTA-STS policy without the MX"],
    ["the MX is another's", "no DKIM key", "another MTA-STS policy"],
]


@pytest.fixture(scope="module")
def found(world):
    """By round: status and findings of a check with all of its mistakes in place."""
    results = []
    for names in ROUNDS:
        mistakes = [MISTAKES[name][0] for name in names]
        for mistake in mistakes:
            if isinstance(mistake, Zone) and mistake.lines == "half":
                mistake.lines = txt(KEY, world.key_record[:200])
            mistake.apply(world)
        world.flush()
        results.append(world.check())
        for mistake in mistakes:
            mistake.undo(world)
    return results


@pytest.mark.parametrize("number,name", [(number, name) for number, names in enumerate(ROUNDS) for name in names])
def test_each_planted_mistake_is_named_with_a_remedy(found, number, name):
    status, findings = found[number]
    _, subject, what = MISTAKES[name]
    named = [finding for finding in findings if finding["level"] == "problem" and subject in finding["subject"] and what in finding["what"]]
    assert named and named[0]["remedy"], findings
    assert status == 1


def test_every_mistake_is_planted_once():
    assert sorted(MISTAKES) == sorted(name for names in ROUNDS for name in names)


def test_an_unsigned_zone_is_named(world):
    world.flush()
    _, findings = world.check("--domain", PLAIN)
    assert any(finding["subject"] == PLAIN and "not validated by DNSSEC" in finding["what"] for finding in findings), findings


def test_a_broken_signature_is_named(world):
    world.flush(anchor=f"{DOMAIN}. IN DS 12345 13 2 {'ab' * 32}")
    try:
        status, findings = world.check()
        assert status == 1 and any("DNSSEC validation fails" in finding["what"] for finding in findings), findings
    finally:
        world.flush(anchor=world.primary.anchor(DOMAIN))
