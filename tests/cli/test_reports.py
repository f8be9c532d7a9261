"""scop reports: aggregate reports in files, archives, messages and Maildirs. Needs no daemon."""
import gzip
import json
import os
import subprocess
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCOP = Path(os.environ.get("SCOP_BIN", ROOT / "build/dev/bin")) / "scop"
XML = b"""<?xml version="1.0"?><feedback><report_metadata><org_name>Else &lt;</org_name><report_id>7</report_id>
<date_range><begin>1700006400</begin><end>1700092799</end></date_range></report_metadata>
<policy_published><domain>example.com</domain><p>reject</p></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim>
<spf>fail</spf></policy_evaluated></row><identifiers><header_from>example.com</header_from></identifiers>
<auth_results><dkim><domain>example.com</domain><selector>s</selector><result>pass</result></dkim></auth_results></record>
</feedback>"""

pytestmark = pytest.mark.skipif(not SCOP.exists(), reason="scop is not built")


def scop(*arguments):
    return subprocess.run([SCOP, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def message(content, name):
    mail = EmailMessage()
    mail["Subject"] = "Report Domain: example.com"
    mail.set_content("a report")
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


@pytest.fixture
def files(tmp_path):
    with zipfile.ZipFile(tmp_path / "r.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("r.xml", XML)
    (tmp_path / "r.xml").write_bytes(XML)
    (tmp_path / "r.xml.gz").write_bytes(gzip.compress(XML))
    (tmp_path / "r.eml").write_bytes(message(gzip.compress(XML), "r.xml.gz"))
    return tmp_path


def test_each_form_gives_the_same_report(files):
    for name in ("r.xml", "r.xml.gz", "r.zip", "r.eml"):
        done = scop("reports", files / name, "--json")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert report["org_name"] == "Else <" and report["policy_published"]["p"] == "reject"
        assert report["records"][0] | {"count": 3, "source_ip": "192.0.2.1", "dkim": "pass", "spf": "fail"} == report["records"][0]


def test_a_table_for_people(files):
    done = scop("reports", files / "r.zip")
    assert done.returncode == 0
    assert "about example.com" in done.stdout and "2023-11-15 00:00 to 2023-11-15 23:59 UTC" in done.stdout
    assert "192.0.2.1\t3\tnone\tpass\tfail\texample.com\texample.com/s=pass" in done.stdout


def test_a_maildir_of_reports_and_other_mail(tmp_path):
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new/1.host").write_bytes(message(gzip.compress(XML), "a.xml.gz"))
    (tmp_path / "cur/2.host:2,S").write_bytes(b"Subject: other mail\n\nhello\n")
    (tmp_path / "tmp/3.host").write_bytes(b"half")
    done = scop("reports", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_bombs_and_broken_files_are_named(tmp_path):
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b" " * 50_000_000))
    (tmp_path / "entities.xml").write_bytes(b'<!DOCTYPE x [<!ENTITY a "b">]><feedback>&a;</feedback>')
    (tmp_path / "other.eml").write_bytes(b"Subject: x\n\ny\n")
    for name, why in (("bomb.gz", "too much"), ("entities.xml", "document type"), ("other.eml", "no aggregate report"), ("none", "opened")):
        done = scop("reports", tmp_path / name)
        assert done.returncode == 1 and why in done.stderr and name in done.stderr


TLS = {"organization-name": "Else", "date-range": {"start-datetime": "2023-11-15T00:00:00Z", "end-datetime": "2023-11-15T23:59:59Z"},
       "contact-info": "tls@else.example", "report-id": "r1", "policies": [{
           "policy": {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: enforce"], "policy-domain": "example.com",
                      "mx-host": ["*.example.com"]},
           "summary": {"total-successful-session-count": 40, "total-failure-session-count": 3},
           "failure-details": [{"result-type": "certificate-expired", "receiving-mx-hostname": "mx.example.com",
                                "receiving-ip": "192.0.2.9", "failed-session-count": 3, "failure-reason-code": "expired\x1b[31m"}]}]}


def tls_mail(content, subtype="tlsrpt+gzip"):
    mail = EmailMessage()
    mail["Subject"] = "Report Domain: example.com"
    mail.set_content("a report")
    mail.add_attachment(content, maintype="application", subtype=subtype, filename="r.json.gz")
    return mail.as_bytes()


def test_tls_reports_are_read_beside_the_others(tmp_path):
    text = json.dumps(TLS).encode()
    (tmp_path / "a.json").write_bytes(text)
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(text))
    (tmp_path / "c.eml").write_bytes(tls_mail(gzip.compress(text)))
    (tmp_path / "d.eml").write_bytes(tls_mail(text, "tlsrpt+json"))
    (tmp_path / "e.xml").write_bytes(XML)
    done = scop("reports", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    *tls, dmarc = [json.loads(line) for line in done.stdout.splitlines()]
    assert dmarc["kind"] == "dmarc" and len(tls) == 4
    for report in tls:
        assert (report["kind"], report["organization"], report["begin"]) == ("tls", "Else", 1700006400)
        policy = report["policies"][0]
        assert (policy["domain"], policy["type"], policy["successes"], policy["failures"]) == ("example.com", "sts", 40, 3)
        assert policy["details"][0] | {"result_type": "certificate-expired", "mx": "mx.example.com", "sessions": 3} == policy["details"][0]


def test_a_tls_table_for_people_without_a_strangers_escapes(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(TLS))
    done = scop("reports", tmp_path / "r.json")
    assert done.returncode == 0
    assert "Else about TLS to example.com" in done.stdout and "2023-11-15 00:00 to 2023-11-15 23:59 UTC" in done.stdout
    assert "example.com\tsts\t40\t3" in done.stdout
    assert "certificate-expired\tmx.example.com\t192.0.2.9\texpired" in done.stdout and "\x1b" not in done.stdout


def test_broken_tls_reports_are_named(tmp_path):
    (tmp_path / "broken.json").write_text('{"policies": 7}')
    (tmp_path / "bomb.eml").write_bytes(tls_mail(gzip.compress(b"{" + b" " * 70_000_000)))
    for name, why in (("broken.json", "date-range"), ("bomb.eml", "too much")):
        done = scop("reports", tmp_path / name)
        assert done.returncode == 1 and why in done.stderr and name in done.stderr
