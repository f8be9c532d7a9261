#!/usr/bin/python3
"""Plays one scenario in a network of its own, where this process answers on every address of it, against a real resolver.

  replay_world.py SCENARIO.rpl FOLDER NAME=COMMAND…      with FOLDER/NAME.conf written by the caller; prints JSON {NAME: [what is wrong]}
"""
import ctypes
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass

sys.path.insert(0, str(Path(__file__).resolve().parent))

import replay  # noqa: E402

NEW_NETWORK = 0x40000000
PORT = 5353
PATIENCE = 60  # seconds: the machine may be busy


def enter_own_network(addresses):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "unshare: a network namespace needs root")
    commands = "link set lo up\n" + "".join(f"addr add {one}/{128 if ':' in one else 32} dev lo{' nodad' if ':' in one else ''}\n"
                                            for one in addresses if one not in ("127.0.0.1", "::1"))
    subprocess.run(["ip", "-batch", "-"], input=commands, text=True, check=True)


class Servers:
    """All authoritative servers of a scenario."""

    def __init__(self, scenario):
        self.scenario, self.step, self.unanswered = scenario, 0, []
        self.udp, self.tcp = {}, {}
        for address in sorted({place.address for place in scenario.ranges}):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            one = socket.socket(family, socket.SOCK_DGRAM)
            one.bind((address, 53))
            self.udp[one] = address
            self.tcp[socket.create_server((address, 53), family=family)] = address
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            ready, _, _ = select.select([*self.udp, *self.tcp], [], [])
            for one in ready:
                if one in self.udp:
                    octets, peer = one.recvfrom(4096)
                    one.sendto(self.answer(self.udp[one], octets, False), peer)
                else:
                    client, _ = one.accept()
                    threading.Thread(target=self.serve_client, args=(client, self.tcp[one]), daemon=True).start()

    def serve_client(self, client, address):
        with client:
            client.settimeout(PATIENCE)
            while True:
                head = client.recv(2, socket.MSG_WAITALL)
                if len(head) < 2:
                    return
                octets = client.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL)
                reply = self.answer(address, octets, True)
                client.sendall(struct.pack("!H", len(reply)) + reply)

    def answer(self, address, octets, by_tcp):
        query = dns.message.from_wire(octets)
        for place in self.scenario.ranges:
            if place.address != address or not place.first <= self.step <= place.last:
                continue
            for entry in place.entries:
                if replay.answers(entry, query, by_tcp):
                    return replay.reply_to(entry, query).to_wire(max_size=65535)
        self.unanswered.append(f"{address}: {query.question[0]}")
        refused = dns.message.make_response(query)
        refused.set_rcode(dns.rcode.REFUSED)
        return refused.to_wire()


def ask(entry):
    name, kind = entry.question()
    query = dns.message.make_query(name, kind, use_edns=0 if "DO" in entry.reply else -1, want_dnssec="DO" in entry.reply)
    query.flags = entry.flags()
    wire = query.to_wire()
    with socket.create_connection(("127.0.0.1", PORT), timeout=PATIENCE) as client:
        client.sendall(struct.pack("!H", len(wire)) + wire)
        head = client.recv(2, socket.MSG_WAITALL)
        reply = dns.message.from_wire(client.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL))
    assert reply.id == query.id and reply.question[0].name == name, "an answer to something else"
    return reply


def play(scenario, servers):
    replies, wrong = [], []
    for step in scenario.steps:
        servers.step = step.number
        if step.kind == "QUERY":
            replies.append(ask(step.entry))
        elif step.kind == "CHECK_ANSWER":
            wrong += [f"step {step.number}: {what}" for what in replay.unlike(step.entry, replies.pop(0))]
        elif step.kind == "TIME_PASSES" and float(step.words[-1]) >= 1:
            return wrong + [f"step {step.number}: {step.words[-1]} seconds would have to pass"]
    return wrong


def wait_for_port(process):
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


def try_one(scenario, servers, command, log):
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            if not wait_for_port(process):
                return ["it does not start: " + Path(log).read_text(errors="replace")[-1500:]]
            return play(scenario, servers)
        except (OSError, AssertionError, struct.error) as error:
            return [f"{type(error).__name__}: {error}"]
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def main():
    scenario = replay.read(Path(sys.argv[1]))
    folder = Path(sys.argv[2])
    enter_own_network({place.address for place in scenario.ranges})
    servers = Servers(scenario)
    wrong = {}
    for named in sys.argv[3:]:
        name, command = named.split("=", 1)
        servers.unanswered.clear()
        wrong[name] = try_one(scenario, servers, command.split(), folder / f"{name}.log")
        wrong[name + " asked in vain"] = servers.unanswered[:10]
    print(json.dumps(wrong))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
