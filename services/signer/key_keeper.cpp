#include "signer/key_keeper.hpp"

#include <algorithm>
#include <list>
#include <map>

#include "dns/domain.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

namespace fs = std::filesystem;

using Domains = std::map<std::string, std::shared_ptr<DomainKeys>>;

// Domains with a folder and at least one key in it, or a ledger of keys that were.
std::vector<std::string> domains_in(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> domains;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const auto name = it->path().filename().string();
    std::error_code none;
    if (dns::to_a_labels(name) != Outcome<std::string>(name)) continue;
    const auto files = key_files_in(it->path());
    // What cannot be listed now is not lost.
    if (!files || !files->empty() || fs::exists(it->path() / "life", none)) domains.push_back(name);
  }
  return domains;
}

Outcome<std::vector<key_life::Found>> found_in(const fs::path& folder, const std::string& domain,
                                               const KeyRing& ring) {
  std::vector<key_life::Found> found;
  const auto files = key_files_in(folder / domain);
  if (!files) return std::unexpected(files.error());
  for (const auto& [selector, type] : *files) {
    auto& file = found.emplace_back(selector, type, std::string());
    const auto same = [&](const OwnKey& key) { return key.domain == domain && key.selector == selector; };
    if (const auto own = std::ranges::find_if(ring.all(), same); own != ring.all().end())
      file.record = own->key.record();
  }
  return found;
}

}  // namespace

struct KeyKeeper::State {
  State(asio::io_context& context, const Log& log, KeeperSettings settings, std::optional<Primary> primary,
        std::vector<net::Endpoint> watched, std::function<void()> changed)
      : io(context),
        pool(context, 1),
        publisher(context.get_executor(), std::move(primary), std::move(watched)),
        world{log,
              pool,
              publisher,
              std::move(settings.folder),
              settings.schedule,
              settings.margin,
              settings.ttl,
              std::move(changed)},
        timer(context.get_executor()) {}

  void notify() {
    for (auto* waiter : waiters) waiter->cancel();
  }
  Task<> wait_for_news(Deadline deadline);
  Task<> round();
  std::chrono::milliseconds rest(std::chrono::milliseconds retry) const;
  std::vector<std::shared_ptr<DomainKeys>> of(const std::string& domain) const;
  static Task<> loop(std::shared_ptr<State> self, unsigned generation);

  asio::io_context& io;
  files::Pool pool;
  Publisher publisher;
  KeyWorld world;
  Timer timer;
  Domains domains;
  std::list<Timer*> waiters;
  unsigned generation = 0;  // a loop of an older one ends
  unsigned rounds = 0;
  bool is_in_round = false;
  bool is_woken = false;
  bool went_on = false;  // in the last round
};

Task<> KeyKeeper::State::wait_for_news(Deadline deadline) {
  Timer own(io.get_executor(), deadline);
  const auto at = waiters.insert(waiters.end(), &own);
  boost::system::error_code error;
  co_await own.async_wait(asio::redirect_error(use_task, error));
  waiters.erase(at);
}

std::vector<std::shared_ptr<DomainKeys>> KeyKeeper::State::of(const std::string& domain) const {
  std::vector<std::shared_ptr<DomainKeys>> found;
  for (const auto& [name, keys] : domains) {
    if (domain.empty() || name == domain) found.push_back(keys);
  }
  return found;
}

Task<> KeyKeeper::State::round() {
  is_woken = false;
  is_in_round = true;
  went_on = false;
  publisher.begin_round();
  const auto present = of({});
  for (const auto& keys : present) {
    if (co_await keys->attend()) went_on = true;
    notify();
  }
  is_in_round = false;
  ++rounds;
  notify();
}

std::chrono::milliseconds KeyKeeper::State::rest(std::chrono::milliseconds retry) const {
  std::chrono::milliseconds wait = limits::longest_round;
  for (const auto& [name, keys] : domains) {
    if (keys->needs_retry()) wait = std::min(wait, retry);
    if (const auto step = keys->next_step()) wait = std::min(wait, std::max<key_life::Span>(*step, {}));
  }
  // Ages are counted in whole milliseconds: one more, or the last one is waited for many times.
  return wait + std::chrono::milliseconds{1};
}

