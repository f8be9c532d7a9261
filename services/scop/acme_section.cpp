// The [acme] section of a new scop.toml.
#include <string_view>

#include "scop/configuration.hpp"

namespace scop::command {

std::string_view acme_section() {
  return R"toml(
# Certificates of the public ports from an ACME server (RFC 8555) by uacme, proven by DNS (dns-01), and the TLSA records
# (DANE) that go before a new key. `scop acme status|run`; files of your own: `scop certs public install CERT KEY`.
[acme]
# `scop up` looks after the certificates; without it, let a timer run `scop acme run`.
#enabled = false
# "letsencrypt", its "staging" for trial, or the URL of another server's directory; and who vouches for that server itself,
# where the system's authorities do not (PEM).
#directory = "letsencrypt"
#authorities = "/etc/ssl/certs/ca-certificates.crt"
#contact = "postmaster@example.org"
# You have read the server's terms of service, and agree.
#terms_agreed = false
# "ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072" or "rsa-4096".
#key_type = "ecdsa-p256"
# The names in the mail ports' certificate, and in the web server's (where [web] listens).
#names = ["mail.example.org"]
#web_names = ["mta-sts.example.org", "autoconfig.example.org", "autodiscover.example.org"]
# How long before its end a certificate is renewed; default: a third of its lifetime.
#renew_before = "30d"
# A renewal keeps the key, and so the TLSA records; "0s": for ever.
#new_key_every = "0s"
# After a failure; it doubles up to a day.
#retry = "10m"
#client = "/usr/bin/uacme"
# Where challenges are published (RFC 2136); default: [dns] primary. The TSIG key should be granted TXT records at
# _acme-challenge names alone (docs/operation.md, "Certificates").
#primary = ""
#tsig_key_file = "acme/tsig.key"
#tsig_name = ""
# Other authoritative servers that have to show a record before it counts, and how long that may take.
#secondaries = []
#propagation = "2m"
# A TSIG key for TLSA records at the mail ports; without one you are told what to publish before a new key is used.
#tlsa_tsig_key_file = "acme/tlsa.key"
#tlsa_tsig_name = ""
#tlsa_ports = ["25", "465", "587"]
#tlsa_ttl = 3600
)toml";
}

}  // namespace scop::command
