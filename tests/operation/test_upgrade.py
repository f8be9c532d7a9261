"""n and n-1 understand each other: the pipes' messages against the ones that were landed before, databases of another version."""
import copy
import os
import re
import sqlite3
import subprocess
from pathlib import Path

import mesh as meshes
import pytest
from google.protobuf import descriptor_pb2
from mesh import ROOT

DESCRIPTORS = sorted((Path(__file__).parent / "descriptors").glob("*.pb"))
NUMBER = {"optional": descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL, "repeated": descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED}


def now(tmp_path):
    target = tmp_path / "now.pb"
    files = [str(path.relative_to(ROOT / "proto")) for path in sorted((ROOT / "proto").rglob("*.proto"))]
    subprocess.run(["protoc", f"-I{ROOT / 'proto'}", f"--descriptor_set_out={target}", *files], check=True)
    return descriptor_pb2.FileDescriptorSet.FromString(target.read_bytes())


def messages(descriptors):
    def walk(prefix, message):
        yield f"{prefix}.{message.name}", message
        for nested in message.nested_type:
            yield from walk(f"{prefix}.{message.name}", nested)

    return {name: message for file in descriptors.file for top in message_types(file) for name, message in walk(file.package, top)}


def message_types(file):
    return file.message_type


def enums(descriptors):
    found = {f"{file.package}.{enum.name}": enum for file in descriptors.file for enum in file.enum_type}
    for name, message in messages(descriptors).items():
        found.update({f"{name}.{enum.name}": enum for enum in message.enum_type})
    return found


def methods(descriptors):
    return {f"{file.package}.{service.name}/{method.name}": method for file in descriptors.file for service in file.service
            for method in service.method}


def incompatibilities(old, new):
    """What a daemon of the one version would misread of the other. Fields may be added, and go where their number is reserved."""
    found = []
    new_messages, new_enums, new_methods = messages(new), enums(new), methods(new)
    for name, message in messages(old).items():
        if name not in new_messages:
            continue  # whoever still speaks it is found by its methods and fields
        fields = {field.number: field for field in new_messages[name].field}
        reserved = [range(one.start, one.end) for one in new_messages[name].reserved_range]
        for field in message.field:
            if field.number not in fields:
                if not any(field.number in one for one in reserved):
                    found.append(f"{name}.{field.name} = {field.number} has gone, and its number is not reserved")
                continue
            other = fields[field.number]
            if (field.type, field.type_name, field.label) != (other.type, other.type_name, other.label):
                found.append(f"{name}.{field.name} = {field.number} has another type")
            elif field.name != other.name:
                found.append(f"{name}.{field.name} = {field.number} is called {other.name} now: a number used again?")
            elif field.HasField("oneof_index") != other.HasField("oneof_index"):
                found.append(f"{name}.{field.name} went into or out of a oneof")
    for name, enum in enums(old).items():
        values = {value.number: value.name for value in new_enums[name].value} if name in new_enums else {}
        found += [f"{name}.{value.name} = {value.number} is {values.get(value.number)} now" for value in enum.value
                  if values.get(value.number) != value.name]
    for name, method in methods(old).items():
        other = new_methods.get(name)
        if other is None:
            found.append(f"{name} has gone")
        elif (method.input_type, method.output_type, method.client_streaming, method.server_streaming) != \
                (other.input_type, other.output_type, other.client_streaming, other.server_streaming):
            found.append(f"{name} takes or gives something else")
    return found


@pytest.mark.parametrize("landed", DESCRIPTORS, ids=lambda path: path.stem)
def test_messages_are_those_of_the_versions_before(tmp_path, landed):
    old = descriptor_pb2.FileDescriptorSet.FromString(landed.read_bytes())
    assert len(messages(old)) > 50
    assert incompatibilities(old, now(tmp_path)) == []


def test_the_comparison_finds_what_it_is_there_for(tmp_path):
    new = now(tmp_path)

    def changed(change):
        other = copy.deepcopy(new)
        change(messages(other)["scop.v1.Envelope"], other)
        return incompatibilities(new, other)

    def drop(envelope, _):
        del envelope.field[3]

    def retype(envelope, _):
        envelope.field[0].type = descriptor_pb2.FieldDescriptorProto.TYPE_UINT64

    def reuse(envelope, _):
        envelope.field[1].name = "another"

    def add(envelope, _):
        envelope.field.add(name="fresh", number=999, type=descriptor_pb2.FieldDescriptorProto.TYPE_BOOL, label=NUMBER["optional"])

    def reserve(envelope, _):
        number = envelope.field[3].number
        del envelope.field[3]
        envelope.reserved_range.add(start=number, end=number + 1)

    def lose_method(_, other):
        for file in other.file:
            for service in file.service:
                if service.name == "Stage":
                    del service.method[0]

    assert "has gone" in changed(drop)[0] and "another type" in changed(retype)[0] and "used again" in changed(reuse)[0]
    assert changed(lose_method) == ["scop.v1.Stage/Pass has gone"]
    assert changed(add) == changed(reserve) == []


