// What `scop acme` works with: the certificates of the public ports, which daemon reads which file, where it
// is served, and whose TLSA records stand for it. Read from scop.toml; changes nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "net/endpoint.hpp"
#include "scop/instance.hpp"
#include "settings/acme.hpp"

namespace scop::command::acme {

// One daemon's files; the key is its own copy.
struct Placement {
  std::string daemon;
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct Port {
  std::string name;  // "submission 587"
  net::Endpoint endpoint;
  bool starttls = false;     // SMTP first; else TLS from the first octet
  bool wants_proxy = false;  // we connect as one of its proxies: a PROXY header comes first
};

// One certificate with its key.
struct Pair {
  std::string name;                // "mail", "web"
  std::vector<std::string> names;  // of the certificate; the first one is asked for by SNI
  std::vector<Placement> placements;
  std::vector<Port> ports;
  std::vector<std::string> tlsa_names;  // "_25._tcp.mail.example.org"
  bool makes_tlsa = false;              // records are made where there are none; else only kept up
  std::filesystem::path folder;         // of the keys in hand: <folder>/acme/<name>
  std::filesystem::path state;          // public: <folder>/tls/<name>.roll
};

struct World {
  settings::Mesh mesh;
  settings::Acme acme;
  std::vector<Pair> pairs;
  std::filesystem::path config;   // absolute
  std::filesystem::path folder;   // <folder>/acme
  std::filesystem::path tls;      // <folder>/tls, where all placements are
  std::filesystem::path program;  // this program
};

// unsupported: a daemon reads its certificate from elsewhere, which we could not write.
Outcome<World> read_world(const Context& context, const Instance& instance);

// Where the state of a pair of this instance stands, for who only wants to read it.
std::filesystem::path state_file(const settings::Mesh& mesh, std::string_view pair);

}  // namespace scop::command::acme
