#include "token_store/state.hpp"

#include <algorithm>

namespace scop::token_store {

Outcome<> TokenStore::State::begin() {
  if (in_transaction) return {};
  auto done = database.run("BEGIN IMMEDIATE");
  in_transaction = done.has_value();
  return done;
}

OpenTable* TokenStore::State::find(const std::string& name) {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

Outcome<OpenTable*> TokenStore::State::table(const std::string& name) {
  if (auto* known = find(name)) return known;
  if (tables.size() >= bounds.most_tables) {
    return failure(ErrorKind::exhausted,
                   "token store: " + std::to_string(tables.size()) + " tables are all there may be");
  }
  if (auto done = begin(); !done) return std::unexpected(done.error());
  if (auto done = database.run("INSERT INTO tables (name, ham, spam) VALUES (?, 0, 0)", name); !done) {
    return std::unexpected(done.error());
  }
  auto& open = tables[name];
  open.id = database.last_row();
  open.table = bayes::Table(name.empty() ? bounds.most_features : bounds.most_own_features);
  return &open;
}

std::vector<const bayes::Table*> TokenStore::State::under(std::string_view name) const {
  std::vector<const bayes::Table*> found;
  const auto add = [&](std::string_view general) {
    const auto table = tables.find(std::string(general));
    if (table != tables.end()) found.push_back(&table->second.table);
  };
  if (name.empty()) return found;
  add("");
  if (const auto at = name.rfind('@'); at != std::string_view::npos) add(name.substr(at + 1));
  return found;
}

Outcome<std::optional<SeenMessage>> TokenStore::State::seen(const OpenTable& table,
                                                            const std::string& digest) {
  auto rows = database.query(
      "SELECT spam, step, day, word_step, letter_step FROM seen WHERE table_id = ? AND digest = ?", table.id,
      store::Blob{digest});
  if (!rows) return std::unexpected(rows.error());
  const auto row = rows->next();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return SeenMessage{.lesson = {.spam = rows->boolean(0),
                                .steps = {static_cast<std::int32_t>(rows->integer(1)),
                                          static_cast<std::int32_t>(rows->integer(3)),
                                          static_cast<std::int32_t>(rows->integer(4))}},
                     .day = static_cast<bayes::Day>(rows->integer(2))};
}

Outcome<> TokenStore::State::remember(const OpenTable& table, const std::string& digest,
                                      const std::optional<SeenMessage>& message) {
  if (auto done = begin(); !done) return done;
  if (!message)
    return database.run("DELETE FROM seen WHERE table_id = ? AND digest = ?", table.id, store::Blob{digest});
  const auto& [signs, words, letters] = message->lesson.steps;
  return database.run(
      "INSERT OR REPLACE INTO seen (table_id, digest, spam, step, day, word_step, letter_step) VALUES (?, ?, "
      "?, ?, ?, ?, ?)",
      table.id, store::Blob{digest}, message->lesson.spam, signs, message->day, words, letters);
}

// In the order of the keys, so that neighbours share pages.
Outcome<> TokenStore::State::write(OpenTable& open) {
  std::vector<std::int64_t> keys;
  keys.reserve(open.changed.size());
  for (const auto key : open.changed) keys.push_back(static_cast<std::int64_t>(key));
  std::ranges::sort(keys);
  for (const auto key : keys) {
    const auto* counts = open.table.find(static_cast<bayes::Key>(key));
    auto done = counts == nullptr
                    ? database.run("DELETE FROM features WHERE table_id = ? AND key = ?", open.id, key)
                    : database.run(
                          "INSERT OR REPLACE INTO features (table_id, key, ham, spam, weight, day) VALUES "
                          "(?, ?, ?, ?, ?, ?)",
                          open.id, key, counts->ham, counts->spam, counts->weight, counts->day);
    if (!done) return done;
  }
  return database.run("UPDATE tables SET ham = ?, spam = ? WHERE id = ?", open.table.totals.ham,
                      open.table.totals.spam, open.id);
}

bayes::Day forgotten_before(bayes::Day today, int keep_days) {
  return keep_days <= 0 || today <= keep_days ? bayes::Day{0} : static_cast<bayes::Day>(today - keep_days);
}

}  // namespace scop::token_store
