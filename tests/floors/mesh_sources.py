"""What the CMake files declare (libraries, floors, dependencies) and what the sources include."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ("*.cpp", "*.hpp")

DECLARATION = re.compile(r"scop_(library|service)\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
INCLUDE = re.compile(r'^\s*#\s*include\s*("([^"]+)"|<([^>]+)>)', re.MULTILINE)
WORDS = ("NAME", "FLOOR", "SOURCES", "USES", "LINKS")


class Target:
    def __init__(self, kind, folder, arguments):
        values = {word: [] for word in WORDS}
        word = None
        for token in arguments.split():
            if token in WORDS:
                word = token
            else:
                values[word].append(token)
        self.kind = kind
        self.folder = folder
        self.name = values["NAME"][0]
        self.floor = int(values["FLOOR"][0]) if values["FLOOR"] else 5
        self.uses = values["USES"]


def without_comments(text):
    return re.sub(r"#[^\n]*", "", text)


def targets():
    """name -> Target, for libraries and services (a service's own name gets the prefix service:)."""
    found = {}
    for file in sorted(ROOT.glob("libs/*/CMakeLists.txt")) + sorted(ROOT.glob("services/*/CMakeLists.txt")):
        for kind, arguments in DECLARATION.findall(without_comments(file.read_text())):
            target = Target(kind, file.parent, arguments)
            found[target.name if kind == "library" else f"service:{target.name}"] = target
    proto = Target("library", ROOT / "proto", "NAME proto FLOOR 1")
    found["proto"] = proto
    return found


def closure(all_targets, names):
    seen = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in all_targets:
            continue
        seen.add(name)
        waiting.extend(all_targets[name].uses)
    return seen


def files_below(folder):
    return sorted(file for pattern in SOURCES for file in folder.rglob(pattern))


def includes(file):
    """(line, path, is_quoted) of every include, in order."""
    text = file.read_text()
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(1)) + 1, match.group(2) or match.group(3), match.group(2) is not None


def relative(file):
    return str(file.relative_to(ROOT))
