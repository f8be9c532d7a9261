"""A small authoritative server on any loopback address (BIND listens on configured ones alone), with dnspython: UDP and TCP."""
import socket
import struct
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataset
import dns.rdatatype
import dns.zone


class NameServer:
    def __init__(self, address, origin, text, port=53):
        self.zone = dns.zone.from_text(text, origin=origin, relativize=False)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, port))
        self.tcp = socket.create_server((address, port))
        self.questions = []

    def __enter__(self):
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in (self.udp, self.tcp):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    @staticmethod
    def text(words):
        return dns.rdataset.from_text("IN", "TXT", 600, f'"{words}"')

    def _serve_udp(self):
        while True:
            try:
                octets, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            if octets:
                reply = self._answer(octets)
                wire = reply.to_wire(max_size=65535)
                if len(wire) > 1232:
                    reply.answer, reply.flags = [], reply.flags | dns.flags.TC
                    wire = reply.to_wire(max_size=65535)
                self.udp.sendto(wire, peer)

    def _serve_tcp(self):
        while True:
            try:
                client, _ = self.tcp.accept()
            except OSError:
                return
            with client:
                client.settimeout(5)
                head = client.recv(2, socket.MSG_WAITALL)
                wire = self._answer(client.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL)).to_wire(max_size=65535)
                client.sendall(struct.pack("!H", len(wire)) + wire)

    def _answer(self, octets):
        query = dns.message.from_wire(octets)
        question = query.question[0]
        self.questions.append((question.name.to_text(), dns.rdatatype.to_text(question.rdtype)))
        reply = dns.message.make_response(query)
        name = question.name
        while name != self.zone.origin:
            delegation = self.zone.get_rrset(name, "NS")
            if delegation:
                reply.authority.append(delegation)
                reply.additional += [glue for host in delegation if (glue := self.zone.get_rrset(host.target, "A"))]
                return reply
            name = name.parent()
        reply.flags |= dns.flags.AA
        found = self.zone.get_rrset(question.name, question.rdtype)
        if found:
            reply.answer.append(found)
            return reply
        if not any(known.is_subdomain(question.name) for known in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        reply.authority.append(self.zone.get_rrset(self.zone.origin, "SOA"))
        return reply
