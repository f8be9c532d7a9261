"""What the differences between our reader and others' mean. Each rule says which reader, which aspects, under which condition, who is
right and by which section. A difference that no rule takes fails tests/mime/differential; one that a rule takes too easily would hide a
fault of ours, so conditions are as narrow as the data allows."""
import re
from dataclasses import dataclass
from typing import Callable

THEIRS = "ours"            # theirs is wrong
AMBIGUOUS = "ambiguous"    # the section lets both stand, or says nothing

PADDED_BESIDE_ANOTHER = re.compile(rb"=\?[^?\s]+\?[Bb]\?[^?\s]*=\?=\s+=\?[^?\s]+\?[Bb]\?")
WORD_WITH_LANGUAGE = re.compile(rb"=\?[^?*\s]+\*[^?\s]+\?[BbQq]\?")
SPACE_BEFORE_COLON = re.compile(rb"^[!-9;-~]+[ \t]+:", re.M)
CENTURY = (36524 * 86400, 36525 * 86400)  # seconds, with 24 or 25 leap years


@dataclass
class Rule:
    name: str
    reader: str
    aspects: tuple
    verdict: str
    section: str
    why: str
    holds: Callable


def plain(text):
    """Without white space."""
    return re.sub(r"\s+", "", text or "")


def without_comments(text):
    """Comments of RFC 5322 3.2.2 removed, and the white space at the ends."""
    before = None
    while text != before:
        before, text = text, re.sub(r"\((?:[^()\\]|\\.)*\)", "", text)
    return text.strip()


def texts(d):
    return isinstance(d.expected, str) and isinstance(d.said, str)


def is_subsequence(short, long):
    rest = iter(long)
    return all(c in rest for c in short)


def pairs_differ_by(d, alike):
    """Both lists have the same addresses in the same order, and each name is alike."""
    return len(d.expected) == len(d.said) and all(
        one == other or (alike(one[0] or "", other[0] or "") and (one[1] == other[1] or one[0] == "group" and alike(one[1], other[1])))
        for one, other in zip(d.expected, d.said))


def without_literals(d):
    """The other one said all but the mailboxes at domain literals."""
    kept = [pair for pair in d.expected if not pair[1].endswith("]")]
    return len(kept) < len(d.expected) and len(kept) == len(d.said) and all(
        one[1] == other[1] and same_but_white_space(one[0], other[0]) for one, other in zip(kept, d.said))


def same_but_white_space(one, other):
    return plain(one) == plain(other)


def lost_words(one, other):
    return is_subsequence(plain(other), plain(one))


def comment_as_name(d):
    """An address without a name, and a comment that was taken for one; white space aside."""
    return lambda one, other: same_but_white_space(one, other) or (
        not one and b"(" + re.match(r"\w*", other)[0].encode() in d.octets)


def lost_words_or_comment(d):
    return lambda one, other: lost_words(one, other) or comment_as_name(d)(one, other)


def has_raw_utf8(d):
    return any(octet > 127 for octet in d.octets.replace(b"\r", b"").split(b"\n\n")[0]) or d.above


def read_otherwise_than_utf8(d):
    return texts(d) and not d.expected.isascii() and ("\ufffd" in d.said or "\\u" in d.said.lower() or "=?" in d.said) and has_raw_utf8(d)


def with_comments(one, other):
    return plain(one) == plain(without_comments(other))


def broken_as(*names):
    return lambda d: d.breakage in names


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text, flags=re.S)


