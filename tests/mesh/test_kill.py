"""kill -9 of each daemon, in turn and at random, while messages flow.

What must hold: every message that got a 250 arrives; once, unless the next hop's own 250 was lost on its way into the
queue (the courier or the relay died right behind it); no 4xx after the dot hides a commit. What cannot be known –
the sender saw no final reply – is counted and printed.
"""
import os
import random
import threading
import time
from collections import Counter

import mesh as meshes
from mesh import INBOUND, OUTBOUND, wait_until

MESSAGES = int(os.environ.get("SCOP_KILL_MESSAGES", 2000 if os.environ.get("SCOP_LONG") == "1" else 600))
SECONDS = 600 if os.environ.get("SCOP_LONG") == "1" else 40  # of killing; then the rest flows in peace
SENDERS = 12
LOST_REPLY = 3.0  # seconds between the next hop's 250 and a kill that may have lost it


class Flow:
    """Senders that submit a fixed number of messages between them, reconnecting whenever they must."""

    def __init__(self, mesh, count, pace, from_the_world=False):
        self.mesh, self.pace = mesh, pace
        self.connect, self.send = (mesh.world_client, mesh.hand_in) if from_the_world else (mesh.client, mesh.submit)
        self.recipients = [["carl@example.test"], ["dora@example.test"], ["carl@example.test", "dora@example.test"]] if from_the_world \
            else [["bob@foreign.test"], ["carl@example.test"], ["bob@foreign.test", "carl@example.test"]]
        self.numbers = iter(range(count))
        self.lock = threading.Lock()
        self.fates = {}      # key → code of submit()
        self.replies = Counter()
        self.threads = [threading.Thread(target=self._send, args=(number,), daemon=True) for number in range(SENDERS)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def running(self):
        return any(thread.is_alive() for thread in self.threads)

    def _send(self, _):
        client = None
        while True:
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            key = f"kill-{number}"
            while client is None:
                try:
                    client = self.connect()
                except (OSError, meshes.smtplib.SMTPException):
                    time.sleep(0.05)
            octets = 600_000 if number % 12 == 0 else 2_000  # some stream while the daemons die
            code, text = self.send(key, self.recipients[number % 3], client, octets)
            self.fates[key] = code
            self.replies[f"{code} {text.decode(errors='replace')[:60]}" if code > 0 and code != 250 else str(code)] += 1
            if code <= 0 or code == 421:
                client.close()
                client = None
            time.sleep(self.pace)


def kill_while(flow, mesh, seed, daemons):
    """Each daemon in turn, then at random; mostly one at a time, now and then another before the first is back."""
    chance = random.Random(seed)
    turn = list(daemons) * 2
    end = time.monotonic() + SECONDS
    while flow.running() and time.monotonic() < end:
        mesh.kill(turn.pop(0) if turn else chance.choice(daemons))
        time.sleep(0.05)
        while flow.running() and chance.random() < 0.97 and not mesh.is_whole():
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.2))


def unexcused(duplicates, arrivals, kills):
    """Keys that arrived again though no courier or relay died between the next hop's 250 and the queue's note of it."""
    found = []
    for key in duplicates:
        times = sorted(one.when for one in arrivals if one.key == key)
        deaths = [when for when, name in kills if name in ("courier", "relay")]
        for first in times[:-1]:
            if not any(first - 0.05 <= death <= first + LOST_REPLY * meshes.SLOW for death in deaths):
                found.append(key)
    return found


