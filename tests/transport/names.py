"""Who lives in the world: certificates, and for each case a domain whose records make it. Read beside docs/transport.md."""
from certificates import Certificate
from zones import NOBODY, Zone

HOST, SECOND, BEHIND_HOST, POLICIES, ATTACKER = "203.0.113.25", "203.0.113.26", "203.0.113.125", "203.0.113.80", "203.0.113.66"


def make_certificates():
    """By name; "web" certificates come from the authority that our courier trusts, the others from nobody it knows."""
    web, anchor = Certificate(["the web's authority"], authority=True), Certificate(["a private anchor"], authority=True)
    hosts = [f"mx.{name}.insecure.example" for name in ("enforce", "testing", "down", "badname", "nomatch", "stripped", "spoofed", "require")]
    return {
        "web": web, "anchor": anchor,
        # What DANE-EE(3) ignores is wrong with this one: its name and its age.
        "ee": Certificate(["elsewhere.invalid"], days=(-20, -10)),
        "next": Certificate(["elsewhere.invalid"]),
        "stranger": Certificate(["mx.signed.example"]),
        "ta": Certificate(["*.signed.example"], issuer=anchor),
        "ta-other-name": Certificate(["elsewhere.invalid"], issuer=anchor),
        "ta-expired": Certificate(["*.signed.example"], issuer=anchor, days=(-20, -10)),
        "mx": Certificate([*hosts, "mx-sts.signed.example"], issuer=web),
        "mx-expired": Certificate(hosts, issuer=web, days=(-20, -10)),
        "attacker": Certificate(["mx.attacker.example"], issuer=web),
        "policies": Certificate(["*.insecure.example", *(f"mta-sts.{host[3:]}" for host in hosts), "mta-sts.both.signed.example"], issuer=web),
        "policies-other-name": Certificate(["mta-sts.elsewhere.invalid"], issuer=web),
    }


def signed_zone(certificates):
    """All that is good and signed."""
    tlsa = {name: one.tlsa for name, one in certificates.items()}
    current, following, other = tlsa["ee"](3, 1, 1), tlsa["next"](3, 1, 1), tlsa["stranger"](3, 1, 1)
    lines = []

    def host(name, *records, at=HOST):
        lines.extend([f"{name} IN A {at}", *(f"_25._tcp.{name} IN TLSA {record}" for record in records)])

    def domain(name, *hosts):
        lines.extend(f"{name} IN MX {10 * rank} {one}" for rank, one in enumerate(hosts, 1))

    host("mx-ee", current)
    host("mx-second", current, at=SECOND)
    host("mx-other", other)
    host("mx-pair", following, current)
    host("mx-ee-301", tlsa["ee"](3, 0, 1))
    host("mx-ee-312", tlsa["ee"](3, 1, 2))
    host("mx-ee-310", tlsa["ee"](3, 1, 0))
    host("mx-ta-211", tlsa["anchor"](2, 1, 1))
    host("mx-ta-201", tlsa["anchor"](2, 0, 1))
    host("mx-unusable", "0 0 1 " + "ab" * 32, tlsa["web"](1, 1, 1), "3 1 9 abcd")
    host("mx-malformed", "3 1 1 abcd")
    host("mx-mixed", "3 1 1 abcd", "1 1 1 " + "ab" * 32, current)
    host("mx-ta-or-ee", other, tlsa["anchor"](2, 1, 1))
    # The strongest digest alone counts (RFC 7671 9): a forger who can break the weaker one gains nothing.
    host("mx-agile", current, tlsa["stranger"](3, 1, 2))
    host("mx-none")
    host("mx-nodata")
    host("mx-sts")
    lines.append('_25._tcp.mx-nodata IN TXT "no TLSA here"')
    host("mx-servfail")
    # Who knows nothing of this zone.
    lines.extend(["_tcp.mx-servfail IN NS nobody", f"nobody IN A {NOBODY}"])
    for name in ("ee", "other", "pair", "ee-301", "ee-312", "ee-310", "ta-211", "ta-201", "ta-or-ee", "agile", "unusable", "malformed", "mixed", "none", "nodata", "servfail"):
        domain(name, f"mx-{name}")
    domain("other-then-good", "mx-other", "mx-second")
    domain("servfail-then-good", "mx-servfail", "mx-second")
    domain("plain", "mx-none")
    domain("webpki", "mx-sts")
    # Neither MX nor alias: the domain is its own host.
    host("bare", current)
    # Wildcards.
    lines.extend(["*.wild IN MX 10 mx-ee", "wildcard-tlsa IN MX 10 mx-wild", f"mx-wild IN A {HOST}", f"*._tcp.mx-wild IN TLSA {current}"])
    # Aliases: of hosts, within the zone …
    lines.extend(["mx-alias IN CNAME mx-ee", "mx-alias-own IN CNAME mx-none", f"_25._tcp.mx-alias-own IN TLSA {current}"])
    domain("alias-host", "mx-alias")
    domain("alias-host-own-tlsa", "mx-alias-own")
    # … out of DNSSEC …
    lines.extend(["mx-leaves IN CNAME mx.insecure.example.", f"_25._tcp.mx-leaves IN TLSA {current}", "mx-leaves-bare IN CNAME mx.insecure.example."])
    domain("alias-leaves", "mx-leaves")
    domain("alias-leaves-without-tlsa", "mx-leaves-bare")
    # … and from an insecure name into it.
    lines.append("alias-enters IN MX 10 mx-enters.insecure.example.")
    # TLSA records that are aliases themselves.
    lines.extend([f"mx-tlsa-alias IN A {HOST}", "_25._tcp.mx-tlsa-alias IN CNAME _dane.signed.example.", f"_dane IN TLSA {current}"])
    domain("tlsa-alias", "mx-tlsa-alias")
    lines.extend([f"mx-tlsa-leaves IN A {HOST}", "_25._tcp.mx-tlsa-leaves IN CNAME _25._tcp.mx.insecure.example.",
                  f"mx-tlsa-dangles IN A {HOST}", "_25._tcp.mx-tlsa-dangles IN CNAME nowhere"])
    domain("tlsa-leaves", "mx-tlsa-leaves")
    domain("tlsa-dangles", "mx-tlsa-dangles")
    # Aliases of domains.
    lines.extend(["alias-domain IN CNAME ee", "alias-domain-leaves IN CNAME mail.insecure.example."])
    # A signed domain at an insecure host, and at hosts whose addresses are bogus.
    lines.extend(["insecure-host IN MX 10 mx.insecure.example.", "bogus-host IN MX 10 mx.wrongkey.example.",
                  "bogus-host-then-good IN MX 10 mx.wrongkey.example.", "bogus-host-then-good IN MX 20 mx-second"])
    # DANE goes before MTA-STS; the certificate would not satisfy MTA-STS.
    domain("both", "mx-ee")
    lines.extend(['_mta-sts.both IN TXT "v=STSv1; id=1;"', f"mta-sts.both IN A {POLICIES}"])
    # Who wants to hear of it when somebody gets between: told by way of another domain.
    domain("reported", "mx-ee")
    lines.append('_smtp._tls.reported IN TXT "v=TLSRPTv1; rua=mailto:tls@plain.signed.example"')
    lines.extend(["nullmx IN MX 0 .", f"nullmx IN A {HOST}"])
    return Zone("signed.example", "\n".join(lines))


