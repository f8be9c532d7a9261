#include "spf/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/ascii.hpp"
#include "dns/rdata.hpp"

namespace scop::spf {

namespace {

constexpr std::size_t most_shown = 4;  // records of one answer in a step

bool by_preference(const dns::Mx& a, const dns::Mx& b) {
  return std::tie(a.preference, a.exchange) < std::tie(b.preference, b.exchange);
}

std::unexpected<Error> wrong(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }

}  // namespace

Standing standing_of(const dns::Answer& answer) {
  if (answer.validation == dns::Validation::bogus) return Standing::failed;
  if (answer.rcode == dns::Rcode::nx_domain) return Standing::nothing;
  if (answer.rcode != dns::Rcode::no_error) return Standing::failed;
  return answer.records.empty() ? Standing::nothing : Standing::found;
}

std::vector<dns::Address> addresses_in(const dns::Answer& answer) {
  std::vector<dns::Address> addresses;
  for (const auto& rdata : answer.records) {
    if (const auto address = dns::Address::from_octets(rdata)) addresses.push_back(*address);
  }
  return addresses;
}

std::vector<std::string> names_in(const dns::Answer& answer, dns::Type type) {
  std::vector<dns::Mx> names;
  for (const auto& rdata : answer.records) {
    if (type == dns::Type::mx) {
      if (auto mx = dns::read_mx(rdata)) names.push_back(std::move(*mx));
    } else if (auto name = dns::read_name(rdata)) {
      names.push_back({0, std::move(*name)});
    }
  }
  if (type == dns::Type::mx) std::ranges::sort(names, by_preference);
  std::vector<std::string> out;
  for (const auto& name : names) out.push_back(ascii::to_lower(name.exchange));
  return out;
}

std::vector<std::string> texts_in(const dns::Answer& answer) {
  std::vector<std::string> texts;
  for (const auto& rdata : answer.records) {
    const auto strings = dns::read_txt(rdata);
    if (!strings) continue;
    texts.emplace_back();
    for (const auto& part : *strings) texts.back() += part;
  }
  return texts;
}

std::string summary(const dns::Question& question, const dns::Answer& answer) {
  if (answer.validation == dns::Validation::bogus) return "DNSSEC validation failed";
  if (answer.rcode != dns::Rcode::no_error) return dns::name_of(answer.rcode);
  if (answer.records.empty()) return "no such record";
  std::string out;
  for (std::size_t i = 0; i < std::min(answer.records.size(), most_shown); ++i) {
    if (i != 0) out += ", ";
    out += dns::rdata_text(question.type, answer.records.at(i));
  }
  if (answer.records.size() > most_shown)
    out += fmt::format(" and {} more", answer.records.size() - most_shown);
  return out;
}

Published published(const dns::Answer& answer, std::size_t longest) {
  Published found;
  found.standing = standing_of(answer);
  if (found.standing != Standing::found) return found;
  auto texts = texts_in(answer);
  std::erase_if(texts, [](const std::string& text) { return !is_record(text); });
  if (texts.empty()) {
    found.standing = Standing::nothing;
    return found;
  }
  found.text = texts.front();
  if (texts.size() > 1) {
    found.record = wrong(fmt::format("{} SPF records", texts.size()));
  } else if (found.text.size() > longest) {
    found.record = wrong(fmt::format("record of {} octets", found.text.size()));
    found.text.resize(longest);
  } else {
    found.record = parse_record(found.text);
  }
  return found;
}

}  // namespace scop::spf
