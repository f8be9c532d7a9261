"""Real mail servers and tools as senders: what they hand in on 25 lands in the Maildir."""
import email
import email.policy
import os
import shutil
import smtplib
import socket
import ssl
import subprocess
from pathlib import Path

import mesh as meshes
import pytest

ANNA = f"anna@{meshes.DOMAIN}"


def needs(program):
    found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    return pytest.mark.skipif(found is None, reason=f"{program} is not installed")


def run(*command, stdin=None, ok=True, **options):
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, text=True, timeout=60 * meshes.SLOW, **options)
    assert not ok or done.returncode == 0, done.stdout + done.stderr
    return done


# swaks

SWAKS = ("swaks", "--server", "127.0.0.1", "--from", "bob@foreign.test", "--helo", "mx.foreign.test")


@needs("swaks")
@pytest.mark.parametrize("how", [[], ["--tls"], ["--pipeline"], ["--protocol", "SMTP"]], ids=lambda how: how[0] if how else "clear")
def test_swaks(mesh, how):
    subject = f"swaks {' '.join(how)}"
    run(*SWAKS, "--port", mesh.mx_port, *how, "--to", ANNA, "--header", f"Subject: {subject}", "--body", "hello")
    received = mesh.delivered(subject, ANNA)["Received"]
    assert ("with ESMTPS" in received) == ("--tls" in how)


@needs("swaks")
def test_swaks_to_a_foreign_recipient_is_refused(mesh):
    done = run(*SWAKS, "--port", mesh.mx_port, "--to", "carl@elsewhere.test", ok=False)
    assert done.returncode == 24 and "550 5.7.1" in done.stdout


# Python's smtplib

def test_smtplib_with_starttls_utf8_and_several_recipients(mesh):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", mesh.mx_port, timeout=60) as client:
        client.starttls(context=context)
        message = email.message.EmailMessage(policy=email.policy.SMTPUTF8)
        message["From"], message["To"], message["Subject"] = "bøb@foreign.test", ANNA, "smtplib Grüße"
        message.set_content("…")
        refused = client.send_message(message, to_addrs=[ANNA, f"nobody@{meshes.DOMAIN}"])
    assert list(refused) == [f"nobody@{meshes.DOMAIN}"] and refused[f"nobody@{meshes.DOMAIN}"][0] == 550
    assert "UTF8SMTPS" in mesh.delivered("smtplib Grüße", ANNA)["Received"]


# Postfix

POSTFIX_MAIN = """\
compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
myhostname = mx.foreign.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{next}
disable_dns_lookups = yes
smtp_tls_security_level = {tls}
smtputf8_enable = yes
notify_classes =
"""
POSTFIX_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@pytest.fixture(scope="module", params=["may", "encrypt", "none"])
def postfix(request, mesh, folder):
    """A private Postfix that sends everything to our MX."""
    if shutil.which("postfix", path="/usr/sbin") is None or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or we are not root")
    place, port = folder / f"postfix-{request.param}", meshes.Ports.take()
    for name in ("etc", "queue", "data", "log"):
        (place / name).mkdir(parents=True)
    place.chmod(0o755)
    shutil.chown(place / "data", "postfix")
    (place / "etc/main.cf").write_text(POSTFIX_MAIN.format(folder=place, next=mesh.mx_port, tls=request.param))
    (place / "etc/master.cf").write_text(POSTFIX_MASTER.format(port=port))
    with open(place / "log/out", "ab") as log:
        process = subprocess.Popen(["/usr/sbin/postfix", "-c", place / "etc", "start-fg"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True)
    yield request.param, port, place
    run("/usr/sbin/postfix", "-c", place / "etc", "stop", ok=False)
    process.terminate()
    process.wait(20)


def hand_in(port, sender, recipients, octets, options=()):
    def connect():
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=30)
        except OSError:
            return None
    with meshes.wait_until(connect, f"a server on {port}") as client:
        return client.sendmail(sender, recipients, octets, mail_options=options)


def test_postfix_delivers_in_clear_and_under_tls(mesh, postfix):
    tls, port, place = postfix
    subject = f"postfix {tls}"
    hand_in(port, "bob@foreign.test", [ANNA], f"From: bob@foreign.test\r\nSubject: {subject}\r\n\r\n{'Grüße ' * 1000}\r\n".encode())
    received = mesh.delivered(subject, ANNA)["Received"]
    assert ("ESMTPS" in received) == (tls != "none"), (place / "log/mail.log").read_text()


