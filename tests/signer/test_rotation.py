"""The life of a key at real primaries: published, used, kept, revoked, removed; killed at every step, compromised, refused.

Times are seconds here, days in life; nothing is judged by how fast it goes."""
import itertools
import logging
import subprocess
import threading
import time

import dkim
import grpc
import pytest
from desk import BIN, DOMAIN, Desk, Relay, delivered, eventually
from primary import KNOTD, NAMED, Knot, Primary

pytestmark = [pytest.mark.skipif(not NAMED, reason="no BIND 9 here"),
              pytest.mark.skipif(not (BIN / "scop-signer").exists(), reason="scop-signer is not built")]
logging.getLogger("dkimpy").setLevel(logging.CRITICAL)  # a failure is reported once, by the test
KEEP = 2
BRIEF = f'margin = "200ms"\nkeep = "{KEEP}s"\nretire_for = "1s"\n'
OLD = ("r2026a", "e2026a")


def desk_with(primary, more=BRIEF, key=None):
    desk = Desk()
    desk.sections = primary.settings(desk.folder, key, more)
    return desk


def name(selector):
    return f"{selector}._domainkey.{DOMAIN}"


def published(desk):
    return eventually(lambda: all(key.published == "yes" for key in desk.keys()))


def verified(message, txt):
    """The selectors whose signatures python3-dkim takes; those it does not."""
    good, bad = set(), set()
    for index in range(message.lower().count(b"dkim-signature:")):
        checker = dkim.DKIM(message)
        seen = []
        def look_up(owner, timeout=5):
            seen.append(owner.decode().split(".")[0])
            return (txt(owner.decode().rstrip(".")) or [None])[0]
        try:
            taken = checker.verify(idx=index, dnsfunc=look_up)
        except dkim.DKIMException:
            taken = False
        (good if taken else bad).update(seen)
    return good, bad


class Sender:
    """Messages all the time. Each must verify when it was signed, and each key be answered until `keep` after its last signature."""

    def __init__(self, desk, relay, primary):
        self.desk, self.relay, self.primary = desk, relay, primary
        self.last_signed, self.withdrawn, self.problems, self.sent = {}, {}, [], 0
        self.lock = threading.Lock()  # held by who stops the primary: then there is nothing to verify with
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join(60)

    def _run(self):
        while not self._end.wait(0.02):
            with self.lock:
                self._send()

    def _send(self):
        began = time.monotonic()
        try:
            receipt = self.desk.send(self.desk.parts())
        except grpc.RpcError:
            return  # killed
        if not receipt.HasField("accepted") or self.primary.process.poll() is not None:
            return
        good, bad = verified(delivered(self.relay.seen[-1]), self.primary.txt)
        self.sent += 1
        if len(good) < 2 or bad:
            self.problems.append(f"message {self.sent}: {good} verify, {bad} do not")
        for selector in good:
            self.last_signed[selector] = began
        for selector in set(self.last_signed) - set(self.withdrawn):
            if not any(b"p=" in text and not text.endswith(b"p=") for text in self.primary.txt(name(selector))):
                self.withdrawn[selector] = time.monotonic()

    def check(self, keep):
        assert not self.problems
        assert self.sent > 3
        for selector, at in self.withdrawn.items():
            assert at - self.last_signed[selector] >= keep, f"{selector} was withdrawn with signatures of it under way"


def ledger(desk):
    """{selector: stage} as a restart finds it."""
    try:
        lines = (desk.key_folder / DOMAIN / "life").read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {line.split()[1]: line.split()[3] + line.split()[7].strip("-") for line in lines if line.startswith("key ")}


