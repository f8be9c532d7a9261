"""Reads the replay scenarios of Unbound's testbed (.rpl): a configuration, authoritative servers by address (RANGE), steps (STEP)."""
import re
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

SECTIONS = ("QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL")
FLAGS = {"QR": dns.flags.QR, "AA": dns.flags.AA, "TC": dns.flags.TC, "RD": dns.flags.RD, "RA": dns.flags.RA, "AD": dns.flags.AD, "CD": dns.flags.CD}
DEFAULT_TTL = 3600


def read_record(line):
    """"www.example.com. 3600 IN A 192.0.2.1", TTL and class optional."""
    owner, *words = line.split()
    ttl = DEFAULT_TTL
    while words[0].isdigit() or words[0].upper() == "IN":
        ttl = int(words[0]) if words[0].isdigit() else ttl
        words = words[1:]
    rest = line[line.index(words[0], len(owner)) + len(words[0]):].strip()
    kind = dns.rdatatype.from_text(words[0])
    rdata = dns.rdata.from_text(dns.rdataclass.IN, kind, rest, origin=dns.name.root, relativize=False)
    return dns.name.from_text(owner), kind, rdata, ttl


@dataclass
class Entry:
    match: set = field(default_factory=set)
    reply: set = field(default_factory=set)
    adjust: set = field(default_factory=set)
    lines: dict = field(default_factory=lambda: {name: [] for name in SECTIONS})

    def question(self):
        words = self.lines["QUESTION"][0].split()
        kind = words[-1]
        return dns.name.from_text(words[0]), dns.rdatatype.from_text(kind)

    def records(self, section):
        """(name, type, rdata, ttl) of each record of a section."""
        return [read_record(line) for line in self.lines[section]]

    def rcode(self):
        return next((dns.rcode.from_text(word) for word in self.reply if word not in FLAGS and word != "DO"), 0)

    def flags(self):
        return sum(FLAGS[word] for word in self.reply if word in FLAGS)

    def codes(self):
        """Extended errors that the answer must have (RFC 8914)."""
        return [int(word[4:]) for word in self.match if word.startswith("ede=") and word[4:].isdigit()]


@dataclass
class Range:
    first: int
    last: int
    address: str = ""
    entries: list = field(default_factory=list)


@dataclass
class Step:
    number: int
    kind: str
    words: list
    entry: Entry = None


@dataclass
class Scenario:
    name: str
    config: list  # (section, key, value), as they stand
    ranges: list
    steps: list

    def values(self, key, section="server"):
        return [value for where, name, value in self.config if (where, name) == (section, key)]

    def zones(self, section):
        """[{"name": …, "stub-addr": [...]}] of stub-zone or forward-zone."""
        found = []
        for where, key, value in self.config:
            if where != section:
                continue
            if key == "":
                found.append({})
            else:
                found[-1].setdefault(key, []).append(value)
        return found


def read_config(lines):
    section, config = "server", []
    for line in lines:
        line = re.split(r"(?:^|\s)[#;]", line)[0].strip()
        if not line or ":" not in line:
            continue
        key, value = line.split(":", 1)
        value = value.strip().strip('"')
        if not value and key in ("server", "stub-zone", "forward-zone"):
            section = key
        config.append((section, "" if key == section else key, value))
    return config


def read_entry(lines):
    entry, section = Entry(), None
    for line in lines:
        words = line.split()
        if words[0] == "ENTRY_END":
            return entry
        if words[0] in ("MATCH", "REPLY", "ADJUST"):
            getattr(entry, words[0].lower()).update(words[1:])
        elif words[0] == "SECTION":
            section = words[1]
        else:
            entry.lines[section].append(line)
    raise ValueError("an entry without end")


