#include "domain_records/difference.hpp"

namespace scop::domain_records {

std::set<dns::Question> questions_for(const Wishes& wishes) {
  std::set<dns::Question> questions;
  for (const auto& record : wishes.records) {
    questions.insert({record.name, record.type});
    questions.insert({record.name, dns::Type::cname});
    if (record.type != dns::Type::cname) continue;
    // What commonly stands where we want an alias; the prerequisite catches the rest.
    for (const auto type : {dns::Type::a, dns::Type::aaaa, dns::Type::txt, dns::Type::mx})
      questions.insert({record.name, type});
  }
  for (const auto& record : wishes.written) questions.insert({record.name, record.type});
  return questions;
}

std::string zone_of(std::string_view name, const std::vector<std::string>& zones) {
  std::string longest;
  for (const auto& zone : zones) {
    if (is_within(name, zone) && zone.size() > longest.size()) longest = zone;
  }
  return longest;
}

}  // namespace scop::domain_records
