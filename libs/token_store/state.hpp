// What TokenStore holds. Private to token_store.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "store/database.hpp"
#include "token_store/token_store.hpp"

namespace scop::token_store {

struct OpenTable {
  std::int64_t id = 0;
  bayes::Table table;
  std::unordered_set<bayes::Key> changed;
  bool totals_changed = false;
};

struct SeenMessage {
  bayes::Lesson lesson;
  bayes::Day day = 0;
};

// The tables are in memory, the messages learned are not: their changes wait here for the commit.
struct TokenStore::State {
  State(store::Database opened, const Bounds& b) : database(std::move(opened)), bounds(b) {}

  Outcome<> load();
  Outcome<OpenTable*> table(const std::string& name);  // created where it is missing
  OpenTable* find(const std::string& name);
  // More general tables than that of this name, from the general to the particular.
  std::vector<const bayes::Table*> under(std::string_view name) const;
  Outcome<std::optional<SeenMessage>> seen(const OpenTable& table, const std::string& digest);
  Outcome<> remember(const OpenTable& table, const std::string& digest,
                     const std::optional<SeenMessage>& message);
  Outcome<> begin();
  Outcome<> write(OpenTable& table);

  store::Database database;
  Bounds bounds;
  bayes::HashKey hash_key{};
  std::unordered_map<std::string, OpenTable> tables;
  bool in_transaction = false;
};

bayes::Day forgotten_before(bayes::Day today, int keep_days);

}  // namespace scop::token_store
