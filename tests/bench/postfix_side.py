"""Postfix + OpenDKIM + Dovecot's auth service, from Debian, in folders of their own: nothing under /etc or /var is touched.

postfix -c <folder>/etc start-fg keeps the whole mail system below one process of ours. Every setting is written here
and printed with the figures: Postfix is tuned fairly, and does the same work as our side – TLS on both legs, AUTH,
sender checked against the login, DKIM, fsync before the 250 (Postfix always does), a log line or more per message.
"""
import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

DOMAIN, USER, PASSWORD = "bench.example", "anna@bench.example", "correct-horse-battery"

MAIN_CF = """\
compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.bench.example
mydomain = bench.example
myorigin = bench.example
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.99/32
disable_dns_lookups = yes
smtpd_peername_lookup = no
relayhost = [127.0.0.1]:{sink}
in_flow_delay = 0
max_use = 1000
default_process_limit = 200
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_recipient_rate_limit = 0
smtpd_client_new_tls_session_rate_limit = 0
smtpd_client_auth_rate_limit = 0
initial_destination_concurrency = 20
default_destination_concurrency_limit = 50
smtp_destination_concurrency_limit = 50
qmgr_message_active_limit = 20000
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_session_cache_database =
smtp_tls_security_level = may
smtp_tls_connection_reuse = {reuse}
smtp_connection_cache_on_demand = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/run/auth
smtpd_sasl_security_options = noanonymous
smtpd_sender_login_maps = inline:{{ {{ {user} = {user} }} }}
smtpd_recipient_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated, reject
smtpd_milters = {milters}
milter_default_action = tempfail
milter_protocol = 6
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - 200 smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
tlsproxy  unix - - n - 0 tlsproxy
postlog   unix-dgram n - n - 1 postlogd
"""

DOVECOT_CONF = """\
base_dir = {folder}/run/dovecot
state_dir = {folder}/run/dovecot-state
log_path = {folder}/log/dovecot.log
protocols =
ssl = no
auth_mechanisms = plain
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = {folder}/etc/passwd
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
}}
service auth {{
  unix_listener {folder}/run/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""

OPENDKIM_CONF = """\
Syslog no
UserID opendkim
UMask 000
Socket local:{socket}
Background no
Mode s
Canonicalization relaxed/relaxed
Domain bench.example
Selector {selector}
KeyFile {key}
SignatureAlgorithm {algorithm}
OversignHeaders From,Subject,Date,To,Cc,Message-ID,MIME-Version,Content-Type
InternalHosts 0.0.0.0/0
RequireSafeKeys no
"""


def missing_programs():
    needed = ["/usr/sbin/postfix", "/usr/sbin/opendkim", "/usr/sbin/dovecot", "/usr/bin/doveadm"]
    return [path for path in needed if not Path(path).exists()]


class PostfixSide:
    name = "Postfix + OpenDKIM"

    def __init__(self, folder, sink_port, certificate=None, key=None, dual=False, scheme="ARGON2ID", hashed=None,
                 reuse=True):
        """`scheme`: how Dovecot keeps the password; `hashed`: a ready "{SCHEME}hash" (ours, so that both do the same)."""
        self.folder, self.sink_port, self.dual, self.scheme = Path(folder), sink_port, dual, scheme
        self.certificate, self.key, self.hashed, self.reuse = certificate, key, hashed, reuse
        self.processes = []
        self.port = free_port()
        self.tls, self.user, self.password = "starttls", USER, PASSWORD

    def signs(self):
        return "RSA-2048 + Ed25519" if self.dual else "RSA-2048"

    def start(self):
        for name in ("etc", "queue", "data", "log", "run", "keys"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for folder in (self.folder, self.folder / "run", self.folder / "log"):
            folder.chmod(0o755)
        own(self.folder / "data", "postfix")
        self._make_certificate()
        milters = [self._start_opendkim("rsa-sha256", "rsa")]
        if self.dual:
            milters.append(self._start_opendkim("ed25519-sha256", "ed"))
        self._start_dovecot()
        self._start_postfix(milters)

    def _make_certificate(self):
        if self.certificate:
            # A copy: Postfix reads it before it drops its privileges, whoever owns the original.
            shutil.copy(self.certificate, self.folder / "etc/cert.pem")
            shutil.copy(self.key, self.folder / "etc/key.pem")
        else:
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=mail.bench.example", "-keyout", self.folder / "etc/key.pem", "-out",
                self.folder / "etc/cert.pem")
        (self.folder / "etc/key.pem").chmod(0o600)

    def _start_opendkim(self, algorithm, short):
        key = self.folder / f"keys/{short}.pem"
        if algorithm.startswith("rsa"):
            run("openssl", "genrsa", "-traditional", "-out", key, "2048")
        else:
            run("openssl", "genpkey", "-algorithm", "ed25519", "-out", key)
        key.chmod(0o600)
        own(key, "opendkim")
        own(self.folder / "keys", "opendkim")
        sockets = self.folder / "run/milter"
        sockets.mkdir(exist_ok=True)
        own(sockets, "opendkim")
        conf = self.folder / f"etc/opendkim-{short}.conf"
        conf.write_text(OPENDKIM_CONF.format(socket=sockets / short, selector=short, key=key, algorithm=algorithm))
        self._spawn(f"opendkim-{short}", "/usr/sbin/opendkim", "-f", "-x", conf)
        wait_until(lambda: (sockets / short).exists(), f"OpenDKIM's socket {sockets / short}")
        return f"unix:{sockets / short}"

    def _start_dovecot(self):
        hashed = self.hashed
        if not hashed:
            hashed = run("doveadm", "pw", "-s", self.scheme, "-p", PASSWORD).strip()
        passwd = self.folder / "etc/passwd"
        passwd.write_text(f"{USER}:{hashed}\n")
        passwd.chmod(0o644)
        conf = self.folder / "etc/dovecot.conf"
        conf.write_text(DOVECOT_CONF.format(folder=self.folder))
        self._spawn("dovecot", "/usr/sbin/dovecot", "-F", "-c", conf)
        wait_until(lambda: (self.folder / "run/auth").exists(), "Dovecot's auth socket")

    def _start_postfix(self, milters):
        self.main_cf = MAIN_CF.format(folder=self.folder, sink=self.sink_port, certificate=self.folder / "etc/cert.pem",
                                      key=self.folder / "etc/key.pem", user=USER, milters=", ".join(milters),
                                      reuse="yes" if self.reuse else "no")
        (self.folder / "etc/main.cf").write_text(self.main_cf)
        (self.folder / "etc/master.cf").write_text(MASTER_CF.format(port=self.port))
        self._spawn("postfix", "/usr/sbin/postfix", "-c", self.folder / "etc", "start-fg")
        wait_until(self._answers, f"Postfix on port {self.port}; see {self.folder}/log")

    def _answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(100).startswith(b"220")
        except OSError:
            return False

    def _spawn(self, name, *command):
        log = open(self.folder / f"log/{name}.out", "ab")
        self.processes.append(subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                                               stderr=log, start_new_session=True))

    def roots(self):
        return [process.pid for process in self.processes]

    def settings(self):
        return self.main_cf

    def stop(self):
        if (self.folder / "etc/main.cf").exists():
            subprocess.run(["/usr/sbin/postfix", "-c", str(self.folder / "etc"), "stop"], capture_output=True)
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes = []


def own(path, user):
    entry = pwd.getpwnam(user)
    os.chown(path, entry.pw_uid, entry.pw_gid)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)
