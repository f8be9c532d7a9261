#include "scop/configuration.hpp"

#include <fmt/format.h>

#include "topology/topology.hpp"

namespace scop::command {

namespace {

constexpr std::string_view head =
    R"toml(# The mesh's one configuration, made by `scop init`. No secrets stand here. What is commented out is the default.
# Durations: "90s", "5m", "2h", "1d". Sizes: "64KB", "50MB". Paths are relative to this file's folder.
# `scop check` says what is wrong, with the line. Daemons read this at their start.

)toml";

std::string mesh_section(const Wanted& wanted) {
  return fmt::format(R"toml([mesh]
# The trust domain of the daemons' certificates, and the domain whose mail is ours from the start.
domain = "{0}"
# The public name of the mail host: greeting, HELO, Received, MX. Its reverse DNS should say the same.
host = "{1}"
# Whom bounces name as the one to ask.
#postmaster = "postmaster@{0}"
# Daemons started by root become user and group user_base + their number; 0: they keep the user they were started as.
user_base = {2}
# Refuse to start where the kernel lacks one of the walls (Landlock, seccomp), rather than log it.
#strict_walls = false
# "text" for people, "json" for machines.
#log = "text"
# "debug", "info", "warning" or "error".
#log_level = "info"

)toml",
                     wanted.domain, wanted.host, wanted.user_base);
}

std::string pipes_sections(const Wanted& wanted) {
  std::string text =
      R"toml(# Where each daemon's pipe is dialled: literal addresses, nobody resolves names. TLS 1.3 and certificates on both sides.
[pipes]
)toml";
  const auto standard = Wanted{}.base_port;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    const auto port = daemon.pipe_port - standard + wanted.base_port;
    text +=
        fmt::format("{}{} = \"127.0.0.1:{}\"\n", wanted.base_port == standard ? "#" : "", daemon.name, port);
  }
  text += R"toml(
# Where it listens, if that is another address (containers, several machines).
[pipes.listen]
)toml";
  for (const auto& daemon : topology::daemons()) {
    if (daemon.is_daemon) text += fmt::format("#{} = \"0.0.0.0:{}\"\n", daemon.name, daemon.pipe_port);
  }
  return text + "\n";
}

std::string submission_section(const Wanted& wanted) {
  const Wanted standard;
  return fmt::format(R"toml(# Mail clients: AUTH after TLS only.
[submission]
# STARTTLS (RFC 6409).
{0}listen = ["0.0.0.0:{1}"]
# TLS from the first octet (RFC 8314); what clients should use.
{2}listen_tls = ["0.0.0.0:{3}"]
# The public certificate chain and key. `scop init` makes one that is self-signed, for trial: put a real one here.
#certificate = "tls/cert.pem"
#key = "tls/key.pem"
# Larger messages are refused (SIZE, RFC 1870).
#max_message = "50MB"
#max_recipients = 100
# Commands answered 5yz before the session is ended, and tries of AUTH in one session.
#max_errors = 20
#auth_tries = 5
#idle_timeout = "5m"
#session_timeout = "1h"
#connections = 12000
# Of one client address; 0: no bound. Loopback and proxies are not counted.
#connections_per_address = 200
# Addresses of proxies that must send a PROXY v2 header first.
#proxy = []
# Received names no client address: where a user sits is nobody's business.
#hide_client_address = true
# Octets held for all messages under way together; over it: 451.
#message_memory = "256MB"

)toml",
                     wanted.submission_port == standard.submission_port ? "#" : "", wanted.submission_port,
                     wanted.submissions_port == standard.submissions_port ? "#" : "",
                     wanted.submissions_port);
}

