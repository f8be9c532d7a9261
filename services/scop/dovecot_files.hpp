// The files that make Dovecot 2.3 the mailbox server of an instance: its configuration, Sieve scripts, and
// the program that Sieve runs to teach the spam filter.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace scop::command {

struct DovecotWanted {
  std::filesystem::path folder;  // where the files will lie
  std::filesystem::path config;  // scop.toml
  std::filesystem::path helper;  // scop-mailbox
  std::filesystem::path tls;     // folder of cert.pem and key.pem
  std::filesystem::path mail;    // <mail>/<domain>/<local part> is a home
  std::filesystem::path socket;  // LMTP; its folder is what keeps others out
  std::string user;              // whose the mail is; name or number
  std::string group;
};

struct DovecotFile {
  std::string name;  // below `folder`
  std::string content;
  bool is_program = false;
};

std::vector<DovecotFile> dovecot_files(const DovecotWanted& wanted);

}  // namespace scop::command