def test_unknown_fields_are_ignored_and_missing_ones_have_a_meaning(mesh, mx):
    """A message of a later version, spoken to this one: fields nobody here knows; and one of an earlier: fields that are not there."""
    grpc = pytest.importorskip("grpc")
    folder = mesh.instance / "operator/cert"
    credentials = grpc.ssl_channel_credentials((mesh.instance / "mesh/ca.pem").read_bytes(), (folder / "key.pem").read_bytes(),
                                               (folder / "cert.pem").read_bytes())
    with grpc.secure_channel(f"127.0.0.1:{mesh.ports['resolver']}", credentials, [("grpc.ssl_target_name_override", "resolver")]) as channel:
        call = channel.unary_unary("/scop.v1.Resolver/Lookup", lambda octets: octets, lambda octets: octets)
        question = b"\x0a\x0dwww.test.test" + b"\x10\x01"
        later = question + b"\xa2\x3f\x05later" + b"\xa8\x3f\x07"  # fields 1012 and 1013
        assert call(later, timeout=20) == call(question, timeout=20)
        with pytest.raises(grpc.RpcError) as refused:
            call(b"", timeout=20)
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT, "an empty message is a question without a name: said, not crashed on"


DATABASES = {"relay": "relay/state/queue.db", "accounts": "accounts/state/accounts.db", "verifier": "verifier/state/reports.sqlite",
             "spamfilter": "spamfilter/state/*.db*"}


def files_of(mesh, daemon):
    found = [path for path in mesh.instance.glob(DATABASES[daemon]) if not path.name.endswith(("-wal", "-shm"))]
    if not found:
        found = [path for path in (mesh.instance / daemon / "state").iterdir() if path.is_file() and path.open("rb").read(6) == b"SQLite"]
    return found


@pytest.mark.parametrize("daemon", DATABASES)
def test_a_database_of_a_later_version_is_refused_with_a_clear_text(mesh, daemon):
    mesh.stop_one(daemon)
    files = files_of(mesh, daemon)
    assert files
    for file in files:
        with sqlite3.connect(file) as database:
            known = database.execute("PRAGMA user_version").fetchone()[0]
            database.execute("PRAGMA user_version=9999")
        database.close()
        before = len(mesh.log(daemon))
        with pytest.raises(RuntimeError):
            mesh.start_one(daemon)
        said = mesh.log(daemon)[before:]
        assert "cannot start" in said and f"schema 9999, this program knows up to {known}" in said and "newer version" in said, said
        with sqlite3.connect(file) as database:
            database.execute(f"PRAGMA user_version={known}")
        database.close()
    mesh.start_one(daemon)


def test_a_queue_of_the_first_version_is_migrated(place, mx):
    """Its tables as they were before the verifier's verdicts, quotas and TLS reports: the same ledger, brought up to date."""
    source = (ROOT / "services/relay/ledger.cpp").read_text()
    first = re.search(r'steps\{R"\((.*?)\)",', source, re.S)[1]
    with meshes.Mesh(place / "old-queue", mx=mx, start=False) as mesh:
        queue = mesh.instance / "relay/state/queue.db"
        database = sqlite3.connect(queue)
        database.executescript(first + "; PRAGMA user_version=1; PRAGMA journal_mode=WAL;")
        message = b"From: a@example.test\r\nX-Scop-Test: old\r\n\r\nold\r\n"
        database.execute("INSERT INTO message VALUES (1, ?, ?, 1, 'signer', 1700000000000, ?, 'a@example.test', 0, '', 0, 0, 0, 0, '')",
                         (bytes(range(16)), bytes(range(16)).hex(), len(message)))
        database.execute("INSERT INTO content VALUES (1, ?)", (message,))
        database.execute("INSERT INTO recipient VALUES (1, 0, 'bob@foreign.test', 0, '', 0, 0, 0, 0, 0, 0, 1, 0, '', '', '')")
        database.commit()
        database.close()
        owner = (mesh.instance / "relay/state").stat()
        for file in (mesh.instance / "relay/state").glob("queue.db*"):
            os.chown(file, owner.st_uid, owner.st_gid)
        mesh.start()
        meshes.wait_until(lambda: mx.keys()["old"] == 1, "what the first version had queued is delivered", 40)
