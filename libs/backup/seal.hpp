// The outer form of a backup: a stream of encrypted chunks (libsodium's secretstream, XChaCha20-Poly1305),
// whose key the head gives to whoever has the passphrase or the secret key.
//
//   file  = "scop-backup 1" LF slot stream-header(24) *chunk
//   slot  = %x01 salt(16) passes(4) memory-kib(4)          argon2id over the passphrase is the key
//         / %x02 public-key(32) sealed-key(80)             crypto_box_seal
//   chunk = length(4) octets                               all numbers little-endian; the last one is tagged
//   FINAL
// Everything before the chunks is authenticated with the first one. Cut, reordered, repeated or altered: an
// error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backup/keys.hpp"

namespace scop::backup {

class Sealer {
 public:
  static Sealer with_passphrase(const Secret& passphrase);
  static Sealer for_key(std::string_view public_key);
  Sealer(Sealer&&) noexcept;
  ~Sealer();

  // Octets of the file: the head comes with the first ones. Nothing can follow finish().
  std::string push(std::string_view plain);
  std::string finish();

 private:
  struct State;
  explicit Sealer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct Opening {
  Secret passphrase;  // one of the two
  Secret secret_key;
};

class Opener {
 public:
  explicit Opener(Opening opening);
  Opener(Opener&&) noexcept;
  ~Opener();

  // Gives the plain octets so far known to be genuine. denied: another key; malformed: no backup, or altered.
  Outcome<std::string> push(std::string_view octets);
  Outcome<> finish() const;  // the file has ended: was that its end?

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::backup
