#include "mx/hosts.hpp"

#include <algorithm>
#include <random>
#include <tuple>

#include "dns/name.hpp"
#include "dns/rdata.hpp"

namespace scop::mx {

namespace {

constexpr std::size_t most_records = 500;  // read of one answer; 20 are kept

std::vector<dns::Mx> read_records(const dns::Answer& answer) {
  std::vector<dns::Mx> records;
  for (const auto& rdata : answer.records) {
    if (records.size() == most_records) break;
    if (auto mx = dns::read_mx(rdata)) records.push_back({mx->preference, dns::canonical_text(mx->exchange)});
  }
  return records;
}

bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_host_name(std::string_view name) {
  return name != "." && !name.contains('\\') && !name.contains('/');
}

// Each name once, with its best preference.
std::vector<Host> usable_hosts(std::vector<dns::Mx> records, bool secure) {
  std::ranges::sort(records, [](const dns::Mx& a, const dns::Mx& b) {
    return std::tie(a.preference, a.exchange) < std::tie(b.preference, b.exchange);
  });
  std::vector<Host> hosts;
  for (auto& record : records) {
    const bool known = std::ranges::find(hosts, record.exchange, &Host::name) != hosts.end();
    if (known || !is_host_name(record.exchange)) continue;
    hosts.push_back({std::move(record.exchange), record.preference, false, secure});
  }
  return hosts;
}

void drop_own_and_worse(std::vector<Host>& hosts, const std::vector<std::string>& own_hosts) {
  const auto own =
      std::ranges::find_if(hosts, [&](const Host& host) { return is_one_of(own_hosts, host.name); });
  if (own == hosts.end()) return;
  const auto preference = own->preference;
  std::erase_if(hosts, [&](const Host& host) { return host.preference >= preference; });
}

void shuffle_equals(std::vector<Host>& hosts, std::uint64_t seed) {
  std::mt19937_64 chance(seed);
  for (auto first = hosts.begin(); first != hosts.end();) {
    const auto last = std::find_if(first, hosts.end(),
                                   [&](const Host& host) { return host.preference != first->preference; });
    std::shuffle(first, last, chance);
    first = last;
  }
}

std::expected<Hosts, Verdict> implicit_mx(std::string_view domain, bool secure,
                                          const std::vector<std::string>& own_hosts) {
  const std::string name(domain);
  if (is_one_of(own_hosts, name)) return std::unexpected(loops_back(domain));
  return Hosts{{Host{name, 0, true, secure}}, name};
}

}  // namespace

std::expected<Hosts, Verdict> hosts_of(std::string_view domain, const dns::Answer& mx_answer,
                                       const std::vector<std::string>& own_hosts, std::uint64_t seed) {
  using enum dns::Rcode;
  const bool bogus = mx_answer.validation == dns::Validation::bogus;
  if (bogus || (mx_answer.rcode != no_error && mx_answer.rcode != nx_domain)) {
    return std::unexpected(look_up_failed(domain, dns::Type::mx, mx_answer));
  }
  if (mx_answer.rcode == nx_domain) return std::unexpected(no_such_domain(domain));
  const bool secure = mx_answer.validation == dns::Validation::secure;
  if (mx_answer.records.empty()) return implicit_mx(domain, secure, own_hosts);

  const auto records = read_records(mx_answer);
  if (records.size() == 1 && records.front().exchange == ".") return std::unexpected(null_mx(domain));
  Hosts hosts{usable_hosts(records, secure), {}};
  // Records were there, none of them usable: not a reason to try the domain's own address.
  if (hosts.in_order.empty()) return std::unexpected(no_mail_host(domain));
  drop_own_and_worse(hosts.in_order, own_hosts);
  if (hosts.in_order.empty()) return std::unexpected(loops_back(domain));
  hosts.limit_key = hosts.in_order.front().name;
  shuffle_equals(hosts.in_order, seed);
  if (hosts.in_order.size() > most_hosts) hosts.in_order.resize(most_hosts);
  return hosts;
}

}  // namespace scop::mx
