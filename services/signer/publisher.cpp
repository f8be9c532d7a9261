#include "signer/publisher.hpp"

#include <algorithm>

#include "dkim/key_record.hpp"
#include "dns/rdata.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

// Empty: published.
Task<std::string> update(Executor executor, const Primary& primary, const KeyToPublish& key) {
  dns_update::Update change;
  change.zone = primary.zone.empty() ? key.domain : primary.zone;
  change.changes = dns_update::replace(dkim::key_name(key.selector, key.domain), dns::Type::txt, primary.ttl,
                                       {dns::txt_to_rdata(key.record)});
  const auto code = co_await primary::update(executor, primary.server, change, in(limits::primary_answers));
  if (code) co_return primary::explain(*code, change.zone);
  if (code.error().kind == ErrorKind::denied || code.error().kind == ErrorKind::malformed)
    co_return code.error().what;
  co_return "the primary does not answer: " + code.error().what;
}

}  // namespace

struct Publisher::State {
  State(asio::io_context& context, const Log& its_log, std::optional<Primary> its_primary)
      : io(context), log(its_log), primary(std::move(its_primary)), timer(context.get_executor()) {}

  asio::io_context& io;
  const Log& log;
  std::optional<Primary> primary;
  Timer timer;
  unsigned generation = 0;  // a loop of an older one ends
  std::vector<KeyToPublish> keys;
  std::map<std::string, std::string> problems;  // by record name; "" : published
};

Publisher::Publisher(asio::io_context& io, const Log& log, std::optional<Primary> primary)
    : state_(std::make_shared<State>(io, log, std::move(primary))) {}
Publisher::~Publisher() { stop(); }

void Publisher::stop() {
  ++state_->generation;
  state_->timer.cancel();
}

void Publisher::use(std::vector<KeyToPublish> keys) {
  stop();
  state_->keys = std::move(keys);
  state_->problems.clear();
}

void Publisher::start() {
  stop();
  if (!state_->primary || state_->keys.empty()) return;
  asio::co_spawn(state_->io, loop(state_, state_->generation), asio::detached);
}

Task<> Publisher::attempt(std::shared_ptr<State> state, KeyToPublish key) {
  const auto name = dkim::key_name(key.selector, key.domain);
  auto problem = co_await update(state->io.get_executor(), *state->primary, key);
  const auto known = state->problems.find(name);
  const bool news = known == state->problems.end() || known->second != problem;
  if (problem.empty()) {
    state->log.info("key published",
                    {{"name", name}, {"primary", net::to_text(state->primary->server.endpoint)}});
  } else if (news) {  // the same reason again and again is said once
    state->log.warning("key not published", {{"name", name}, {"reason", problem}});
  }
  state->problems.insert_or_assign(name, std::move(problem));
}

Task<> Publisher::loop(std::shared_ptr<State> state, unsigned generation) {
  const auto is_published = [&](const KeyToPublish& key) {
    const auto found = state->problems.find(dkim::key_name(key.selector, key.domain));
    return found != state->problems.end() && found->second.empty();
  };
  for (auto wait = limits::first_retry;; wait = std::min(wait * 2, limits::last_retry)) {
    const auto keys = state->keys;
    for (const auto& key : keys) {
      if (state->generation != generation) co_return;
      if (!is_published(key)) co_await attempt(state, key);
    }
    if (state->generation != generation || std::ranges::all_of(state->keys, is_published)) co_return;
    state->timer.expires_after(wait);
    boost::system::error_code error;
    co_await state->timer.async_wait(asio::redirect_error(use_task, error));
    if (error || state->generation != generation) co_return;
  }
}

Task<> Publisher::publish_once(std::string domain, Deadline deadline) {
  const auto state = state_;
  if (!state->primary) co_return;
  const auto keys = state->keys;
  for (const auto& key : keys) {
    if (std::chrono::steady_clock::now() >= deadline) co_return;
    if (domain.empty() || key.domain == domain) co_await attempt(state, key);
  }
}

std::string Publisher::state_of(const std::string& domain, const std::string& selector) const {
  if (!state_->primary) return "no primary configured";
  const auto found = state_->problems.find(dkim::key_name(selector, domain));
  if (found == state_->problems.end()) return "no: not tried yet";
  return found->second.empty() ? "yes" : "no: " + found->second;
}

}  // namespace scop::signer
