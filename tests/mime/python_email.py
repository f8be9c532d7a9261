#!/usr/bin/env python3
"""A message as Python's email package reads it, in the shape of `scop mime --json`: for `scop corpus score` and the differential test."""
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys


def utf8_of(text):
    """email keeps raw octets of headers as lone surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def text_of(header):
    """Encoded words decoded, folds removed."""
    text = utf8_of(str(header))
    try:
        text = str(email.header.make_header(email.header.decode_header(text)))
    except (LookupError, ValueError, email.errors.HeaderParseError):
        pass
    return text.replace("\r", "").replace("\n", "").strip(" \t")


def parameters_of(message, header):
    found = {}
    for name, value in (message.get_params(header=header, failobj=[]) or [])[1:]:
        found[name.lower()] = utf8_of(email.utils.collapse_rfc2231_value(value))
    return found


def addresses_of(message):
    """As comparing.flat has them, without groups."""
    found = []
    for name, value in message.raw_items():
        if name.lower() in ("from", "sender", "reply-to", "to", "cc"):
            boxes = [{"name": text_of(shown), "address": address}
                     for shown, address in email.utils.getaddresses([utf8_of(value).replace("\r", "").replace("\n", "")])]
            found.append([{"group": None, "mailboxes": boxes}])
    return found


def dates_of(message):
    found = []
    for name, value in message.raw_items():
        if name.lower() in ("date", "received"):
            parsed = email.utils.parsedate_tz(value.rsplit(";", 1)[-1] if name.lower() == "received" else value)
            found.append(None if parsed is None else {"seconds": email.utils.mktime_tz(parsed), "zone_minutes": (parsed[9] or 0) // 60})
    return found


def node_of(message):
    disposition = message.get_content_disposition()
    node = {"headers": [[name, text_of(value)] for name, value in message.raw_items()],
            "type": message.get_content_type(),
            "parameters": parameters_of(message, "content-type") if "content-type" in message else {},
            "disposition": disposition,
            "filename": None if (name := message.get_filename()) is None else utf8_of(name),
            "encoding": str(message.get("content-transfer-encoding", "7bit")).strip().lower(),
            "charset": parameters_of(message, "content-type").get("charset") if "content-type" in message else None,
            "addresses": addresses_of(message),
            "dates": dates_of(message),
            "defects": [type(defect).__name__ for defect in message.defects]}
    if message.is_multipart() and node["type"] in ("message/rfc822", "message/global"):
        node["message"] = node_of(message.get_payload(0))
    elif message.is_multipart():
        node["parts"] = [node_of(part) for part in message.get_payload()]
    else:
        octets = message.get_payload(decode=True) or b""
        node["size"] = len(octets)
        node["sha256"] = hashlib.sha256(octets).hexdigest()
    return node


def read(octets):
    return node_of(email.message_from_bytes(octets, policy=email.policy.compat32))


def read_stream(stream):
    """As gmime_json - does it."""
    while head := stream.readline():
        try:
            print(json.dumps(read(stream.read(int(head)))))
        except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError) as error:
            print(json.dumps({"died": f"{type(error).__name__}: {error}"}))


if __name__ == "__main__":
    if sys.argv[1] == "-":
        read_stream(sys.stdin.buffer)
        sys.exit()
    with open(sys.argv[1], "rb") as file:
        print(json.dumps(read(file.read())))
