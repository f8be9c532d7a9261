#include "token_store/token_store.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "token_store/state.hpp"

namespace scop::token_store {

std::string_view name_of(Learned learned) {
  switch (learned) {
    case Learned::learned:
      return "learned";
    case Learned::already:
      return "already learned";
    case Learned::relearned:
      return "relearned";
    case Learned::unlearned:
      return "unlearned";
    case Learned::unknown:
      return "never learned";
  }
  return "";
}

TokenStore::TokenStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
TokenStore::TokenStore(TokenStore&&) noexcept = default;
TokenStore& TokenStore::operator=(TokenStore&&) noexcept = default;
TokenStore::~TokenStore() = default;

const bayes::HashKey& TokenStore::hash_key() const { return state_->hash_key; }

std::vector<const bayes::Table*> TokenStore::tables_for(std::string_view address) const {
  auto found = state_->under(address.empty() ? "*" : address);
  if (const auto own = state_->tables.find(std::string(address));
      !address.empty() && own != state_->tables.end()) {
    found.push_back(&own->second.table);
  }
  return found;
}

bayes::Verdict TokenStore::classify(const bayes::Tokens& tokens, std::string_view address,
                                    const bayes::Thresholds& thresholds) const {
  return bayes::classify(tokens, bayes::expand(tokens, hash_key()), tables_for(address), thresholds);
}

namespace {

void mark(OpenTable& open, const bayes::Features& features) {
  for (const auto& feature : features.list) open.changed.insert(feature.key);
  open.totals_changed = true;
}

}  // namespace

Outcome<Learned> TokenStore::learn(const bayes::Tokens& tokens, std::string_view table, bool spam,
                                   bayes::Day today) {
  const auto open = state_->table(std::string(table));
  if (!open) return std::unexpected(open.error());
  const auto before = state_->seen(**open, tokens.digest);
  if (!before) return std::unexpected(before.error());
  if (*before && (*before)->lesson.spam == spam) return Learned::already;
  const auto features = bayes::expand(tokens, hash_key());
  if (*before) bayes::undo((*open)->table, features, (*before)->lesson);
  const bayes::Lesson lesson{
      .spam = spam, .steps = bayes::plan_steps(features, state_->under(table), (*open)->table, spam)};
  if (auto done = state_->remember(**open, tokens.digest, SeenMessage{lesson, today}); !done) {
    if (*before) bayes::apply((*open)->table, features, (*before)->lesson, (*before)->day);
    return std::unexpected(done.error());
  }
  bayes::apply((*open)->table, features, lesson, today);
  mark(**open, features);
  return *before ? Learned::relearned : Learned::learned;
}

Outcome<Learned> TokenStore::unlearn(const bayes::Tokens& tokens, std::string_view table) {
  auto* open = state_->find(std::string(table));
  if (open == nullptr) return Learned::unknown;
  const auto before = state_->seen(*open, tokens.digest);
  if (!before) return std::unexpected(before.error());
  if (!*before) return Learned::unknown;
  if (auto done = state_->remember(*open, tokens.digest, std::nullopt); !done)
    return std::unexpected(done.error());
  const auto features = bayes::expand(tokens, hash_key());
  bayes::undo(open->table, features, (*before)->lesson);
  mark(*open, features);
  return Learned::unlearned;
}

Outcome<> TokenStore::refine(const bayes::Tokens& tokens, std::string_view table) {
  auto* open = state_->find(std::string(table));
  if (open == nullptr) return {};
  auto before = state_->seen(*open, tokens.digest);
  if (!before) return std::unexpected(before.error());
  if (!*before) return {};
  auto message = **before;
  const auto features = bayes::expand(tokens, hash_key());
  const auto steps = bayes::plan_steps(features, state_->under(table), open->table, message.lesson.spam);
  if (steps == bayes::Steps{}) return {};
  std::ranges::transform(message.lesson.steps, steps, message.lesson.steps.begin(), std::plus{});
  if (auto done = state_->remember(*open, tokens.digest, message); !done) return done;
  bayes::add_steps(open->table, features, steps);
  mark(*open, features);
  return {};
}

std::size_t TokenStore::pending() const {
  std::size_t count = 0;
  for (const auto& [name, open] : state_->tables) count += open.changed.size();
  return count;
}

Outcome<> TokenStore::commit() {
  if (!state_->in_transaction) return {};
  for (auto& [name, open] : state_->tables) {
    if (!open.totals_changed) continue;
    if (auto done = state_->write(open); !done) return done;
  }
  if (auto done = state_->database.run("COMMIT"); !done) return done;
  state_->in_transaction = false;
  for (auto& [name, open] : state_->tables) {
    open.changed.clear();
    open.totals_changed = false;
  }
  return {};
}

Outcome<std::size_t> TokenStore::expire(bayes::Day today) {
  if (auto done = state_->begin(); !done) return std::unexpected(done.error());
  const auto oldest = forgotten_before(today, state_->bounds.keep_days);
  std::size_t gone = 0;
  for (auto& [name, open] : state_->tables) {
    const auto keys = bayes::forget(open.table, oldest);
    gone += keys.size();
    open.changed.insert(keys.begin(), keys.end());
    open.totals_changed = open.totals_changed || !keys.empty();
  }
  auto& database = state_->database;
  // What is older than the features it taught can no longer be unlearned; over the bound, the oldest go.
  if (auto done = database.run("DELETE FROM seen WHERE day < ?", oldest); !done)
    return std::unexpected(done.error());
  gone += static_cast<std::size_t>(database.changes());
  if (auto done =
          database.run("DELETE FROM seen WHERE (table_id, digest) IN (SELECT table_id, digest FROM seen "
                       "ORDER BY day DESC LIMIT -1 OFFSET ?)",
                       state_->bounds.most_seen);
      !done) {
    return std::unexpected(done.error());
  }
  gone += static_cast<std::size_t>(database.changes());
  if (auto done = commit(); !done) return std::unexpected(done.error());
  return gone;
}

TokenStore::Figures TokenStore::figures() const {
  Figures figures{.tables = state_->tables.size()};
  for (const auto& [name, open] : state_->tables) {
    figures.features += open.table.size();
    figures.octets += open.table.octets();
    if (name.empty()) figures.shared = open.table.totals;
  }
  auto rows = state_->database.query("SELECT count(*) FROM seen");
  if (rows && rows->next().value_or(false)) figures.seen = static_cast<std::size_t>(rows->integer(0));
  return figures;
}

}  // namespace scop::token_store
