// Passwords that were right a moment ago, known again without argon2id: HMAC-SHA-256 under a key of this
// process's life, never the password. The trade: who reads this process's memory, the key included, can try
// guesses against the entries at the speed of one hash, for as long as they live. Forgotten when the account
// changes. Time is an argument.
#pragma once

#include <chrono>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"
#include "core/secret.hpp"

namespace scop::credentials {

class Verified {
 public:
  Verified(std::chrono::seconds lifetime, std::size_t most_entries = 10'000);

  bool knows(std::string_view login, std::string_view password, Deadline now);
  void add(std::string_view login, std::string_view password, Deadline now);
  void forget(std::string_view login);

 private:
  struct Entry {
    std::string login;
    std::string digest;
    Deadline until;
  };
  std::string digest_of(std::string_view login, std::string_view password) const;
  void drop(std::list<Entry>::iterator entry);

  std::chrono::seconds lifetime_;
  std::size_t most_entries_;
  Secret key_;
  std::list<Entry> entries_;  // the oldest first
  std::unordered_multimap<std::string, std::list<Entry>::iterator> by_login_;
};

}  // namespace scop::credentials
