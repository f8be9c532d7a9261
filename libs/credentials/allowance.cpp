#include "credentials/allowance.hpp"

#include <algorithm>

namespace scop::credentials {

namespace {

constexpr std::int64_t minutes_of_an_hour = 60;

std::int64_t minute_of(Deadline now) {
  return std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count();
}

bool is_over(std::uint64_t used, std::uint64_t wanted, std::uint64_t limit) {
  return limit != 0 && (wanted > limit || used > limit - wanted);
}

}  // namespace

std::chrono::seconds Allowance::wait_for(const Hour& hour, std::uint64_t messages, std::uint64_t recipients,
                                         std::int64_t minute) const {
  // How many minutes must pass until enough of the hour is forgotten.
  for (std::int64_t later = 0; later < minutes_of_an_hour; ++later) {
    std::uint64_t messages_used = 0;
    std::uint64_t recipients_used = 0;
    for (const auto& one : hour) {
      if (one.number <= minute + later - minutes_of_an_hour) continue;
      messages_used += one.messages;
      recipients_used += one.recipients;
    }
    if (!is_over(messages_used, messages, rules_.messages_per_hour) &&
        !is_over(recipients_used, recipients, rules_.recipients_per_hour)) {
      return std::chrono::minutes(later);
    }
  }
  return std::chrono::hours(1);
}

std::chrono::seconds Allowance::take(const std::string& login, std::uint64_t messages,
                                     std::uint64_t recipients, Deadline now) {
  const auto minute = minute_of(now);
  forget_idle(minute);
  auto& hour = accounts_[login];
  if (const auto wait = wait_for(hour, messages, recipients, minute); wait > std::chrono::seconds(0))
    return wait;
  auto& current = hour.at(static_cast<std::size_t>(minute % minutes_of_an_hour));
  if (current.number != minute) current = Minute{.number = minute};
  current.messages += messages;
  current.recipients += recipients;
  return std::chrono::seconds(0);
}

void Allowance::forget_idle(std::int64_t minute) {
  if (minute - swept_ < 10) return;
  swept_ = minute;
  std::erase_if(accounts_, [&](const auto& account) {
    return std::ranges::all_of(account.second,
                               [&](const Minute& one) { return one.number <= minute - minutes_of_an_hour; });
  });
}

}  // namespace scop::credentials
