"""Who comes without a certificate, with a foreign, an expired or another's one gets no call through, and is logged."""
import grpc
import mesh as meshes
import pytest
from certificates import foreign_authority, issue, mesh_authority
from mesh import DAEMONS, DOMAIN, wait_until
from mx import MX
from pipes import Identity, channel, code_of, raw

HEALTH = "grpc.health.v1.Health/Check"


@pytest.fixture(scope="module")
def mesh(place):
    with MX() as mx, meshes.Mesh(place / "certificates", mx=mx) as one:
        one.add_user()
        yield one


def health(mesh, callee, identity):
    with channel(mesh, callee, identity) as one:
        return code_of(raw, one, HEALTH)


@pytest.mark.parametrize("callee", DAEMONS)
def test_a_daemon_answers_its_own_and_the_operators_health_call(mesh, callee):
    assert health(mesh, callee, Identity.of(mesh, callee)) == grpc.StatusCode.OK
    assert health(mesh, callee, Identity.of(mesh, "operator")) == grpc.StatusCode.OK


@pytest.mark.parametrize("callee", DAEMONS)
def test_no_certificate_no_call(mesh, callee):
    assert health(mesh, callee, None) == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("callee", DAEMONS)
def test_a_foreign_authoritys_certificate_is_refused_at_the_handshake(mesh, callee):
    stranger = issue(foreign_authority(mesh.folder / "foreign"), f"spiffe://{DOMAIN}/operator")
    before = len(mesh.log(callee))
    assert health(mesh, callee, stranger) == grpc.StatusCode.UNAVAILABLE
    wait_until(lambda: len(mesh.log(callee)) > before, "a log line")


@pytest.mark.parametrize("callee", DAEMONS)
def test_an_expired_certificate_is_refused_at_the_handshake(mesh, callee):
    expired = issue(mesh_authority(mesh), f"spiffe://{DOMAIN}/operator", begins=-20, ends=-1)
    assert health(mesh, callee, expired) == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("callee", DAEMONS)
@pytest.mark.parametrize("uri", [f"spiffe://{DOMAIN}/nobody", "spiffe://other.test/operator", f"https://{DOMAIN}/operator",
                                 f"spiffe://{DOMAIN}/operator/more", f"spiffe://{DOMAIN}/"])
def test_an_identity_that_is_none_of_ours_is_denied(mesh, callee, uri):
    code = health(mesh, callee, issue(mesh_authority(mesh), uri))
    assert code in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAVAILABLE)


def test_a_callee_with_another_daemons_certificate_is_not_talked_to(place):
    """The courier's key is stolen and listens where the relay should: it gets no message."""
    from stage import FakeStage
    with MX() as mx, meshes.Mesh(place / "impostor", mx=mx, daemons=[name for name in DAEMONS if name != "relay"]) as mesh:
        mesh.add_user()
        with FakeStage(mesh, "relay", identity=Identity.of(mesh, "courier")) as fake:
            code, text = mesh.submit("impostor", ["bob@foreign.test"])
            assert 400 <= code < 500, text
            assert not fake.passes
