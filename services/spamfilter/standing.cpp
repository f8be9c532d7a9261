#include "spamfilter/standing.hpp"

#include <cmath>

#include "spamfilter/limits.hpp"

namespace scop::spamfilter {

namespace {

using Change = reputation::Spammers::Change;

// Counts in thousandths, as of `at`.
constexpr std::array<std::string_view, 1> schema{
    "CREATE TABLE standing (key TEXT PRIMARY KEY, ham INTEGER NOT NULL, spam INTEGER NOT NULL, "
    "at INTEGER NOT NULL) WITHOUT ROWID"};

Outcome<> load(store::Database& database, reputation::Spammers& into) {
  auto rows = database.query("SELECT key, ham, spam, at FROM standing");
  if (!rows) return std::unexpected(std::move(rows.error()));
  for (;;) {
    const auto more = rows->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    into.load(rows->text(0), {static_cast<double>(rows->integer(1)) / 1000,
                              static_cast<double>(rows->integer(2)) / 1000, rows->time(3)});
  }
}

Outcome<> store_changes(store::Database& database, const std::vector<Change>& changes) {
  for (const auto& [key, counts, dropped] : changes) {
    auto done =
        dropped ? database.run("DELETE FROM standing WHERE key = ?", key)
                : database.run("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?)", key,
                               std::llround(counts.ham * 1000), std::llround(counts.spam * 1000), counts.at);
    if (!done) return done;
  }
  return {};
}

std::string_view domain_of(std::string_view path) {
  const auto at = path.rfind('@');
  return at == std::string_view::npos ? std::string_view() : path.substr(at + 1);
}

}  // namespace

reputation::Policy reputation_policy(const settings::Spamfilter& settings) {
  reputation::Policy policy;
  policy.half_life = settings.reputation_half_life;
  policy.spammer_share = settings.spammer_share;
  policy.address_evidence = settings.spammer_evidence;
  policy.sender_evidence = settings.spammer_evidence;
  policy.network_evidence = 5.0 * settings.spammer_evidence;
  for (const auto& text : settings.gateways) {
    if (const auto network = reputation::Network::from_text(text)) policy.gateways.push_back(*network);
  }
  return policy;
}

Outcome<std::unique_ptr<Standing>> Standing::open(asio::io_context& io, const Log& log,
                                                  const settings::Spamfilter& settings,
                                                  const std::filesystem::path& file) {
  auto database = store::Database::open(file);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto migrated = database->migrate(schema); !migrated) return std::unexpected(migrated.error());
  reputation::Spammers spammers(reputation_policy(settings));
  if (auto loaded = load(*database, spammers); !loaded) return std::unexpected(loaded.error());
  return std::unique_ptr<Standing>(new Standing(io, log, std::move(spammers), std::move(*database)));
}

Standing::Standing(asio::io_context& io, const Log& log, reputation::Spammers spammers,
                   store::Database database)
    : io_(io), log_(log), spammers_(std::move(spammers)), writer_(io, std::move(database)), next_save_(io) {}

void Standing::start() {
  writer_.start();
  asio::co_spawn(io_, save_regularly(), asio::detached);
}

Task<> Standing::save_regularly() {
  while (!stopping_) {
    next_save_.expires_after(limits::reputation_saved_every);
    boost::system::error_code error;
    co_await next_save_.async_wait(asio::redirect_error(use_task, error));
    if (!stopping_) co_await save();
  }
}

Task<> Standing::save() {
  const auto changes = std::make_shared<std::vector<Change>>(spammers_.take_changes());
  if (changes->empty()) co_return;
  const auto saved = co_await writer_.write<>(
      [changes](store::Database& database) { return store_changes(database, *changes); });
  if (!saved) log_.warning("reputation not saved", {{"error", saved.error().what}});
}

Task<> Standing::stop() {
  stopping_ = true;
  next_save_.cancel();
  co_await save();
  writer_.stop();
}

void Standing::note(std::string_view client_address, std::string_view reverse_path, bool spam, Time now) {
  if (const auto client = dns::Address::from_text(client_address))
    spammers_.note(*client, domain_of(reverse_path), spam, now);
}

v1::ReputationReply Standing::of(std::string_view client_address, Time now) const {
  v1::ReputationReply reply;
  const auto client = dns::Address::from_text(client_address);
  if (!client) return reply;
  auto judged = spammers_.of_client(*client, now);
  reply.set_standing(judged.standing == reputation::Standing::spammer ? v1::ReputationReply::SPAMMER
                     : judged.standing == reputation::Standing::good  ? v1::ReputationReply::GOOD
                                                                      : v1::ReputationReply::UNKNOWN);
  reply.set_score(judged.share);
  reply.set_reason(std::move(judged.reason));
  return reply;
}

}  // namespace scop::spamfilter
