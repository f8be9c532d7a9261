"""The five floors: a floor only uses the floors below, in CMake and in every #include line."""
import re
import subprocess
import warnings

import pytest

import mesh_sources as mesh

LONGEST_FILE = 400


@pytest.fixture(scope="module")
def targets():
    return mesh.targets()


def folders_of(targets, kind):
    found = {}
    for target in targets.values():
        if target.kind == kind and target.name != "proto":
            found.setdefault(target.folder, []).append(target)
    return found


def library_of(include):
    """The library that an include path leads to: "dkim/key.hpp" is dkim's, "scop/v1/x.pb.h" the messages'."""
    first = include.split("/")[0]
    return "proto" if include.endswith(".pb.h") and first in ("scop", "grpc") else first


def undeclared_includes(targets, folder, own, own_prefixes):
    allowed = mesh.closure(targets, [used for target in own for used in target.uses])
    allowed_folders = {targets[name].folder.name for name in allowed} | set(own_prefixes)
    for file in mesh.files_below(folder):
        for line, path, is_quoted in mesh.includes(file):
            if not is_quoted or "/" not in path:
                continue
            if library_of(path) not in allowed_folders:
                yield f'{mesh.relative(file)}:{line}: includes "{path}", and {folder.name} does not declare it in USES'


def test_something_was_found(targets):
    assert len(targets) > 10
    assert any(target.kind == "service" for target in targets.values())


def test_libraries_use_lower_floors_or_earlier_ones_of_their_own(targets):
    order = re.findall(r"^add_subdirectory\((\w+)\)", (mesh.ROOT / "libs/CMakeLists.txt").read_text(), re.MULTILINE)
    wrong = []
    for target in targets.values():
        for used in target.uses:
            if used not in targets:
                wrong.append(f"{target.name} uses {used}, which nobody declares")
                continue
            other = targets[used]
            if other.floor > target.floor:
                wrong.append(f"{target.name} (floor {target.floor}) uses {used} (floor {other.floor})")
            same = target.kind == "library" and other.floor == target.floor and other.folder != target.folder
            if same and other.name != "proto" and order.index(other.folder.name) > order.index(target.folder.name):
                wrong.append(f"{target.name} uses {used} of its own floor, declared later")
    assert not wrong, "\n".join(wrong)


def test_every_library_folder_is_built(targets):
    built = set(re.findall(r"^add_subdirectory\((\w+)\)", (mesh.ROOT / "libs/CMakeLists.txt").read_text(), re.MULTILINE))
    declared = {target.folder.name for target in targets.values() if target.kind == "library" and target.name != "proto"}
    assert declared - built == set()


def test_libraries_include_only_what_they_declare(targets):
    wrong = []
    for folder, own in folders_of(targets, "library").items():
        wrong += undeclared_includes(targets, folder, own, [folder.name])
    assert not wrong, "\n".join(wrong)


def test_an_undeclared_include_is_noticed(targets):
    store = targets["store"]
    reduced = targets | {"store": mesh.Target("library", store.folder, "NAME store FLOOR 3")}
    assert list(undeclared_includes(reduced, store.folder, [reduced["store"]], ["store"]))


def test_services_include_only_themselves_and_what_they_declare(targets):
    wrong = []
    for folder, own in folders_of(targets, "service").items():
        wrong += undeclared_includes(targets, folder, own, [folder.name])
    assert not wrong, "\n".join(wrong)


# A look-alike of an effect where there must be none. Clock reads hide behind now(); sockets and threads have headers.
EFFECT_HEADERS = ("boost/asio", "asio/", "net/", "pipe/", "sys/socket.h", "thread", "sqlite3.h", "log/log.hpp")
CLOCK = re.compile(r"\b(system_clock|steady_clock)::now\(|\bscop::now\(|[^\w.:>]now\(\)|\btime\(nullptr\)")
# core defines the clock's reading, log and config are read and written by daemons alone.
MAY_HAVE_EFFECTS = {"core", "log", "config"}


