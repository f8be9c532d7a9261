"""Leaves for the pipes that `scop` would never issue: by a foreign CA, out of date, of other identities."""
import datetime
import subprocess
import tempfile
from pathlib import Path

from pipes import Identity


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def foreign_authority(folder):
    """(certificate, key) of a CA of its own."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10", "-subj", "/CN=another mesh CA",
             "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    return folder / "ca.pem", folder / "ca.key"


def mesh_authority(mesh):
    return mesh.instance / "mesh/ca.pem", mesh.instance / "mesh/ca.key"


def name_of(uri):
    return uri.rsplit("/", 1)[-1] or "leaf"


def issue(authority, uri, begins=-1, ends=10):
    """An Identity of `uri`, with the DNS name that gRPC clients compare, valid between so many days from now."""
    certificate, key = authority
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name_of(uri)}", "-keyout",
                 folder / "key.pem", "-out", folder / "csr.pem")
        (folder / "index").touch()
        (folder / "serial").write_text("0A\n")
        (folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca=a\n[a]\ndatabase={folder}/index\nserial={folder}/serial\nnew_certs_dir={folder}\n"
            "default_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n"
            f"[x]\nsubjectAltName=URI:{uri},DNS:{name_of(uri)}\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n"
            "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\nbasicConstraints=critical,CA:FALSE\n")
        now = datetime.datetime.now(datetime.timezone.utc)
        stamps = [(now + datetime.timedelta(days=days)).strftime("%y%m%d%H%M%SZ") for days in (begins, ends)]
        _openssl("ca", "-batch", "-notext", "-config", folder / "ca.cnf", "-cert", certificate, "-keyfile", key, "-in", folder / "csr.pem",
                 "-out", folder / "cert.pem", "-startdate", stamps[0], "-enddate", stamps[1])
        return Identity((folder / "cert.pem").read_bytes(), (folder / "key.pem").read_bytes())
