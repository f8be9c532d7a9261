// Whether a public certificate has to be replaced, when, and whether its key has to be: a pure comparison of
// what is there with what is wanted.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace scop::cert_roll {

struct Held {
  Time not_before;
  Time not_after;
  std::vector<std::string> names;  // DNS names of the subjectAltName
  std::string key_type;            // "ecdsa-p256"
  bool is_self_signed = false;
  Time key_since{};  // unknown: the epoch
};

struct Wanted {
  std::vector<std::string> names;
  std::string key_type;
  std::optional<std::chrono::milliseconds> renew_before;  // nullopt: a third of the lifetime
  std::chrono::milliseconds new_key_every{0};             // 0: the key stays
};

struct Need {
  bool certificate = false;
  bool key = false;
  std::string reason;  // for people; of a certificate that is needed
};

// `held` nullopt: there is none, or none that can be read.
Need what_is_needed(const std::optional<Held>& held, const Wanted& wanted, Time now);

// Never later than a sixth of the lifetime before the end, nor before half of it is over, whatever was asked
// for.
Time renewal_time(Time not_before, Time not_after, std::optional<std::chrono::milliseconds> renew_before);

}  // namespace scop::cert_roll