std::string receiver_section(const Wanted& wanted) {
  const Wanted standard;
  return fmt::format(
      R"toml(# The world's mail: MX on port 25. No address grants relaying, whatever stands here.
[receiver]
{0}listen = ["0.0.0.0:{1}"]
# STARTTLS. The key is a file of its own, readable by the receiver alone, and may be the same key.
#certificate = "tls/cert.pem"
#key = "tls/receiver-key.pem"
#max_message = "50MB"
#max_recipients = 100
# Received fields; more are a loop.
#max_hops = 50
#max_errors = 20
#idle_timeout = "5m"
#session_timeout = "1h"
#connections = 12000
#connections_per_address = 50
#message_memory = "256MB"
# Addresses of proxies that must send a PROXY v2 header first; the client is then who they say. Never banned.
#proxy = []
# Networks that many clients share (NAT, a container engine's gateway) or that are ours: never banned, slowed, counted or looked up.
#gateways = ["127.0.0.0/8", "::1"]
# Whoever talks before the greeting is no mail server: 554.
#greeting_delay = "1s"
# Of one client network (IPv4 /24, IPv6 /64), with bursts of ten minutes' worth; over it: 421, 450. 0: no bound.
#connections_per_minute = 60
#messages_per_minute = 120
#recipients_per_minute = 600
#errors_per_minute = 20
# Unknown recipients of one session before its replies slow down, and before it ends; the slowest reply.
#free_unknown = 3
#most_unknown = 20
#longest_delay = "20s"
# Offences within an hour (talking early, fishing for names, too many errors) before a client is sent away for first_ban; each
# further ban doubles. 0: never.
#ban_after = 3
#first_ban = "10m"
#longest_ban = "1d"
# DNS blocklists: see [[receiver.blocklist]] below. Mail is refused from this sum of scores on; 0: never, the filter alone hears of it.
#blocklist_refuse = 10
# For blocklists, reverse names and reputation together; what has not come then counts as not known.
#dns_timeout = "5s"
# Clients that sent much spam of late: "observe" (the filter hears of it), "slow", or "refuse"; and the per cent of
# spam from which on they are refused in any case; 0: never.
#spam_host_policy = "slow"
#spam_host_refuse = 99
# First tries of unknown (network, sender, recipient) are put off; a second try after greylist_delay, within greylist_window, passes.
#greylisting = false
#greylist_delay = "5m"
#greylist_window = "1d"
#greylist_keep = "35d"
# A list's listings are answers within 127.0.0.0/8, but for 127.255.255.0/24, which are errors.
#[[receiver.blocklist]]
#zone = "zen.example.net"
#score = 10

)toml",
      wanted.receiver_port == standard.receiver_port ? "#" : "", wanted.receiver_port);
}

constexpr std::string_view accounts_section = R"toml(# Users, passwords, aliases: `scop user`, `scop alias`.
[accounts]
# user+anything@domain is user's; "": no subaddresses.
#subaddress_separator = "+"
# Who gets postmaster@ and abuse@ where nobody has that name; "": each domain's oldest user.
#postmaster_user = ""
# How long what a login may send as holds before the client must log in again.
#grant_lifetime = "15m"
# What one account may send in any hour (a stolen password must not become a flood); 0: no limit.
#messages_per_hour = 1000
#recipients_per_hour = 10000
# Wrong passwords of one account before it must wait, and the longest wait. App passwords are never locked out.
#failures_before_throttle = 5
#longest_throttle = "5m"
# Failures a second of one daemon for all accounts together; bursts of ten times as many.
#failures_per_second = 50
# The cost of one check of a password (argon2id, RFC 9106), and how many at a time.
#argon2_memory = "19MB"
#argon2_passes = 2
#argon2_threads = 2
# How long a right password is known again without that cost (as a keyed hash, in memory); "0s": never.
#verified_cache = "5m"

)toml";

constexpr std::string_view signer_section =
    R"toml(# DKIM: keys are in signer/state/keys/<domain>/; those of the From domain sign that `scop keys list` says so of.
