"""pebble, the ACME server for tests of Debian, with a certificate of its own CA; and a client that does not sleep long."""
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from pathlib import Path

UACME = "/usr/bin/uacme"


def available():
    return [name for name in ("uacme", "pebble") if not shutil.which(name)] + [
        name for name in ("named", "tsig-keygen") if not shutil.which(name, path="/usr/sbin:/usr/bin")]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_authority(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", f"/CN={name}",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")


def issue(folder, stem, names, days=90, key=None):
    """A leaf of the CA in `folder` for `names`; `key`: an existing one. Returns chain and key files."""
    key_file = key or folder / f"{stem}.key"
    if not key:
        openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", key_file)
    extensions = folder / f"{stem}.ext"
    extensions.write_text("subjectAltName=" + ",".join(f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names))
    openssl("req", "-new", "-key", key_file, "-subj", f"/CN={names[0]}", "-out", folder / f"{stem}.csr")
    openssl("x509", "-req", "-in", folder / f"{stem}.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", days,
            "-extfile", extensions, "-out", folder / f"{stem}.pem")
    return folder / f"{stem}.pem", key_file


def impatient_client(folder):
    """The real uacme, whose sleep() between two questions is 0.2 s: pebble is faster than the world."""
    (folder / "sleep.c").write_text("#include <unistd.h>\nunsigned sleep(unsigned s) { (void)s; usleep(200000); return 0; }\n")
    subprocess.run(["clang-19", "-shared", "-fPIC", "-o", folder / "sleep.so", folder / "sleep.c"], check=True)
    client = folder / "uacme"
    client.write_text(f'#!/bin/sh\nLD_PRELOAD={folder}/sleep.so exec {UACME} "$@"\n')
    client.chmod(0o755)
    return client


class Pebble:
    def __init__(self, folder, dns_port, **environment):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        make_authority(self.folder, "pebble's own CA")
        certificate, key = issue(self.folder, "server", ["localhost", "127.0.0.1"])
        self.authority = self.folder / "ca.pem"
        self.port, self.management = free_port(), free_port()
        self.directory = f"https://127.0.0.1:{self.port}/dir"
        self.dns_port = dns_port
        self.environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", **environment}
        (self.folder / "config.json").write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.management}", "certificate": str(certificate),
            "privateKey": str(key), "httpPort": free_port(), "tlsPort": free_port(), "ocspResponderURL": "", "externalAccountBindingRequired": False}}))
        self.process = None

    def __enter__(self):
        log = open(self.folder / "pebble.log", "ab")
        self.process = subprocess.Popen(["pebble", "-config", str(self.folder / "config.json"), "-dnsserver", f"127.0.0.1:{self.dns_port}"],
                                        env={**os.environ, **self.environment}, stdout=log, stderr=log)
        context = ssl.create_default_context(cafile=str(self.authority))
        end = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(self.directory, context=context, timeout=5).read()
                return self
            except OSError:
                assert time.monotonic() < end and self.process.poll() is None, self.log()
                time.sleep(0.05)

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def log(self):
        return (self.folder / "pebble.log").read_text(errors="replace")
