"""The parts of a microVM's image: an initramfs (cpio, "newc") with owners and modes as they must be inside, and an ext4 disk for the
state. Nothing here needs a mount or a device node of the host."""
import os
import pathlib
import stat
import subprocess


class Initramfs:
    """Files, folders and one device node, in memory; `write` makes the archive that the kernel unpacks."""

    def __init__(self):
        self.entries = {}

    def folder(self, where, mode=0o755, owner=0):
        where = pathlib.PurePosixPath(where)
        for parent in reversed(where.parents):
            self.entries.setdefault(parent, (stat.S_IFDIR | 0o755, 0, b"", 0))
        self.entries[where] = (stat.S_IFDIR | mode, owner, b"", 0)

    def file(self, where, content, mode=0o644, owner=0):
        where = pathlib.PurePosixPath(where)
        for parent in reversed(where.parents):
            self.entries.setdefault(parent, (stat.S_IFDIR | 0o755, 0, b"", 0))
        self.entries[where] = (stat.S_IFREG | mode, owner, content, 0)

    def console(self):
        self.folder("/dev")
        self.entries[pathlib.PurePosixPath("/dev/console")] = (stat.S_IFCHR | 0o600, 0, b"", os.makedev(5, 1))

    def tree(self, source, where):
        """A folder of the host as it is, with its owners and modes; links are left out."""
        status = source.stat()
        self.folder(where, stat.S_IMODE(status.st_mode), status.st_uid)
        for entry in sorted(source.iterdir()):
            status = entry.lstat()
            inside = pathlib.PurePosixPath(where) / entry.name
            if stat.S_ISDIR(status.st_mode):
                self.tree(entry, inside)
            elif stat.S_ISREG(status.st_mode):
                self.file(inside, entry.read_bytes(), stat.S_IMODE(status.st_mode), status.st_uid)

    def write(self, file):
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for number, (where, entry) in enumerate(sorted(self.entries.items()), start=1):
                if str(where) != "/":
                    out.write(record(number, str(where).lstrip("/"), *entry))
            out.write(record(0, "TRAILER!!!", 0, 0, b"", 0))


def record(number, name, mode, owner, content, device):
    """One entry: a header of hexadecimal fields, name and content, each padded to four octets."""
    octets = name.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, owner, owner, links, 0, len(content), 0, 0, os.major(device), os.minor(device), len(octets), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return pad(header + octets) + pad(content)


def pad(octets):
    return octets + bytes(-len(octets) % 4)


def make_disk(file, source, megabytes):
    """An ext4 disk with what `source` holds, once; later starts keep what is on it."""
    if file.exists():
        return
    owner = source.stat()
    with open(file, "xb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.truncate(megabytes << 20)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-m", "0", "-E", f"root_owner={owner.st_uid}:{owner.st_gid},lazy_itable_init=1", "-d", source, file],
                   check=True, env=os.environ | {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"})