[signer]
# Mail from a domain without a key: "refuse", or "pass" it unsigned.
#unsigned_domains = "refuse"
# Header fields to oversign beside From, To, Subject, Date …: nobody can add a second one.
#oversign = []
# Signatures expire after this (x=); "0s": never.
#lifetime = "0s"
# The primary DNS that takes our key records by RFC 2136, such as "127.0.0.1:53"; "": publish them by hand.
#primary = ""
# The zone to update; "": the signing domain itself.
#zone = ""
# The TSIG key, as tsig-keygen writes it or as bare base64, and its name.
#tsig_key_file = "signer/state/tsig.key"
#tsig_name = ""
# Seconds, of the records.
#ttl = 3600
# Servers of the zone, such as "192.0.2.2:53", that must answer a new record too before its key signs: the secondaries.
#name_servers = []
# How often each algorithm's key is replaced, in turns; "0s": only by `scop keys rotate`. With a primary: "90d".
#rotate_every = "0s"
# A new key waits until nobody remembers that there was no record, and this long in addition.
#margin = "1h"
# How long the record of a key that no longer signs is kept for mail under way, and then shown as revoked (an empty p=).
#keep = "7d"
#retire_for = "7d"

)toml";

constexpr std::string_view verifier_section =
    R"toml(# SPF, DKIM, DMARC, ARC and iprev of what the world sends.
[verifier]
# The name in Authentication-Results; strangers' fields with it are removed. Default: [mesh] host.
#authserv_id = "mail.example.org"
# "enforce": p=reject is refused in the dialogue, p=quarantine goes to Junk; "label": only results are written.
#dmarc = "enforce"
# Where DMARC cannot be judged for now (DNS): 451, instead of taking the message.
#defer_temperror = false
# Domains whose ARC seals are believed: mail that passed DMARC when it came to them is not refused here.
#trusted_sealers = []
# Collect DMARC report data and send a report a day to whoever asks for it in rua=.
#reports = true
# Whom reports come from: "noreply-dmarc" or "postmaster", at [mesh] domain.
#report_from = "noreply-dmarc"

)toml";

constexpr std::string_view relay_section = R"toml(# The durable queue and the local mailboxes.
[relay]
# <mail_folder>/<domain>/<local part>/ is a Maildir.
#mail_folder = "relay/state/mail"
# Mail for user+lists@ goes to the folder "lists" of the mailbox, where its owner has made one.
#subaddress_folders = false
# How often a mailbox that is over its quota is counted again; one with room: 15 times more seldom.
#quota_recount = "1m"
#max_message = "50MB"
# What stays free on the queue's disk: before it is full, clients get 452.
#free_floor = "64MB"
# Waits behind the first attempts; then they double up to the longest.
#retry = ["1m", "5m", "15m", "30m", "1h", "2h"]
#longest_wait = "4h"
# When the sender gets the message back (RFC 5321 4.5.4.1: four to five days), and when a first warning.
#expire = "5d"
#delay_warning = "4h"
# Attempts to the world at a time, and to one destination.
#attempts = 200
#attempts_per_destination = 20
# The rest of a long queue waits on disk.
#messages_in_memory = 4096
# Tell domains that ask for it, daily, how TLS to their mail hosts went (RFC 8460).
#tls_reports = true
# Domains whose mailboxes another server keeps (Dovecot's LMTP): a Unix socket, or an address and port; the first that
# fits, "*" is every domain of ours.
#[[relay.lmtp]]
#domain = "example.org"
#to = "/run/dovecot/lmtp"

)toml";

