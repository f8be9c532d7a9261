// The mechanisms of RFC 7208 5, and what they cost (4.6.4).
#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "spf/name.hpp"
#include "spf/run.hpp"

namespace scop::spf {

namespace {

bool is_in(const dns::Address& address, const dns::Address& network, unsigned prefix) {
  if (address.is_v6() != network.is_v6()) return false;
  const auto left = address.octets();
  const auto right = network.octets();
  for (std::size_t i = 0; i < left.size() && prefix > 0; ++i) {
    const unsigned bits = std::min(prefix, 8U);
    const unsigned differing =
        static_cast<unsigned char>(left.at(i)) ^ static_cast<unsigned char>(right.at(i));
    if ((differing >> (8U - bits)) != 0) return false;
    prefix -= bits;
  }
  return true;
}

}  // namespace

Run::Match Run::test(const Directive& directive, const std::string& domain) {
  using enum Mechanism;
  switch (directive.mechanism) {
    case all:
      return Match::yes;
    case ip4:
      return is_in(values_.client, directive.network, directive.prefix_v4) ? Match::yes : Match::no;
    case ip6:
      return is_in(values_.client, directive.network, directive.prefix_v6) ? Match::yes : Match::no;
    default:
      break;
  }
  if (const auto over = over_lookups(); over != Match::no) return over;
  switch (directive.mechanism) {
    case include:
      return test_include(directive, domain);
    case a:
      return test_a(directive, domain);
    case mx:
      return test_mx(directive, domain);
    case ptr:
      return test_ptr(directive, domain);
    default:
      return test_exists(directive, domain);
  }
}

Run::Match Run::test_include(const Directive& directive, const std::string& domain) {
  const auto target = target_of(directive.domain, domain);
  if (target.problem != Match::yes) return target.problem;
  const auto result = check_host(target.name, false);
  if (!result) return Match::pending;
  switch (*result) {
    case Result::pass:
      return Match::yes;
    case Result::temperror:
      return Match::temperror;
    case Result::permerror:
      return Match::permerror;
    case Result::none:
      return permanent("include of " + ascii::printable(target.name) + ": " + why_);
    default:
      return Match::no;
  }
}

Run::Match Run::in_network(const Directive& directive, const dns::Answer& answer) const {
  const auto prefix = values_.client.is_v6() ? directive.prefix_v6 : directive.prefix_v4;
  const auto matches = [&](const dns::Address& address) { return is_in(values_.client, address, prefix); };
  return std::ranges::any_of(addresses_in(answer), matches) ? Match::yes : Match::no;
}

Run::Match Run::test_a(const Directive& directive, const std::string& domain) {
  const auto target = target_of(directive.domain, domain);
  if (target.problem != Match::yes) return target.problem;
  const auto name = question_name(target.name);
  if (!name) return Match::no;
  const auto* answer = ask(*name, address_type());
  if (answer == nullptr) return Match::pending;
  note(domain, dns::name_of(address_type()) + " " + *name, summary({*name, address_type()}, *answer));
  switch (standing_of(*answer)) {
    case Standing::failed:
      why_ = "the look-up of the addresses of " + *name + " failed";
      return Match::temperror;
    case Standing::nothing:
      return over_void_lookups();
    case Standing::found:
      return in_network(directive, *answer);
  }
  return Match::no;
}

Run::Match Run::test_mx(const Directive& directive, const std::string& domain) {
  const auto target = target_of(directive.domain, domain);
  if (target.problem != Match::yes) return target.problem;
  const auto name = question_name(target.name);
  if (!name) return Match::no;
  const auto* answer = ask(*name, dns::Type::mx);
  if (answer == nullptr) return Match::pending;
  note(domain, "MX " + *name, summary({*name, dns::Type::mx}, *answer));
  const auto standing = standing_of(*answer);
  if (standing == Standing::nothing) return over_void_lookups();
  if (standing == Standing::failed) {
    why_ = "the look-up of MX " + *name + " failed";
    return Match::temperror;
  }
  const auto hosts = names_in(*answer, dns::Type::mx);
  if (hosts.size() > limits_.names) return permanent(fmt::format("{} MX records at {}", hosts.size(), *name));
  return test_mx_hosts(directive, hosts);
}

Run::Match Run::test_mx_hosts(const Directive& directive, const std::vector<std::string>& hosts) {
  auto verdict = Match::no;
  for (const auto& host : hosts) {
    if (host == ".") continue;  // RFC 7505
    const auto* answer = ask(host, address_type());
    if (answer == nullptr) verdict = Match::pending;
    if (verdict == Match::pending) {
      ask(host, address_type());
      continue;  // the others' questions travel together
    }
    note(host, dns::name_of(address_type()) + " " + host, summary({host, address_type()}, *answer));
    if (standing_of(*answer) == Standing::failed) {
      why_ = "the look-up of the addresses of " + host + " failed";
      return Match::temperror;
    }
    if (in_network(directive, *answer) == Match::yes) return Match::yes;
  }
  return verdict;
}

// RFC 7208 5.7: an A record is asked for, whatever the client's family.
Run::Match Run::test_exists(const Directive& directive, const std::string& domain) {
  const auto target = target_of(directive.domain, domain);
  if (target.problem != Match::yes) return target.problem;
  const auto name = question_name(target.name);
  if (!name) return Match::no;
  const auto* answer = ask(*name, dns::Type::a);
  if (answer == nullptr) return Match::pending;
  note(domain, "A " + *name, summary({*name, dns::Type::a}, *answer));
  switch (standing_of(*answer)) {
    case Standing::failed:
      why_ = "the look-up of A " + *name + " failed";
      return Match::temperror;
    case Standing::nothing:
      return over_void_lookups();
    case Standing::found:
      return Match::yes;
  }
  return Match::no;
}

Run::Target Run::target_of(const std::optional<MacroString>& spec, const std::string& domain, bool counted) {
  if (!spec) return {.name = domain};
  auto values = values_for(domain);
  if (spec->uses("p")) {
    // RFC 7208 4.6.4: the PTR look-up of %{p} counts like a mechanism's; once, since it is asked once.
    if (counted && !std::exchange(counted_p_, true)) {
      if (const auto over = over_lookups(); over != Match::no) return {.problem = over, .name = {}};
    }
    const auto validated = validated_names();
    if (!validated) return {.problem = Match::pending, .name = {}};
    values.validated_name = chosen_name(*validated, domain);
  }
  auto name = expand_domain(*spec, values);
  if (!name) return {.problem = Match::no, .name = {}};
  return {.problem = Match::yes, .name = std::move(*name)};
}

Run::Match Run::over_lookups() {
  if (++verdict_.lookups <= limits_.lookups) return Match::no;
  return permanent(fmt::format("more than {} terms that need a look-up", limits_.lookups));
}

Run::Match Run::over_void_lookups() {
  if (++verdict_.void_lookups <= limits_.void_lookups) return Match::no;
  return permanent(fmt::format("more than {} look-ups found nothing", limits_.void_lookups));
}

Run::Match Run::permanent(std::string why) {
  why_ = std::move(why);
  return Match::permerror;
}

MacroValues Run::values_for(const std::string& domain) const {
  auto values = values_;
  values.domain = domain;
  return values;
}

dns::Type Run::address_type() const { return values_.client.is_v6() ? dns::Type::aaaa : dns::Type::a; }

}  // namespace scop::spf
