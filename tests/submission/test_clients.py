"""Real mail clients against the real daemons: submission, accounts, signer, relay. What they hand in lands in a Maildir."""
import base64
import email
import email.message
import email.policy
import json
import shutil
import smtplib
import ssl
import subprocess
import tempfile
from pathlib import Path

import mesh as meshes
import pytest

DOMAIN = meshes.DOMAIN
ANNA, BERT = f"anna@{DOMAIN}", f"bert@{DOMAIN}"
PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def mesh():
    if not meshes.have_daemons():
        pytest.skip(f"no daemons in {meshes.BIN}")
    with tempfile.TemporaryDirectory(prefix="scop-clients-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        with meshes.Mesh(Path(folder) / "mesh") as one:
            one.add_user(ANNA, PASSWORD)
            one.add_user(BERT, PASSWORD)
            yield one


@pytest.fixture(scope="module")
def app_password(mesh):
    """Only a generated password has SCRAM keys."""
    said = json.loads(mesh.command("user", "app-password", "add", ANNA, "laptop", "--json").stdout)
    return said["password"]


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(*command, stdin=None, ok=True):
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, text=True, timeout=60 * meshes.SLOW)
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


def signed_twice(message):
    return len(message.get_all("DKIM-Signature", [])) == 2


def insecure():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


# Python's smtplib

@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_smtplib(mesh, tls):
    if tls == "implicit":
        client = smtplib.SMTP_SSL("127.0.0.1", mesh.tls_port, context=insecure(), timeout=30)
    else:
        client = smtplib.SMTP("127.0.0.1", mesh.port, timeout=30)
        client.starttls(context=insecure())
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Änne <{ANNA}>", BERT, f"Grüße über {tls}"
    message.set_content("Schöne Grüße\n" + "x" * 2000)
    message.add_attachment(b"\0\1\2" * 1000, maintype="application", subtype="octet-stream", filename="bild.bin")
    with client:
        client.login(ANNA, PASSWORD)
        assert client.send_message(message) == {}
    got = mesh.delivered(f"Grüße über {tls}", BERT)
    assert signed_twice(got) and got["Message-ID"] and got["Date"]
    assert [part.get_content() for part in got.iter_attachments()] == [b"\0\1\2" * 1000]


