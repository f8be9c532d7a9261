#include "credentials/verified.hpp"

#include "core/id.hpp"
#include "scram/keys.hpp"

namespace scop::credentials {

namespace {

constexpr std::size_t most_per_login = 8;  // its password and some app passwords

}  // namespace

Verified::Verified(std::chrono::seconds lifetime, std::size_t most_entries)
    : lifetime_(lifetime), most_entries_(most_entries), key_(random_octets(32)) {}

std::string Verified::digest_of(std::string_view login, std::string_view password) const {
  const Secret text(std::string(login).append(1, '\0').append(password));
  return scram::hmac(key_.reveal(), text.reveal());
}

void Verified::drop(std::list<Entry>::iterator entry) {
  auto [at, end] = by_login_.equal_range(entry->login);
  while (at != end && at->second != entry) ++at;
  if (at != end) by_login_.erase(at);
  wipe(entry->digest);
  entries_.erase(entry);
}

bool Verified::knows(std::string_view login, std::string_view password, Deadline now) {
  while (!entries_.empty() && entries_.front().until <= now) drop(entries_.begin());
  const auto [begin, end] = by_login_.equal_range(std::string(login));
  if (begin == end) return false;
  const auto digest = digest_of(login, password);
  for (auto at = begin; at != end; ++at) {
    if (equal_in_constant_time(at->second->digest, digest)) return true;
  }
  return false;
}

void Verified::add(std::string_view login, std::string_view password, Deadline now) {
  if (lifetime_ <= std::chrono::seconds(0) || knows(login, password, now)) return;
  if (entries_.size() >= most_entries_) drop(entries_.begin());
  if (by_login_.count(std::string(login)) >= most_per_login) drop(by_login_.find(std::string(login))->second);
  entries_.push_back(
      {.login = std::string(login), .digest = digest_of(login, password), .until = now + lifetime_});
  by_login_.emplace(std::string(login), std::prev(entries_.end()));
}

void Verified::forget(std::string_view login) {
  const std::string name(login);
  for (auto at = by_login_.find(name); at != by_login_.end(); at = by_login_.find(name)) drop(at->second);
}

}  // namespace scop::credentials
