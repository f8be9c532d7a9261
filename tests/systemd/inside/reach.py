"""In the machine: reach.py UNIT ADDRESS PORT… from inside that unit's control group. Prints "reached" or why not, a line each."""
import os
import socket
import sys

unit, *targets = sys.argv[1:]
with open(f"/sys/fs/cgroup/system.slice/{unit}/cgroup.procs", "w", encoding="ascii") as group:
    group.write(str(os.getpid()))
for address, port in zip(targets[::2], targets[1::2]):
    with socket.socket() as one:
        one.settimeout(2)
        try:
            one.connect((address, int(port)))
            print("reached")
        except OSError as error:
            print(type(error).__name__)
