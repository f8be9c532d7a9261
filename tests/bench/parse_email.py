#!/usr/bin/env python3
"""The side of Python's email package in tests/bench/parse; the same commands and answers as parse_scop.cpp."""
import ctypes
import email
import email.header
import email.parser
import email.policy
import email.utils
import json
import sys
import time


def read_messages(file):
    messages = []
    with open(file, "rb") as stream:
        while size := stream.readline():
            messages.append(stream.read(int(size)))
    return messages


def text_of(value):
    try:
        return "".join(piece.decode(charset or "ascii", "replace") if isinstance(piece, bytes) else piece
                       for piece, charset in email.header.decode_header(value))
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return str(value)


def read_headers(octets, tally):
    message = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(octets)
    tally["fields"] += len(message)
    for name in ("From", "To"):
        for shown, _ in email.utils.getaddresses([str(message[name])]) if name in message else []:
            tally["mailboxes"] += 1
            tally["text"] += len(text_of(shown))
    try:
        tally["dates"] += email.utils.parsedate_to_datetime(str(message["Date"])) is not None
    except (TypeError, ValueError):
        pass
    tally["text"] += len(text_of(message.get("Subject", "")))


def read_fully(octets, tally):
    message = email.message_from_bytes(octets, policy=email.policy.compat32)
    for part in message.walk():
        tally["fields"] += len(part)
        for value in part.values():
            tally["text"] += len(text_of(value))
        if not part.is_multipart():
            tally["leaves"] += 1
            try:
                tally["octets"] += len(part.get_payload(decode=True) or b"")
            except (ValueError, LookupError, AssertionError):
                pass


def encode_all(messages, tally):
    seconds = 0
    for octets in messages:
        message = email.message_from_bytes(octets, policy=email.policy.compat32)
        began = time.process_time()
        try:
            tally["octets"] += len(message.as_bytes())
        except (UnicodeError, LookupError, KeyError, ValueError, AttributeError):
            pass  # its generator cannot write everything that its parser reads
        seconds += time.process_time() - began
    return seconds


def read_all(messages, read, tally):
    began = time.process_time()
    for octets in messages:
        read(octets, tally)
    return time.process_time() - began


def memory_of(messages):
    loaded = ctypes.CDLL(None)
    loaded.scop_bench_peak.restype = ctypes.c_size_t
    peaks = []
    for octets in messages:
        tally = dict.fromkeys(("fields", "mailboxes", "dates", "text", "leaves", "octets"), 0)
        loaded.scop_bench_peak_reset()
        read_fully(octets, tally)
        peaks.append(loaded.scop_bench_peak())
    return {"peaks": peaks}


def main():
    messages = read_messages(sys.argv[1])
    works = {"headers": lambda tally: read_all(messages, read_headers, tally), "full": lambda tally: read_all(messages, read_fully, tally),
             "encode": lambda tally: encode_all(messages, tally)}
    for line in sys.stdin:
        work = line.strip()
        if work == "memory":
            print(json.dumps(memory_of(messages)), flush=True)
            continue
        tally = dict.fromkeys(("fields", "mailboxes", "dates", "text", "leaves", "octets"), 0)
        seconds = works[work](tally)
        print(json.dumps({"seconds": seconds, **tally}), flush=True)


main()
