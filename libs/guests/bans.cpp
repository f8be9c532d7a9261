#include "guests/bans.hpp"

#include <algorithm>

namespace scop::guests {

namespace {
constexpr std::chrono::hours forgiven_after{1};  // without an offence
}

std::string_view name_of(Offence offence) {
  switch (offence) {
    case Offence::early_talk:
      return "talked before the greeting";
    case Offence::name_fishing:
      return "too many unknown recipients";
    case Offence::errors:
      return "too many errors";
    case Offence::smuggling:
      return "bare line ends";
  }
  return "";
}

std::chrono::seconds Bans::left(const Guest& guest, Deadline now) const {
  if (guest.is_gateway) return std::chrono::seconds(0);
  const auto* record = records_.find(guest.host);
  if (record == nullptr || now >= record->until) return std::chrono::seconds(0);
  return std::chrono::ceil<std::chrono::seconds>(record->until - now);
}

std::chrono::seconds Bans::offend(const Guest& guest, Deadline now) {
  if (guest.is_gateway || rules_.after == 0) return std::chrono::seconds(0);
  auto& record = records_.touch(guest.host);
  if (now - record.latest >= forgiven_after) record.offences = 0;
  // Whoever has been good for a long while begins anew.
  if (now - record.latest >= forgiven_after + rules_.longest) record.bans = 0;
  record.latest = now;
  if (++record.offences < rules_.after) return std::chrono::seconds(0);
  const auto doublings = std::min(record.bans, 20U);
  const auto wait = std::min(rules_.first * (1U << doublings), rules_.longest);
  record.until = now + wait;
  record.offences = 0;
  ++record.bans;
  return std::chrono::ceil<std::chrono::seconds>(wait);
}

}  // namespace scop::guests
