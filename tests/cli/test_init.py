"""scop init, check, certs, keys: what is made on disk, and what is said about it."""
import os
import stat
import subprocess

import pytest
from conftest import BIN, DAEMONS, DOMAIN

IS_ROOT = os.geteuid() == 0


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def test_init_makes_an_instance_without_problems(scop):
    said = scop.init().stdout
    for part in ("MX 10 mail.example.test.", "v=spf1", "v=DKIM1; k=rsa", "v=DKIM1; k=ed25519", "v=DMARC1", "v=TLSRPTv1", "_submissions._tcp"):
        assert part in said
    check = scop.run("check")
    assert check.returncode == 0, check.stdout
    assert "self-signed" in check.stdout


def test_secrets_are_closed_to_others_and_belong_to_their_daemon(scop):
    scop.init()
    secrets = [*scop.folder.glob("*/cert/key.pem"), scop.folder / "mesh/ca.key", *scop.folder.glob("tls/*key.pem"),
               scop.folder / "accounts/state/grant.key", *scop.folder.glob("signer/state/keys/*/*.pem")]
    assert len(secrets) == len(DAEMONS) + 3 + 1 + 3 + 1 + 2
    for secret in secrets:
        assert mode(secret) == 0o600, secret
    for daemon in DAEMONS:
        assert mode(scop.folder / daemon) == 0o700
        assert mode(scop.folder / daemon / "state") == 0o700
    if IS_ROOT:
        owners = {daemon: (scop.folder / daemon / "state").stat().st_uid for daemon in DAEMONS}
        assert len(set(owners.values())) == len(DAEMONS) and 0 not in owners.values()
        assert (scop.folder / "mesh/ca.key").stat().st_uid == 0
        assert (scop.folder / "tls/key.pem").stat().st_uid == owners["submission"]


def test_init_refuses_what_it_can_know_before_and_leaves_nothing(scop, place):
    scop.folder.mkdir()
    (scop.folder / "mine").write_text("keep")
    done = scop.init(check=False)
    assert done.returncode == 2 and "not empty" in done.stderr
    assert [path.name for path in scop.folder.iterdir()] == ["mine"]
    for arguments in (["--domain", "no domain"], ["--domain", "x..y"], ["--domain", "a.test", "--address", "nowhere"]):
        done = scop.run("init", *arguments, "--folder", place / "other", config=False)
        assert done.returncode == 2, done.stderr
        assert not (place / "other").exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root's daemons change their user")
def test_init_refuses_a_folder_that_its_daemons_could_not_reach(scop, place):
    (place / "closed").mkdir(mode=0o700)
    done = scop.run("init", "--domain", DOMAIN, "--folder", place / "closed/instance", config=False)
    assert done.returncode == 2 and "cannot walk" in done.stderr
    assert not (place / "closed/instance").exists()
    scop.run("init", "--domain", DOMAIN, "--folder", place / "closed/instance", "--user-base", 0, config=False, check=True)


