"""clamd as a second opinion, played by the test."""
import contextlib
import socket
import struct
import threading
import time

import pytest
from filter import DOMAIN, SLOW, Filter, ham

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """INSTREAM on a UNIX or TCP socket. `mood`: "scan", "stall", "limit", "nonsense" or "die"."""

    def __init__(self, folder=None):
        self.mood, self.streams = "scan", []
        self.listener = socket.socket(socket.AF_UNIX if folder else socket.AF_INET)
        self.listener.bind(str(folder / "clamd.ctl") if folder else ("127.0.0.1", 0))
        self.address = str(folder / "clamd.ctl") if folder else "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.listener.listen(20)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.scan, args=(connection,), daemon=True).start()

    def scan(self, connection):
        with connection, contextlib.suppress(OSError), connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            if self.mood == "die":
                return
            octets = b""
            while size := struct.unpack("!I", stream.read(4))[0]:
                octets += stream.read(size)
                if self.mood == "limit" and len(octets) > 300:
                    connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            self.streams.append(octets)
            if self.mood == "stall":
                time.sleep(5 * SLOW)
            elif self.mood == "nonsense":
                connection.sendall(b"\xff" * 5000)
            else:
                connection.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in octets else b"stream: OK\0")

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def infected(number):
    return ham(number, body="Hello\r\n" * 50 + EICAR.decode() + "\r\n")


@pytest.mark.parametrize("unix", [True, False])
def test_a_virus_is_refused_and_the_whole_message_is_scanned(tmp_path, unix):
    clamd = Clamd(tmp_path if unix else None)
    with Filter(f'[spamfilter]\nclamd = "{clamd.address}"\n') as one:
        seen = one.judge(infected(1), recipients=(f"ann@{DOMAIN}", f"bob@{DOMAIN}"))
        assert seen.dispositions == {f"ann@{DOMAIN}": "REFUSE", f"bob@{DOMAIN}": "REFUSE"}
        assert "Eicar-Test-Signature" in seen.findings.dispositions[0].reply.text
        assert "virus:Eicar-Test-Signature" in seen.field("X-Spam-Status") and seen.field("X-Spam-Flag") == "YES"
        large = ham(2, body="line of text\r\n" * 200_000)
        assert not one.judge(large).dispositions
        assert clamd.streams == [infected(1), large]
        assert "system call refused" not in one.log("spamfilter")
    clamd.close()


def test_without_clamd_mail_goes_on_and_the_log_says_so(tmp_path):
    clamd = Clamd(tmp_path)
    with Filter(f'[spamfilter]\nclamd = "{clamd.address}"\nclamd_timeout = "1s"\n') as one:
        for number, mood in enumerate(("stall", "nonsense", "die", "limit"), 10):
            clamd.mood = mood
            assert not one.judge(infected(number)).dispositions, mood
        clamd.close()
        assert not one.judge(infected(20)).dispositions
        assert one.log("spamfilter").count("not scanned for viruses") == 5


def test_or_is_deferred_where_the_settings_say_so(tmp_path):
    clamd = Clamd(tmp_path)
    with Filter(f'[spamfilter]\nclamd = "{clamd.address}"\nclamd_away = "defer"\n') as one:
        clamd.mood = "limit"
        assert one.send(infected(30)).HasField("accepted")  # waiting makes it no smaller
        clamd.close()
        receipt = one.send(infected(31))
        assert (receipt.deferred.code, receipt.deferred.enhanced) == (451, "4.3.0")
        assert not one.passed[-1].findings or one.passed[-1].octets != infected(31)


def test_a_virus_goes_to_junk_where_the_policy_says_so(tmp_path):
    clamd = Clamd(tmp_path)
    with Filter(f'[spamfilter]\nclamd = "{clamd.address}"\n[spamfilter.attachments]\nvirus = "junk"\n') as one:
        assert set(one.judge(infected(40)).dispositions.values()) == {"JUNK"}
    clamd.close()
