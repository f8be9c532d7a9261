"""In the machine: the world's MX on 192.0.2.25 port 2525. Keeps a file for each message in /tmp/sink."""
import itertools
import pathlib
import socketserver

FOLDER = pathlib.Path("/tmp/sink")
FOLDER.mkdir(exist_ok=True)
NUMBERS = itertools.count(len(list(FOLDER.iterdir())))


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink.foreign.test ESMTP")
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"DATA":
                self.say("354 go on")
                (FOLDER / f"{next(NUMBERS)}.eml").write_bytes(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say("250 2.0.0 taken")
            elif verb == b"EHLO":
                self.say("250-sink.foreign.test\r\n250-8BITMIME\r\n250 SMTPUTF8")
            else:
                self.say("221 2.0.0 bye" if verb == b"QUIT" else "250 2.0.0 fine")
                if verb == b"QUIT":
                    return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("192.0.2.25", 2525), Session).serve_forever()