def test_postfix_gets_a_bounce_for_unknown_recipients_alone(mesh, postfix):
    tls, port, place = postfix
    subject = f"postfix {tls} two"
    hand_in(port, "bob@foreign.test", [ANNA, f"nobody@{meshes.DOMAIN}"], f"Subject: {subject}\r\n\r\n.\r\n".encode())
    mesh.delivered(subject, ANNA)
    log = place / "log/mail.log"
    meshes.wait_until(lambda: "said: 550 5.1.1" in log.read_text(), "Postfix's line about the refusal")


def test_postfix_sends_a_large_message_and_utf8_addresses(mesh, postfix):
    tls, port, _ = postfix
    hand_in(port, "bob@foreign.test", [ANNA], f"Subject: postfix {tls} large\r\n\r\n".encode() + (b"x" * 76 + b"\r\n") * 20_000)
    assert len(mesh.delivered(f"postfix {tls} large", ANNA).get_payload()) > 1_500_000
    hand_in(port, "bøb@foreign.test".encode().decode(), [ANNA], f"Subject: postfix {tls} utf8\r\n\r\n".encode(), ["SMTPUTF8"])
    assert "UTF8SMTP" in mesh.delivered(f"postfix {tls} utf8", ANNA)["Received"]


# OpenSMTPD

@pytest.fixture(scope="module")
def opensmtpd(mesh, folder):
    """OpenSMTPD, unpacked beside us (its package conflicts with Postfix's), in a mount namespace of its own: its folders are fixed."""
    if os.geteuid() != 0:
        pytest.skip("OpenSMTPD needs root")
    place, port = folder / "opensmtpd", meshes.Ports.take()
    place.mkdir()
    for package in ("opensmtpd", "libasr0", "libevent-2.1-7", "libevent-2.1-7t64"):  # the last two: Debian 12 and 13
        subprocess.run(["apt-get", "download", package], cwd=place, capture_output=True, timeout=120)
    archives = list(place.glob("*.deb"))
    if not any(archive.name.startswith("opensmtpd_") for archive in archives):
        pytest.skip("OpenSMTPD's package cannot be had here")
    for archive in archives:
        run("dpkg", "-x", archive, place / "root")
    process = start_opensmtpd(place, port, mesh.mx_port)
    meshes.wait_until(lambda: process.poll() is not None or is_open(port), "OpenSMTPD")
    if process.poll() is not None:
        pytest.skip("OpenSMTPD cannot run here: " + (place / "log").read_text()[-300:])
    yield port, place
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def is_open(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def start_opensmtpd(place, port, next_port):
    (place / "smtpd.conf").write_text(
        f'listen on lo port {port}\naction "out" relay host "smtp://127.0.0.1:{next_port}"\nmatch from any for any action "out"\n')
    users = Path("/etc/passwd").read_text() + "opensmtpd:x:64911:64911::/nonexistent:/bin/false\nopensmtpq:x:64912:64912::/nonexistent:/bin/false\n"
    groups = Path("/etc/group").read_text() + "opensmtpd:x:64911:\nopensmtpq:x:64912:\n"
    (place / "passwd").write_text(users)
    (place / "group").write_text(groups)
    (place / "run.sh").write_text(OPENSMTPD_RUN.format(place=place))
    with open(place / "log", "ab") as log:
        return subprocess.Popen(["unshare", "-m", "sh", "-e", place / "run.sh"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                start_new_session=True)


# Users, spool, socket and helper programs are where the package was compiled for; nobody outside sees them there.
OPENSMTPD_RUN = """\
mount --make-rprivate /
mount --bind {place}/passwd /etc/passwd
mount --bind {place}/group /etc/group
for folder in /run /var/spool /var/lib; do mount -t tmpfs none $folder; done
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd /var/lib/opensmtpd /var/lib/opensmtpd/empty
libraries=$(echo {place}/root/usr/lib/*-linux-gnu)
system=/usr/lib/$(basename $libraries)
mount -t overlay overlay -o lowerdir=$libraries:$system $system
exec {place}/root/usr/sbin/smtpd -d -f {place}/smtpd.conf
"""


def test_opensmtpd_delivers_under_tls(mesh, opensmtpd):
    port, place = opensmtpd
    subject = "from opensmtpd"
    hand_in(port, "bob@foreign.test", [ANNA], f"From: bob@foreign.test\r\nSubject: {subject}\r\n\r\nhello\r\n".encode())
    message = mesh.delivered(subject, ANNA)
    ours, theirs = message.get_all("Received")
    assert "ESMTPS" in ours, (place / "log").read_text()
    assert "(OpenSMTPD)" in theirs
