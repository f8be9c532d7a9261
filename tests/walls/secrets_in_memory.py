"""What lies in every daemon and judge of a mesh, as root may see it. Prints JSON:

    memory       [{process, secret, mapping, flags}]: secrets found in the whole memory; flags as in /proc/PID/smaps ("lo" locked, "dd" not dumped)
    descriptors  {process: [what each open one is]}; whoever started the mesh had LEFT_OPEN open

    secrets_in_memory.py FOLDER-OF-THE-PROGRAMS
"""
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

sys.path.insert(0, str(Path(__file__).resolve().parent))
import orders  # noqa: E402
import range as ranges  # noqa: E402

PASSWORD = ranges.PASSWORD.encode()
LEFT_OPEN = "/etc/shadow"
LARGEST = 1 << 28  # AddressSanitizer's shadow is larger, and holds no octets of ours


def both_ways(number):
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return [octets, octets[::-1]]  # as written, and as OpenSSL's numbers lie in memory


def private_parts(file):
    key = serialization.load_pem_private_key(Path(file).read_bytes(), None)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return both_ways(key.private_numbers().private_value)
    if isinstance(key, rsa.RSAPrivateKey):
        return [part for number in (key.private_numbers().p, key.private_numbers().q) for part in both_ways(number)]
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    return [key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())]


def in_pem(file):
    """The middle of the file's text: it may be left in a buffer as it was read."""
    lines = [line for line in Path(file).read_bytes().split(b"\n") if line and not line.startswith(b"-")]
    return [lines[len(lines) // 2][:48]]


def mappings(pid):
    """(begin, end, name, flags) of what can be written."""
    found, current = [], None
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)", line)
        if head:
            current = [int(head[1], 16), int(head[2], 16), head[4] or "anonymous", head[3]]
        elif line.startswith("VmFlags:") and "w" in current[3] and current[1] - current[0] < LARGEST:
            found.append((current[0], current[1], current[2], line.split()[1:]))
    return found


def search(pid, secrets, forms):
    """`secrets`: form → what it is; `forms`: all of them as one expression."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for begin, end, name, flags in mappings(pid):
            try:
                memory.seek(begin)
                octets = memory.read(end - begin)
            except OSError:
                continue
            for secret in {secrets[form] for form in set(forms.findall(octets))}:
                yield {"secret": secret, "mapping": name, "flags": [flag for flag in flags if flag in ("lo", "dd", "wf")]}


def secrets_of(instance, daemons):
    secrets = {"password": [PASSWORD]}
    for name in daemons:
        file = instance / name / "cert/key.pem"
        secrets[f"{name}'s pipe key"] = private_parts(file)
        secrets[f"{name}'s pipe key, as text"] = in_pem(file)
    for name, path in orders.PUBLIC_KEYS.items():
        secrets[f"{name}'s public key"] = private_parts(instance / path)
        secrets[f"{name}'s public key, as text"] = in_pem(instance / path)
    for file in (instance / "signer/state").rglob("*.pem"):
        secrets[f"DKIM key {file.stem}"] = private_parts(file)
        secrets[f"DKIM key {file.stem}, as text"] = in_pem(file)
    return secrets


def processes(place, daemons):
    for name in daemons:
        pid = place.pid(name)
        yield name, pid
        for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split():
            yield f"{name}-warden", int(child)
            for judge in subprocess.run(["pgrep", "-P", child], capture_output=True, text=True).stdout.split():
                yield f"{name}-judge", int(judge)


def main():
    left_open = os.open(LEFT_OPEN, os.O_RDONLY)
    os.set_inheritable(left_open, True)
    with ranges.Range(Path(sys.argv[1])) as place:
        daemons = [daemon["name"] for daemon in json.loads(place.scop("topology", "--json"))["daemons"] if daemon["is_daemon"]]
        secrets = secrets_of(place.instance, daemons)
        place.submit("bob@elsewhere.test")
        time.sleep(0.5)
        by_form = {form: name for name, forms in secrets.items() for form in forms}
        expression = re.compile(b"|".join(re.escape(form) for form in by_form))
        running = list(processes(place, daemons))
        found = [{"process": name, **one} for name, pid in running for one in search(pid, by_form, expression)]
        descriptors = {name: sorted(os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()) for name, pid in running}
        print(json.dumps({"memory": found, "descriptors": descriptors}, indent=1))


main()
