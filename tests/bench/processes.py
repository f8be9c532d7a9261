"""CPU time and memory of process trees, read from /proc: what the benchmarks charge a system with."""
import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def children_by_parent():
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            stat = Path(entry.path, "stat").read_text()
        except OSError:
            continue
        parent = int(stat.rsplit(")", 1)[1].split()[1])
        found.setdefault(parent, []).append(int(entry.name))
    return found


def tree(roots):
    """The roots and all that descend from them, alive now."""
    children = children_by_parent()
    alive, waiting = [], list(roots)
    while waiting:
        pid = waiting.pop()
        if Path(f"/proc/{pid}").exists():
            alive.append(pid)
        waiting.extend(children.get(pid, []))
    return alive


def cpu_seconds(roots):
    """utime + stime of all in the trees, and of their children that ended and were waited for."""
    ticks = 0
    for pid in tree(roots):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += sum(int(value) for value in fields[11:15])
    return ticks / TICKS


def cpu_by_name(roots):
    seconds = {}
    for pid in tree(roots):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        name = stat[stat.index("(") + 1:stat.rindex(")")]
        fields = stat.rsplit(")", 1)[1].split()
        seconds[name] = seconds.get(name, 0) + sum(int(value) for value in fields[11:15]) / TICKS
    return seconds


def pss_kilobytes(roots):
    """Proportional set size: memory shared between processes is divided among them."""
    total = 0
    for pid in tree(roots):
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total


def pss_by_name(roots):
    kilobytes = {}
    for pid in tree(roots):
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        for line in rollup.splitlines():
            if line.startswith("Pss:"):
                kilobytes[name] = kilobytes.get(name, 0) + int(line.split()[1])
    return kilobytes
