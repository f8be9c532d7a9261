"""What is served, asked for by the programs and libraries that others use."""
import json
import plistlib
import subprocess
import xml.etree.ElementTree as tree

import pytest

from instance import eventually

OUTLOOK = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
RESPONSE = "{http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006}"
SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"


def outlook_asks(address, schema=SCHEMA):
    return ('<?xml version="1.0" encoding="utf-8"?>'
            '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>'
            f"<EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>{schema}</AcceptableResponseSchema>"
            "</Request></Autodiscover>").encode()


def curl(web, url, *options):
    host = url.split("/")[2]
    done = subprocess.run(["curl", "-sS", "--max-time", "60", "--cacert", web.authority.certificate, "--connect-to", f"{host}:443:127.0.0.1:{web.port}",
                           "--connect-to", f"{host}:80:127.0.0.1:{web.clear_port}", "-w", "\n%{http_code} %{http_version} %{content_type}", *options, url],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    body, _, last = done.stdout.rpartition("\n")
    return body, last.split(" ", 2)


@pytest.mark.parametrize("domain", ["example.test", "second.test"])
def test_curl_fetches_the_mta_sts_policy_of_each_domain(web, domain):
    body, (status, version, kind) = curl(web, f"https://mta-sts.{domain}/.well-known/mta-sts.txt")
    assert (status, version, kind) == ("200", "1.1", "text/plain; charset=utf-8")
    assert body.split() == ["version:", "STSv1", "mode:", "testing", "mx:", "mail.example.test", "max_age:", "604800"]


def test_head_says_the_length_and_sends_nothing(web):
    status, fields, body = web.ask("mta-sts.example.test/.well-known/mta-sts.txt", "HEAD")
    length = len(web.ask("mta-sts.example.test/.well-known/mta-sts.txt")[2])
    assert (status, body, fields["content-length"]) == (200, b"", str(length))


def servers(document, path):
    return [{child.tag: child.text for child in server} | server.attrib for server in tree.fromstring(document).findall(path)]


def test_thunderbird_gets_a_configuration_that_its_format_allows(web):
    status, fields, body = web.ask("autoconfig.example.test/mail/config-v1.1.xml?emailaddress=ann%40example.test")
    assert status == 200 and fields["content-type"].startswith("text/xml")
    root = tree.fromstring(body)
    assert root.tag == "clientConfig" and root.attrib == {"version": "1.1"}
    assert root.find("emailProvider").attrib == {"id": "example.test"} and root.findtext("emailProvider/domain") == "example.test"
    assert servers(body, "emailProvider/incomingServer") == [
        {"type": "imap", "hostname": "imap.example.test", "port": "993", "socketType": "SSL", "username": "%EMAILADDRESS%",
         "authentication": "password-cleartext"}]
    assert [(one["hostname"], one["port"], one["socketType"]) for one in servers(body, "emailProvider/outgoingServer")] == [
        ("mail.example.test", "465", "SSL"), ("mail.example.test", "587", "STARTTLS")]
    assert web.ask("example.test/.well-known/autoconfig/mail/config-v1.1.xml")[2] == body


def test_outlook_posts_an_address_and_gets_its_servers(web):
    for host, path in (("autodiscover.example.test", "autodiscover/autodiscover.xml"), ("example.test", "Autodiscover/Autodiscover.xml"),
                       ("mail.example.test", "AutoDiscover/AutoDiscover.xml")):
        status, fields, body = web.ask(f"{host}/{path}", "POST", outlook_asks("ann@example.test"), {"Content-Type": "text/xml"})
        assert status == 200 and fields["content-type"].startswith("text/xml")
        account = tree.fromstring(body).find(f"{OUTLOOK}Response/{OUTLOOK}Account")
        assert account.findtext(f"{OUTLOOK}AccountType") == "email" and account.findtext(f"{OUTLOOK}Action") == "settings"
        found = [tuple(one.findtext(OUTLOOK + name) for name in ("Type", "Server", "Port", "LoginName", "SSL", "SPA", "AuthRequired", "Encryption"))
                 for one in account.findall(OUTLOOK + "Protocol")]
        assert found == [("IMAP", "imap.example.test", "993", "ann@example.test", "on", "off", "on", "SSL"),
                         ("SMTP", "mail.example.test", "465", "ann@example.test", "on", "off", "on", "SSL"),
                         ("SMTP", "mail.example.test", "587", "ann@example.test", "on", "off", "on", "TLS")]


def error_code(body):
    return tree.fromstring(body).findtext(f"{RESPONSE}Response/{RESPONSE}Error/{RESPONSE}ErrorCode")


def test_outlook_hears_why_not(web):
    url = "autodiscover.example.test/autodiscover/autodiscover.xml"
    assert error_code(web.ask(url)[2]) == "600"
    assert error_code(web.ask(url, "POST", outlook_asks("ann@example.test", "http://schemas.microsoft.com/mobilesync"))[2]) == "601"
    assert error_code(web.ask(url, "POST", outlook_asks("ann@foreign.test"))[2]) == "601"
    assert web.ask(url, "POST", b"<Autodiscover>")[0] == 400
    laughs = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><Autodiscover><Request><EMailAddress>&a9;</EMailAddress></Request></Autodiscover>'
    assert web.ask(url, "POST", bomb.encode())[0] == 400
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Autodiscover><Request><EMailAddress>&a;</EMailAddress></Request></Autodiscover>'
    assert web.ask(url, "POST", outside.encode())[0] == 400
    assert web.ask(url, "POST", b"<a>" * 20_000)[0] == 413


def test_outlook_is_told_where_to_post(web):
    status, _, body = web.ask("autodiscover.example.test/autodiscover/autodiscover.json?Email=ann%40example.test&Protocol=AutodiscoverV1")
    assert status == 200
    assert json.loads(body) == {"Protocol": "AutodiscoverV1",
                                "Url": f"https://autodiscover.example.test:{web.port}/Autodiscover/Autodiscover.xml"}
    status, _, body = web.ask("autodiscover.example.test/autodiscover/autodiscover.json?Protocol=ActiveSync")
    assert status == 400 and json.loads(body)["ErrorCode"] == "InvalidProtocol"


def test_apple_gets_a_profile_without_a_password(web):
    status, fields, body = web.ask("autoconfig.example.test/email.mobileconfig?emailaddress=ann%26bob%40example.test")
    assert status == 200 and fields["content-type"] == "application/x-apple-aspen-config"
    profile = plistlib.loads(body)
    account, = profile["PayloadContent"]
    assert account["EmailAddress"] == "ann&bob@example.test" and account["PayloadType"] == "com.apple.mail.managed"
    assert (account["IncomingMailServerHostName"], account["IncomingMailServerPortNumber"]) == ("imap.example.test", 993)
    assert (account["OutgoingMailServerHostName"], account["OutgoingMailServerPortNumber"]) == ("mail.example.test", 465)
    assert "IncomingPassword" not in account and "OutgoingPassword" not in account
    assert web.ask("autoconfig.example.test/email.mobileconfig?emailaddress=ann@second.test")[0] == 404


def test_nobody_learns_whether_a_user_exists(web):
    """Only the domain list is asked of accounts, so nothing could tell; the answers differ in the address alone."""
    url = "autodiscover.example.test/autodiscover/autodiscover.xml"
    one, other = (web.ask(url, "POST", outlook_asks(f"{name}@example.test"))[2].replace(name.encode(), b"") for name in ("ann", "surely-nobody"))
    assert one == other


def test_matrix_is_found_and_readable_for_every_site(web):
    for name, wanted in (("server", {"m.server": "matrix.example.test:443"}),
                         ("client", {"m.homeserver": {"base_url": "https://matrix.example.test"}})):
        status, fields, body = web.ask(f"second.test/.well-known/matrix/{name}")
        assert status == 200 and fields["content-type"] == "application/json" and fields["access-control-allow-origin"] == "*"
        assert json.loads(body) == wanted
    status, fields, _ = web.ask("example.test/.well-known/matrix/client", "OPTIONS", headers={"Origin": "https://app.element.io"})
    assert status == 204 and fields["access-control-allow-origin"] == "*" and "GET" in fields["access-control-allow-methods"]


def test_security_txt_names_whom_to_write_to(web):
    status, fields, body = web.ask("example.test/.well-known/security.txt")
    assert status == 200 and fields["content-type"].startswith("text/plain")
    assert body.startswith(b"Contact: mailto:security@example.test\nExpires: 20")


@pytest.mark.parametrize("url, method, status", [
    ("example.test/", "GET", 404), ("example.test/.well-known/mta-sts.txt", "GET", 404), ("mta-sts.example.test/x", "GET", 404),
    ("mta-sts.example.test/../.well-known/mta-sts.txt", "GET", 404), ("mta-sts.example.test/.well-known/%6dta-sts.txt", "GET", 404),
    ("mta-sts.foreign.test/.well-known/mta-sts.txt", "GET", 421), ("127.0.0.1/", "GET", 421),
    ("mta-sts.example.test/.well-known/mta-sts.txt", "PUT", 405), ("mta-sts.example.test/.well-known/mta-sts.txt", "POST", 405)])
def test_anything_else_gets_a_clear_answer(web, url, method, status):
    got, fields, body = web.ask(url, method)
    assert got == status and body.startswith(str(status).encode()) and fields["content-type"].startswith("text/plain")
    assert ("allow" in fields) == (status == 405)


def test_the_clear_port_leads_to_https_and_nowhere_else(web):
    status, fields, _ = web.ask("autodiscover.example.test/autodiscover/autodiscover.xml?a=b", clear=True)
    assert (status, fields["location"]) == (302, f"https://autodiscover.example.test:{web.port}/autodiscover/autodiscover.xml?a=b")
    assert web.ask("foreign.test/", clear=True)[0] == 404
    assert web.ask("example.test/", clear=True, headers={"Host": "foreign.test@example.test"})[0] == 400


def test_each_request_is_one_line_without_anybodys_address(web):
    web.ask("autoconfig.example.test/no/such/thing?emailaddress=secret%40example.test")
    assert eventually(lambda: [line for line in web.requests() if "/no/such/thing" in line])
    line, = [line for line in web.requests() if "/no/such/thing" in line]
    for pair in ("client=127.0.0.1", "host=autoconfig.example.test", "method=GET", "path=/no/such/thing", "status=404", "tls=TLSv1.3"):
        assert pair in line
    assert "secret" not in web.log()
