"""Two readings of one message side by side: what `scop corpus generate` meant, or `scop mime --json` said, and what another parser
said in the same shape. Each difference is a Difference; rules.py says what it means."""
import re
from dataclasses import dataclass, field

ADDRESSES = ("from", "sender", "reply-to", "to", "cc")
DATES = ("date", "received")


@dataclass
class Difference:
    reader: str
    aspect: str       # headers, header, addresses, date, type, parameter, disposition, filename, tree, body, parts
    expected: object
    said: object
    node: dict        # as it was meant
    name: str = ""    # of the field or parameter
    grade: str = ""
    breakage: str = ""
    above: tuple = field(default_factory=tuple)  # types of the nodes around it

    def __str__(self):
        where = f"{self.grade} {self.breakage}".strip()
        return (f"{self.reader}: {self.aspect} {self.name} in {self.node.get('type')} ({where}):\n"
                f"    meant {self.expected!r:.600}\n    said  {self.said!r:.600}")


def kind(node):
    return "multipart" if "parts" in node else "message" if "message" in node else "leaf"


def split(headers):
    """Own fields and Content-* apart: GMime gives the latter after the former."""
    own = [(name, value) for name, value in headers if not name.lower().startswith("content-")]
    content = [(name, value) for name, value in headers if name.lower().startswith("content-")]
    return own, content


def bare(address):
    """addr-spec without the quotes of its local part: how it is written is no difference."""
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"(@.*)', address or "", re.S)
    return re.sub(r"\\(.)", r"\1", quoted[1], flags=re.S) + quoted[2] if quoted else address


def flat(addresses):
    """[(name, address)] of a list of addresses; groups opened, their names as ("group", name)."""
    out = []
    for entry in addresses or []:
        if entry.get("group") is not None:
            out.append(("group", entry["group"]))
        for box in entry["mailboxes"]:
            out.append((box.get("name"), bare(box["address"]) if "address" in box else f"{box['local_part']}@{box['domain']}"))
    return out


class Comparison:
    def __init__(self, reader, entry):
        self.reader, self.entry, self.found = reader, entry, []

    def note(self, aspect, expected, said, node, above, name=""):
        self.found.append(Difference(self.reader, aspect, expected, said, node, name, self.entry["grade"], self.entry["breakage"] or "",
                                     above))

    def node(self, meant, said, above=()):
        """Where fields are missing, or type or boundary are read otherwise, the rest follows from that and is not looked at."""
        if not self.headers(meant, said, above):
            return None
        for key in ("type", "disposition", "filename"):
            if meant[key] != said.get(key):
                self.note(key, meant[key], said.get(key), meant, above)
        theirs = said.get("parameters") or {}
        for name in dict.fromkeys([*meant["parameters"], *theirs]):
            if meant["parameters"].get(name) != theirs.get(name):
                self.note("parameter", meant["parameters"].get(name), theirs.get(name), meant, above, name)
        if meant["type"] != said.get("type") or meant["parameters"].get("boundary") != theirs.get("boundary"):
            return None
        if kind(meant) != kind(said):
            return self.note("tree", kind(meant), kind(said), meant, above)
        return self.inside(meant, said, (*above, meant["type"]), above)

    def inside(self, meant, said, below, above):
        if "parts" in meant:
            if len(meant["parts"]) != len(said["parts"]):
                return self.note("parts", len(meant["parts"]), len(said["parts"]), meant, above)
            for one, other in zip(meant["parts"], said["parts"]):
                self.node(one, other, below)
        elif "message" in meant:
            self.node(meant["message"], said["message"], below)
        elif meant["sha256"] != said.get("sha256"):
            self.note("body", [meant["size"], meant["sha256"]], [said.get("size"), said.get("sha256"), said.get("ends_in_cr", False)],
                      meant, above)

    def headers(self, meant, said, above):
        said_headers, whole = said.get("headers", []), True
        for ours, theirs in zip(split(meant["headers"]), split(said_headers)):
            if [name for name, _ in ours] != [name for name, _ in theirs]:
                self.note("headers", [name for name, _ in ours], [name for name, _ in theirs], meant, above)
                whole = False
                continue
            for (name, value), (_, other) in zip(ours, theirs):
                if value != other:
                    self.note("header", value, other, meant, above, name)
        if whole:
            self.meanings(meant, said, above)
        return whole

    def meanings(self, meant, said, above):
        if "addresses" in said:
            lists = [meant.get("addresses", {}).get(str(i), []) for i, (name, _) in enumerate(meant["headers"])
                     if name.lower() in ADDRESSES]
            for one, other in zip(lists, said["addresses"]):
                one, other = flat(one), flat(other)
                if self.reader == "python":  # knows no groups
                    one = [pair for pair in one if pair[0] != "group"]
                    other = [pair for pair in other if pair != ("", "")]  # a group without members
                if one != other:
                    self.note("addresses", one, other, meant, above)
        if "dates" in said:
            dates = [meant.get("dates", {}).get(str(i)) for i, (name, _) in enumerate(meant["headers"]) if name.lower() in DATES]
            for one, other in zip(dates, said["dates"]):
                if one != other:
                    self.note("date", one, other, meant, above)


def differences(reader, entry, meant, said):
    comparison = Comparison(reader, entry)
    comparison.node(meant, said)
    return comparison.found


def disagreement(meant, ours):
    """The first thing that our own reader finds otherwise than it was meant; None: all is as it was meant."""
    for key, value in meant.items():
        if key in ("addresses", "dates", "parts", "message"):
            continue
        same = sorted(ours.get(key, [])) == sorted(value) if key == "defects" else ours.get(key) == value
        if not same:
            return f"{key}: meant {value!r:.300}, read {ours.get(key)!r:.300}"
    if len(meant.get("parts", [])) != len(ours.get("parts", [])) or ("message" in meant) != ("message" in ours):
        return "another tree"
    pairs = list(zip(meant.get("parts", []), ours.get("parts", [])))
    if "message" in meant:
        pairs.append((meant["message"], ours["message"]))
    return next((found for pair in pairs if (found := disagreement(*pair))), None)