class Killer:
    """Kills the signer whenever there is something new to see of what it has done."""

    def __init__(self, desk, primary, look):
        self.desk, self.primary, self.look, self.known, self.kills, self.stages = desk, primary, look, None, 0, set()

    def on_disk(self):
        return ledger(self.desk), sorted(path.name for path in (self.desk.key_folder / DOMAIN).glob("*.pem"))

    def in_zone(self):
        selectors = {*ledger(self.desk), *OLD}
        return {selector: self.primary.txt(name(selector)) for selector in selectors}

    def until(self, is_over):
        end = time.monotonic() + 120
        while not is_over(ledger(self.desk)):
            assert time.monotonic() < end, self.desk.log("signer")[-3000:]
            if self.look(self) != self.known:
                self.desk.processes["signer"].kill()
                self.desk.processes["signer"].wait()
                self.known = self.look(self)  # what it did before it died is part of the step
                self.stages |= set(ledger(self.desk).values())
                self.desk.start("signer")
                self.kills += 1
                print(f"{time.monotonic():.2f}", self.kills, self.known)
            time.sleep(0.005)


def order(desk):
    """As an operator who is cut off: he asks again until the order is in the ledger."""
    def ask():
        while not any(selector not in OLD for selector in ledger(desk)):
            try:
                desk.rotate(algorithm="rsa")
            except grpc.RpcError:
                pass
    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def check_the_end(desk, primary):
    states = desk.states()
    fresh = next(selector for selector in states if selector not in OLD)
    assert states == {"e2026a": "signing", fresh: "signing"}
    assert primary.txt(name("r2026a")) == [] and primary.txt(name(fresh))
    assert sorted(path.name for path in (desk.key_folder / DOMAIN).iterdir()) == ["e2026a.ed25519.pem", "life", f"{fresh}.rsa.pem"]
    assert (desk.key_folder / DOMAIN / f"{fresh}.rsa.pem").stat().st_mode & 0o7777 == 0o600


def is_gone(ledger_now):
    return "r2026a" not in ledger_now and "signing" in ledger_now.values() and len(ledger_now) == 2


def test_a_rotation_that_is_killed_at_every_step_of_its_ledger_ends_as_any_other():
    with Primary(negative=1) as primary, desk_with(primary, BRIEF) as desk, Relay(desk) as relay:
        assert published(desk)
        with Sender(desk, relay, primary) as sender:
            killer = Killer(desk, primary, Killer.on_disk)
            # Steps that are over in no time are held by a primary that is away.
            with sender.lock:
                primary.stop()
                asking = order(desk)
                killer.until(lambda now: killer.known and "publishing" in now.values() and "publishing" in killer.stages)
                asking.join()
                primary.start()
            killer.until(lambda now: now.get("r2026a") == "retiredsettled" and "retiredsettled" in killer.stages)
            with sender.lock:
                primary.stop()
                killer.until(lambda now: now.get("r2026a") == "removing" and "removing" in killer.stages)
                primary.start()
            killer.until(is_gone)
        assert killer.stages >= {"publishing", "waiting", "signing", "kept", "retiredsettled", "removing"}, killer.stages
        assert killer.kills >= 7
        sender.check(KEEP)
        check_the_end(desk, primary)


def test_a_rotation_that_is_killed_at_every_change_of_the_zone_ends_as_any_other():
    with Primary(negative=1) as primary, desk_with(primary) as desk, Relay(desk) as relay:
        assert published(desk)
        with Sender(desk, relay, primary) as sender:
            killer = Killer(desk, primary, Killer.in_zone)
            asking = order(desk)
            killer.until(is_gone)
            asking.join()
        assert killer.kills >= 3
        sender.check(KEEP)
        check_the_end(desk, primary)


def test_the_schedule_replaces_both_algorithms_one_behind_the_other():
    kind = Knot if KNOTD else Primary  # the other tests have BIND
    brief = 'rotate_every = "3s"\nmargin = "200ms"\nkeep = "1s"\nretire_for = "200ms"\n'
    with kind(negative=1) as primary, desk_with(primary, brief) as desk, Relay(desk) as relay:
        assert published(desk)
        with Sender(desk, relay, primary) as sender:
            assert eventually(lambda: not set(OLD) & set(desk.states())), desk.log("signer")[-3000:]
        for selector in OLD:
            assert primary.txt(name(selector)) == []
        begun = [line.split("selector=")[1][0] for line in desk.log("signer").splitlines() if "stage=making" in line]
        assert begun[:2] == ["r", "e"], "not both at once"
        sender.check(1)


