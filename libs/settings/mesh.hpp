// The [mesh] and [pipes] sections: what every daemon needs to know. Folder layout of an instance (made by
// `scop init`):
//   scop.toml                       the configuration, no secrets
//   mesh/ca.pem, mesh/ca.key        the mesh CA; the key is the administrator's alone
//   mesh/grant.pub                  accounts' Ed25519 public key, 32 octets in base64
//   <daemon>/cert/{cert,key}.pem    pipe identity, readable by that daemon alone
//   <daemon>/state/                 the only folder a daemon may write
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "config/document.hpp"
#include "log/form.hpp"

namespace scop::settings {

struct Mesh {
  std::string domain;         // trust domain of the identities: spiffe://<domain>/<daemon>
  std::string host;           // public name of the mail host: HELO, greeting, Received, MX
  std::string postmaster;     // address that bounces name, "postmaster@<domain>"
  unsigned user_base = 0;     // daemons drop to user_base + user_offset; 0: no change of user
  bool strict_walls = false;  // refuse to start where the kernel lacks a wall
  LogForm log_form = LogForm::text;
  LogLevel log_level = LogLevel::info;
  std::filesystem::path folder;                            // of scop.toml
  std::map<std::string, std::string, std::less<>> dial;    // daemon → "127.0.0.1:7101", literal IP and port
  std::map<std::string, std::string, std::less<>> listen;  // daemon → where its pipe listens (default: dial)
};

Mesh read_mesh(const config::Document& document);

std::filesystem::path certificate_folder(const Mesh& mesh, std::string_view daemon);
std::filesystem::path state_folder(const Mesh& mesh, std::string_view daemon);

}  // namespace scop::settings