def test_init_cleans_up_when_it_fails_half_way(scop, place):
    # A limit on file size stands for a full disk.
    done = subprocess.run(["prlimit", "--fsize=600", str(BIN / "scop"), "init", "--domain", DOMAIN, "--folder", str(scop.folder)],
                          capture_output=True, text=True, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    assert done.returncode != 0
    if done.returncode > 0:  # not ended by SIGXFSZ
        assert "removed again" in done.stderr
        assert not scop.folder.exists()


def test_init_takes_a_domain_in_any_script(scop):
    done = scop.run("init", "--domain", "b\u00fccher.test", "--folder", scop.folder, config=False, check=True)
    assert "xn--bcher-kva.test. IN MX 10 mail.xn--bcher-kva.test." in done.stdout
    assert scop.run("check").returncode == 0


def test_check_names_file_and_line_of_each_fault(scop):
    scop.init()
    text = scop.config.read_text().replace("#max_recipients = 100", "max_recipients = 0", 1)
    scop.config.write_text(text + "\n[submision]\nlisten = []\n")
    done = scop.run("check")
    assert done.returncode == 1
    line = next(number for number, one in enumerate(text.splitlines(), 1) if one.startswith("max_recipients"))
    assert f"scop.toml:{line}:" in done.stdout
    assert "submision" in done.stdout and "submission" in done.stdout
    assert len(scop.json("check")["problems"]) == 2


def test_check_sees_open_secrets_and_keys_that_do_not_fit(scop):
    scop.init()
    (scop.folder / "signer/cert/key.pem").chmod(0o644)
    (scop.folder / "relay/cert/key.pem").write_bytes((scop.folder / "courier/cert/key.pem").read_bytes())
    (scop.folder / "courier/cert/cert.pem").write_bytes((scop.folder / "resolver/cert/cert.pem").read_bytes())
    problems = "\n".join(scop.json("check")["problems"])
    for part in ("signer/cert/key.pem: mode 644", "relay/cert/cert.pem: key.pem is not this certificate's",
                 "courier/cert/cert.pem: is not of spiffe://example.test/courier"):
        assert part in problems, problems


def test_a_syntax_error_is_told_with_its_line(scop):
    scop.init()
    scop.config.write_text("[mesh]\ndomain = \n")
    for command in (["check"], ["user", "list"], ["up"]):
        done = scop.run(*command)
        assert done.returncode == 2
        assert "scop.toml:2" in done.stdout + done.stderr


def test_certs_renew_signs_the_same_keys_anew(scop):
    scop.init()
    before = {path: path.read_bytes() for path in scop.folder.glob("*/cert/*.pem")}
    assert set(scop.json("certs", "renew")["certificates"].values()) == {"not due"}
    assert set(scop.json("certs", "renew", "--all")["certificates"].values()) == {"renewed"}
    for path, octets in before.items():
        assert (path.read_bytes() == octets) == (path.name == "key.pem"), path
    assert scop.run("check").returncode == 0
    (scop.folder / "relay/cert/cert.pem").write_bytes((scop.folder / "signer/cert/cert.pem").read_bytes())
    done = scop.run("certs", "renew", "--all")
    assert done.returncode == 1, "another identity's certificate is not renewed for the relay"
    assert set(scop.json("certs", "renew", "--new-keys")["certificates"].values()) == {"new key"}
    assert scop.run("check").returncode == 0
    (scop.folder / "mesh/ca.key").unlink()
    assert "mesh CA's key" in scop.run("certs", "renew", "--all").stderr


def test_openssl_believes_the_leaves(scop):
    scop.init()
    for daemon in (*DAEMONS, "operator", "mailbox"):
        for purpose in ("sslserver", "sslclient"):
            subprocess.run(["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", scop.folder / "mesh/ca.pem",
                            scop.folder / daemon / "cert/cert.pem"], check=True, capture_output=True)


def test_keys_make_adds_keys_that_dns_show_names(scop):
    scop.init()
    made = scop.json("keys", "make", "other.test", "--type", "ed25519")["records"]
    assert [record["name"][:2] for record in made] == ["e2"]
    again = scop.json("keys", "make", "other.test", "--type", "ed25519")["records"]
    assert again[0]["name"] != made[0]["name"]
    shown = {record["name"]: record["value"] for record in scop.json("dns", "show", "--domain", "other.test")["records"]}
    for record in (*made, *again):
        assert shown[record["name"]] == record["value"]
    zone = scop.run("dns", "show", "--zone").stdout
    assert "; 127.0.0.1" not in zone and 'IN TXT "v=DKIM1' in zone


def test_daemons_that_are_down_are_named(scop):
    scop.init()
    done = scop.run("user", "list")
    assert done.returncode == 3
    assert "accounts" in done.stderr and "scop up" in done.stderr
    health = scop.run("health", "--json")
    assert health.returncode == 3 and '"healthy":false' in health.stdout


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["user"], ["user", "add"], ["queue", "show"], ["--config"], ["init"], ["trace"]])
def test_wrong_usage_exits_with_2(scop, arguments):
    done = scop.run(*arguments, config=False)
    assert done.returncode == 2
    assert done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["init", "--help"], ["queue", "--help"], ["user", "app-password", "--help"]])
def test_help_and_version(scop, arguments):
    done = scop.run(*arguments, config=False)
    assert done.returncode == 0 and done.stdout


def test_check_looks_at_what_the_web_daemon_shows_where_it_shows_anything(scop):
    scop.init()
    key = scop.folder / "tls/web-key.pem"
    key.write_bytes((scop.folder / "tls/key.pem").read_bytes())
    served = scop.config.read_text()
    scop.config.write_text(served.replace(f'listen = ["0.0.0.0:{scop.base + 15}"]', "listen = []"))
    assert not [text for text in scop.json("check")["problems"] if "web" in text], "nothing is served"
    scop.config.write_text(served)
    assert [text for text in scop.json("check")["problems"] if "tls/web-key.pem: is not the key of" in text]
    (scop.folder / "tls/web-cert.pem").write_bytes((scop.folder / "tls/cert.pem").read_bytes())
    found = scop.json("check")
    assert not [text for text in found["problems"] if "web-key" in text]
    for name in ("mta-sts.example.test", "autoconfig.example.test", "autodiscover.example.test"):
        assert [text for text in found["warnings"] if f"no certificate names {name}" in text], found
