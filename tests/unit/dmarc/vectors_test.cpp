// The DMARC records of ../shared/suites/records, written for RFC 7489: where RFC 9989 differs it is named.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <boost/json/src.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "dmarc/record.hpp"

namespace scop::dmarc {
namespace {

namespace json = boost::json;

std::filesystem::path suites() {
  const auto* set = std::getenv("SCOP_SUITES");
  if (set != nullptr && *set != '\0') return set;
  const auto* source = std::getenv("SCOP_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "../shared/suites";
}

std::vector<json::object> vectors() {
  std::vector<json::object> found;
  std::ifstream file(suites() / "records/vectors.jsonl");
  for (std::string line; std::getline(file, line);) {
    auto vector = json::parse(line).as_object();
    if (vector.at("suite") == "dmarc-record") found.push_back(std::move(vector));
  }
  return found;
}

// Whether DMARC does anything with it.
bool is_usable(std::string_view text) {
  const auto record = parse_record(text);
  return record && (!record->without_policy || !record->rua.empty());
}

// RFC 9989 4.8: the tags behind v= stand in any order.
const std::set<std::string> usable_by_rfc_9989{"v=DMARC1; sp=reject; p=reject"};

TEST(DmarcVectorsTest, agree_with_the_suite) {
  const auto all = vectors();
  if (all.empty()) GTEST_SKIP() << "no " << suites() / "records/vectors.jsonl";
  EXPECT_EQ(all.size(), 41U);
  for (const auto& vector : all) {
    const std::string text(vector.at("input").as_string());
    const bool usable = vector.at("kind") == "valid" || usable_by_rfc_9989.contains(text);
    EXPECT_EQ(is_usable(text), usable) << text;
  }
}

TEST(DmarcVectorsTest, read_the_long_one_tag_by_tag) {
  const auto record =
      parse_record(
          "V = DMARC1 ; P = reject ;\tSP=none; unknown \t=\t ignored-future-value \t ; adkim=s; aspf=s; "
          "rua=mailto:a@example.com  ,\t\tmailto:b@example.net!10m; RUF=mailto:c@example.com  "
          ",\t\tmailto:b@example.net!0G; RI = 123; FO = 0:1:d:s ; RF= afrf : other; Pct = 0")
          .value();
  EXPECT_EQ(record.p, Policy::reject);
  EXPECT_EQ(record.sp, Policy::none);
  EXPECT_EQ(record.rua[1].most_octets, 10U << 20U);
  EXPECT_EQ(record.ruf[1].most_octets, 0U);
  EXPECT_EQ(record.fo, (std::vector<char>{'0', '1', 'd', 's'}));
}

}  // namespace
}  // namespace scop::dmarc
