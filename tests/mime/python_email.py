#!/usr/bin/env python3
"""A message as Python's email package reads it, in the shape of `scop mime --json`: for `scop corpus score` and the differential test."""
import email
import email.header
import email.policy
import hashlib
import json
import sys


def text_of(header):
    """Encoded words decoded, folds removed."""
    try:
        pieces = [piece.decode(charset or "ascii", "replace") if isinstance(piece, bytes) else piece
                  for piece, charset in email.header.decode_header(header)]
    except (LookupError, ValueError, email.errors.HeaderParseError):
        pieces = [str(header)]
    return "".join(pieces).replace("\r", "").replace("\n", "").strip()


def parameters_of(message, header):
    found = {}
    for name, value in (message.get_params(header=header, failobj=[]) or [])[1:]:
        found[name.lower()] = email.utils.collapse_rfc2231_value(value)
    return found


def node_of(message):
    disposition = message.get_content_disposition()
    node = {"headers": [[name, text_of(value)] for name, value in message.raw_items()],
            "type": message.get_content_type(),
            "parameters": parameters_of(message, "content-type") if "content-type" in message else {},
            "disposition": disposition,
            "filename": message.get_filename(),
            "encoding": str(message.get("content-transfer-encoding", "7bit")).strip().lower(),
            "charset": message.get_param("charset"),
            "defects": [type(defect).__name__ for defect in message.defects]}
    if message.is_multipart() and node["type"] == "message/rfc822":
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


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        print(json.dumps(read(file.read())))