RULES = [
    # --- GMime
    Rule("gmime-padded-words", "gmime", ("header",), THEIRS, "RFC 2047 2, 6.2",
         "neighbouring B words are joined before they are decoded: what stands behind the first word's padding is lost",
         lambda d: texts(d) and lost_words(d.expected, d.said) and PADDED_BESIDE_ANOTHER.search(d.octets)),
    Rule("gmime-padded-words-in-names", "gmime", ("addresses",), THEIRS, "RFC 2047 2, 6.2", "the same in display names",
         lambda d: not pairs_differ_by(d, same_but_white_space) and pairs_differ_by(d, lost_words_or_comment(d)) and PADDED_BESIDE_ANOTHER.search(d.octets)),
    Rule("gmime-space-in-names", "gmime", ("addresses",), AMBIGUOUS, "RFC 5322 2.2.3, 3.2.2",
         "a display name keeps folds and runs of white space between its atoms; ours has one space",
         lambda d: pairs_differ_by(d, same_but_white_space)),
    Rule("gmime-comment-as-name", "gmime", ("addresses",), AMBIGUOUS, "RFC 5322 3.4, RFC 822 A.1.1",
         "the comment behind an address without a name is its name, as before RFC 2822",
         lambda d: not pairs_differ_by(d, same_but_white_space) and pairs_differ_by(d, comment_as_name(d))),
    Rule("gmime-before-1970", "gmime", ("date",), THEIRS, "RFC 5322 3.3", "no date where it lies before 1970",
         lambda d: d.said is None and d.expected["seconds"] + 60 * d.expected["zone_minutes"] < 86400),
    Rule("gmime-two-digit-years", "gmime", ("date",), THEIRS, "RFC 5322 4.3", "years 50 to 69 are taken for 2050 to 2069",
         lambda d: d.grade == "obsolete" and d.said and d.said["zone_minutes"] == d.expected["zone_minutes"]
         and d.said["seconds"] - d.expected["seconds"] in CENTURY),
    Rule("gmime-date-zone-lost", "gmime", ("date",), THEIRS, "RFC 5322 3.3, 4.3", "a comment within the date, and the zone is lost",
         lambda d: d.said and d.said["zone_minutes"] == 0
         and d.said["seconds"] == d.expected["seconds"] + 60 * d.expected["zone_minutes"]),
    Rule("gmime-date-comment", "gmime", ("date",), THEIRS, "RFC 5322 3.3, 4.3", "a comment behind the day's name, and the year is lost",
         lambda d: d.grade == "obsolete" and re.search(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s*\(", d.octets)),
    Rule("gmime-cr-before-delimiter", "gmime", ("body",), THEIRS, "RFC 2046 5.1.1",
         "the CR of the line end before a delimiter stays in the body where a read of the parser ends between CR and LF",
         lambda d: d.said[0] == d.expected[0] + 1 and d.said[2] and d.above),
    Rule("gmime-comments", "gmime", ("disposition", "parameter", "filename"), THEIRS, "RFC 2045 5.1, RFC 2183 2",
         "a comment behind a value becomes part of it",
         lambda d: texts(d) and "(" in d.said and "(" not in without_comments(d.expected)),
    Rule("gmime-space-before-line-end", "gmime", ("body",), THEIRS, "RFC 2045 6.7 (3)",
         "white space before a line end of quoted-printable is kept", broken_as("space_before_line_end")),
    Rule("gmime-finds-parts", "gmime", ("tree",), AMBIGUOUS, "RFC 2046 5.1.1",
         "a multipart without a boundary, or with its parent's, stays a multipart (of nothing); ours is a leaf",
         lambda d: d.breakage in ("no_boundary", "boundary_reused") and (d.expected, d.said) == ("leaf", "multipart")),
    Rule("gmime-goes-deeper", "gmime", ("tree",), AMBIGUOUS, "no bound in RFC 2046", "messages in messages beyond 100 levels",
         lambda d: d.breakage == "too_deep" and (d.expected, d.said) == ("leaf", "message")),
    Rule("gmime-bad-type", "gmime", ("type",), AMBIGUOUS, "RFC 2045 5.2",
         "a Content-Type without a subtype is application/octet-stream; ours takes RFC 2045's default", broken_as("bad_content_type")),

    # --- Python's email, policy compat32
    Rule("python-space-before-colon", "python", ("headers",), THEIRS, "RFC 5322 4.5.1",
         "white space before a field's colon ends the header", lambda d: d.grade == "obsolete" and SPACE_BEFORE_COLON.search(d.octets)),
    Rule("python-malformed-line", "python", ("headers",), AMBIGUOUS, "RFC 5322 2.2",
         "a line that is no field ends the header; ours goes on behind it", broken_as("malformed_line")),
    Rule("python-malformed-last-line", "python", ("body",), AMBIGUOUS, "RFC 5322 2.2",
         "as the header's last line it begins the body", broken_as("malformed_line")),
    Rule("python-utf8", "python", ("header", "filename", "parameter"), THEIRS, "RFC 6532 3.2",
         "UTF-8 in a header is not read beside encoded words, nor in parameters (policy compat32)", read_otherwise_than_utf8),
    Rule("python-reused-boundary", "python", ("body",), AMBIGUOUS, "RFC 2046 5.1.1",
         "the inner multipart of the same boundary has no parts in both; where it ends differs", broken_as("boundary_reused")),
    Rule("python-goes-deeper", "python", ("tree",), AMBIGUOUS, "no bound in RFC 2046", "messages in messages beyond 100 levels",
         lambda d: d.breakage == "too_deep" and (d.expected, d.said) == ("leaf", "message")),
    Rule("python-space-before-line-end", "python", ("body",), THEIRS, "RFC 2045 6.7 (3)",
         "white space before a line end of quoted-printable is kept", broken_as("space_before_line_end")),
    Rule("python-white-space", "python", ("header",), THEIRS, "RFC 5322 2.2.3, RFC 2047 6.2",
         "white space beside encoded words becomes one space or none",
         lambda d: texts(d) and plain(d.expected) == plain(d.said)),
    Rule("python-language", "python", ("header", "addresses"), THEIRS, "RFC 2231 5", "an encoded word with a language is not read",
         lambda d: "=?" in str(d.said) and WORD_WITH_LANGUAGE.search(d.octets)),
    Rule("python-quoted-pairs", "python", ("parameter", "filename"), THEIRS, "RFC 5322 3.2.1, RFC 2045 5.1",
         "of quoted pairs only \\\" and \\\\ are undone",
         lambda d: texts(d) and "\\" in d.said and plain(d.expected) in
         (plain(unescaped(d.said).strip('"')), plain(unescaped(without_comments(d.said)).strip('"')))),
    Rule("python-comments", "python", ("type", "disposition", "parameter", "filename"), THEIRS, "RFC 2045 5.1, RFC 2183 2",
         "a comment behind a value becomes part of it",
         lambda d: texts(d) and "(" in d.said
         and plain(unescaped(without_comments(d.said)).strip('"')).lower() == plain(d.expected).lower()),
    Rule("python-comment-in-sections", "python", ("filename",), THEIRS, "RFC 2231 4, RFC 2045 5.1",
         "a comment between the sections of a value becomes part of its octets",
         lambda d: texts(d) and re.search(rb"\*\d+\*=[^;\r\n]*\s*\(", d.octets)),
    Rule("python-space-in-values", "python", ("filename",), THEIRS, "RFC 2045 5.1", "white space at the ends of a quoted file name is lost",
         lambda d: texts(d) and d.said == d.expected.strip()),
    Rule("python-last-line-end", "python", ("body",), AMBIGUOUS, "RFC 2046 5.1.1",
         "without a closing delimiter the text's last line end is taken for the delimiter's",
         lambda d: d.breakage == "no_close_delimiter" and d.said[0] == d.expected[0] - 2),
    Rule("python-opens-message-types", "python", ("tree",), AMBIGUOUS, "RFC 3464 2.1, RFC 8098 3.1",
         "message/delivery-status and its like are opened as groups of fields; ours is a leaf",
         lambda d: d.node["type"].startswith("message/") and (d.expected, d.said) == ("leaf", "multipart")),
    Rule("python-finds-no-parts", "python", ("tree",), AMBIGUOUS, "RFC 2046 5.1.1",
         "a multipart whose delimiter never comes is a leaf; ours is a multipart of nothing", broken_as("boundary_not_found")),
    Rule("python-raw-octets", "python", ("header",), AMBIGUOUS, "RFC 5322 2.2", "octets that are no UTF-8 are not guessed to be windows-1252",
         lambda d: d.breakage == "raw_octets" and d.name == "X-Raw"),
    Rule("python-comments-in-names", "python", ("addresses",), AMBIGUOUS, "RFC 5322 3.4", "comments are added to the display name",
         lambda d: pairs_differ_by(d, with_comments) or pairs_differ_by(d, comment_as_name(d))),
    Rule("python-space-in-names", "python", ("addresses",), AMBIGUOUS, "RFC 5322 2.2.3, 3.2.2", "runs of white space in a display name",
         lambda d: pairs_differ_by(d, same_but_white_space)),
    Rule("python-domain-literals", "python", ("addresses",), THEIRS, "RFC 5322 3.4.1",
         "Debian's 3.11.2, after its fix of CVE-2023-27043, leaves out a mailbox at a domain literal", without_literals),
    Rule("python-obsolete-addresses", "python", ("addresses",), THEIRS, "RFC 5322 4.4",
         "comments within an addr-spec, routes and empty members are not read", lambda d: d.grade == "obsolete"),
    Rule("python-obsolete-dates", "python", ("date",), THEIRS, "RFC 5322 4.3", "comments and white space within a date, two-digit years",
         lambda d: d.grade == "obsolete"),
]


def rule_for(d, octets):
    d.octets = octets
    return next((rule for rule in RULES if rule.reader == d.reader and d.aspect in rule.aspects and rule.holds(d)), None)
