"""`scop up` looks after the certificates beside the daemons, and ends that with them."""
import os
import re
import signal
import subprocess
import time

import pytest
from authorities import available
from mail_host import BIN, MailHost
from primary import Primary

pytestmark = pytest.mark.skipif(bool(available()), reason=f"not installed: {', '.join(available())}")


def until(condition, what, seconds=180):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.1)


def test_the_mesh_starts_it_restarts_it_and_ends_it():
    with Primary() as dns, MailHost(dns) as host:
        host.configure(f'enabled = true\nterms_agreed = true\nprimary = "127.0.0.1:{dns.port}"\ndirectory = "https://127.0.0.1:1/none"\n'
                       'tlsa_tsig_key_file = "acme/tlsa.key"\nretry = "1h"\n')
        output = open(host.folder.parent / "up.log", "wb")
        up = subprocess.Popen([str(BIN / "scop"), "--config", str(host.folder / "scop.toml"), "up", "--ready-file", str(host.folder.parent / "ready")],
                              stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        said = lambda: (host.folder.parent / "up.log").read_text(errors="replace")
        process = lambda: int((host.folder / "run/acme.pid").read_text())
        log = host.folder / "log/acme.log"
        try:
            until(lambda: (host.folder.parent / "ready").exists() or up.poll() is not None, said)
            assert up.poll() is None, said()
            until(lambda: "certificate not obtained" in log.read_text(), said)
            assert re.search(r"ready .*user=\d+", log.read_text())
            first = process()
            os.kill(first, signal.SIGKILL)
            until(lambda: log.read_text().count(" ready ") == 2, said)
            second = process()
            assert second != first and log.read_text().count("certificate ordered") == 1, "the restart heeds the wait of before"
            up.terminate()
            assert up.wait(120) == 0, said()
            assert not os.path.exists(f"/proc/{second}")
        finally:
            if up.poll() is None:
                up.terminate()
                up.wait(60)
