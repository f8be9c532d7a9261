"""A next hop that records what it takes and misbehaves on request; asyncio in a thread of its own, no SMTP library.

    with MX() as mx:
        mx.behave("tempfail", at="rcpt")          # every transaction from now on …
        mx.behave("drop", at="dot", times=3)      # … or the next three, then as before
        mx.arrivals                               # what was recorded, in order

Steps: connect, ehlo, starttls, mail, rcpt, data (the command), body (in the midst of the octets), dot (behind the final dot).
Acts: accept, tempfail (451), permfail (550), close (421 and the end), stall (no reply until release() or the end),
drop (the connection ends without a word), garbage (octets that are no reply), huge (a reply of one megabyte),
endless (continuation lines for ever).
"""
import asyncio
import collections
import datetime
import os
import re
import ssl
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800", "DSN", "ENHANCEDSTATUSCODES")
LIMIT = 64 * 1024 * 1024


@dataclass
class Arrival:
    key: str               # X-Scop-Test, else Message-ID
    reverse_path: str
    recipients: list
    octets: bytes
    mail_options: str
    rcpt_options: list
    tls: str               # the protocol's version; empty: clear text
    client: tuple
    state: str = "taken"   # "taken": got its final dot; "accepted": the 250 went out; "refused"; "lost": dropped by plan
    when: float = field(default_factory=time.monotonic)


@dataclass
class Behaviour:
    act: str = "accept"
    at: str = ""


def key_of(octets):
    head = octets.split(b"\r\n\r\n", 1)[0]
    for name in (b"X-Scop-Test", b"Message-ID"):
        found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]+)", head)
        if found:
            return found.group(1).strip().decode("utf-8", "replace")
    return ""