def test_kill_minus_nine_loses_nothing_and_doubles_nothing(place, mx, capsys):
    seed = int(os.environ.get("SCOP_SEED", time.time_ns() % 1_000_000))
    with meshes.Mesh(place / "kill", mx=mx) as mesh:
        mesh.add_user()
        mesh.add_user("carl@example.test", "another-horse-battery")
        mesh.supervise()
        flow = Flow(mesh, MESSAGES, pace=0.1 * meshes.SLOW)
        flow.start()
        kill_while(flow, mesh, seed, OUTBOUND)
        wait_until(lambda: not flow.running(), "all messages are submitted", 120)

        wants_abroad = {key for key in flow.fates if int(key.split("-")[1]) % 3 != 1}
        wants_here = {key for key in flow.fates if int(key.split("-")[1]) % 3 != 0}
        accepted = {key for key, code in flow.fates.items() if code == 250}
        wait_until(lambda: accepted & wants_abroad <= set(mx.keys()), "every accepted message arrives abroad", 60)
        wait_until(lambda: accepted & wants_here <= set(mesh.local_keys("carl@example.test")), "… and here", 30)
        time.sleep(2.0 * meshes.SLOW)  # room for a second copy to show itself

        abroad, here = mx.keys(), mesh.local_keys("carl@example.test")
        again = [key for key, count in abroad.items() if count > 1]
        unknown = {key for key, code in flow.fates.items() if code == 0}
        arrived = set(abroad) | set(here)
        refused_late = {key for key, code in flow.fates.items() if code >= 400} & arrived
        with capsys.disabled():
            print(f"\n  seed {seed}: {len(flow.fates)} messages, {len(mesh.kills)} kills {dict(Counter(n for _, n in mesh.kills))}"
                  f"\n  replies: {dict(flow.replies)}"
                  f"\n  accepted {len(accepted)}, all arrived; twice because the next hop's 250 was lost: {len(again)}"
                  f"\n  no final reply seen: {len(unknown)}, of which arrived nevertheless: {len(unknown & arrived)}"
                  f"\n  4xx after which it arrived nevertheless: {len(refused_late)}")
        assert len(flow.fates) == MESSAGES
        assert not unexcused(again, mx.accepted(), mesh.kills), "twice at the next hop without a cause"
        assert not [key for key, count in here.items() if count > 1], "twice in the Maildir"
        assert not refused_late, "the edge said 4xx to messages that were committed"
        assert not mesh.crashes(), "a daemon died by itself"


def test_kill_minus_nine_inbound_loses_nothing_and_doubles_nothing(place, capsys):
    seed = int(os.environ.get("SCOP_SEED", time.time_ns() % 1_000_000))
    users = {"carl@example.test": (0, 2), "dora@example.test": (1, 2)}
    # Clients on loopback stand for the whole world here: nobody is too many.
    with meshes.Mesh(place / "kill-inbound") as mesh:
        for user in users:
            mesh.add_user(user)
        mesh.supervise()
        flow = Flow(mesh, MESSAGES, pace=0.1 * meshes.SLOW, from_the_world=True)
        flow.start()
        kill_while(flow, mesh, seed, INBOUND)
        wait_until(lambda: not flow.running(), "all messages are handed in", 120)

        accepted = {key for key, code in flow.fates.items() if code == 250}
        wants = {user: {key for key in accepted if int(key.split("-")[1]) % 3 in rests} for user, rests in users.items()}
        for user, keys in wants.items():
            wait_until(lambda user=user, keys=keys: keys <= set(mesh.local_keys(user)), f"all that was accepted is in the mailbox of {user}", 60)
        time.sleep(1.0 * meshes.SLOW)  # room for a second copy to show itself
        boxes = {user: mesh.local_keys(user) for user in users}
        arrived = set().union(*boxes.values())
        unknown = {key for key, code in flow.fates.items() if code == 0}
        refused_late = {key for key, code in flow.fates.items() if code >= 400} & arrived
        with capsys.disabled():
            print(f"\n  inbound, seed {seed}: {len(flow.fates)} messages, {len(mesh.kills)} kills {dict(Counter(n for _, n in mesh.kills))}"
                  f"\n  replies: {dict(flow.replies)}"
                  f"\n  accepted {len(accepted)}, all arrived; no final reply seen: {len(unknown)}, of which arrived: {len(unknown & arrived)}"
                  f"\n  4xx after which it arrived nevertheless: {len(refused_late)}")
        assert len(flow.fates) == MESSAGES and len(accepted) > MESSAGES / 4
        assert not [key for box in boxes.values() for key, count in box.items() if count > 1], "twice in a Maildir"
        assert not refused_late, "the edge said 4xx to messages that were committed"
        assert not mesh.crashes(), "a daemon died by itself"
