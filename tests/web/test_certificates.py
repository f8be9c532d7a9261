"""Certificates by name, and new ones under running connections; the domains as accounts tells them."""
import os
import socket
import ssl
import subprocess

import pytest

from conftest import CONTENT, Web, eventually, free_port
from instance import BIN, openssl

POLICY = b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.test\r\n\r\n"


def names_shown(web, name):
    """The names in the certificate that a client sees who asks for this one."""
    context = web.context()
    context.check_hostname = False
    with web.connect(name, context) as stream:
        return {value for _, value in stream.getpeercert()["subjectAltName"]}


def serial(web):
    with web.connect() as stream:
        return stream.getpeercert()["serialNumber"]


@pytest.fixture(scope="module")
def named():
    more = '[[web.pair]]\ncertificate = "public/wild/cert.pem"\nkey = "public/wild/key.pem"\n' \
           '[[web.pair]]\ncertificate = "public/third/cert.pem"\nkey = "public/third/key.pem"\n'
    one = Web(CONTENT, more=more)
    one.authority.issue(one.folder / "public/wild", "DNS:*.wild.test")
    one.authority.issue(one.folder / "public/third", "DNS:third.test,DNS:mta-sts.third.test")
    with one:
        yield one


@pytest.mark.parametrize("asked, shown", [("mta-sts.third.test", "third.test"), ("mta-sts.wild.test", "*.wild.test"),
                                          ("MTA-STS.Third.test", "third.test"), ("example.test", "example.test"),
                                          ("wild.test", "example.test"), ("a.b.wild.test", "example.test"),
                                          ("unknown.test", "example.test"), (None, "example.test")])
def test_the_certificate_is_the_one_of_the_name_asked_for(named, asked, shown):
    assert shown in names_shown(named, asked)


def test_other_protocols_are_refused_in_the_handshake(named):
    context = named.context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with named.connect(context=context) as stream:
        assert stream.selected_alpn_protocol() == "http/1.1"
    context.set_alpn_protocols(["imap", "h2"])
    with pytest.raises(ssl.SSLError):
        named.connect(context=context)


def test_old_tls_is_refused(named):
    context = named.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        named.connect(context=context)


def renew(web, folder="first", names="DNS:example.test,DNS:mta-sts.example.test"):
    """As an ACME client does it: new files, renamed over the old ones."""
    web.authority.issue(web.folder / "public/new", names)
    for file in ("key.pem", "cert.pem"):
        os.rename(web.folder / "public/new" / file, web.folder / "public" / folder / file)


def test_a_renewed_certificate_is_used_while_connections_live(web):
    old = serial(web)
    with web.connect() as stream:
        renew(web)
        assert eventually(lambda: serial(web) != old, 30), web.log()
        stream.sendall(POLICY)
        assert stream.recv(65536).startswith(b"HTTP/1.1 200 "), "whoever was connected goes on"
    assert "certificates reloaded" in web.log()


def test_half_a_renewal_leaves_the_old_pair_in_use(web):
    old = serial(web)
    web.authority.issue(web.folder / "public/half", "DNS:example.test,DNS:mta-sts.example.test")
    os.rename(web.folder / "public/half/cert.pem", web.folder / "public/first/cert.pem")
    assert eventually(lambda: "certificates not reloaded, the old ones stay" in web.log(), 30), web.log()
    assert "is not the key of" in web.log() and serial(web) == old
    os.rename(web.folder / "public/half/key.pem", web.folder / "public/first/key.pem")
    assert eventually(lambda: serial(web) != old, 30), web.log()


def status_for(web, domain):
    with web.connect() as stream:
        stream.sendall(f"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.{domain}\r\n\r\n".encode())
        return int(stream.recv(65536).split()[1])


def test_the_list_of_domains_follows_accounts_and_outlives_it():
    with Web(CONTENT) as one:
        assert [status_for(one, domain) for domain in ("example.test", "second.test", "third.test")] == [200, 200, 421]
        one.accounts.domains = ["example.test", "Third.test"]
        one.hang_up()
        assert eventually(lambda: status_for(one, "third.test") == 200, 30)
        assert status_for(one, "second.test") == 421
        one.accounts.stop()
        one.hang_up()
        assert eventually(lambda: "accounts did not answer, the last list of domains stays" in one.log(), 60)
        assert [status_for(one, domain) for domain in ("example.test", "third.test")] == [200, 200]


def test_without_accounts_the_meshs_own_domain_is_served_and_the_rest_once_it_is_there():
    with Web(CONTENT, accounts=False) as one:
        assert [status_for(one, domain) for domain in ("example.test", "second.test")] == [200, 421]
        one.accounts.start()
        assert eventually(lambda: status_for(one, "second.test") == 200, 60)


def test_without_a_port_nothing_is_served_and_no_certificate_wanted():
    one = Web("")
    one.instance.sections = ""
    one.with_accounts = False
    with one:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", one.port))


def test_the_daemon_is_behind_its_walls(web):
    ready, = [line for line in web.log().splitlines() if " ready " in line]
    assert "landlock" in ready and "seccomp" in ready


def test_a_wrong_setting_is_named_with_its_line():
    one = Web("")
    one.instance.sections = f'[web]\nlisten = ["127.0.0.1:{free_port()}"]\nmta_sts = "on"\nimap = "imap"\nlisen_http = []\n'
    one.instance.write_config()
    done = subprocess.run([BIN / "scop-web", "--check", "--config", one.folder / "scop.toml"], capture_output=True, text=True)
    assert done.returncode == 2
    for text in ('[web] mta_sts: expected', '[web] imap: expected a host name and port such as "mail.example.org:993", found "imap"',
                 '[web] lisen_http: unknown key; did you mean "listen_http"?'):
        assert text in done.stderr, done.stderr


def test_a_key_of_another_certificate_is_named_at_the_start():
    one = Web(CONTENT)
    openssl("genpkey", "-algorithm", "ed25519", "-out", one.folder / "public/first/key.pem")
    one.instance.write_config()
    with pytest.raises(AssertionError, match="is not the key of"):
        one.instance.start("web")
    one.instance.stop("web")