def make_certificate(folder, days=30, name="mx.foreign.test"):
    """(certificate, key) files; days < 0: expired."""
    key, certificate = os.path.join(folder, "mx.key"), os.path.join(folder, "mx.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
               f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate]
    if days > 0:
        subprocess.run([*command, "-days", str(days)], check=True, capture_output=True)
        return certificate, key
    # OpenSSL 3.0's req knows no dates in the past: ca does.
    request = os.path.join(folder, "mx.csr")
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                    f"/CN={name}", "-keyout", key, "-out", request], check=True, capture_output=True)
    conf = os.path.join(folder, "ca.cnf")
    with open(conf, "w", encoding="ascii") as file:
        file.write(f"[ca]\ndefault_ca=a\n[a]\ndatabase={folder}/index\nserial={folder}/serial\nnew_certs_dir={folder}\n"
                   "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
    open(os.path.join(folder, "index"), "w").close()
    with open(os.path.join(folder, "serial"), "w", encoding="ascii") as file:
        file.write("01\n")
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp = [(now - datetime.timedelta(days=ago)).strftime("%y%m%d%H%M%SZ") for ago in (20, 10)]
    subprocess.run(["openssl", "ca", "-batch", "-config", conf, "-selfsign", "-keyfile", key, "-in", request, "-out",
                    certificate, "-startdate", stamp[0], "-enddate", stamp[1], "-notext"], check=True, capture_output=True)
    return certificate, key


class Gone(Exception):
    pass


class MX:
    def __init__(self, address="127.0.0.1", port=0, tls="good", extensions=EXTENSIONS):
        """`tls`: good, expired, broken (STARTTLS is offered and the handshake fails), none."""
        self.address, self.port, self.tls, self.extensions = address, port, tls, extensions
        self.arrivals = []
        self.counts = collections.Counter()   # connections, and transactions by how they ended
        self.standing = Behaviour()
        self.planned = collections.deque()
        self.open_now = self.most_open = 0
        self._released = None
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="scop-mx-")

    # Control, from the test's thread.

    def behave(self, act, at="", times=None):
        if times is None:
            self.planned.clear()
            self.standing = Behaviour(act, at)
        else:
            self.planned.extend(Behaviour(act, at) for _ in range(times))

    def release(self):
        """Ends all stalls: their connections are dropped."""
        self._loop.call_soon_threadsafe(self._released.set)

    def accepted(self):
        with self._lock:
            return [one for one in self.arrivals if one.state == "accepted"]

    def keys(self, states=("accepted",)):
        """key → how often."""
        with self._lock:
            return collections.Counter(one.key for one in self.arrivals if one.state in states)

    def __enter__(self):
        self._context = None
        if self.tls in ("good", "expired"):
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*make_certificate(self._folder.name, 30 if self.tls == "good" else -1))
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._folder.cleanup()

    def _run(self, started):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main(started))

    async def _main(self, started):
        self._stop, self._released = asyncio.Event(), asyncio.Event()
        server = await asyncio.start_server(self._serve, self.address, self.port, limit=LIMIT, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.sleep(0)

    # The dialogue.

    async def _serve(self, reader, writer):
        self.counts["connections"] += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await Dialogue(self, reader, writer).run()
        except (Gone, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            self.counts["broken off"] += 1
        except asyncio.CancelledError:
            pass
        finally:
            self.open_now -= 1
            writer.close()

    def _next_behaviour(self):
        return self.planned.popleft() if self.planned else self.standing


class Dialogue:
    def __init__(self, mx, reader, writer):
        self.mx, self.reader, self.writer = mx, reader, writer
        self.behaviour = mx._next_behaviour()
        self.secured = ""
        self.fresh = True  # no transaction of this connection has used up the behaviour yet
        self.reset()

    def reset(self):
        self.reverse_path, self.mail_options, self.recipients, self.rcpt_options = None, "", [], []

    async def say(self, text):
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()

    async def step(self, name):
        """True: go on as usual. False: this step was refused, and the reply has been sent."""
        if self.behaviour.at != name or self.behaviour.act == "accept":
            return True
        act = self.behaviour.act
        self.mx.counts[f"{act} at {name}"] += 1
        if act == "tempfail":
            await self.say("451 4.3.0 try again later")
            return False
        if act == "permfail":
            await self.say("550 5.1.1 no such thing here")
            return False
        if act == "close":
            await self.say("421 4.3.2 going away")
        elif act == "stall":
            await self.mx._released.wait()
        elif act == "garbage":
            self.writer.write(b"\x00\xff\x1b[2J not a reply at all\r\n" + bytes(range(256)) + b"\r\n")
            await self.writer.drain()
            await asyncio.sleep(2)
        elif act == "huge":
            self.writer.write(b"250 " + b"x" * (1 << 20) + b"\r\n")
            await self.writer.drain()
            await asyncio.sleep(2)
        elif act == "endless":
            for _ in range(100000):
                self.writer.write(b"250-and another thing\r\n" * 100)
                await self.writer.drain()
        self.writer.transport.abort()
        raise Gone

    async def run(self):
        if not await self.step("connect"):
            raise Gone
        await self.say("220 mx.foreign.test ESMTP")
        while True:
            line = (await self.reader.readuntil(b"\r\n"))[:-2].decode("utf-8", "replace")
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            if verb == "QUIT":
                await self.say("221 2.0.0 bye")
                return
            act = getattr(self, f"on_{verb.lower()}", None) if verb.isalpha() else None
            if act:
                await act(rest)
            else:
                await self.say("500 5.5.1 unknown")

    async def on_ehlo(self, _):
        if not await self.step("ehlo"):
            return
        lines = ["mx.foreign.test", *self.mx.extensions]
        if self.mx.tls != "none" and not self.secured:
            lines.append("STARTTLS")
        for line in lines[:-1]:
            self.writer.write(f"250-{line}\r\n".encode())
        await self.say(f"250 {lines[-1]}")

    async def on_helo(self, _):
        if await self.step("ehlo"):
            await self.say("250 mx.foreign.test")

    async def on_starttls(self, _):
        if not await self.step("starttls"):
            return
        await self.say("220 2.0.0 go on")
        if self.mx.tls == "broken":
            self.writer.write(b"\x15\x03\x01\x00\x02\x02\x28")  # an alert: handshake_failure
            await self.writer.drain()
            raise Gone
        transport, protocol = self.writer.transport, self.writer.transport.get_protocol()
        loop = asyncio.get_running_loop()
        secured = await loop.start_tls(transport, protocol, self.mx._context, server_side=True, ssl_handshake_timeout=10)
        self.writer = asyncio.StreamWriter(secured, protocol, self.reader, loop)
        protocol._stream_writer, protocol._over_ssl = self.writer, True
        self.reader._transport = secured
        self.secured = secured.get_extra_info("ssl_object").version()

    async def on_mail(self, rest):
        if not self.fresh:
            self.behaviour = self.mx._next_behaviour()
        self.fresh = False
        self.reset()
        if not await self.step("mail"):
            return
        found = re.match(r"(?i)FROM:<([^>]*)>\s*(.*)", rest)
        self.reverse_path, self.mail_options = found.groups() if found else ("?", rest)
        await self.say("250 2.1.0 ok")

    async def on_rcpt(self, rest):
        if not await self.step("rcpt"):
            return
        found = re.match(r"(?i)TO:<([^>]*)>\s*(.*)", rest)
        self.recipients.append(found.group(1) if found else rest)
        self.rcpt_options.append(found.group(2) if found else "")
        await self.say("250 2.1.5 ok")

    async def on_rset(self, _):
        self.reset()
        await self.say("250 2.0.0 ok")

    async def on_noop(self, _):
        await self.say("250 2.0.0 ok")

    async def on_data(self, _):
        if not self.recipients:
            await self.say("503 5.5.1 no recipients")
            return
        if not await self.step("data"):
            return
        await self.say("354 go on")
        if self.behaviour.at == "body":
            await self.reader.readuntil(b"\r\n")
            if not await self.step("body"):
                raise Gone
        octets = await self._body()
        arrival = Arrival(key_of(octets), self.reverse_path, list(self.recipients), octets, self.mail_options,
                          list(self.rcpt_options), self.secured, self.writer.get_extra_info("peername"))
        with self.mx._lock:
            self.mx.arrivals.append(arrival)
        try:
            if not await self.step("dot"):
                arrival.state = "refused"
                return
        except Gone:
            arrival.state = "lost"
            raise
        # Marked before it is written: a reply that a dying client never reads has still been given.
        arrival.state, arrival.when = "accepted", time.monotonic()
        await self.say("250 2.0.0 taken")
        self.reset()

    async def _body(self):
        first = await self.reader.readexactly(3)
        if first == b".\r\n":
            return b""
        octets = first + await self.reader.readuntil(b"\r\n.\r\n")
        # RFC 5321 4.5.2: the dots that were doubled.
        body = octets[:-3]
        return (body[1:] if body.startswith(b"..") else body).replace(b"\r\n..", b"\r\n.")
