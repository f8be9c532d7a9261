"""The topology is what the callees enforce: every pair of identity and method that it does not declare is refused."""
import json

import grpc
import mesh as meshes
import pytest
from mesh import DAEMONS
from mx import MX
from pipes import Identity, channel, code_of, raw

HEALTH = "grpc.health.v1.Health/Check"


@pytest.fixture(scope="module")
def mesh(place):
    with MX() as mx, meshes.Mesh(place / "callers", mx=mx) as one:
        one.add_user()
        yield one


@pytest.fixture(scope="module")
def topology(mesh):
    return json.loads(mesh.scop("topology", "--json").stdout)


def edges_of(topology):
    return {(edge["caller"], edge["method"], edge["callee"]) for edge in topology["edges"]}


def test_every_undeclared_pair_is_refused_and_no_declared_one(mesh, topology):
    edges = edges_of(topology)
    callers = [daemon["name"] for daemon in topology["daemons"]]
    methods = sorted({method for _, method, _ in edges})
    served = {callee: {method for _, method, other in edges if other == callee} for callee in DAEMONS}
    wrong, refused = [], 0
    for callee in DAEMONS:
        for caller in callers:
            with channel(mesh, callee, Identity.of(mesh, caller)) as one:
                for method in methods:
                    streaming = method.endswith(("/Pass", "/Attempt", "/Train"))
                    code = code_of(raw, one, method, b"\xff\xff", streaming=streaming)  # no protobuf: a declared call does nothing
                    declared = (caller, method, callee) in edges
                    allowed = {grpc.StatusCode.PERMISSION_DENIED} | ({grpc.StatusCode.UNIMPLEMENTED} if method not in served[callee] else set())
                    if declared == (code in allowed):
                        wrong.append((caller, method, callee, code.name))
                    refused += code in allowed
                if caller not in (callee, "operator"):
                    if code_of(raw, one, HEALTH) != grpc.StatusCode.PERMISSION_DENIED:
                        wrong.append((caller, HEALTH, callee, "not refused"))
    assert not wrong
    assert refused > 100


def test_a_refused_call_is_logged_with_caller_and_method(mesh):
    with channel(mesh, "relay", Identity.of(mesh, "courier")) as one:
        assert code_of(raw, one, "scop.v1.Queue/List") == grpc.StatusCode.PERMISSION_DENIED
    meshes.wait_until(lambda: any("courier" in line and "scop.v1.Queue/List" in line for line in mesh.log("relay").splitlines()), "a log line")


def test_every_daemon_is_in_the_topology_with_an_edge(topology):
    named = {name for caller, _, callee in edges_of(topology) for name in (caller, callee)}
    assert set(DAEMONS) <= named
