#include "scop/dovecot_files.hpp"

#include <fmt/format.h>

namespace scop::command {

namespace {

constexpr std::string_view configuration =
    R"(# Dovecot 2.3 for the users of `scop user add`; include it at the end of dovecot.conf.
protocols = imap lmtp
auth_mechanisms = plain login
recipient_delimiter = +
ssl_cert = <{tls}/cert.pem
ssl_key = <{tls}/key.pem

# Passwords are checked, and users looked up, by accounts. A password reaches the helper on a descriptor.
passdb {{
  driver = checkpassword
  args = {helper} --config {config} checkpassword
}}
userdb {{
  driver = checkpassword
  args = {helper} --config {config} checkpassword
  override_fields = uid={user} gid={group} home={mail}/%d/%n
}}
service auth {{
  extra_groups = {group}
}}

mail_location = maildir:~/Maildir
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    auto = subscribe
    special_use = \Junk
  }}
}}

# The relay delivers here: [[relay.lmtp]] in scop.toml. Its folder is the relay's alone.
service lmtp {{
  unix_listener {socket} {{
    mode = 0666
  }}
}}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}

# What is moved into Junk is learnt as spam, what is moved out of it as ham.
protocol imap {{
  mail_plugins = $mail_plugins imap_sieve
}}
plugin {{
  sieve_before = {folder}/junk.sieve
  sieve_plugins = sieve_imapsieve sieve_extprograms
  sieve_global_extensions = +vnd.dovecot.pipe +vnd.dovecot.environment
  sieve_pipe_bin_dir = {folder}/bin
  imapsieve_mailbox1_name = Junk
  imapsieve_mailbox1_causes = COPY APPEND
  imapsieve_mailbox1_before = file:{folder}/learn-spam.sieve
  imapsieve_mailbox2_name = *
  imapsieve_mailbox2_from = Junk
  imapsieve_mailbox2_causes = COPY
  imapsieve_mailbox2_before = file:{folder}/learn-ham.sieve
}}
)";

constexpr std::string_view junk = R"(require ["fileinto", "mailbox"];
if header :is "X-Spam-Flag" "YES" {
  fileinto :create "Junk";
  stop;
}
)";

constexpr std::string_view learn_spam =
    R"(require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];
if environment :matches "imap.user" "*" { set "user" "${1}"; }
pipe :copy "scop-learn" ["spam", "${user}"];
)";

constexpr std::string_view learn_ham =
    R"(require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];
if environment :is "imap.mailbox" "Trash" { stop; }
if environment :matches "imap.user" "*" { set "user" "${1}"; }
pipe :copy "scop-learn" ["ham", "${user}"];
)";

constexpr std::string_view learn = R"(#!/bin/sh
exec {helper} --config {config} learn "--$1" --user "$2"
)";

}  // namespace

std::vector<DovecotFile> dovecot_files(const DovecotWanted& wanted) {
  const auto filled = [&](std::string_view text) {
    return fmt::format(fmt::runtime(text), fmt::arg("tls", wanted.tls.string()),
                       fmt::arg("helper", wanted.helper.string()), fmt::arg("config", wanted.config.string()),
                       fmt::arg("user", wanted.user), fmt::arg("group", wanted.group),
                       fmt::arg("mail", wanted.mail.string()), fmt::arg("socket", wanted.socket.string()),
                       fmt::arg("folder", wanted.folder.string()));
  };
  return {{"scop.conf", filled(configuration)},
          {"junk.sieve", std::string(junk)},
          {"learn-spam.sieve", std::string(learn_spam)},
          {"learn-ham.sieve", std::string(learn_ham)},
          {"bin/scop-learn", filled(learn), true}};
}

}  // namespace scop::command
