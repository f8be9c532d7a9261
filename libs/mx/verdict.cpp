#include "mx/verdict.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "dns/extended_error.hpp"

namespace scop::mx {

namespace {

constexpr std::size_t most_of_a_name = 255;
constexpr std::size_t most_of_a_cause = 200;

template <class... T>
Verdict permanent(int code, std::string_view enhanced, fmt::format_string<T...> form, T&&... parts) {
  return {true, code, std::string(enhanced), fmt::format(form, std::forward<T>(parts)...)};
}

std::string shown(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, most_of_a_name)) out += c > 0x20 && c < 0x7f ? c : '?';
  return out;
}

}  // namespace

Verdict no_such_domain(std::string_view domain) {
  return permanent(550, "5.1.2", "the domain {} does not exist", shown(domain));
}

Verdict no_mail_host(std::string_view domain) {
  return permanent(550, "5.1.2", "the domain {} has neither MX nor address records", shown(domain));
}

Verdict null_mx(std::string_view domain) {
  return permanent(556, "5.1.10", "the domain {} takes no mail (null MX)", shown(domain));
}

Verdict loops_back(std::string_view domain) {
  return permanent(554, "5.4.6", "mail for {} would loop back to this host", shown(domain));
}

Verdict bad_domain(std::string_view domain) {
  return permanent(553, "5.1.2", "{} is not a domain name", shown(domain));
}

Verdict look_up_failed(std::string_view name, dns::Type type, const dns::Answer& answer) {
  const bool bogus = answer.validation == dns::Validation::bogus;
  auto text = fmt::format("the {} record of {} {}", dns::name_of(type), shown(name),
                          bogus ? "fails DNSSEC validation" : "could not be looked up");
  if (answer.extended_error) {
    const auto code = static_cast<dns::InfoCode>(*answer.extended_error);
    text += fmt::format(" ({}, EDE {})", dns::name_of(code), *answer.extended_error);
  }
  const auto cause = dns::cause_in(answer.why, most_of_a_cause);
  if (!cause.empty()) text += ": " + cause;
  return {false, 451, bogus ? "4.7.5" : "4.4.3", std::move(text)};
}

Verdict no_usable_address(std::string_view host) {
  return permanent(550, "5.4.4", "the mail host {} has no address that can be used", shown(host));
}

}  // namespace scop::mx
