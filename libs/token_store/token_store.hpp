// The spam filter's memory on disk (SQLite): tables by name, messages learned by digest, the hash key. Tables
// live in memory; changes are written in groups. Not for two threads at once; one process opens it for
// writing.
//   names: "" shared, "example.org" a domain's, "user@example.org" a user's
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bayes/learn.hpp"
#include "core/error.hpp"

namespace scop::token_store {

struct Bounds {
  std::size_t most_features = 4'000'000;    // of the shared table
  std::size_t most_own_features = 300'000;  // of a domain's or user's table
  std::size_t most_tables = 2'000;
  std::size_t most_seen = 500'000;  // messages remembered by digest; the oldest go first
  int keep_days = 400;              // features not trained for so long are forgotten; 0: never
};

enum class Learned {
  learned,
  already,
  relearned,
  unlearned,
  unknown
};  // unknown: to unlearn what was never learned
std::string_view name_of(Learned learned);

class TokenStore {
 public:
  static Outcome<TokenStore> open(const std::filesystem::path& file, const Bounds& bounds = {},
                                  bool read_only = false);
  TokenStore(TokenStore&&) noexcept;
  TokenStore& operator=(TokenStore&&) noexcept;
  ~TokenStore();

  const bayes::HashKey& hash_key() const;
  // Shared, domain's, user's: those that exist. `address` may be empty.
  std::vector<const bayes::Table*> tables_for(std::string_view address) const;
  bayes::Verdict classify(const bayes::Tokens& tokens, std::string_view address,
                          const bayes::Thresholds& thresholds = {}) const;

  // In memory at once, on disk with the next commit(). A message that was learned the other way round is
  // unlearned first.
  Outcome<Learned> learn(const bayes::Tokens& tokens, std::string_view table, bool spam, bayes::Day today);
  Outcome<Learned> unlearn(const bayes::Tokens& tokens, std::string_view table);
  // A further pass over a message that is learned already: where the tables still tell it wrong, its weights
  // move on.
  Outcome<> refine(const bayes::Tokens& tokens, std::string_view table);

  std::size_t pending() const;                    // changed features that are not on disk
  Outcome<> commit();                             // one transaction
  Outcome<std::size_t> expire(bayes::Day today);  // features and messages that went; commits

  struct Figures {
    std::size_t tables = 0;
    std::size_t features = 0;
    std::size_t seen = 0;
    bayes::Totals shared;
    std::size_t octets = 0;  // of memory
  };
  Figures figures() const;

 private:
  struct State;
  explicit TokenStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace scop::token_store
