"""What a broken daemon reaches: tried from inside each container's network as that daemon's user, with its own filters away (they are the
subject of tests/walls): what stops these attempts is the networks alone."""
import json
import subprocess

import pytest
from outside import OUTSIDE, Outside
from stack import BIN, CONTAINERS, DAEMONS, run

PROBE = """
import concurrent.futures, json, socket, sys

def reaches(target):
    try:
        socket.create_connection(tuple(target), timeout=2).close()
    except ConnectionRefusedError:
        pass  # an answer is an answer
    except OSError:
        return False
    return True

targets = json.loads(sys.argv[1])
with concurrent.futures.ThreadPoolExecutor(64) as pool:
    print(json.dumps([target for target, is_there in zip(targets, pool.map(reaches, targets)) if is_there]))
"""


@pytest.fixture(scope="module")
def out_there():
    with Outside() as outside:
        server = outside.listen(25)
        yield (OUTSIDE, 25)
        server.kill()
        server.wait()


def reached(stack, name, targets):
    facts = stack.inspect(name)
    user = facts["Config"]["User"].split(":")[0]
    done = subprocess.run(["nsenter", "-t", str(facts["State"]["Pid"]), "-n", "setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups",
                           "--bounding-set=-all", "/usr/bin/python3", "-c", PROBE, json.dumps(targets)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {tuple(one) for one in json.loads(done.stdout)}


def pipes(stack):
    """(address, port) of each daemon in each network -> the daemon."""
    daemons = {daemon["name"]: daemon for daemon in json.loads(run(BIN / "scop", "topology", "--json").stdout)["daemons"]}
    return {(network["IPAddress"], daemons[name]["pipe_port"]): name for name in DAEMONS
            for network in stack.inspect(name)["NetworkSettings"]["Networks"].values()}


def neighbours():
    edges = json.loads(run(BIN / "scop", "topology", "--json").stdout)["edges"]
    return {(edge[one], edge[other]) for edge in edges for one, other in (("caller", "callee"), ("callee", "caller"))}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_reaches_the_pipes_of_its_neighbours_alone(stack, name):
    where = pipes(stack)
    own = {address for address, owner in where.items() if owner == name}
    found = {where[address] for address in reached(stack, name, sorted(set(where) - own))}
    allowed = {other for one, other in neighbours() if one == name}
    assert found <= allowed, found - allowed
    assert found, "the probe itself reaches nobody"


@pytest.mark.parametrize("name", CONTAINERS)
def test_courier_and_resolver_alone_reach_out(stack, out_there, name):
    assert reached(stack, name, [out_there]) == ({out_there} if name in ("courier", "resolver") else set())


@pytest.mark.parametrize("name", [name for name in CONTAINERS if name not in ("courier", "resolver")])
def test_the_others_do_not_reach_the_host_itself(stack, name):
    gateways = [network["Gateway"] or network["IPAddress"].rsplit(".", 1)[0] + ".1" for network in stack.inspect(name)["NetworkSettings"]["Networks"].values()]
    assert reached(stack, name, [(gateway, stack.sink_port) for gateway in gateways] + [(stack.sink_address, stack.sink_port)]) == set()
