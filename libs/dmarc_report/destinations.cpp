#include "dmarc_report/destinations.hpp"

#include <algorithm>

#include "dmarc/tree.hpp"
#include "dns/domain.hpp"
#include "dns/rdata.hpp"
#include "message/mailto.hpp"

namespace scop::dmarc_report {

namespace {

constexpr std::size_t longest_name = 253;

std::optional<std::string> domain_of(std::string_view address) {
  auto domain = dns::to_a_labels(address.substr(address.rfind('@') + 1));
  return domain ? std::optional(std::move(*domain)) : std::nullopt;
}

}  // namespace

Destinations::Destinations(std::string policy_domain, std::string organizational_domain,
                           const std::vector<dmarc::ReportUri>& rua) {
  if (organizational_domain.empty()) organizational_domain = policy_domain;
  for (const auto& uri : rua) {
    const auto address = message::mailto_address(uri.uri);
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
      const auto other = message::mailto_address(uri.uri);
      if (other && domain_of(*other) == waiting.domain) destination = {*other, uri.most_octets};
    }
    if (std::ranges::find(allowed_, destination) == allowed_.end())
      allowed_.push_back(std::move(destination));
    return;
  }
  refused_.push_back({waiting.uri, waiting.domain + " does not say that it takes these reports"});
}

}  // namespace scop::dmarc_report
