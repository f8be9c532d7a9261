"""Checks what the second domain made of its mail: who lies where, with which label and which authentication results.

    verdicts.py STRANGERS.jsonl MAIL-FOLDER        exits 1 where anything is not as it should be
"""
import email
import email.policy
import json
import pathlib
import re
import sys
import time

# Subject → folder, and what Authentication-Results and X-Spam-Flag must say.
WANTED = {
    "to the second domain": ("INBOX", {"spf": "pass", "dkim": "pass", "dmarc": "pass"}, "NO"),
    "(spam)": ("Junk", {"spf": "pass"}, "YES"),
    "(altered)": ("Junk", {"dkim": "fail", "dmarc": "fail"}, None),
}


def folder_of(path):
    return "Junk" if ".Junk" in path.parts else "INBOX"


def found(mail):
    return sorted(path for path in mail.glob("second.test/bob/**/new/*") if path.is_file())


def results_of(message):
    text = " ".join(str(message.get("Authentication-Results", "")).split())
    return {method: re.findall(rf"(?<![.\w]){method}=(\w+)", text) for method in ("spf", "dkim", "dmarc", "arc", "iprev")}


def judge(path):
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    subject, folder, results = str(message["Subject"]), folder_of(path), results_of(message)
    flag, score = message.get("X-Spam-Flag"), str(message.get("X-Spam-Score", "–"))
    shown = ", ".join(f"{method} {'/'.join(sorted(set(said)))}" for method, said in results.items() if said)
    wanted = next((what for part, what in WANTED.items() if part in subject), None)
    good = wanted is not None and wanted[0] == folder and all(said in results[method] for method, said in wanted[1].items()) \
        and (wanted[2] is None or flag == wanted[2])
    return [subject[:38], folder, f"{flag or '–'} {score}", shown or "NO RESULTS", "as wanted" if good else "WRONG"], good


def table(rows, head):
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for number, row in enumerate(rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  " + "  ".join("─" * width for width in widths))


def main():
    said = [json.loads(line) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
    mail = pathlib.Path(sys.argv[2])
    print("\nWhat strangers sent, and what the receiver answered:")
    table([[one["what"], one["code"], one["text"][:80], "as wanted" if one["as_wanted"] else "WRONG"] for one in said],
          ["message", "code", "reply", ""])
    end = time.monotonic() + 60
    while len(found(mail)) < len(WANTED) and time.monotonic() < end:
        time.sleep(0.1)
    judged = [judge(path) for path in found(mail)]
    print("\nWhat bob@second.test has got:")
    table([row for row, _ in judged], ["subject", "folder", "spam", "authentication", ""])
    good = len(judged) == len(WANTED) and all(fine for _, fine in judged) and all(one["as_wanted"] for one in said)
    print(f"\n{'All as it should be.' if good else 'SOMETHING IS WRONG: see above.'}")
    sys.exit(0 if good else 1)


main()