def test_a_compromised_key_is_revoked_at_once_and_the_other_algorithm_signs_meanwhile():
    with Primary(negative=1) as primary, desk_with(primary, BRIEF.replace("200ms", "1h")) as desk, Relay(desk) as relay:
        assert published(desk)
        primary.stop()
        assert not desk.rotate(algorithm="rsa", now=True).reason
        assert not (desk.key_folder / DOMAIN / "r2026a.rsa.pem").exists() or eventually(
            lambda: not (desk.key_folder / DOMAIN / "r2026a.rsa.pem").exists())
        desk.send(desk.parts())
        assert b"s=e2026a" in delivered(relay.seen[-1]) and b"s=r" not in delivered(relay.seen[-1])
        primary.start()
        # The margin of an hour is for others: here the key is needed, and nobody can have asked for its name before.
        assert eventually(lambda: list(desk.states().values()).count("signing") == 2)
        assert eventually(lambda: primary.txt(name("r2026a")) in ([b"v=DKIM1; k=rsa; p="], []))
        desk.send(desk.parts())
        good, bad = verified(delivered(relay.seen[-1]), primary.txt)
        assert len(good) == 2 and not bad and "r2026a" not in good


def test_with_every_key_compromised_mail_waits_for_the_new_ones():
    with Primary(negative=1) as primary, desk_with(primary) as desk, Relay(desk) as relay:
        assert published(desk)
        primary.stop()
        assert not desk.rotate(now=True).reason
        receipt = desk.send(desk.parts())
        assert (receipt.deferred.code, receipt.deferred.enhanced) == (451, "4.3.0") and "being published" in receipt.deferred.text
        assert "under way" in desk.rotate(now=True).reason
        primary.start()
        assert eventually(lambda: list(desk.states().values()).count("signing") == 2)
        assert desk.send(desk.parts()).HasField("accepted")
        good, bad = verified(delivered(relay.seen[-1]), primary.txt)
        assert len(good) == 2 and not bad


def test_a_primary_that_refuses_is_explained_and_the_old_key_signs_on():
    with Primary() as primary:
        other = subprocess.run(["tsig-keygen", "-a", "hmac-sha256", "scop-signer"], check=True, capture_output=True, text=True).stdout
        with desk_with(primary, key=other) as desk:
            fresh = [key.selector for key in desk.rotate(algorithm="ed25519").keys if key.selector not in OLD]
            assert eventually(lambda: any(key.selector in fresh and "NOTAUTH" in key.published for key in desk.keys()))
            assert desk.states() == {"r2026a": "signing", "e2026a": "signing", fresh[0]: "publishing"}
            done = subprocess.run([BIN / "scop", "--config", desk.folder / "scop.toml", "keys", "list"], capture_output=True, text=True)
            line = next(line for line in done.stdout.splitlines() if fresh[0] in line)
            assert "publishing" in line and "NOTAUTH" in line and "TSIG" in line, done
            done = subprocess.run([BIN / "scop", "--config", desk.folder / "scop.toml", "keys", "rotate", "--algorithm", "ed25519"],
                                  capture_output=True, text=True)
            assert done.returncode == 1 and f"{fresh[0]} is publishing" in done.stderr, done


def test_a_key_waits_for_every_name_server_of_the_zone():
    with Primary(negative=1) as primary, Primary(negative=1) as secondary:
        with desk_with(primary, BRIEF + f'name_servers = ["127.0.0.1:{secondary.port}"]\n') as desk:
            key = next(key for key in desk.rotate(algorithm="rsa").keys if key.selector not in OLD)
            says = f"127.0.0.1:{secondary.port} does not answer it yet"
            assert eventually(lambda: any(one.selector == key.selector and says in one.published for one in desk.keys()))
            assert primary.txt(name(key.selector))
            assert desk.states()[key.selector] == "publishing"
            for one in desk.keys():
                halves = " ".join(f'"{one.record[at:at + 200]}"' for at in range(0, len(one.record), 200))
                assert secondary.change(f"update add {name(one.selector)} 60 TXT {halves}").returncode == 0
            assert eventually(lambda: desk.states()[key.selector] == "signing")


