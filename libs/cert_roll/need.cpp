#include "cert_roll/need.hpp"

#include <algorithm>

namespace scop::cert_roll {

namespace {

// DNS names are compared without order; a certificate that says more than is wanted is fine.
bool covers(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(wanted,
                             [&](const auto& name) { return std::ranges::find(names, name) != names.end(); });
}

}  // namespace

Time renewal_time(Time not_before, Time not_after, std::optional<std::chrono::milliseconds> renew_before) {
  const auto lifetime = std::max(not_after - not_before, std::chrono::milliseconds(0));
  const auto early = std::clamp(renew_before.value_or(lifetime / 3), lifetime / 6, lifetime / 2);
  return not_after - early;
}

Need what_is_needed(const std::optional<Held>& held, const Wanted& wanted, Time now) {
  if (!held) return {.certificate = true, .key = false, .reason = "there is none"};
  Need need;
  need.key = held->key_type != wanted.key_type;
  if (need.key) need.reason = "its key is " + held->key_type + ", " + wanted.key_type + " is wanted";
  if (held->is_self_signed) {
    need.reason = "it is self-signed";
  } else if (!covers(held->names, wanted.names)) {
    need.reason = "it lacks a name that is wanted";
  } else if (now >= renewal_time(held->not_before, held->not_after, wanted.renew_before)) {
    need.reason = "it is due";
  }
  need.certificate = !need.reason.empty();
  if (wanted.new_key_every.count() > 0 && held->key_since + wanted.new_key_every <= now) {
    need.key = true;
    if (!need.certificate) need.reason = "its key is old";
    need.certificate = true;
  }
  return need;
}

}  // namespace scop::cert_roll
