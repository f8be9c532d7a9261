#include "spamfilter/wiring.hpp"

#include "spamfilter/examination.hpp"
#include "spamfilter/limits.hpp"

namespace scop::spamfilter {

namespace {

judge::Handler make_handler() {
  auto charsets = std::make_shared<mime_text::Charsets>();
  charsets->open_all();
  return [charsets](std::string_view octets) { return encode(examine(octets, *charsets)); };
}

token_store::Bounds bounds_of(const settings::Spamfilter& settings) {
  token_store::Bounds bounds;
  bounds.most_features = settings.most_features;
  bounds.keep_days = static_cast<int>(settings.keep_days);
  return bounds;
}

}  // namespace

Outcome<std::unique_ptr<Desk>> open_desk(asio::io_context& io, const Log& log, LogForm log_form,
                                         const settings::Spamfilter& settings,
                                         const std::filesystem::path& state) {
  auto desk = std::unique_ptr<Desk>(
      new Desk{.io = io, .log = log, .settings = settings, .memory = Memory(settings.message_memory)});
  // The judge first: it gets none of what is opened behind it.
  judge::Terms terms{.name = "spamfilter judge", .log_form = log_form, .patience = settings.judge_timeout};
  auto judge = judge::Judge::start(io, log, std::move(terms), make_handler);
  if (!judge) return std::unexpected(std::move(judge.error()));
  desk->judge = std::move(*judge);
  auto store = token_store::TokenStore::open(state / "tokens.db", bounds_of(settings));
  if (!store) return std::unexpected(std::move(store.error()));
  desk->models = std::make_unique<Models>(io, log, desk->settings, std::move(*store));
  auto standing = Standing::open(io, log, settings, state / "reputation.db");
  if (!standing) return std::unexpected(std::move(standing.error()));
  desk->standing = std::move(*standing);
  if (!settings.clamd.empty()) {
    const auto endpoint = parse_clamd_endpoint(settings.clamd);
    if (!endpoint) return std::unexpected(endpoint.error());
    desk->clamd = *endpoint;
  }
  return desk;
}

}  // namespace scop::spamfilter
