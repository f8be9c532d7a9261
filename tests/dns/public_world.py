"""What others see of a small domain: its zones at a BIND, a second name server, and servers on the public ports with their certificates."""
import contextlib
import datetime
import socket
import ssl
import struct
import threading

import dns.message
import dns.query
import dns.rdatatype
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A public CA that also issues certificates whose time is over."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.leaf_key = ec.generate_private_key(ec.SECP256R1())  # of all leaves: they differ in nothing that TLSA 3 1 1 sees
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "public test CA")])
        self.certificate = self._sign(self.name, self.key.public_key(), [x509.BasicConstraints(True, None)], 0, 30)
        self.file = folder / "ca.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _sign(self, subject, key, extensions, starts, ends):
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key)
                   .serial_number(x509.random_serial_number()).not_valid_before(now + datetime.timedelta(days=starts - 1))
                   .not_valid_after(now + datetime.timedelta(days=ends)))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, label, names, starts=0, ends=20):
        """The file of a certificate and its key."""
        key = self.leaf_key
        extensions = [x509.SubjectAlternativeName([x509.DNSName(name) for name in names])]
        leaf = self._sign(x509.Name([]), key.public_key(), extensions, starts, ends)
        file = self.folder / f"{label}.pem"
        file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) +
                         key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return file


class Server:
    """One port: TLS at once or behind STARTTLS; over HTTPS it serves `body`."""

    def __init__(self, identity, starttls):
        self.identity, self.starttls, self.body = identity, starttls, None
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(client,), daemon=True).start()

    def _converse(self, client):
        with contextlib.suppress(OSError, ssl.SSLError), client:
            client.settimeout(30)
            if self.starttls:
                client.sendall(b"220 mail ESMTP\r\n")
                client.recv(1000)
                client.sendall(b"250-mail\r\n250 STARTTLS\r\n")
                client.recv(1000)
                client.sendall(b"220 go on\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.identity)
            with context.wrap_socket(client, server_side=True) as stream:
                request = stream.recv(4000)
                if self.body is not None and request.startswith(b"GET /.well-known/mta-sts.txt "):
                    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                                   % (len(self.body), self.body))
                    stream.unwrap()


class Secondary:
    """Another server of the zones: it asks the primary for each answer, and lies where it is told to."""

    def __init__(self, primary_port):
        self.primary_port, self.lies, self.is_dead = primary_port, {}, False
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client):
        with contextlib.suppress(OSError, EOFError), client:
            client.settimeout(30)
            if self.is_dead:
                return
            head = client.recv(2, socket.MSG_WAITALL)
            query = dns.message.from_wire(client.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL))
            reply = dns.query.tcp(query, "127.0.0.1", timeout=20, port=self.primary_port)
            question = query.question[0]
            lie = self.lies.get((question.name.to_text(True), dns.rdatatype.to_text(question.rdtype)))
            if lie is not None:
                reply.answer = [dns.rrset.from_text(question.name, 30, "IN", question.rdtype, *lie)] if lie else []
            wire = reply.to_wire()
            client.sendall(struct.pack("!H", len(wire)) + wire)