def test_a_name_that_somebody_else_uses_is_left_alone():
    days = [time.strftime("%Y%m%d", time.gmtime(time.time() + seconds)) for seconds in (0, 86400)]
    with Primary(negative=1) as primary, desk_with(primary) as desk:
        assert published(desk)
        for day in days:
            assert primary.change(f"update add {name(f'e{day}a')} 60 TXT \"of another system\"").returncode == 0
        assert not desk.rotate(algorithm="ed25519").reason
        assert eventually(lambda: any(selector.endswith("b") for selector in desk.states()))
        for day in days:
            assert primary.txt(name(f"e{day}a")) == [b"of another system"] and f"e{day}a" not in desk.states()


def test_without_a_primary_the_operator_publishes_and_says_so():
    with Desk('[signer]\nttl = 1\n' + BRIEF) as desk:
        reply = desk.rotate(algorithm="ed25519")
        fresh = next(key for key in reply.keys if key.selector not in OLD)
        assert fresh.state == "publishing" and fresh.record.startswith("v=DKIM1; k=ed25519") and "by hand" in fresh.published
        for step in ("waiting", "signing"):
            if step == "waiting":
                assert not desk.rotate(published=True).reason
            assert eventually(lambda: desk.states()[fresh.selector] == step or desk.states()[fresh.selector] == "signing")
        assert eventually(lambda: desk.states()["e2026a"] == "retired")
        revoked = next(key for key in desk.keys() if key.selector == "e2026a")
        assert revoked.record == "v=DKIM1; k=ed25519; p=" and "by hand" in revoked.published
        assert not desk.rotate(published=True).reason
        assert eventually(lambda: desk.states()["e2026a"] == "removing")
        assert not desk.rotate(published=True).reason
        assert eventually(lambda: desk.states() == {"r2026a": "signing", fresh.selector: "signing"})
        assert "no record waits" in desk.rotate(published=True).reason


def test_a_clock_that_goes_back_retires_nothing_early(monkeypatch, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    monkeypatch.setenv("SCOP_CLOCK", str(clock))
    days = itertools.accumulate([0, 6, -600, 0, 2])  # the last: eight days of life in all
    with Primary(negative=1) as primary, desk_with(primary, 'margin = "100ms"\nkeep = "7d"\n') as desk:
        assert published(desk)
        desk.rotate(algorithm="rsa")
        assert eventually(lambda: desk.states()["r2026a"] == "kept")
        for day, state in zip(days, ["kept", "kept", "kept", "kept", "retired"], strict=True):
            clock.write_text(str(day * 86400))
            assert desk.stop("signer") == 0
            desk.start("signer")
            assert eventually(lambda: all(key.published != "no: not tried yet" for key in desk.keys()))  # a round is over
            assert desk.states()["r2026a"] == state, day


def test_a_ledger_that_cannot_be_read_stops_no_mail():
    with Desk() as desk, Relay(desk) as relay:
        assert desk.stop("signer") == 0
        (desk.key_folder / DOMAIN / "life").write_text("scop-key-life 2\nfrom the future\n")
        desk.start("signer")
        assert desk.send(desk.parts()).HasField("accepted")
        assert delivered(relay.seen[-1]).count(b"DKIM-Signature:") == 2
        assert all("is of version 2" in key.published for key in desk.keys())
        assert "is of version 2" in desk.rotate().reason
        assert (desk.key_folder / DOMAIN / "life").read_text().endswith("future\n")


def test_orders_that_make_no_sense_are_refused():
    with Desk() as desk:
        for request in ({"algorithm": "dsa"}, {"now": True, "published": True}):
            with pytest.raises(grpc.RpcError) as error:
                desk.rotate(**request)
            assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "scop keys make" in desk.rotate(domain="other.test").reason
