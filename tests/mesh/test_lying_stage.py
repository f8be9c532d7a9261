"""A next stage that stalls, dies and lies: the client gets the right code in time, and never a 250 for nothing."""
import concurrent.futures
import contextlib
import time

import mesh as meshes
import pytest
from mesh import DAEMONS
from mx import MX
from stage import FakeStage

LIMIT = 60  # seconds from the last Part to the edge's answer


# Each row's stages, seen from its edge: the fake stands at the edge, in the middle, or at the end.
STAGES = ["outbound signer", "outbound relay", "inbound spamfilter", "inbound verifier", "inbound relay"]


class Row:
    """One row of the mesh, for which a message is a message."""

    def __init__(self, mesh, what):
        self.mesh = mesh
        inbound = what.startswith("inbound")
        self.connect, self.hand_over = (mesh.world_client, mesh.hand_in) if inbound else (mesh.client, mesh.submit)
        self.recipient = "anna@example.test" if inbound else "bob@foreign.test"

    def send(self, key, **options):
        return self.hand_over(key, [self.recipient], **options)


@pytest.fixture(scope="module", params=STAGES)
def faked(place, request):
    """A mesh without that daemon, and a fake in its place."""
    name = request.param.split()[1]
    left = [one for one in DAEMONS if one != name]
    with MX() as mx, meshes.Mesh(place / request.param.replace(" ", "-"), mx=mx, daemons=left) as mesh:
        with FakeStage(mesh, name) as fake:
            mesh.add_user()
            yield Row(mesh, request.param), fake


@pytest.fixture
def pair(faked):
    row, fake = faked
    fake.on_pass, fake.outcomes = FakeStage.accept, ["UNKNOWN"]
    fake.passes.clear()
    fake.questions.clear()
    fake.released.clear()
    yield row, fake
    fake.released.set()


def submit(row, key, **options):
    begin = time.monotonic()
    code, text = row.send(key, **options)
    return code, text, time.monotonic() - begin


def test_what_is_accepted_gets_a_250_and_arrives_whole(pair):
    row, fake = pair
    code, text, _ = submit(row, "honest", octets=400_000)
    assert code == 250, text
    seen = fake.passes[0]
    assert seen.findings.size == len(seen.octets)
    assert seen.octets.endswith(row.mesh.message("honest", [row.recipient], 400_000).split(b"\r\n\r\n", 1)[1])
    assert len(seen.envelope.id) == 16


@pytest.mark.parametrize("act,code", [("refuse", 550), ("defer", 452)])
def test_its_reply_is_the_edges_reply(pair, act, code):
    row, fake = pair
    fake.on_pass = getattr(FakeStage, act)
    assert submit(row, act)[0] == code


def test_a_death_behind_the_last_part_is_asked_after(pair):
    row, fake = pair
    fake.on_pass, fake.outcomes = FakeStage.die, ["IN_FLIGHT", "COMMITTED"]
    code, text, _ = submit(row, "died-committed")
    assert code == 250, text
    assert fake.questions and set(fake.questions) == {fake.passes[0].envelope.id}


def test_a_death_that_committed_nothing_is_a_451_or_another_try_with_the_same_id(pair):
    row, fake = pair
    fake.on_pass, fake.outcomes = FakeStage.die, ["UNKNOWN"]
    code, text, took = submit(row, "died-unknown")
    assert code == 451, text
    assert fake.questions
    assert len({one.envelope.id for one in fake.passes}) == 1
    assert took < LIMIT + 5


def test_a_death_before_the_last_part_is_451(pair):
    row, fake = pair
    fake.on_pass = FakeStage.die_early
    assert submit(row, "died-early", octets=600_000)[0] == 451


def test_accepted_before_the_findings_is_a_lie(pair):
    row, fake = pair
    fake.on_pass = FakeStage.accept_early
    code, text, _ = submit(row, "early", octets=2_000_000)
    assert code == 451, text


def test_a_receipt_without_a_result_is_451(pair):
    row, fake = pair
    fake.on_pass = FakeStage.nonsense
    code, text, _ = submit(row, "nonsense")
    assert code == 451, text


def test_a_refusal_with_a_code_of_success_stays_a_refusal_of_one_line(pair):
    row, fake = pair
    fake.on_pass = FakeStage.strange_code
    client = row.connect()
    code, text = row.send("strange", client=client)
    assert code in (451, 554), text
    assert b"\n" not in text
    assert client.noop()[0] == 250, "the next reply is the next command's"


# What makes the edge wait out its limit: three stages, each behaving in one way, and all submissions at the same time.
WAITS = {"the stage stalls, and answers that it is under way": (FakeStage.stall, ["IN_FLIGHT"]),
         "the stage dies, and Outcome stalls": (FakeStage.die, ["STALL"]),
         "the stage dies, and is under way for ever": (FakeStage.die, ["IN_FLIGHT"])}


def test_every_wait_ends_at_the_time_limit_with_451(place):
    with contextlib.ExitStack() as stack:
        waiting = {}
        for stage in ("outbound relay", "outbound signer", "inbound relay", "inbound spamfilter"):
            name = stage.split()[1]
            for number, (what, (act, outcomes)) in enumerate(WAITS.items()):
                left = [one for one in DAEMONS if one != name]
                mesh = stack.enter_context(meshes.Mesh(place / f"waits-{stage.replace(' ', '-')}-{number}", daemons=left))
                fake = stack.enter_context(FakeStage(mesh, name))
                fake.on_pass, fake.outcomes = act, outcomes
                mesh.add_user()
                waiting[stage, what] = Row(mesh, stage)
        with concurrent.futures.ThreadPoolExecutor(len(waiting)) as pool:
            results = dict(zip(waiting, pool.map(lambda row: submit(row, "waits", timeout=90), waiting.values())))
        for what, (code, text, took) in results.items():
            assert code == 451, (what, code, text)
            assert took < LIMIT + 5, (what, took)
