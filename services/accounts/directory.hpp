// What the database knows, read on the io thread over a connection of its own (WAL: readers never wait for
// the writer). Arguments are canonical (address.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "scram/keys.hpp"
#include "store/database.hpp"

namespace scop::accounts {

struct Account {
  std::string login;
  std::string password;  // argon2id
  bool disabled = false;
  Time created;
  std::uint64_t quota = 0;  // octets; 0: none
  std::uint64_t used = 0;   // by the last report

  bool is_full() const { return quota != 0 && used >= quota; }
};

struct AppPassword {
  std::string name;
  scram::StoredKeys keys;
};

struct Alias {
  std::string address;
  std::vector<std::string> targets;
  std::vector<std::string> senders;
};

class Directory {
 public:
  explicit Directory(store::Database& database) : database_(database) {}

  Outcome<bool> has_domain(std::string_view domain);
  Outcome<std::optional<Account>> find_account(std::string_view login);
  Outcome<std::vector<AppPassword>> app_passwords(std::string_view login);
  Outcome<std::vector<std::string>> targets(
      std::string_view alias);  // empty: no such alias, or one for sending only
  Outcome<std::vector<std::string>> sendable_aliases(std::string_view login);
  Outcome<std::optional<std::string>> oldest_account(std::string_view domain);  // that is not disabled

  Outcome<std::vector<std::string>> domains();
  Outcome<std::vector<Account>> accounts();
  Outcome<std::vector<Alias>> aliases();

 private:
  template <class... Values>
  Outcome<std::vector<std::string>> texts(std::string_view sql, const Values&... values);
  store::Database& database_;
};

}  // namespace scop::accounts
