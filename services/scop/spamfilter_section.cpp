#include "scop/configuration.hpp"

namespace scop::command {

std::string_view spamfilter_section() {
  return R"toml(# The spam filter: `scop train`, `scop classify`, `scop spam`.
[spamfilter]
# Scores go from "0" (ham) to "1" (spam). At most `ham`: ham. From `label` on: X-Spam-Flag: YES; from `junk` on: into
# the Junk folder; from `refuse` on: 550 in the dialogue, where every recipient's domain refuses. "never" switches off.
#ham = "0.2"
#label = "0.8"
#junk = "0.9"
#refuse = "never"
# Octets of a message's body that are looked at, and of all messages under way together.
#examined = "512KB"
#message_memory = "64MB"
# For one message; then the judge process is replaced, and the message goes on unjudged.
#judge_timeout = "2s"
# Whom a user's lessons (mail moved to or from Junk) teach: "own" model alone, also their "domain", also the "shared" one.
#users_teach = "own"
# As in [accounts]: ann+lists@ is judged by ann's model.
#subaddress_separator = "+"
# The filter teaches its shared model where it is nearly certain, at most so often a day of each kind.
#autolearn = false
#autolearn_ham = "0.001"
#autolearn_spam = "0.999"
#autolearn_per_day = 200
# What is remembered of words and pairs of words, and for how long without being met again; 0: for ever.
#most_features = 4000000
#keep_days = 400
# Frequent spammers, whom the receiver asks about: counts of messages halve in this time; so many messages of one
# address (five times as many of a network) and this share of spam make one. Networks of gateways
# (["192.0.2.0/24"]) are never judged.
#reputation_half_life = "7d"
#spammer_evidence = 10
#spammer_share = "0.95"
#gateways = []
# ClamAV's daemon, by UNIX socket or address: "/run/clamav/clamd.ctl", "127.0.0.1:3310"; "": none.
#clamd = ""
#clamd_timeout = "10s"
# Where it does not answer: "pass", or "defer" (451).
#clamd_away = "pass"
# For other mail servers: the check of rspamd's protocol (POST /checkv2), such as ["127.0.0.1:11333"], and who may ask.
#http_listen = []
#http_allow = ["127.0.0.0/8", "::1"]
# Attachments: "allow", "label" (said in X-Spam-Status), "junk" or "refuse".
[spamfilter.attachments]
#dangerous_type = "label"
#double_extension = "junk"
#archived_executable = "label"
#macro = "label"
#encrypted_archive = "label"
#bomb = "junk"
#virus = "refuse"
# Domains with thresholds of their own.
#[[spamfilter.domain]]
#domain = "example.net"
#refuse = "0.9999"

)toml";
}

}  // namespace scop::command