def read(path):
    text = path.read_text()
    config, body = text.split("CONFIG_END", 1)
    lines = (line.split(";")[0].strip() if "TXT" not in line else line.strip() for line in body.splitlines())
    lines = iter([line for line in lines if line and not line.startswith((";", "#"))])
    scenario = Scenario(path.stem, read_config(config.splitlines()), [], [])
    place = None
    for line in lines:
        words = line.split()
        if words[0] == "RANGE_BEGIN":
            place = Range(int(words[1]), int(words[2]))
            scenario.ranges.append(place)
        elif words[0] == "ADDRESS":
            place.address = words[1]
        elif words[0] == "STEP":
            scenario.steps.append(Step(int(words[1]), words[2], words[3:]))
            place = None
        elif words[0] == "ENTRY_BEGIN":
            entry = read_entry(lines)
            if place is not None:
                place.entries.append(entry)
            else:
                scenario.steps[-1].entry = entry
        elif words[0] == "SCENARIO_END":
            return scenario
    raise ValueError(f"{path}: no SCENARIO_END")


def answers(entry, query, by_tcp):
    """Whether this entry of a RANGE is what such a query gets."""
    name, kind = entry.question()
    asked = query.question[0]
    if "TCP" in entry.match and not by_tcp or "UDP" in entry.match and by_tcp:
        return False
    if "DO" in entry.match and not query.ednsflags & dns.flags.DO or "noedns" in entry.match and query.edns >= 0:
        return False
    if "qname" in entry.match and asked.name != name or "qtype" in entry.match and asked.rdtype != kind:
        return False
    return "subdomain" not in entry.match or asked.name.is_subdomain(name)


def reply_to(entry, query):
    message = dns.message.Message(id=query.id)
    message.flags = entry.flags()
    message.set_rcode(entry.rcode())
    if "copy_query" in entry.adjust:
        message.question = list(query.question)
    else:
        name, kind = entry.question()
        message.question = [dns.rrset.RRset(name, dns.rdataclass.IN, kind)]
    for section, rrsets in (("ANSWER", message.answer), ("AUTHORITY", message.authority), ("ADDITIONAL", message.additional)):
        for owner, kind, rdata, ttl in entry.records(section):
            rrsets.append(dns.rrset.from_rdata(owner, ttl, rdata))
    if query.edns >= 0:
        message.use_edns(0, query.ednsflags & dns.flags.DO, 4096)
    return message


def unlike(entry, message):
    """What is not as a CHECK_ANSWER wants it; empty where all is."""
    wrong = []
    if dns.rcode.to_text(message.rcode()) != dns.rcode.to_text(entry.rcode()):
        wrong.append(f"rcode {dns.rcode.to_text(message.rcode())}, not {dns.rcode.to_text(entry.rcode())}")
    flags = message.flags & sum(FLAGS.values())
    if flags != entry.flags():
        wrong.append(f"flags {dns.flags.to_text(flags)}, not {dns.flags.to_text(entry.flags())}")
    if bool(message.ednsflags & dns.flags.DO) != ("DO" in entry.reply):
        wrong.append("the DO bit")
    codes = [int(option.code) for option in message.options if option.otype == 15]
    if any(code not in codes for code in entry.codes()):
        wrong.append(f"EDE {codes}, not {entry.codes()}")
    with_ttl = "ttl" in entry.match
    for section, rrsets in (("ANSWER", message.answer), ("AUTHORITY", message.authority), ("ADDITIONAL", message.additional)):
        wanted = sorted((str(name).lower(), int(kind), rdata.to_digestable(), ttl if with_ttl else 0) for name, kind, rdata, ttl in entry.records(section))
        found = sorted((str(rrset.name).lower(), int(rrset.rdtype), rdata.to_digestable(), rrset.ttl if with_ttl else 0) for rrset in rrsets for rdata in rrset)
        # A second or two may have passed, and TTLs with it.
        same = len(wanted) == len(found) and all(a[:3] == b[:3] and 0 <= a[3] - b[3] <= 10 for a, b in zip(wanted, found))
        if not same:
            wrong.append(f"{section}: {[one[:2] for one in found]}, not {[one[:2] for one in wanted]}" +
                         (f" with TTL {[one[3] for one in wanted]}" if with_ttl else ""))
    return wrong
