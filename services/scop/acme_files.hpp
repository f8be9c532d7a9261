// The files of one pair: the key and chain in hand, the next ones, and the daemons' copies. A key is found by
// the digest that its TLSA record holds, so whatever a crash left behind is told apart.
#pragma once

#include <optional>
#include <string>

#include "cert_roll/need.hpp"
#include "cert_roll/state.hpp"
#include "core/secret.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

inline constexpr const char* hook_name = "scop-acme-hook";

// What the daemons serve now; empty where nothing can be read.
struct Served {
  std::string chain;
  Secret key;
};
Served read_served(const Pair& pair);

// SHA-256 in hex: of the public key (TLSA 3 1 1), of the first certificate (TLSA 3 0 1).
Outcome<std::string> key_digest_of_chain(std::string_view chain);
Outcome<std::string> key_digest(std::string_view key);
Outcome<std::string> certificate_digest(std::string_view chain);

struct Staged {
  std::string chain;
  std::string key_digest;
  std::string certificate_digest;
};

class Files {
 public:
  Files(const World& world, const Pair& pair) : world_(world), pair_(pair) {}

  // An absent state: settled on the key that is served.
  Outcome<cert_roll::State> load_state() const;
  Outcome<> save_state(const cert_roll::State& state) const;

  // What is served becomes what is in hand, where it is another: somebody has put it there.
  Outcome<> adopt(const Served& served) const;
  std::optional<cert_roll::Held> held() const;  // of the chain in hand

  // A next chain whose key we have, and which is not the one in hand.
  std::optional<Staged> staged() const;
  Outcome<> stage(std::string_view chain) const;
  Outcome<> stage_key(const Secret& key) const;
  Outcome<> drop_staged() const;
  // The key that the next certificate is for: the next one where there is one, else the one in hand.
  Outcome<Secret> key_for_request() const;
  bool has_next_key() const;

  // Writes the daemons' copies of the chain with this certificate and its key: all at once, keys first.
  Outcome<> place(const cert_roll::State& state) const;
  // The next ones become those in hand.
  Outcome<> promote(const cert_roll::State& state) const;

 private:
  std::filesystem::path file(const char* name) const { return pair_.folder / name; }
  Outcome<Secret> find_key(std::string_view digest) const;
  Outcome<std::string> find_chain(std::string_view digest) const;
  const World& world_;
  const Pair& pair_;
};

}  // namespace scop::command::acme
