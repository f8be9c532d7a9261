#include "courier/sender_standing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "courier/limits.hpp"

namespace scop::courier {

namespace {

std::string term_of(const dns::Address& address) {
  return (address.is_v6() ? "ip6:" : "ip4:") + address.text();
}

bool is_private_v4(unsigned first, unsigned second) {
  return first == 10 || (first == 172 && (second & 0xf0U) == 16) || (first == 192 && second == 168) ||
         (first == 100 && (second & 0xc0U) == 64);
}

std::string remedy(const spf::Verdict& verdict, const dns::Address& address) {
  const auto domain = ascii::printable(verdict.domain);
  const auto where = verdict.record_domain.empty() ? domain : ascii::printable(verdict.record_domain);
  switch (verdict.result) {
    case spf::Result::none:
      return fmt::format(
          "{0} has no SPF record, so nothing says that its mail may leave from {1}: publish \"v=spf1 {2} "
          "-all\" "
          "as a TXT record of {0}",
          domain, address.text(), term_of(address));
    case spf::Result::permerror:
      return fmt::format(
          "the SPF record of {} is broken ({}), so it does not say that mail may leave from {}: mend it",
          domain, ascii::printable(verdict.reason), address.text());
    default:
      return fmt::format(
          "{} is missing in the SPF record of {} ({} by \"{}\"): add {} to it, or send by another address",
          address.text(), where, spf::name_of(verdict.result), ascii::printable(verdict.mechanism),
          term_of(address));
  }
}

}  // namespace

SenderStanding standing_of(const spf::Verdict& verdict, const dns::Address& address) {
  if (verdict.result == spf::Result::pass) return {};
  if (verdict.result == spf::Result::temperror) return {true, false, ascii::printable(verdict.reason)};
  // A HELO name without a record claims nothing, and receivers take it so.
  if (verdict.result == spf::Result::none && verdict.identity == spf::Identity::helo) return {};
  return {false, true, remedy(verdict, address)};
}

smtp::Reply refusal_of(const SenderStanding& standing) { return smtp::reply(451, "4.7.23", standing.why); }

bool is_private(const dns::Address& address) {
  if (address.is_never_remote()) return true;
  const auto octets = address.octets();
  const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(octets.at(at)); };
  if (!address.is_v6()) return is_private_v4(octet(0), octet(1));
  return (octet(0) & 0xfeU) == 0xfc;
}

std::vector<dns::Address> seen_from_outside(const dns::Address& local,
                                            const std::vector<dns::Address>& public_addresses) {
  std::vector<dns::Address> seen;
  std::ranges::copy_if(public_addresses, std::back_inserter(seen),
                       [&](const auto& one) { return one.is_v6() == local.is_v6(); });
  if (seen.empty() && !is_private(local)) seen.push_back(local);
  return seen;
}

Sender sender_of(std::string_view reverse_path, std::string_view helo, const dns::Address& address) {
  if (reverse_path.empty()) return {ascii::to_lower(helo), true, address};
  const auto at = reverse_path.rfind('@');
  return {ascii::to_lower(reverse_path.substr(at == std::string_view::npos ? 0 : at + 1)), false, address};
}

std::chrono::seconds life_of(const SenderStanding& standing, std::uint32_t ttl) {
  if (!standing.known) return limits::sender_unknown;
  return std::clamp(std::chrono::seconds(ttl), limits::sender_known_least, limits::sender_known_most);
}

const SenderStanding* SenderCache::find(const Sender& sender, Deadline now) const {
  const auto found = entries_.find(sender);
  return found == entries_.end() || found->second.until <= now ? nullptr : &found->second.standing;
}

void SenderCache::keep(const Sender& sender, SenderStanding standing, Deadline until) {
  if (const auto old = entries_.find(sender); old != entries_.end()) {
    ages_.erase(old->second.age);
    entries_.erase(old);
  }
  while (entries_.size() >= most_) {
    entries_.erase(ages_.front());
    ages_.pop_front();
  }
  ages_.push_back(sender);
  entries_.emplace(sender, Entry{std::move(standing), until, std::prev(ages_.end())});
}

bool Reminders::due(const std::string& about, Deadline now) {
  const auto found = said_.find(about);
  if (found != said_.end() && now < found->second + limits::reminder) return false;
  if (found == said_.end() && said_.size() >= most_) {
    std::erase_if(said_, [&](const auto& one) { return now >= one.second + limits::reminder; });
    if (said_.size() >= most_) return false;
  }
  said_[about] = now;
  return true;
}

}  // namespace scop::courier
