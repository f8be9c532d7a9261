"""TLS to others' hosts, counted over a kill -9 and a change of day, told to their domains: by signed mail and by HTTPS."""
import email
import email.policy
import gzip
import json
import re
import sys
from pathlib import Path

import dkim
import mesh as meshes
import pytest
from mesh import DOMAIN, wait_until
from mx import MX
from test_clock import has_test_clock
from test_forward import records_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "daemons"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "courier"))

from instance import Authority  # noqa: E402
from web import Web  # noqa: E402

AUTHOR = f"noreply-smtp-tls-reporting@{DOMAIN}"
DAY = 24 * 3600
AGO = DAY + 5 * 3600  # the mesh begins in the past, where the test can shift its clock, and the day is over at once


def records(web_port):
    return [
        "stripped.test. IN MX 10 mx.stripped.test.", "mx.stripped.test. IN A 127.0.0.1",
        '_smtp._tls.stripped.test. IN TXT "v=TLSRPTv1; rua=mailto:tls@stripped.test"',
        "posted.test. IN MX 10 mx.posted.test.", "mx.posted.test. IN A 127.0.0.1", "reports.test. IN A 127.0.0.1",
        f'_smtp._tls.posted.test. IN TXT "v=TLSRPTv1; rua=https://reports.test:{web_port}/v1"',
        "silent.test. IN MX 10 mx.stripped.test.",
    ]


@pytest.fixture(scope="module")
def world(place, request):
    """(mesh, an MX that offers no STARTTLS, a web server that takes reports)."""
    authority = Authority(place / "web-ca")
    authority.certificate.chmod(0o644)
    authority.folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch, MX(tls="none") as mx, Web(authority.issue(place / "web", "DNS:reports.test")) as web:
        clock = place / "clock"
        clock.write_text(str(-AGO))
        clock.chmod(0o644)
        patch.setenv("SCOP_CLOCK", str(clock))
        data = ", ".join(f"'{record}'" for record in records(web.port))
        settings = {"courier.port": str(mx.port), "courier.https_port": str(web.port), "courier.authorities": f'"{authority.certificate}"',
                    "courier.reuse_idle": '"1ms"',  # each message a session of its own
                    "resolver.local_data": f"[{data}]"}
        with meshes.Mesh(place / "mesh", settings=settings, daemons=meshes.OUTBOUND) as mesh:
            mesh.add_user()
            mesh.clock = clock
            yield mesh, mx, web


def pending(mesh):
    reports = json.loads(mesh.command("reports", "tls", "pending", "--json").stdout)["reports"]
    return {one["domain"]: one for one in reports}


def send(mesh, *options):
    return json.loads(mesh.command("reports", "tls", "send", "--json", *options).stdout)["reports"]


def deliver(mesh, mx, key, domain):
    assert mesh.submit(key, [f"bob@{domain}"])[0] == 250
    wait_until(lambda: mx.keys()[key], f"{key} arrives", seconds=30)


def read(mesh, octets, name):
    file = mesh.folder / name
    file.write_bytes(octets)
    return json.loads(mesh.scop("reports", file, "--json").stdout)


def test_what_a_day_showed_is_told_once_by_signed_mail(world):
    mesh, mx, _ = world
    deliver(mesh, mx, "s1", "stripped.test")
    wait_until(lambda: pending(mesh).get("stripped.test", {}).get("messages") == 1, "the first session is counted")
    mesh.stop_one("relay", how=9)
    mesh.start_one("relay")
    deliver(mesh, mx, "s2", "stripped.test")
    wait_until(lambda: pending(mesh)["stripped.test"]["messages"] == 2, "the second session is counted")
    assert not [one for one in send(mesh) if one["domain"] == "stripped.test" and one["state"] == "sent"], "the day is not over"
    if has_test_clock():
        mesh.clock.write_text("0")
        send(mesh)
    else:
        send(mesh, "--now", "--domain", "stripped.test")
    arrived = wait_until(lambda: [one for one in mx.accepted() if b"TLS-Report-Domain: stripped.test" in one.octets], "the report arrives")
    assert (arrived[0].recipients, arrived[0].reverse_path) == (["tls@stripped.test"], "")
    octets = arrived[0].octets
    signatures = re.findall(rb"(?im)^DKIM-Signature:", octets)
    assert signatures and all(dkim.DKIM(octets).verify(idx=index, dnsfunc=records_of(mesh)) for index in range(len(signatures)))
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    assert mail["From"].addresses[0].addr_spec == AUTHOR and mail["TLS-Report-Submitter"] == DOMAIN and mail["TLS-Required"] == "No"
    assert mail.get_content_type() == "multipart/report" and mail.get_param("report-type") == "tlsrpt"
    report = read(mesh, octets, "stripped.eml")
    assert (report["kind"], report["organization"], report["end"] - report["begin"]) == ("tls", DOMAIN, DAY - 1)
    (policy,) = report["policies"]
    assert (policy["type"], policy["domain"], policy["successes"], policy["failures"]) == ("no-policy-found", "stripped.test", 0, 2)
    (detail,) = policy["details"]
    assert (detail["result_type"], detail["mx"], detail["sessions"]) == ("starttls-not-supported", "mx.stripped.test", 2)
    assert detail["receiving_ip"] == "127.0.0.1"
    assert pending(mesh)["stripped.test"]["state"] == "sent"
    send(mesh, "--now")
    assert len([one for one in mx.accepted() if b"TLS-Report-Domain: stripped.test" in one.octets]) == 1
    assert pending(mesh)["stripped.test"]["messages"] == 0, "the report's own session is not counted"


def test_a_report_is_posted_where_the_domain_wants_that(world):
    mesh, mx, web = world
    deliver(mesh, mx, "p1", "posted.test")
    wait_until(lambda: "posted.test" in pending(mesh), "the session is counted")
    send(mesh, "--now", "--domain", "posted.test")
    assert pending(mesh)["posted.test"]["state"] == "sent"
    (request,) = web.requests
    assert (request["method"], request["path"], request["headers"]["Content-Type"]) == ("POST", "/v1", "application/tlsrpt+gzip")
    assert json.loads(gzip.decompress(request["body"]))["policies"][0]["summary"]["total-failure-session-count"] == 1
    assert read(mesh, request["body"], "posted.json.gz")["policies"][0]["domain"] == "posted.test"


def test_who_asks_for_none_gets_none(world):
    mesh, mx, _ = world
    deliver(mesh, mx, "n1", "silent.test")
    wait_until(lambda: "silent.test" in pending(mesh), "the session is counted")
    send(mesh, "--now", "--domain", "silent.test")
    assert pending(mesh)["silent.test"]["state"] == "not wanted"
    assert not [one for one in mx.accepted() if b"TLS-Report-Domain: silent.test" in one.octets]
