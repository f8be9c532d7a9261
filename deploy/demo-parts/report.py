"""Checks what arrived: both DKIM signatures by python3-dkim against the published keys, the mailboxes, the order.

Waits until everything that was accepted is there, prints the tables, and exits 1 where anything is not as it should be.
"""
import json
import pathlib
import re
import sys
import time

import dkim
import dns.resolver

ARRIVAL_SECONDS = 60


def key_lookup(port):
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port

    def lookup(name, timeout=5):
        answer = resolver.resolve(name.decode().rstrip("."), "TXT", lifetime=timeout)
        return b"".join(answer[0].strings)

    return lookup


def wait_for(what, expected, count):
    end = time.monotonic() + ARRIVAL_SECONDS
    while count() < expected:
        if time.monotonic() > end:
            print(f"  {what}: {count()} of {expected} arrived within {ARRIVAL_SECONDS} s")
            return False
        time.sleep(0.1)
    return True


def signatures(octets, lookup):
    verdicts = []
    message = dkim.DKIM(octets)
    found = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    for index, value in enumerate(found):
        algorithm = re.search(rb"\ba=([a-z0-9-]+)", value).group(1).decode()
        try:
            good = dkim.DKIM(octets).verify(idx=index, dnsfunc=lookup)
        except dkim.DKIMException as problem:
            good = False
            algorithm += f" ({problem})"
        verdicts.append((algorithm, good))
    return verdicts


def table(rows, head):
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for number, row in enumerate(rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  " + "  ".join("─" * width for width in widths))


def subject_of(octets):
    found = re.search(rb"^Subject: (.*)$", octets, re.M | re.I)
    return found.group(1).decode("utf-8", "replace").strip()[:40] if found else ""


def judge(path, where, lookup, cut):
    octets = path.read_bytes()
    head, _, message = octets.partition(b"\r\n\r\n") if cut else (b"", b"", octets)
    verdicts = signatures(message, lookup)
    good = sorted(algorithm for algorithm, valid in verdicts if valid) == ["ed25519-sha256", "rsa-sha256"]
    tls = "TLS" if b"X-Demo-TLS: yes" in head else ("" if not cut else "clear text")
    shown = ", ".join(f"{algorithm} {'valid' if valid else 'INVALID'}" for algorithm, valid in verdicts)
    return [where, subject_of(message), tls, shown or "NO SIGNATURE"], good and tls != "clear text"


def main():
    sent_file, foreign, mail, resolver_port = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), sys.argv[4]
    sent = [json.loads(line) for line in pathlib.Path(sent_file).read_text().splitlines()]
    print("\nWhat the client sent, and what the submission daemon answered:")
    table([[entry["what"], entry["code"], entry["text"][:70], "as wanted" if entry["as_wanted"] else "WRONG"]
           for entry in sent], ["message", "code", "reply", ""])
    accepted = [entry for entry in sent if entry["code"] == 250]
    # sales@ is an alias of bob@: one message reaches one mailbox once.
    local = sum(len({address.replace("sales@", "bob@") for address in entry["recipients"]
                     if address.endswith("@example.test")}) for entry in accepted)
    abroad = sum(1 for entry in accepted for address in entry["recipients"] if address.endswith("@foreign.test"))

    def foreign_recipients():
        return sum(path.read_bytes().partition(b"\r\n\r\n")[0].count(b"X-Demo-To:") for path in foreign.glob("*.eml"))

    def mailboxes():
        return sorted(mail.glob("example.test/*/new/*"))

    good = wait_for("foreign.test", abroad, foreign_recipients)
    good = wait_for("example.test", local, lambda: len(mailboxes())) and good
    lookup = key_lookup(int(resolver_port))
    rows = []
    for path in sorted(foreign.glob("*.eml")):
        row, valid = judge(path, "foreign.test's MX", lookup, True)
        rows.append(row)
        good = good and valid
    for path in mailboxes():
        row, valid = judge(path, f"mailbox of {path.parts[-3]}", lookup, False)
        rows.append(row)
        good = good and valid
    print("\nWhat arrived (signatures checked by python3-dkim against the keys that the signer published):")
    table(rows, ["where", "subject", "link", "DKIM"])
    good = good and all(entry["as_wanted"] for entry in sent) and len(accepted) == 7
    print(f"\n{'All as it should be.' if good else 'SOMETHING IS WRONG: see above.'}"
          f" {abroad} recipients abroad, {local} local.")
    sys.exit(0 if good else 1)


main()