def insecure_zone(certificates):
    """No DNSSEC: whatever stands here, any forger could have written. MTA-STS is for such domains."""
    current = certificates["ee"].tlsa(3, 1, 1)
    lines = [f"mx IN A {HOST}", f"_25._tcp.mx IN TLSA {current}", "mail IN MX 10 mx", "mx-enters IN CNAME mx-ee.signed.example.",
             "secure-host IN MX 10 mx-ee.signed.example.", "secure-other-host IN MX 10 mx-other.signed.example."]
    for name in ("enforce", "testing", "down", "badname", "nomatch", "stripped", "spoofed", "require", "opportunistic", "stolen", "badtestname"):
        lines.extend([f"{name} IN MX 10 mx.{name}", f"mx.{name} IN A {HOST}"])
        if name not in ("opportunistic", "stolen"):
            lines.extend([f'_mta-sts.{name} IN TXT "v=STSv1; id=1;"', f"mta-sts.{name} IN A {POLICIES}"])
    return Zone("insecure.example", "\n".join(lines), signed=False, ds="none")


def small_zone(name, certificates, more="", **how):
    return Zone(name, f"@ IN MX 10 mx\nmx IN A {HOST}\n_25._tcp.mx IN TLSA {certificates['ee'].tlsa(3, 1, 1)}\n{more}", **how)


def senders():
    return Zone("sender.example", '@ IN TXT "v=spf1 ip4:198.51.100.2 -all"\nelsewhere IN TXT "v=spf1 ip4:192.0.2.1 -all"\n'
                'included IN TXT "v=spf1 include:sender.example -all"', signed=False, ds="none")


def zones(certificates):
    return [
        signed_zone(certificates), insecure_zone(certificates), senders(),
        small_zone("expired.example", certificates, expired=True),
        small_zone("wrongkey.example", certificates, ds="wrong"),
        small_zone("nokeys.example", certificates, signed=False, ds="right"),
        small_zone("rsa.example", certificates, algorithm="RSASHA256"),
        small_zone("nsec3.example", certificates, algorithm="ED25519", nsec3=True, more="plain IN MX 10 other\nother IN A " + HOST),
        small_zone("island.example", certificates, ds="none"),
        small_zone("stripped.example", certificates),
        *(small_zone(f"{name}.example", certificates)
          for name in ("spoofed", "spoofed-address", "denied-tlsa", "dropped-tlsa", "unsigned-tlsa", "replayed")),
        small_zone("bogusmx.example", certificates, spoil=(r"(\sIN MX\s+10 )mx\.", r"\1evil.")),
        small_zone("bogusaddress.example", certificates, spoil=(r"(\sIN A\s+)203\.0\.113\.25", r"\g<1>203.0.113.66")),
        small_zone("bogustlsa.example", certificates, spoil=(r"(\sIN TLSA\s+3 1 1 )[0-9A-F]{4}", r"\1ABCD")),
        Zone("attacker.example", f"mx IN A {ATTACKER}", signed=False, ds="none"),
    ]
