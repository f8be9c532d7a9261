"""The man in the middle: the router between us and the world, who has taken over an address of it.

    with SmtpMiddle(world, strip):                    # between us and the MX host, which listens behind
        with world.host("ee", address=BEHIND_HOST): …
    with DnsMiddle(world, CHILDREN, change): …        # between us and the children's name server
"""
import contextlib
import socket
import threading

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

from names import BEHIND_HOST, HOST
from namespaces import pump
from zones import BEHIND


class Taken:
    """An address of the world that the middle answers for meanwhile."""

    def __init__(self, world, address):
        self.net, self.address = world.net, address

    def __enter__(self):
        self.net.add_address("middle", self.address)
        return self

    def __exit__(self, *_):
        self.net.remove_address("middle", self.address)


def strip(octets):
    """What a box that "protects" SMTP does: the word is overwritten, the length stays."""
    return octets.replace(b"STARTTLS", b"XXXXXXXX")


class SmtpMiddle(Taken):
    """Passes a session on to the host behind; `change` sees what the server says."""

    def __init__(self, world, change, address=HOST, behind=BEHIND_HOST):
        super().__init__(world, address)
        self.change, self.behind, self.sessions = change, behind, 0

    def __enter__(self):
        super().__enter__()
        with self.net.inside("middle"):
            self.listener = socket.create_server((self.address, 25))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *details):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        super().__exit__(*details)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.sessions += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            with self.net.inside("middle"):
                server = socket.create_connection((self.behind, 25), 20)
            with server:
                server.settimeout(None)
                threading.Thread(target=pump, args=(server, client, self.change), daemon=True).start()
                pump(client, server)


class DnsMiddle(Taken):
    """Passes queries on to the name server behind; `change(query, reply)` gives the reply that arrives, or None for none at all.
    `changed` counts the replies that are not those of the server."""

    def __init__(self, world, server, change):
        super().__init__(world, server)
        self.change, self.behind, self.changed = change, BEHIND[server], 0

    def __enter__(self):
        super().__enter__()
        with self.net.inside("middle"):
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind((self.address, 53))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *details):
        with contextlib.suppress(OSError):
            self.udp.shutdown(socket.SHUT_RDWR)
        self.udp.close()
        super().__exit__(*details)

    def _serve(self):
        while True:
            try:
                octets, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            if octets:
                threading.Thread(target=self._pass_on, args=(octets, peer), daemon=True).start()

    def _pass_on(self, octets, peer):
        with self.net.inside("middle"):
            behind = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with behind:
            behind.settimeout(20)
            behind.sendto(octets, (self.behind, 53))
            wire = behind.recv(65535)
        reply = dns.message.from_wire(wire)
        changed = self.change(dns.message.from_wire(octets), reply)
        if changed is not reply:
            self.changed += 1
        if changed is not None:
            with contextlib.suppress(OSError):
                self.udp.sendto(wire if changed is reply else changed.to_wire(), peer)


def forge(query, *records, rcode=0):
    """A reply with these records ("name TTL IN TYPE data"), without signatures; AA, as the server would say it."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    reply.set_rcode(rcode)
    for record in records:
        name, ttl, kind, kind_of, data = record.split(" ", 4)
        reply.answer.append(dns.rrset.from_text(name, int(ttl), kind, kind_of, data))
    return reply


def asks(query, name, kind):
    question = query.question[0]
    return question.name.to_text().lower() == name + "." and dns.rdatatype.to_text(question.rdtype) == kind
