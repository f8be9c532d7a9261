"""The replay scenarios of Unbound's validator (69, suites/dnssec) against scop-resolver and against Debian's unbound, each in a network namespace
with the scenario's own servers: where Unbound passes, ours passes."""
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))

import replay  # noqa: E402
from instance import BIN, DOMAIN, Authority  # noqa: E402

SUITE = Path(os.environ.get("SCOP_SUITES") or "/work/shared/suites") / "dnssec"
WORLD = Path(__file__).resolve().parent / "replay_world.py"
UNBOUND = shutil.which("unbound", path="/usr/sbin:/usr/bin")
# 1.17 does not know these options of later versions.
UNKNOWN = {"iter-scrub-promiscuous", "max-global-quota", "val-max-restart", "harden-unknown-additional"}

# Where Unbound passes and ours does not, and why.
REFUSES_ANY = "our DNS port refuses ANY (RFC 8482 4.1): mail needs it nowhere, and reflections live on it"
EXCEPTIONS = {"val_any_cname": REFUSES_ANY, "val_any_dname": REFUSES_ANY, "val_nsec3_wcany_nodeny": REFUSES_ANY}

pytestmark = [pytest.mark.skipif(not SUITE.is_dir(), reason=f"no scenarios: {SUITE} is not there (SCOP_SUITES)"),
              pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
              pytest.mark.skipif(not UNBOUND, reason="no unbound here to compare with"),
              pytest.mark.skipif(not (BIN / "scop-resolver").exists(), reason="scop-resolver is not built")]


def scenarios():
    return sorted(SUITE.glob("*.rpl")) if SUITE.is_dir() else []


def unbound_conf(scenario, folder):
    lines = ["server:", "interface: 127.0.0.1@5353", 'username: ""', 'chroot: ""', f'directory: "{folder}"', 'pidfile: ""', "use-syslog: no",
             'logfile: ""', "num-threads: 1", "access-control: 127.0.0.0/8 allow_snoop", "minimal-responses: no"]
    for section, key, value in scenario.config:
        if key == "":
            lines.append(f"{section}:")
        elif key not in UNKNOWN and key != "access-control":
            quoted = value if key in ("local-zone", "access-control") else f'"{value}"'
            lines.append(f"  {key}: {quoted}")
    return "\n".join(lines) + "\n"


def own_settings(scenario):
    def boolean(key, otherwise):
        values = scenario.values(key)
        return "true" if (values[-1] if values else otherwise) == "yes" else "false"

    def texts(values):
        return "[" + ", ".join(f'"{value}"' for value in values) + "]"

    lines = ["[resolver]", 'listen = ["127.0.0.1:5353"]', "trust_anchor_updates = false", 'serve_stale = "0s"', "cache = \"4MB\"",
             f"trust_anchors = {texts(scenario.values('trust-anchor'))}", f"insecure_domains = {texts(scenario.values('domain-insecure'))}",
             f"qname_minimisation = {boolean('qname-minimisation', 'yes')}", f"aggressive_nsec = {boolean('aggressive-nsec', 'yes')}",
             f"prefetch = {boolean('prefetch', 'no')}", f"local_zones = {texts(scenario.values('local-zone'))}"]
    lines += [f'unsafe_test_clock = "{date}"' for date in scenario.values("val-override-date")]
    forwarders = [address for zone in scenario.zones("forward-zone") for address in zone["forward-addr"]]
    if forwarders:
        lines.append(f"forward = {texts(forwarders)}")
    for zone in scenario.zones("stub-zone"):
        lines += ["[[resolver.stub]]", f'zone = "{zone["name"][0]}"', f"address = {texts(zone['stub-addr'])}",
                  f"primed = {'true' if zone.get('stub-prime') == ['yes'] else 'false'}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """{scenario: {"scop": [what is wrong], "unbound": [what is wrong]}}"""
    base = tmp_path_factory.mktemp("replay")
    base.chmod(0o755)
    authority = Authority(base / "mesh")
    authority.issue(base / "resolver-cert", f"URI:spiffe://{DOMAIN}/resolver,DNS:resolver")

    def run(path):
        scenario = replay.read(path)
        folder = base / path.stem
        (folder / "resolver/state").mkdir(parents=True)
        shutil.copytree(base / "mesh", folder / "mesh")
        shutil.copytree(base / "resolver-cert", folder / "resolver/cert")
        (folder / "scop.toml").write_text(f'[mesh]\ndomain = "{DOMAIN}"\nhost = "mail.{DOMAIN}"\n[pipes]\nresolver = "127.0.0.1:7106"\n' +
                                          own_settings(scenario))
        (folder / "unbound.conf").write_text(unbound_conf(scenario, folder))
        done = subprocess.run([sys.executable, str(WORLD), str(path), str(folder), f"scop={BIN}/scop-resolver --config {folder}/scop.toml",
                               f"unbound={UNBOUND} -d -c {folder}/unbound.conf"], text=True, capture_output=True, timeout=600)
        return json.loads(done.stdout) if done.returncode == 0 else {"scop": [done.stderr[-2000:]], "unbound": [done.stderr[-2000:]]}

    paths = scenarios()
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip([path.stem for path in paths], pool.map(run, paths)))
    if os.environ.get("SCOP_REPLAY_REPORT"):  # what went wrong on either side, for people
        Path(os.environ["SCOP_REPLAY_REPORT"]).write_text(json.dumps(found, indent=1))
    yield found


@pytest.mark.parametrize("name", [path.stem for path in scenarios()])
def test_where_unbound_passes_so_do_we(outcomes, name):
    found = outcomes[name]
    if name in EXCEPTIONS:
        assert found["scop"], "it passes: take it off the list of exceptions"
        return
    assert not found["scop"] or found["unbound"], "\n".join(found["scop"] + found["scop asked in vain"])


def test_the_suite_is_worth_its_time(outcomes):
    """A runner that fails everything on both sides would prove nothing."""
    passed = [name for name, found in outcomes.items() if not found["unbound"]]
    assert len(outcomes) < 60 or len(passed) > len(outcomes) * 3 // 4, {name: found["unbound"] for name, found in outcomes.items() if found["unbound"]}
