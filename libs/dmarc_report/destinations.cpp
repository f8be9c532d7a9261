#include "dmarc_report/destinations.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dmarc/tree.hpp"
#include "dns/domain.hpp"
#include "dns/rdata.hpp"

namespace scop::dmarc_report {

namespace {

constexpr std::string_view scheme = "mailto:";
constexpr std::size_t longest_name = 253;

// RFC 6068 2: percent signs; what would not fit an SMTP path gives nothing.
std::optional<std::string> address_of(std::string_view uri) {
  if (!ascii::starts_with_ignoring_case(uri, scheme)) return std::nullopt;
  uri = uri.substr(scheme.size());
  uri = uri.substr(0, uri.find('?'));
  std::string out;
  while (!uri.empty()) {
    const bool escaped = uri.front() == '%';
    const auto octet = escaped ? from_hex(uri.substr(1, 2)) : std::string(uri.substr(0, 1));
    if (!octet || octet->size() != 1) return std::nullopt;
    out += *octet;
    uri.remove_prefix(escaped ? 3 : 1);
  }
  const bool bad = std::ranges::any_of(out, [](char c) {
    return c == ' ' || c == '<' || c == '>' || c == ',' || ascii::is_control(c) || ascii::is_8bit(c);
  });
  return bad || out.rfind('@') == std::string::npos ? std::nullopt : std::optional(std::move(out));
}

std::optional<std::string> domain_of(std::string_view address) {
  auto domain = dns::to_a_labels(address.substr(address.rfind('@') + 1));
  return domain ? std::optional(std::move(*domain)) : std::nullopt;
}

}  // namespace

Destinations::Destinations(std::string policy_domain, std::string organizational_domain,
                           const std::vector<dmarc::ReportUri>& rua) {
  if (organizational_domain.empty()) organizational_domain = policy_domain;
  for (const auto& uri : rua) {
    const auto address = address_of(uri.uri);
    const auto domain = address ? domain_of(*address) : std::nullopt;
    const auto name = policy_domain + "._report._dmarc." + domain.value_or("");
    if (!domain) {
      refused_.push_back({uri.uri, "no mailto: with a usable address"});
    } else if (allowed_.size() + waiting_.size() == most_destinations) {
      refused_.push_back({uri.uri, "too many destinations"});
    } else if (dmarc::is_within(*domain, organizational_domain)) {
      allowed_.push_back({*address, uri.most_octets});
    } else if (name.size() > longest_name) {
      refused_.push_back({uri.uri, "its authorization's name would be too long"});
    } else {
      waiting_.emplace(dns::Question{name, dns::Type::txt},
                       Waiting{{*address, uri.most_octets}, uri.uri, *domain});
    }
  }
}

std::vector<dns::Question> Destinations::wanted() const {
  std::vector<dns::Question> questions;
  for (const auto& [question, waiting] : waiting_) {
    if (questions.empty() || questions.back() != question) questions.push_back(question);
  }
  return questions;
}

void Destinations::answer(const dns::Question& question, const dns::Answer& answer) {
  const auto [first, last] = waiting_.equal_range(question);
  for (auto each = first; each != last; ++each) settle(each->second, answer);
  waiting_.erase(question);
}

void Destinations::settle(const Waiting& waiting, const dns::Answer& answer) {
  const bool found = answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain;
  if (!found || answer.validation == dns::Validation::bogus) {
    refused_.push_back({waiting.uri, "the look-up of its authorization failed", true});
    return;
  }
  for (const auto& rdata : answer.records) {
    const auto strings = dns::read_txt(rdata);
    std::string text;
    if (strings) {
      for (const auto& part : *strings) text += part;
    }
    const auto record = dmarc::parse_record(text);
    if (!record) continue;
    auto destination = waiting.destination;
    // RFC 7489 7.1 step 6: it may name another address, of the same host.
    for (const auto& uri : record->rua) {
      const auto other = address_of(uri.uri);
      if (other && domain_of(*other) == waiting.domain) destination = {*other, uri.most_octets};
    }
    if (std::ranges::find(allowed_, destination) == allowed_.end())
      allowed_.push_back(std::move(destination));
    return;
  }
  refused_.push_back({waiting.uri, waiting.domain + " does not say that it takes these reports"});
}

}  // namespace scop::dmarc_report
