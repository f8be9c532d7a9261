// Validated domain names of the client (RFC 7208 5.5), for ptr and %{p}.
#include <algorithm>
#include <ranges>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "spf/name.hpp"
#include "spf/run.hpp"

namespace scop::spf {

namespace {

std::string reverse_name(const dns::Address& address) {
  if (address.is_v6()) {
    std::string out;
    for (const char digit : to_hex(address.octets()) | std::views::reverse) {
      out += digit;
      out += '.';
    }
    return out + "ip6.arpa";
  }
  std::string out = "in-addr.arpa";
  const auto text = address.text();
  for (const auto part : ascii::split(text, '.')) out = std::string(part) + "." + out;
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> Run::validated_names() {
  const auto reverse = reverse_name(values_.client);
  const auto* answer = ask(reverse, dns::Type::ptr);
  if (answer == nullptr) return std::nullopt;
  std::vector<std::string> validated;
  if (standing_of(*answer) != Standing::found) return validated;
  bool pending = false;
  for (const auto& name : names_in(*answer, dns::Type::ptr) | std::views::take(limits_.names)) {
    const auto* addresses = ask(name, address_type());
    if (addresses == nullptr) {
      pending = true;
    } else if (standing_of(*addresses) == Standing::found &&
               std::ranges::count(addresses_in(*addresses), values_.client) != 0) {
      validated.push_back(name);
    }
  }
  return pending ? std::nullopt : std::optional(std::move(validated));
}

// RFC 7208 7.3: the domain itself, else a name below it, else any.
std::string Run::chosen_name(const std::vector<std::string>& validated, const std::string& domain) const {
  const auto below = [&](const std::string& name) { return is_within(name, domain); };
  if (std::ranges::count(validated, domain) != 0) return domain;
  const auto found = std::ranges::find_if(validated, below);
  if (found != validated.end()) return *found;
  return validated.empty() ? "unknown" : validated.front();
}

Run::Match Run::test_ptr(const Directive& directive, const std::string& domain) {
  const auto target = target_of(directive.domain, domain);
  if (target.problem != Match::yes) return target.problem;
  const auto name = question_name(target.name);
  if (!name) return Match::no;
  const auto validated = validated_names();
  if (!validated) return Match::pending;
  const auto reverse = reverse_name(values_.client);
  const auto& answer = known_.answers.at({reverse, dns::Type::ptr});
  note(domain, "PTR " + reverse, summary({reverse, dns::Type::ptr}, answer));
  if (standing_of(answer) == Standing::nothing) return over_void_lookups();
  const auto within = [&](const std::string& candidate) { return is_within(candidate, *name); };
  return std::ranges::any_of(*validated, within) ? Match::yes : Match::no;
}

}  // namespace scop::spf
