"""Power loss, by replaying the recorded order of writes: the relay's real code runs under strace; afterwards the disk is
rebuilt as it may be found after losing power at many points, with writes that were not yet synced dropped, or some of
them kept in any order, and directory entries that were not synced gone. In each such state every message that had
been accepted by then is in the queue or in the mailbox, and the database is whole."""
import os
import random
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

CHILD = Path(os.environ.get("SCOP_BIN", "build/dev/bin")) / "scop-test-crash-child"
CALLS = "openat,open,pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,unlink,unlinkat,mkdir,mkdirat,sync_file_range,close"


class Inode:
    def __init__(self, content=b""):
        self.durable = bytearray(content)  # what is surely on disk
        self.pending = []                  # ("write", offset, octets) or ("size", n), in order
        self.position = 0

    def now(self, pending=None):
        content = bytearray(self.durable)
        for kind, at, octets in self.pending if pending is None else pending:
            apply(content, kind, at, octets)
        return content


def apply(content, kind, at, octets):
    if kind == "size":
        content[:] = content[:at].ljust(at, b"\0")
    else:
        if len(content) < at:
            content.extend(b"\0" * (at - len(content)))
        content[at:at + len(octets)] = octets


class Disk:
    """Files by inode, names as they are and names as they are surely on disk."""

    def __init__(self, root):
        self.root = str(root)
        self.names, self.durable_names = {}, {}
        self.folders, self.durable_folders = set(), set()
        for folder, _, files in os.walk(root):
            self.folders.add(folder)
            self.durable_folders.add(folder)
            for file in files:
                path = os.path.join(folder, file)
                self.names[path] = self.durable_names[path] = Inode(Path(path).read_bytes())
        self.open = {}  # descriptor → inode or folder path

    def ours(self, path):
        return path.startswith(self.root)

    def sync_folder(self, folder):
        inside = lambda path: os.path.dirname(path) == folder
        self.durable_names = {p: i for p, i in self.durable_names.items() if not inside(p)}
        self.durable_names.update({p: i for p, i in self.names.items() if inside(p)})
        self.durable_folders |= {p for p in self.folders if inside(p)}

    def reachable(self, path):
        folder = os.path.dirname(path)
        while len(folder) >= len(self.root):
            if folder not in self.durable_folders:
                return False
            folder = os.path.dirname(folder)
        return True

    def after_power_loss(self, target, dice=None):
        """Writes the disk as it is found; with dice, some unsynced writes made it after all, torn at 512 octets."""
        for folder in sorted(self.durable_folders):
            (target / os.path.relpath(folder, self.root)).mkdir(parents=True, exist_ok=True)
        names = dict(self.durable_names)
        if dice:
            names.update({p: i for p, i in self.names.items() if dice.random() < 0.5})
        for path, inode in names.items():
            if not self.reachable(path) or path.endswith("-shm"):
                continue
            pending = [] if not dice else [torn(w, dice) for w in inode.pending if dice.random() < 0.5]
            (target / os.path.relpath(path, self.root)).write_bytes(inode.now(pending))


def torn(write, dice):
    kind, at, octets = write
    if kind == "size" or dice.random() < 0.5:
        return write
    return kind, at, octets[:dice.randrange(0, len(octets) + 1, 512)]


def record(folder, trace, count):
    command = ["strace", "-f", "-y", "-xx", "-s", "2000000", "-o", trace, "-e", "trace=" + CALLS, CHILD, folder, str(count)]
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300, env=environment)


