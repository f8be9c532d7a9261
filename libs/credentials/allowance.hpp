// What an account may send in any hour: messages and recipients, counted by the minute. In memory alone: a
// restart gives everyone a fresh hour. Time is an argument. Accounts that have sent nothing for an hour take
// no room.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"

namespace scop::credentials {

struct AllowanceRules {
  std::uint64_t messages_per_hour = 1'000;     // 0: no limit
  std::uint64_t recipients_per_hour = 10'000;  // 0: no limit
};

class Allowance {
 public:
  explicit Allowance(AllowanceRules rules) : rules_(rules) {}

  // Zero: taken. Else nothing is taken: come back then.
  std::chrono::seconds take(const std::string& login, std::uint64_t messages, std::uint64_t recipients,
                            Deadline now);
  std::size_t size() const { return accounts_.size(); }

 private:
  struct Minute {
    std::int64_t number = -1;
    std::uint64_t messages = 0;
    std::uint64_t recipients = 0;
  };
  using Hour = std::array<Minute, 60>;

  std::chrono::seconds wait_for(const Hour& hour, std::uint64_t messages, std::uint64_t recipients,
                                std::int64_t minute) const;
  void forget_idle(std::int64_t minute);

  AllowanceRules rules_;
  std::unordered_map<std::string, Hour> accounts_;
  std::int64_t swept_ = -1;  // the minute of the last sweep
};

}  // namespace scop::credentials