def test_codecs_and_decisions_have_no_effects_no_clock_and_no_log(targets):
    wrong = []
    for folder, own in folders_of(targets, "library").items():
        if own[0].floor > 2 or folder.name in MAY_HAVE_EFFECTS:
            continue
        for file in mesh.files_below(folder):
            for line, path, _ in mesh.includes(file):
                if path.startswith(EFFECT_HEADERS):
                    wrong.append(f"{mesh.relative(file)}:{line}: includes {path}")
            for number, text in enumerate(file.read_text().splitlines(), 1):
                if CLOCK.search(text.split("//")[0]):
                    wrong.append(f"{mesh.relative(file)}:{number}: reads a clock; time is an argument here")
    assert not wrong, "\n".join(wrong)


def test_sources_include_their_own_header_first_so_that_it_compiles_alone():
    wrong = []
    for file in mesh.files_below(mesh.ROOT / "libs") + mesh.files_below(mesh.ROOT / "services"):
        header = file.with_suffix(".hpp")
        if file.suffix != ".cpp" or not header.exists():
            continue
        first = next((path for _, path, _ in mesh.includes(file)), None)
        if first not in (f"{file.parent.name}/{header.name}", header.name):
            wrong.append(f"{mesh.relative(file)}: includes {first} before its own header")
    assert not wrong, "\n".join(wrong)


def test_headers_have_a_guard_and_say_what_they_are():
    wrong = []
    for file in mesh.files_below(mesh.ROOT / "libs") + mesh.files_below(mesh.ROOT / "services"):
        if file.suffix != ".hpp":
            continue
        text = file.read_text()
        if "#pragma once" not in text:
            wrong.append(f"{mesh.relative(file)}: no #pragma once")
        if not text.startswith("// "):
            wrong.append(f"{mesh.relative(file)}: opens without saying what it is")
    assert not wrong, "\n".join(wrong)


def test_long_files_are_reported():
    for top in ("libs", "services"):
        for file in mesh.files_below(mesh.ROOT / top):
            lines = len(file.read_text().splitlines())
            if lines > LONGEST_FILE:
                warnings.warn(f"{mesh.relative(file)} has {lines} lines: what second thing is in it?", stacklevel=1)


PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(tried LANGUAGES CXX)
add_library(scop_flags INTERFACE)
add_library(fmt::fmt INTERFACE IMPORTED)
include({floors})
file(WRITE ${{CMAKE_CURRENT_BINARY_DIR}}/empty.cpp "")
set(empty ${{CMAKE_CURRENT_BINARY_DIR}}/empty.cpp)
scop_library(NAME core FLOOR 0 SOURCES ${{empty}})
scop_library(NAME codec FLOOR 1 SOURCES ${{empty}} USES core)
scop_library(NAME effect FLOOR 3 SOURCES ${{empty}} USES core codec)
{tried}
"""


def configure(folder, tried):
    (folder / "CMakeLists.txt").write_text(PROJECT.format(floors=mesh.ROOT / "libs/floors.cmake", tried=tried))
    return subprocess.run(["cmake", "-G", "Ninja", "-DCMAKE_CXX_COMPILER=clang++-19", "-S", folder, "-B", folder / "build"],
                          capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("tried, complaint", [
    ("scop_library(NAME decision FLOOR 2 SOURCES ${empty} USES codec core)", None),
    ("scop_library(NAME other FLOOR 1 SOURCES ${empty} USES codec)", None),
    ("scop_library(NAME decision FLOOR 2 SOURCES ${empty} USES effect)", "decision (floor 2) uses effect (floor 3)"),
    ("scop_library(NAME decision FLOOR 2 SOURCES ${empty} USES later)\n"
     "scop_library(NAME later FLOOR 2 SOURCES ${empty})", "uses 'later', which is unknown or declared later"),
    ("scop_library(NAME decision SOURCES ${empty})", "needs NAME and FLOOR"),
], ids=["downward", "sideways to an earlier one", "upward", "sideways to a later one", "without a floor"])
def test_cmake_refuses_what_does_not_lead_downward(tmp_path, tried, complaint):
    result = configure(tmp_path, tried)
    if complaint is None:
        assert result.returncode == 0, result.stderr
    else:
        assert result.returncode != 0
        assert complaint in " ".join(result.stderr.split())
