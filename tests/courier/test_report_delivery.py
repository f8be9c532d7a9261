"""What the relay asks of the courier for its TLS reports: whom a domain wants told, and telling them over HTTPS."""
import gzip

import grpc
import pytest
from conftest import World
from instance import free_port, pb
from web import Web

RECORDS = [
    '_smtp._tls.one.test. IN TXT "v=TLSRPTv1; rua=mailto:tls@one.test,https://reports.test/in"',
    '_smtp._tls.split.test. IN TXT "v=TLSRPTv1; r" "ua=mailto:a@split.test"',
    '_smtp._tls.two.test. IN TXT "v=TLSRPTv1; rua=mailto:a@two.test"', '_smtp._tls.two.test. IN TXT "v=TLSRPTv1; rua=mailto:b@two.test"',
    '_smtp._tls.broken.test. IN TXT "v=TLSRPTv1; rua="',
    '_smtp._tls.xn--bcher-kva.test. IN TXT "v=TLSRPTv1; rua=mailto:a@b.test"',
    "reports.test. IN A 127.0.0.1", "wrong.test. IN A 127.0.0.1", "nowhere.test. IN TXT x", "us.reports.test. IN A 127.9.9.9",
]


@pytest.fixture(scope="module")
def world():
    port = free_port()
    with World(courier=f"https_port = {port}\n", records=RECORDS) as one:
        one.https_port = port
        one.reports_certificate = one.authority.issue(one.instance.folder / "web", "DNS:reports.test")
        yield one


def policy(world, domain):
    return world.instance.unary("relay", "courier", "scop.v1.Courier/FindReportPolicy", pb("courier").ReportPolicyRequest(domain=domain),
                                pb("courier").ReportPolicy)


def post(world, uri, body=gzip.compress(b"{}"), content_type="application/tlsrpt+gzip", caller="relay"):
    request = pb("courier").PostReportRequest(uri=uri, body=body, content_type=content_type)
    return world.instance.unary(caller, "courier", "scop.v1.Courier/PostReport", request, pb("courier").PostReportReply)


def test_the_record_names_who_is_told(world):
    found = policy(world, "one.test")
    assert found.found and list(found.uris) == ["mailto:tls@one.test", "https://reports.test/in"]
    assert list(policy(world, "split.test").uris) == ["mailto:a@split.test"]
    assert list(policy(world, "bücher.test").uris) == ["mailto:a@b.test"]


@pytest.mark.parametrize("domain", ["none.test", "two.test", "broken.test", "a..b"])
def test_no_record_two_records_or_a_broken_one_is_nobody(world, domain):
    found = policy(world, domain)
    assert not found.found and not found.try_later and not found.uris and found.why


def test_a_look_up_that_fails_is_tried_later():
    with World() as one:
        one.instance.stop("resolver")
        found = policy(one, "one.test")
        assert not found.found and found.try_later and "resolver" in found.why
        one.instance.start("resolver")


def test_a_report_is_posted_as_it_is(world):
    body = gzip.compress(b'{"policies":[]}' * 1000)
    with Web(world.reports_certificate, address=("127.0.0.1", world.https_port)) as web:
        reply = post(world, f"https://reports.test:{world.https_port}/in?for=x", body)
    assert (reply.status, reply.why) == (201, "")
    request = web.requests[0]
    assert (request["method"], request["path"], request["body"]) == ("POST", "/in?for=x", body)
    assert request["headers"]["Content-Type"] == "application/tlsrpt+gzip"
    assert request["headers"]["Host"] == f"reports.test:{world.https_port}"


def test_what_the_server_says_is_told_and_no_redirect_followed(world):
    answer = (lambda path, body: (302, {"Location": f"https://reports.test:{world.https_port}/other"}, b"x" * 200_000))
    with Web(world.reports_certificate, answer, address=("127.0.0.1", world.https_port)) as web:
        assert post(world, f"https://reports.test:{world.https_port}/").status == 302
    assert len(web.requests) == 1


def test_a_certificate_for_another_name_gets_nothing(world):
    with Web(world.reports_certificate, address=("127.0.0.1", world.https_port)) as web:
        reply = post(world, f"https://wrong.test:{world.https_port}/")
    assert reply.status == 0 and "hostname mismatch" in reply.why
    assert not web.requests


@pytest.mark.parametrize("uri, why", [
    ("http://reports.test/", "not https"), ("https://reports.test:1/", "only port"), ("https://127.0.0.1/", "not a host name"),
    ("https://u@reports.test/", "user"), ("https://gone.test:{port}/", "gone.test"), ("https://nowhere.test:{port}/", "nowhere.test"),
    ("https://us.reports.test:{port}/", "us.reports.test"), ("https://reports.test:{port}/", "refused"),
])
def test_what_cannot_be_posted_says_why(world, uri, why):
    reply = post(world, uri.format(port=world.https_port))
    assert reply.status == 0 and why in reply.why


def test_only_reports_of_a_bounded_size_are_posted(world):
    url = f"https://reports.test:{world.https_port}/"
    assert "1 MiB" in post(world, url, b"x" * ((1 << 20) + 1)).why
    assert "content type" in post(world, url, content_type="text/html").why


def test_nobody_but_the_relay_may_post(world):
    with pytest.raises(grpc.RpcError) as refused:
        post(world, "https://reports.test/", caller="operator")
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
