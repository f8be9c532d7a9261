#include <array>

#include "core/id.hpp"
#include "token_store/state.hpp"

namespace scop::token_store {

namespace {

constexpr std::array<std::string_view, 2> schema{R"(
CREATE TABLE hash_key (octets BLOB NOT NULL);
CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, ham INTEGER NOT NULL, spam INTEGER NOT NULL);
CREATE TABLE features (table_id INTEGER NOT NULL, key INTEGER NOT NULL, ham INTEGER NOT NULL, spam INTEGER NOT NULL,
  weight INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (table_id, key)) WITHOUT ROWID;
CREATE TABLE seen (table_id INTEGER NOT NULL, digest BLOB NOT NULL, spam INTEGER NOT NULL, step INTEGER NOT NULL,
  day INTEGER NOT NULL, PRIMARY KEY (table_id, digest)) WITHOUT ROWID;
CREATE INDEX seen_by_day ON seen (day);
)",
                                                 R"(
ALTER TABLE seen ADD COLUMN word_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seen ADD COLUMN letter_step INTEGER NOT NULL DEFAULT 0;
UPDATE seen SET word_step = step; -- until then all features of a message took the same step
)"};

constexpr std::size_t key_octets = 16;

bayes::HashKey key_from(std::string_view octets) {
  bayes::HashKey key{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    auto& word = key.at(i / 8);
    word = word << 8U | static_cast<unsigned char>(octets[i]);
  }
  return key;
}

Outcome<bayes::HashKey> load_key(store::Database& database, bool read_only) {
  auto rows = database.query("SELECT octets FROM hash_key");
  if (!rows) return std::unexpected(rows.error());
  const auto row = rows->next();
  if (!row) return std::unexpected(row.error());
  if (*row && rows->view(0).size() == key_octets) return key_from(rows->view(0));
  if (*row || read_only) return failure(ErrorKind::broken, "token store: it has no hash key");
  const auto octets = random_octets(key_octets);
  if (auto done = database.run("INSERT INTO hash_key (octets) VALUES (?)", store::Blob{octets}); !done) {
    return std::unexpected(done.error());
  }
  return key_from(octets);
}

}  // namespace

Outcome<> TokenStore::State::load() {
  auto names = database.query("SELECT id, name, ham, spam FROM tables");
  if (!names) return std::unexpected(names.error());
  std::unordered_map<std::int64_t, OpenTable*> by_id;
  for (auto row = names->next();; row = names->next()) {
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto name = names->text(1);
    auto& open = tables[name];
    open.id = names->integer(0);
    open.table = bayes::Table(name.empty() ? bounds.most_features : bounds.most_own_features);
    open.table.totals = {static_cast<std::uint32_t>(names->integer(2)),
                         static_cast<std::uint32_t>(names->integer(3))};
    by_id[open.id] = &open;
  }
  auto rows = database.query("SELECT table_id, key, ham, spam, weight, day FROM features");
  if (!rows) return std::unexpected(rows.error());
  for (auto row = rows->next();; row = rows->next()) {
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const auto found = by_id.find(rows->integer(0));
    if (found == by_id.end() || rows->integer(1) == 0) continue;
    found->second->table.set(static_cast<bayes::Key>(rows->integer(1)),
                             {.ham = static_cast<std::uint32_t>(rows->integer(2)),
                              .spam = static_cast<std::uint32_t>(rows->integer(3)),
                              .weight = static_cast<std::int32_t>(rows->integer(4)),
                              .day = static_cast<bayes::Day>(rows->integer(5))});
  }
}

Outcome<TokenStore> TokenStore::open(const std::filesystem::path& file, const Bounds& bounds,
                                     bool read_only) {
  auto database = store::Database::open(file, {.read_only = read_only, .spool = true});
  if (!database) return std::unexpected(database.error());
  if (!read_only) {
    if (auto done = database->migrate(schema); !done) return std::unexpected(done.error());
  }
  auto state = std::make_unique<State>(std::move(*database), bounds);
  const auto key = load_key(state->database, read_only);
  if (!key) return std::unexpected(key.error());
  state->hash_key = *key;
  if (auto done = state->load(); !done) return std::unexpected(done.error());
  return TokenStore(std::move(state));
}

}  // namespace scop::token_store