def test_smtplib_smtputf8(mesh):
    with smtplib.SMTP_SSL("127.0.0.1", mesh.tls_port, context=insecure(), timeout=30) as client:
        client.login(ANNA, PASSWORD)
        client.sendmail(ANNA, [BERT], f"From: {ANNA}\r\nSubject: ünïcode\r\n\r\nx\r\n".encode(), mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    assert signed_twice(mesh.delivered("ünïcode", BERT))


# swaks

@needs("swaks")
@pytest.mark.parametrize("how", [["--tls"], ["--tls", "--pipeline"], ["--tls-on-connect"]], ids=" ".join)
@pytest.mark.parametrize("auth", ["PLAIN", "LOGIN"])
def test_swaks(mesh, how, auth):
    port = mesh.tls_port if "--tls-on-connect" in how else mesh.port
    subject = f"swaks {auth} {' '.join(how)}"
    run("swaks", "--server", "127.0.0.1", "--port", port, *how, "--auth", auth, "--auth-user", ANNA, "--auth-password", PASSWORD,
        "--from", ANNA, "--to", BERT, "--header", f"Subject: {subject}", "--body", "hello")
    assert signed_twice(mesh.delivered(subject, BERT))


@needs("swaks")
def test_swaks_with_a_foreign_sender_is_refused(mesh):
    done = run("swaks", "--server", "127.0.0.1", "--port", mesh.port, "--tls", "--auth", "PLAIN", "--auth-user", ANNA, "--auth-password",
               PASSWORD, "--from", BERT, "--to", BERT, ok=False)
    assert done.returncode != 0 and "550 5.7.1" in done.stdout


# curl

@needs("curl")
@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_curl(mesh, tmp_path, scheme):
    file = tmp_path / "message"
    file.write_bytes(f"From: {ANNA}\r\nTo: {BERT}\r\nSubject: curl {scheme}\r\n\r\n.leading dot\r\n{'y' * 100}\r\n".encode())
    port = mesh.tls_port if scheme == "smtps" else mesh.port
    run("curl", "-sS", "--insecure", "--ssl-reqd", f"{scheme}://127.0.0.1:{port}/laptop.test", "--mail-from", ANNA, "--mail-rcpt", BERT,
        "--user", f"{ANNA}:{PASSWORD}", "--upload-file", file)
    got = mesh.delivered(f"curl {scheme}", BERT)
    assert signed_twice(got) and got.get_content().startswith(".leading dot")


# GNU SASL: an independent SCRAM

def gsasl(mesh, mechanism, password, ok=True):
    # An empty CA file: the trial certificate is not looked at. STARTTLS is gsasl's default.
    # Without -PLUS gsasl has to be told that it knows of no channel binding: it would take our offering -PLUS for a downgrade.
    binding = [] if mechanism.endswith("-PLUS") else ["--no-cb"]
    return run("gsasl", "--smtp", *binding, "--mechanism", mechanism, "--authentication-id", ANNA, "--password", password, "--x509-ca-file", "",
               "--connect", f"127.0.0.1:{mesh.port}", ok=ok, stdin="")


@needs("gsasl")
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN", "LOGIN"])
def test_gsasl(mesh, app_password, mechanism):
    done = gsasl(mesh, mechanism, app_password)
    assert "235" in done.stdout + done.stderr, done.stdout + done.stderr


@needs("gsasl")
@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN"])
def test_gsasl_with_a_wrong_password(mesh, mechanism):
    done = gsasl(mesh, mechanism, "wrong-wrong-wrong", ok=False)
    assert "235 " not in done.stdout and "535 5.7.8" in done.stdout, done.stdout + done.stderr


# The same by hand

def scram(client, mechanism, login, password, exporter=None, flag=b"n"):
    """RFC 5802's client; the final code."""
    import hashlib
    import hmac
    import os
    gs2 = b"p=tls-exporter,," if exporter is not None else flag + b",,"
    nonce = base64.b64encode(os.urandom(18))
    first_bare = b"n=" + login.encode() + b",r=" + nonce
    code, text = client.docmd("AUTH", mechanism + " " + base64.b64encode(gs2 + first_bare).decode())
    if code != 334:
        return code
    server_first = base64.b64decode(text)
    fields = dict(part.split(b"=", 1) for part in server_first.split(b","))
    assert fields[b"r"].startswith(nonce)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(fields[b"s"]), int(fields[b"i"]))
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    bare_final = b"c=" + base64.b64encode(gs2 + (exporter or b"")) + b",r=" + fields[b"r"]
    signed = first_bare + b"," + server_first + b"," + bare_final
    signature = hmac.digest(hashlib.sha256(client_key).digest(), signed, "sha256")
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature)))
    code, text = client.docmd(base64.b64encode(bare_final + b",p=" + proof).decode())
    if code != 334:
        return code
    expected = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
    assert base64.b64decode(text) == b"v=" + base64.b64encode(expected), "the server proves that it knows the password too"
    return client.docmd("")[0]


def scram_session(mesh):
    client = smtplib.SMTP_SSL("127.0.0.1", mesh.tls_port, context=insecure(), timeout=30)
    client.ehlo()
    return client


def test_scram_proves_both_sides(mesh, app_password):
    with scram_session(mesh) as client:
        assert scram(client, "SCRAM-SHA-256", ANNA, app_password) == 235


def test_scram_with_a_foreign_channel_binding_is_refused(mesh, app_password):
    with scram_session(mesh) as client:
        assert scram(client, "SCRAM-SHA-256-PLUS", ANNA, app_password, exporter=b"\0" * 32) in (535, 501)


def test_scram_downgraded_by_somebody_between_is_refused(mesh, app_password):
    """RFC 5802 6: "y" says that the client saw no -PLUS offered; we did offer it."""
    with scram_session(mesh) as client:
        assert scram(client, "SCRAM-SHA-256", ANNA, app_password, flag=b"y") in (535, 501)


def test_scram_plus_is_not_offered_on_tls_1_2(mesh):
    context = insecure()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with smtplib.SMTP_SSL("127.0.0.1", mesh.tls_port, context=context, timeout=30) as client:
        client.ehlo()
        assert client.esmtp_features["auth"].split() == ["SCRAM-SHA-256", "PLAIN", "LOGIN"]


def test_nothing_older_than_tls_1_2_is_spoken(mesh):
    context = insecure()
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        smtplib.SMTP_SSL("127.0.0.1", mesh.tls_port, context=context, timeout=30)


def test_scram_with_a_wrong_password_is_refused(mesh, app_password):
    with scram_session(mesh) as client:
        assert scram(client, "SCRAM-SHA-256", ANNA, app_password + "x") == 535


def test_a_disabled_account_cannot_log_in(mesh):
    mesh.add_user(f"carl@{DOMAIN}", PASSWORD)
    mesh.command("user", "disable", f"carl@{DOMAIN}")
    with scram_session(mesh) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(f"carl@{DOMAIN}", PASSWORD)