constexpr std::string_view courier_section = R"toml(# To the world.
[courier]
# What HELO says; default: [mesh] host.
#helo = "mail.example.org"
# The port of MX hosts.
#port = 25
# The port of MTA-STS policies and of servers that take TLS reports.
#https_port = 443
# TLS to MX hosts: "off", "opportunistic", "require" or "verify".
#tls = "opportunistic"
# With "opportunistic" and "require", what a domain publishes goes first: TLSA records in signed zones (DANE), MTA-STS policies.
#dane = true
# TLSA records of hosts that an unsigned domain names count too.
#dane_insecure_mx = false
#mta_sts = true
#sts_timeout = "30s"
# Send everything through one host, and with which login (a file with two lines; TLS is then verified).
#smarthost = "relay.example.net:587"
#smarthost_tls = "verify"
#credentials = "courier/state/smarthost"
# Bind to these, at most one IPv4 and one IPv6.
#source_addresses = []
# MX hosts with these addresses are ourselves: a loop.
#own_addresses = []
# Behind NAT: the addresses that the world sees our mail come from.
#public_addresses = []
# Where a sender's SPF record does not let mail leave from our address: "off", "warn" or "hold" (451 4.7.23, tried again).
#unauthorised_senders = "warn"
#ipv4 = true
#ipv6 = true
# For tests: MX hosts on 127.0.0.0/8.
#allow_loopback = false
# PEM of the certificate authorities; default: the system's.
#authorities = "/etc/ssl/certs/ca-certificates.crt"
#connections = 500
#reuse_idle = "5s"
# RFC 5321 4.5.3.2.
#connect_timeout = "30s"
#greeting_timeout = "5m"
#ehlo_timeout = "5m"
#mail_timeout = "5m"
#data_timeout = "2m"
#block_timeout = "3m"
#final_timeout = "10m"
#attempt_timeout = "30m"
# What the mail hosts of some domains must show, whatever they publish; the first that fits. policy: "verify" (a valid certificate
# for one of `match`; default: the domain, all below it, and its hosts where DNSSEC proves them), "dane", "require", "opportunistic" or "off".
#[[courier.tls_policy]]
#domain = "bank.example"
#policy = "verify"
#match = [".bank.example"]
# Domains with a way of their own; the first that fits. ".example.net" is everything below it, "*" every domain.
#[[courier.route]]
#domain = "example.net"
#to = "mail.example.net:25"
#tls = "opportunistic"

)toml";

constexpr std::string_view resolver_section = R"toml(# The mesh's own validating resolver.
[resolver]
# UDP and TCP, for ordinary tools such as dig: ["127.0.0.1:5353"]. The mesh asks over its pipe.
#listen = []
# Ask these resolvers ("192.0.2.53", "127.0.0.1@5300"; by TLS "tls://192.0.2.53@853#dns.example", their
# certificates by `authorities`); []: recursion from the root.
#forward = []
#authorities = "/etc/ssl/certs/ca-certificates.crt"
# DNSSEC validation, and domains where it is off (negative trust anchors, RFC 7646).
#dnssec = true
#insecure_domains = []
# DS or DNSKEY records instead of the root's, here or in a file; followed when the zone rolls its keys (RFC 5011).
#trust_anchors = []
#trust_anchor_file = "resolver/anchors"
#trust_anchor_updates = true
#root_hints = "resolver/root.hints"
# Data of our own: zones as "name type" (unbound.conf(5)), records as "name. IN A 192.0.2.1".
#local_zones = []
#local_data = []
# What the world's servers learn, and what is asked of them.
#qname_minimisation = true
#aggressive_nsec = true
#mixed_case = false
# Names asked for often are fetched again before they are missed; answers past their TTL serve for so long where
# nobody answers (RFC 8767; "0s": never).
#prefetch = true
#serve_stale = "1d"
#cache = "32MB"
#timeout = "10s"
#ipv4 = true
#ipv6 = true
# Zones that are asked of their own servers.
#[[resolver.stub]]
#zone = "example.net"
#address = "192.0.2.53"
# Its servers only lead to those that the zone itself names.
#primed = false
)toml";

}  // namespace

std::string configuration_text(const Wanted& wanted) {
  std::string text(head);
  text += mesh_section(wanted);
  text += pipes_sections(wanted);
  text += submission_section(wanted);
  text += receiver_section(wanted);
  text += web_section(wanted);
  text += spamfilter_section();
  for (const auto section :
       {accounts_section, signer_section, verifier_section, relay_section, courier_section, resolver_section})
    text += section;
  text += "\n" + dns_section(wanted);
  text += acme_section();
  return text;
}

}  // namespace scop::command