Task<> KeyKeeper::State::loop(std::shared_ptr<State> self, unsigned generation) {
  std::chrono::milliseconds retry = limits::first_retry;
  while (self->generation == generation) {
    co_await self->round();
    if (self->generation != generation) co_return;
    if (self->went_on) retry = limits::first_retry;
    if (!self->is_woken) {
      self->timer.expires_after(self->rest(retry));
      boost::system::error_code error;
      co_await self->timer.async_wait(asio::redirect_error(use_task, error));
    }
    retry = self->is_woken ? limits::first_retry
                           : std::min<std::chrono::milliseconds>(retry * 2, limits::last_retry);
  }
}

KeyKeeper::KeyKeeper(asio::io_context& io, const Log& log, KeeperSettings settings,
                     std::optional<Primary> primary, std::vector<net::Endpoint> watched,
                     std::function<void()> changed)
    : state_(std::make_shared<State>(io, log, std::move(settings), std::move(primary), std::move(watched),
                                     std::move(changed))) {}
KeyKeeper::~KeyKeeper() { stop(); }

void KeyKeeper::take_stock(KeyRing& ring) {
  const auto& folder = state_->world.folder;
  const auto present = domains_in(folder);
  std::erase_if(state_->domains,
                [&](const auto& entry) { return std::ranges::find(present, entry.first) == present.end(); });
  for (const auto& domain : present) {
    auto& keys = state_->domains[domain];
    if (!keys) keys = std::make_shared<DomainKeys>(domain, state_->world);
    const auto found = found_in(folder, domain, ring);
    if (found) {
      keys->take_stock(*found);
    } else {
      state_->world.log.warning("key files not looked at", {{"domain", domain}, {"why", found.error().what}});
    }
  }
  ring.choose([&](const OwnKey& key) {
    const auto found = state_->domains.find(key.domain);
    return found == state_->domains.end() || found->second->signs(key.selector);
  });
}

void KeyKeeper::start() {
  for (const auto& [domain, _] : state_->domains) sweep_key_folder(state_->world.folder / domain);
  state_->pool.start();
  asio::co_spawn(state_->io, State::loop(state_, state_->generation), asio::detached);
}

void KeyKeeper::wake() {
  state_->is_woken = true;
  state_->timer.cancel();
}

void KeyKeeper::stop() {
  ++state_->generation;
  state_->timer.cancel();
  state_->pool.stop();
}

std::vector<std::string> KeyKeeper::between_keys() const {
  std::vector<std::string> domains;
  for (const auto& [domain, keys] : state_->domains) {
    if (keys->is_between_keys()) domains.push_back(domain);
  }
  return domains;
}

std::vector<KeyKeeper::DomainStanding> KeyKeeper::standings(const std::string& domain) const {
  std::vector<DomainStanding> standings;
  for (const auto& keys : state_->of(domain))
    standings.push_back({keys->domain(), keys->frozen(), keys->standings()});
  return standings;
}

Task<> KeyKeeper::publish(std::string domain, Deadline deadline) {
  const auto state = state_;
  for (const auto& keys : state->of(domain)) keys->look_again();
  const auto wanted = state->rounds + (state->is_in_round ? 2 : 1);
  wake();
  while (state->rounds < wanted && std::chrono::steady_clock::now() < deadline)
    co_await state->wait_for_news(deadline);
}

Task<std::string> KeyKeeper::rotate(std::string domain, RotationOrder order, Deadline deadline) {
  const auto state = state_;
  const auto present = state->of(domain);
  if (present.empty())
    co_return "no DKIM key of " + (domain.empty() ? "any domain" : domain) +
        " is here: `scop keys make` makes the first";
  std::string reasons;
  const auto add = [&](const DomainKeys& keys, const std::string& reason) {
    if (!reason.empty()) reasons += (reasons.empty() ? "" : "\n") + keys.domain() + ": " + reason;
  };
  for (const auto& keys : present) add(*keys, keys->rotate(order));
  // What is compromised signs no more from here on, whatever the disk says next.
  state->world.changed();
  for (const auto& keys : present) {
    if (!keys->frozen().empty() || co_await keys->save()) continue;
    add(*keys,
        "this cannot be written down, so that nothing is done about it until it can: see the signer's log");
  }
  wake();
  const auto patience = std::min(deadline, in(limits::making));
  const auto is_making = [](const auto& keys) { return keys->has_unmade(); };
  while (std::ranges::any_of(present, is_making) && std::chrono::steady_clock::now() < patience)
    co_await state->wait_for_news(patience);
  co_return reasons;
}

}  // namespace scop::signer
