"""A mail host that follows a script, in threads: what it says at each step, and what it heard.

    Host(replies={"RCPT": ["250 ok", "550 5.1.1 nobody"]})   one reply after the other, the last one for ever
    Host(replies={"DATA": [DROP]})

Steps: CONNECT, EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT, DATA, RSET, QUIT, BODY (in the midst of the message), DOT (behind its
end). A reply is a text (its lines get CRLFs), octets as they are, a function of the session, or one of DROP, STALL, RESET.
"""
import socket
import ssl
import struct
import threading
import time

DROP, STALL, RESET = "drop", "stall", "reset"
EXTENSIONS = ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 50000000", "DSN", "ENHANCEDSTATUSCODES"]
GOOD = {"CONNECT": "220 mx.test ESMTP", "HELO": "250 mx.test", "STARTTLS": "220 2.0.0 go", "AUTH": "235 2.7.0 welcome", "MAIL": "250 2.1.0 ok",
        "RCPT": "250 2.1.5 ok", "DATA": "354 go", "DOT": "250 2.0.0 taken", "RSET": "250 2.0.0 ok", "QUIT": "221 2.0.0 bye"}


class End(Exception):
    pass


class Host:
    def __init__(self, replies=None, extensions=None, tls=None, address="127.0.0.1", port=0, certificate=None, implicit=False):
        """`tls`: None (not offered), "good", "broken" (the handshake fails), "injection" (clear text behind the 220)."""
        self.replies = {step: list(said) for step, said in (replies or {}).items()}
        self.extensions = EXTENSIONS if extensions is None else extensions
        self.tls, self.certificate, self.implicit = tls, certificate, implicit
        self.messages, self.commands, self.connections, self.quits, self.tls_sessions = [], [], 0, 0, 0
        self.running, self.clients = True, []
        self.listener = socket.create_server((address, port), backlog=200)
        self.port = self.listener.getsockname()[1]
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.released = threading.Event()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.released.set()
        # Everything goes with the host: an accept() under way and the idle connections of clients.
        for one in (self.listener, *self.clients):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.listener.close()
        self.thread.join(5)

    def _accept(self):
        while self.running:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            Session(self, client).run()
        except (End, OSError, ssl.SSLError, ValueError):
            pass
        finally:
            try:
                client.close()
            except OSError:
                pass


class Session:
    def __init__(self, host, client):
        self.host, self.client, self.buffer, self.secured = host, client, b"", False
        client.settimeout(60)

    def say(self, step, otherwise=None):
        """Says what the script says at this step; the reply's code."""
        said = self.host.replies.get(step)
        reply = (said.pop(0) if len(said) > 1 else said[0]) if said else otherwise or GOOD[step]
        if callable(reply):
            reply = reply(self)
        if reply == DROP:
            raise End
        if reply == STALL:
            self.host.released.wait(60)
            raise End
        if reply == RESET:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise End
        octets = reply if isinstance(reply, bytes) else reply.replace("\n", "\r\n").encode() + b"\r\n"
        self.client.sendall(octets)
        return octets[:3].decode(errors="replace")

    def line(self):
        while b"\r\n" not in self.buffer:
            self.fill()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("utf-8", "surrogateescape")

    def fill(self):
        octets = self.client.recv(65536)
        if not octets:
            raise End
        self.buffer += octets

    def run(self):
        if self.host.implicit:
            self.secure()
        self.say("CONNECT")
        while True:
            line = self.line()
            self.host.commands.append(line)
            verb = line.split(" ", 1)[0].upper()
            getattr(self, "on_" + verb.lower(), self.on_other)(verb)

    def on_other(self, _):
        self.client.sendall(b"500 5.5.1 unknown\r\n")

    def on_ehlo(self, _):
        lines = ["mx.test", *self.host.extensions]
        if self.host.tls and not self.secured:
            lines.append("STARTTLS")
        text = "\n".join(f"250-{line}" for line in lines[:-1]) + f"\n250 {lines[-1]}" if len(lines) > 1 else f"250 {lines[0]}"
        self.say("EHLO", text)

    def on_helo(self, verb):
        self.say(verb)

    on_auth = on_rset = on_helo

    def on_starttls(self, verb):
        if not self.say(verb).startswith("220"):
            return
        if self.host.tls == "injection":
            self.client.sendall(b"250-evil.test\r\n250 AUTH PLAIN\r\n")
        if self.host.tls == "broken":
            self.client.sendall(b"\x15\x03\x01\x00\x02\x02\x28")
            raise End
        self.secure()

    def secure(self):
        self.client = self.host.context.wrap_socket(self.client, server_side=True)
        self.host.clients.append(self.client)
        self.buffer, self.secured = b"", True
        self.host.tls_sessions += 1

    def on_mail(self, verb):
        self.accepted = []
        self.mail = self.host.commands[-1]
        self.say(verb)

    def on_rcpt(self, verb):
        command = self.host.commands[-1]
        if self.say(verb).startswith("25"):
            self.accepted.append(command)

    def on_data(self, verb):
        if self.say(verb) != "354":
            return
        if "BODY" in self.host.replies:
            while len(self.buffer) < 1000:
                self.fill()
            self.say("BODY")
        body = self.buffer
        while not (body.endswith(b"\r\n.\r\n") or body == b".\r\n"):
            octets = self.client.recv(262144)
            if not octets:
                raise End
            body += octets
        self.buffer = b""
        self.host.messages.append({"octets": body[:-3], "mail": self.mail, "rcpts": self.accepted, "tls": self.secured, "at": time.monotonic()})
        self.say("DOT")

    def on_quit(self, verb):
        self.host.quits += 1
        self.say(verb)
        raise End