LINE = re.compile(r"(\d+) +(.*)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def unhex(text):
    return bytes.fromhex(text.replace("\\x", ""))


def calls_of(trace):
    """("begin" or "end", thread, name, arguments, result) in the order of the trace."""
    unfinished = {}
    for line in open(trace, errors="replace"):
        thread, text = LINE.match(line).groups()
        if text.endswith("<unfinished ...>\n") or text.rstrip().endswith("<unfinished ...>"):
            unfinished[thread] = text.rsplit(" <unfinished", 1)[0]
            yield "begin", thread, unfinished[thread].split("(")[0], unfinished[thread], None
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
        if resumed:
            text = unfinished.pop(thread) + resumed.group(1)
        elif "(" in text and not text.startswith(("+++", "---")):
            yield "begin", thread, text.split("(")[0], text, None
        else:
            continue
        result = re.search(r"\) += (-?\d+)", text)
        if result:
            yield "end", thread, text.split("(")[0], text, int(result.group(1))


def replay(trace, disk, observe, without_syncs_of=None):
    covered = {}  # thread → what its fsync covers: begun before it began
    for when, thread, name, text, result in calls_of(trace):
        descriptor = re.match(r"\w+\((\d+)<", text)
        number = int(descriptor.group(1)) if descriptor else None
        strings = [unhex(s) for s in STRING.findall(text)]
        if when == "begin":
            if name in ("fsync", "fdatasync"):
                inode = disk.open.get(number)
                covered[thread] = len(inode.pending) if isinstance(inode, Inode) else None
            elif name == "close":  # now: another thread may be given the number before this call is seen to end
                disk.open.pop(number, None)
            continue
        if result < 0:
            continue
        if name in ("openat", "open"):
            path = strings[0].decode()
            if not disk.ours(path):
                disk.open.pop(result, None)
            elif path in disk.folders:
                disk.open[result] = path
            else:
                if path not in disk.names:
                    disk.names[path] = Inode()
                if "O_TRUNC" in text:
                    disk.names[path].pending.append(("size", 0, b""))
                disk.open[result] = disk.names[path]
        elif name == "write" and number == 1:
            for line in strings[0].decode().splitlines():
                observe("accepted", line.split()[1])
        elif name in ("pwrite64", "write") and isinstance(disk.open.get(number), Inode):
            inode, octets = disk.open[number], strings[0][:result]
            if name == "pwrite64":
                at = int(re.search(r", (\d+)\) += ", text).group(1))
            else:
                at, inode.position = inode.position, inode.position + result
            inode.pending.append(("write", at, octets))
        elif name == "ftruncate" and isinstance(disk.open.get(number), Inode):
            disk.open[number].pending.append(("size", int(re.search(r", (\d+)\)", text).group(1)), b""))
        elif name in ("fsync", "fdatasync") and without_syncs_of and without_syncs_of.hex() in text.replace("\\x", ""):
            pass
        elif name in ("fsync", "fdatasync"):
            target = disk.open.get(number)
            if isinstance(target, Inode):
                observe("before sync", None)
                done, target.pending = target.pending[:covered[thread]], target.pending[covered[thread]:]
                for kind, at, octets in done:
                    apply(target.durable, kind, at, octets)
                observe("synced", None)
            elif target:
                disk.sync_folder(target)
                observe("synced", None)
        elif name.startswith("rename"):
            disk.names[strings[1].decode()] = disk.names.pop(strings[0].decode())
        elif name.startswith("unlink"):
            disk.names.pop(strings[0].decode(), None)
        elif name.startswith("mkdir"):
            disk.folders.add(strings[0].decode())


def check(folder, accepted):
    database = sqlite3.connect(folder / "queue.db")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    queued = {}
    for id_, spool, octets in database.execute(
            "SELECT hex(id), spool, length(octets) FROM message JOIN content USING (number)"):
        queued[id_.lower()] = spool
        if spool:
            assert (folder / "spool" / spool).stat().st_size > 80_000, "a row names a body that is not whole"
        assert octets > 0
    known = {id_.lower() for (id_,) in database.execute("SELECT hex(id) FROM seen")}
    database.close()
    new = folder / "mail/our.example/u/new"
    arrived = {}
    for name in os.listdir(new) if new.exists() else []:
        arrived[name.split(".")[1].split("_")[0]] = (new / name).stat().st_size
    lost = accepted - set(queued) - set(arrived)
    assert not lost, f"accepted and lost: {lost}"
    assert accepted <= known, "an accepted id is not known"
    for id_ in accepted - set(queued):
        assert arrived[id_] > 2000, "the queue let go of a message whose file was not whole"


class Lost(Exception):
    pass


def crash_states(tmp_path, live, trace, without_syncs_of=None):
    """Replays the trace and checks every third point; how many disks were looked at, and for how many messages."""
    disk = Disk(live)
    disk.names, disk.durable_names = {}, {}
    disk.folders = disk.durable_folders = {str(live), str(live / "mail"), str(live / "spool")}
    dice = random.Random(7)
    accepted, counts = set(), {"states": 0, "points": 0}

    def observe(what, id_):
        counts["points"] += 1
        if what == "accepted":
            accepted.add(id_)
        if not accepted or (what != "accepted" and counts["points"] % 3):
            return
        for mode in (None, dice):
            target = tmp_path / "found"
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            disk.after_power_loss(target, mode)
            try:
                check(target, accepted)
            except (AssertionError, OSError, sqlite3.Error) as what_is_lost:
                raise Lost(what_is_lost) from what_is_lost
            counts["states"] += 1

    replay(trace, disk, observe, without_syncs_of)
    return counts["states"], len(accepted)


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
def test_no_crash_state_loses_an_accepted_message(tmp_path):
    live, trace = tmp_path / "live", tmp_path / "trace"
    for folder in (live, live / "mail", live / "spool"):
        folder.mkdir()
    record(live, trace, 48)
    states, accepted = crash_states(tmp_path, live, trace)
    print(f"{states} crash states, {accepted} messages accepted")
    assert accepted == 48 and states > 150
    # And the test would notice: without the syncs of the log, of the spool or of the mailboxes something is lost.
    for what in (b"queue.db-wal", b"live/spool", b"mail/our.example"):
        with pytest.raises(Lost):
            crash_states(tmp_path, live, trace, what)
