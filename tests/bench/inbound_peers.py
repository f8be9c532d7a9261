"""The peers of the inbound benchmark, from Debian, in folders of their own: Postfix alone, with rspamd, and with OpenDKIM,
OpenDMARC and SpamAssassin. All deliver to Maildir by virtual(8); their filters do what ours does and nothing else."""
import shutil
import subprocess
import time
from pathlib import Path

from inbound_mail import MAIL_DOMAIN, USERS
from inbound_world import SERVER, listens
from postfix_side import MASTER_CF, free_port, own, run, wait_until

HOST = f"mail.{MAIL_DOMAIN}"

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
myhostname = {host}
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = {server}
inet_protocols = ipv4
mynetworks = 127.0.0.99/32
smtpd_peername_lookup = {peername}
in_flow_delay = 0
max_use = 1000
default_process_limit = 200
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_recipient_rate_limit = 0
smtpd_client_new_tls_session_rate_limit = 0
initial_destination_concurrency = 20
virtual_destination_concurrency_limit = 20
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/etc/mailboxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_transport = virtual
qmgr_message_active_limit = 20000
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/etc/cert.pem
smtpd_tls_key_file = {folder}/etc/key.pem
smtpd_tls_session_cache_database =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_milters = {milters}
milter_default_action = tempfail
milter_protocol = 6
"""


class PostfixInbound:
    """Plain Postfix → Maildir, and the base of the others."""
    name, needs = "Postfix", ["/usr/sbin/postfix"]
    does = "receives and delivers, judges nothing"
    looks_up_peers = "no"

    def __init__(self, folder, training=None):
        self.folder, self.training = Path(folder), training
        self.port, self.processes = free_port(), []

    @classmethod
    def missing(cls):
        return [path for path in cls.needs if not Path(path).exists()]

    def start(self):
        for name in ("etc", "queue", "data", "log", "run", "mail"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for folder in (self.folder, self.folder / "run", self.folder / "log"):
            folder.chmod(0o755)
        own(self.folder / "data", "postfix")
        own(self.folder / "mail", "nobody")
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN={HOST}",
            "-keyout", self.folder / "etc/key.pem", "-out", self.folder / "etc/cert.pem")
        (self.folder / "etc/mailboxes").write_text("".join(f"{user}@{MAIL_DOMAIN} {user}/\n" for user in USERS))
        milters = self.start_filters()
        self.main_cf = MAIN_CF.format(folder=self.folder, host=HOST, server=SERVER, domain=MAIL_DOMAIN, peername=self.looks_up_peers,
                                      milters=", ".join(milters))
        (self.folder / "etc/main.cf").write_text(self.main_cf)
        master = MASTER_CF.replace("127.0.0.1:{port}", f"{SERVER}:{self.port}") + "virtual   unix - n n - - virtual\n"
        (self.folder / "etc/master.cf").write_text(master)
        self.spawn("postfix", "/usr/sbin/postfix", "-c", self.folder / "etc", "start-fg")
        wait_until(lambda: listens(self.port), f"Postfix on port {self.port}; see {self.folder}/log")

    def start_filters(self):
        return []

    def spawn(self, name, *command):
        log = open(self.folder / f"log/{name}.out", "ab")
        self.processes.append(subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                               start_new_session=True))
        return self.processes[-1]

    def socket_folder(self, user):
        folder = self.folder / "run" / user
        folder.mkdir(exist_ok=True)
        own(folder, user)
        folder.chmod(0o755)
        return folder

    def roots(self):
        return [process.pid for process in self.processes]

    def settings(self):
        return self.main_cf

    def mailboxes(self):
        """The folders that mail is delivered to."""
        return self.folder.glob("mail/*/new")

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


RSPAMD_CONF = """\
options {{
  pidfile = "{run}/rspamd.pid"; filters = "dkim"; cache_file = "{state}/symbols.cache"; control_socket = "{run}/control.sock mode=0600";
  hs_cache_dir = "{state}/"; history_file = "{state}/history"; stats_file = "{state}/stats.ucl"; tempdir = "/tmp";
  url_tld = "${{SHAREDIR}}/effective_tld_names.dat"; allow_raw_input = true; words_decay = 600; task_timeout = 8s;
  local_addrs = [127.0.0.0/8]; map_watch_interval = 5min; explicit_modules = ["settings", "bayes_expiry"];
  dns {{ nameserver = ["127.0.0.1:53"]; timeout = 1s; sockets = 16; retransmits = 5; }}
}}
logging {{ type = "file"; filename = "{log}/rspamd.log"; level = "info"; log_buffered = true; log_urls = false; }}
worker "controller" {{ bind_socket = "127.0.0.1:{controller}"; count = 1; secure_ip = "127.0.0.1"; password = "q1"; }}
worker "rspamd_proxy" {{
  bind_socket = "{socket} mode=0666"; milter = yes; timeout = 120s; count = 2; self_scan = yes; spam_header = "X-Spam";
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
lua = "{etc}/rspamd.lua"
actions {{ reject = 1000; add_header = 6; greylist = null; }}
group "all" {{ symbols {{ "BAYES_SPAM" {{ weight = 8; }} "BAYES_HAM" {{ weight = -3; }} }} }}
modules {{ path = "${{PLUGINSDIR}}"; }}
redis {{ servers = "{redis}"; }}
dkim {{ dkim_cache_size = 2k; dkim_cache_expire = 1d; time_jitter = 6h; trusted_only = false; skip_multi = false; }}
spf {{ spf_cache_size = 2k; spf_cache_expire = 1d; }}
dmarc {{ actions = {{ quarantine = "add_header"; reject = "reject"; }} }}
arc {{ sign_inbound = false; sign_local = false; sign_authenticated = false; }}
mime_types {{ file = ["${{CONFDIR}}/maps.d/mime_types.inc"]; extension_map = {{ html = "text/html"; txt = "text/plain"; pdf = "application/pdf"; }} }}
milter_headers {{ use = ["authentication-results", "x-spam-status", "spam-header"]; skip_local = false; skip_authenticated = false; authenticated_headers = [];
  routines {{ authentication-results {{ add_smtp_user = false; }} }} }}
classifier "bayes" {{
  tokenizer {{ name = "osb"; }}
  backend = "redis"; new_schema = true; store_tokens = false; signatures = false; min_tokens = 11; min_learns = 200; autolearn = false;
  statfile {{ symbol = "BAYES_HAM"; spam = false; }}
  statfile {{ symbol = "BAYES_SPAM"; spam = true; }}
}}
"""

RSPAMD_LUA = 'require "global_functions" ()\nconfig["regexp"] = {}\nrspamd_maps = {}\n'


class RspamdSide(PostfixInbound):
    name, needs = "Postfix + rspamd", ["/usr/sbin/postfix", "/usr/bin/rspamd", "/usr/bin/rspamc", "/usr/bin/redis-server", "/usr/bin/redis-cli"]
    does = "SPF, DKIM, DMARC (enforced), ARC, Bayes in Redis, mime_types"
    looks_up_peers = "yes"

    def start_filters(self):
        state, sockets = self.folder / "state", self.socket_folder("_rspamd")
        state.mkdir(exist_ok=True)
        for folder in (state, self.folder / "log"):
            own(folder, "_rspamd")
        redis = sockets / "redis.sock"
        self.spawn("redis", "/usr/bin/redis-server", "--port", "0", "--unixsocket", redis, "--unixsocketperm", "777", "--dir", state,
                   "--save", "", "--appendonly", "no", "--daemonize", "no")
        wait_until(redis.exists, "Redis")
        controller, socket = free_port(), sockets / "milter.sock"
        (self.folder / "etc/rspamd.lua").write_text(RSPAMD_LUA)
        (self.folder / "etc/rspamd.conf").write_text(RSPAMD_CONF.format(
            run=sockets, state=state, log=self.folder / "log", etc=self.folder / "etc", controller=controller, socket=socket, redis=redis))
        self.spawn("rspamd", "/usr/bin/rspamd", "-f", "-c", self.folder / "etc/rspamd.conf", "-u", "_rspamd", "-g", "_rspamd")
        wait_until(socket.exists, f"rspamd; see {self.folder}/log", 180)  # it compiles its list of top-level domains
        ask = ["rspamc", "-h", f"127.0.0.1:{controller}", "-P", "q1", "-n", "4"]
        wait_until(lambda: subprocess.run([*ask, "stat"], capture_output=True).returncode == 0, f"rspamd's controller; see {self.folder}/log")
        for kind in ("ham", "spam"):
            self.trained = subprocess.run([*ask, f"learn_{kind}", self.training / kind], capture_output=True, text=True).stdout
        learned = [run("redis-cli", "-s", redis, "HGET", "RS", f"learns_{kind}").strip() for kind in ("ham", "spam")]
        if any(not count.isdigit() or int(count) < 200 for count in learned):
            raise RuntimeError(f"rspamd has learned {learned}: {self.trained[-500:]}")
        return [f"unix:{socket}"]

    def settings(self):
        return self.main_cf + (self.folder / "etc/rspamd.conf").read_text()


OPENDKIM_CONF = """\
Syslog no
UserID opendkim
UMask 000
Socket local:{socket}
Background no
Mode v
Nameservers 127.0.0.1
AuthservID {host}
InternalHosts 127.0.0.99
AlwaysAddARHeader yes
"""

OPENDMARC_CONF = """\
Syslog false
UserID opendmarc
UMask 000
Socket local:{socket}
Background false
AuthservID {host}
TrustedAuthservIDs {host}
IgnoreHosts {etc}/ignored
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
RejectFailures true
SPFSelfValidate true
SPFIgnoreResults true
"""

SPAMASSASSIN_CF = """\
required_score 5
report_safe 0
use_bayes 1
bayes_path {state}/bayes
bayes_file_mode 0666
bayes_auto_learn 0
bayes_auto_expire 0
score BAYES_99 6
score BAYES_95 6
skip_rbl_checks 1
dns_available no
lock_method flock
"""

SPAMASSASSIN_PRE = "".join(f"loadplugin Mail::SpamAssassin::Plugin::{name}\n" for name in ("Check", "Bayes", "HTMLEval", "MIMEEval"))


class SpamAssassinSide(PostfixInbound):
    name = "Postfix + OpenDKIM + OpenDMARC + SpamAssassin"
    needs = ["/usr/sbin/postfix", "/usr/sbin/opendkim", "/usr/sbin/opendmarc", "/usr/sbin/spamd", "/usr/bin/sa-learn", "/usr/sbin/spamass-milter"]
    does = "DKIM, SPF, DMARC (enforced), Bayes without other rules"
    looks_up_peers = "yes"

    def start_filters(self):
        return [self._start_milter("opendkim", OPENDKIM_CONF), self._start_milter("opendmarc", OPENDMARC_CONF), self._start_spamassassin()]

    def _start_milter(self, program, form):
        socket = self.socket_folder(program) / "milter.sock"
        etc = self.folder / "etc"
        (etc / "ignored").write_text("127.0.0.99\n")
        (etc / f"{program}.conf").write_text(form.format(socket=socket, host=HOST, etc=etc))
        foreground = ["-f", "-x"] if program == "opendkim" else ["-f", "-c"]
        self.spawn(program, f"/usr/sbin/{program}", *foreground, etc / f"{program}.conf")
        wait_until(socket.exists, f"{program}; see {self.folder}/log")
        return f"unix:{socket}"

    def _start_spamassassin(self):
        sockets, state, rules, site = self.socket_folder("nobody"), self.folder / "state", self.folder / "etc/rules", self.folder / "etc/site"
        for folder in (state, rules, site):
            folder.mkdir(exist_ok=True)
        own(state, "nobody")
        for file in ("10_default_prefs.cf", "23_bayes.cf", "60_bayes_stopwords.cf"):
            shutil.copy(f"/usr/share/spamassassin/{file}", rules)
        (site / "init.pre").write_text(SPAMASSASSIN_PRE)
        (site / "local.cf").write_text(SPAMASSASSIN_CF.format(state=state))
        where = ["-C", rules, "--siteconfigpath", site]
        for kind in ("ham", "spam"):
            run("sa-learn", *where, "-L", "--no-sync", f"--{kind}", self.training / kind)
        self.trained = run("sa-learn", *where, "--sync") + run("sa-learn", *where, "--dump", "magic")
        for path in state.glob("*"):
            own(path, "nobody")
        spamd, socket = sockets / "spamd.sock", sockets / "milter.sock"
        self.spawn("spamd", "/usr/sbin/spamd", *where, "-L", "-x", "-u", "nobody", f"--socketpath={spamd}", "--socketmode=666", "-m", "4",
                   "--min-children=4", "--max-conn-per-child=1000", "-s", self.folder / "log/spamd.log", "-r", sockets / "spamd.pid",
                   "-H", state)
        wait_until(spamd.exists, f"spamd; see {self.folder}/log")
        self.spawn("spamass-milter", "/usr/sbin/spamass-milter", "-p", socket, "-m", "-i", "127.0.0.99", "--", "-U", spamd)
        wait_until(socket.exists, "spamass-milter")
        socket.chmod(0o666)
        time.sleep(0.2)
        return f"unix:{socket}"

    def settings(self):
        etc = self.folder / "etc"
        return self.main_cf + "".join((etc / name).read_text() for name in ("opendkim.conf", "opendmarc.conf", "site/local.cf"))
