#include "mx/addresses.hpp"

#include <algorithm>
#include <random>

#include "dns/rdata.hpp"

namespace scop::mx {

namespace {

bool has_failed(const dns::Answer& answer) {
  if (answer.validation == dns::Validation::bogus) return true;
  return answer.rcode != dns::Rcode::no_error && answer.rcode != dns::Rcode::nx_domain;
}

struct Found {
  std::vector<dns::Address> addresses;
  bool own = false;  // one of them is our own
};

template <class Read>
Found usable(const dns::Answer& answer, Read read, const AddressRules& rules) {
  Found found;
  if (has_failed(answer)) return found;
  for (const auto& rdata : answer.records) {
    const auto address = read(rdata);
    if (!address || (address->is_never_remote() && !rules.loopback)) continue;
    if (std::ranges::find(rules.own, *address) != rules.own.end()) {
      found.own = true;
    } else if (found.addresses.size() < most_addresses) {
      found.addresses.push_back(*address);
    }
  }
  return found;
}

std::vector<dns::Address> alternate(const std::vector<dns::Address>& first,
                                    const std::vector<dns::Address>& second) {
  std::vector<dns::Address> all;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) all.push_back(first[i]);
    if (i < second.size()) all.push_back(second[i]);
  }
  if (all.size() > most_addresses) all.resize(most_addresses);
  return all;
}

Verdict why_none(std::string_view host, const dns::Answer& a, const dns::Answer& aaaa) {
  if (has_failed(a)) return look_up_failed(host, dns::Type::a, a);
  if (has_failed(aaaa)) return look_up_failed(host, dns::Type::aaaa, aaaa);
  return no_usable_address(host);
}

}  // namespace

std::expected<std::vector<dns::Address>, Verdict> addresses_of(std::string_view host, const dns::Answer& a,
                                                               const dns::Answer& aaaa,
                                                               const AddressRules& rules,
                                                               std::uint64_t seed) {
  Found v4;
  Found v6;
  if (rules.v4) v4 = usable(a, dns::read_a, rules);
  if (rules.v6) v6 = usable(aaaa, dns::read_aaaa, rules);
  std::mt19937_64 chance(seed);
  std::ranges::shuffle(v4.addresses, chance);
  std::ranges::shuffle(v6.addresses, chance);
  auto all = alternate(v6.addresses, v4.addresses);
  if (!all.empty()) return all;
  if (v4.own || v6.own) return std::unexpected(loops_back(host));
  return std::unexpected(why_none(host, a, aaaa));
}

}  // namespace scop::mx
