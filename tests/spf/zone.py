"""Zones of the OpenSPF test format as the answers that scop-test-spf-ours takes: RDATA in hexadecimal digits."""
import ipaddress


def wire(name):
    name = name.rstrip(".")
    labels = name.encode("latin-1").split(b".") if name else []
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def octets(text):
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def txt(value):
    strings = value if isinstance(value, list) else [value]
    out = b""
    for text in map(octets, strings):
        pieces = [text[i:i + 255] for i in range(0, len(text), 255)] or [b""]
        out += b"".join(bytes([len(piece)]) + piece for piece in pieces)
    return out


def rdata(kind, value):
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "MX":
        return int(value[0]).to_bytes(2, "big") + wire(value[1])
    if kind in ("PTR", "CNAME"):
        return wire(value)
    return txt(value)


def add(types, kind, value):
    if value == "TIMEOUT":
        types[kind] = "TIMEOUT"
    elif types.get(kind) != "TIMEOUT":
        types.setdefault(kind, []).append(rdata(kind, value).hex())


def name_of(entries):
    """An SPF entry doubles as TXT unless the name has TXT of its own; "TXT: NONE" says that it has none."""
    types = {}
    own = any(isinstance(entry, dict) and "TXT" in entry for entry in entries)
    for entry in entries:
        if entry == "TIMEOUT":
            types["*"] = "TIMEOUT"
            continue
        for kind, value in entry.items():
            if kind == "SPF" and own or kind == "TXT" and value == "NONE":
                continue
            add(types, "TXT" if kind == "SPF" else kind, value)
    return types


def convert(zonedata):
    return {name: name_of(entries) for name, entries in zonedata.items()}
