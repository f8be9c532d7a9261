#include "accounts/scram_exchanges.hpp"

#include "accounts/limits.hpp"
#include "core/id.hpp"

namespace scop::accounts {

void ScramExchanges::drop_oldest() {
  by_handle_.erase(entries_.front().handle);
  entries_.pop_front();
}

std::string ScramExchanges::keep(OpenExchange exchange, Deadline now) {
  while (!entries_.empty() && (entries_.front().until <= now || entries_.size() >= limits::scram_exchanges)) {
    drop_oldest();
  }
  auto handle = random_octets(16);
  entries_.push_back(
      {.handle = handle, .exchange = std::move(exchange), .until = now + limits::scram_exchange_life});
  by_handle_.emplace(handle, std::prev(entries_.end()));
  return handle;
}

std::optional<OpenExchange> ScramExchanges::take(std::string_view handle, std::string_view daemon,
                                                 Deadline now) {
  const auto found = by_handle_.find(std::string(handle));
  if (found == by_handle_.end() || found->second->exchange.daemon != daemon) return std::nullopt;
  auto entry = std::move(*found->second);
  entries_.erase(found->second);
  by_handle_.erase(found);
  if (entry.until <= now) return std::nullopt;
  return std::move(entry.exchange);
}

}  // namespace scop::accounts
