// The records and policies of a public test suite: read, or refused, as it says.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "mta_sts/policy.hpp"
#include "mta_sts/record.hpp"

namespace scop::mta_sts {
namespace {

std::filesystem::path suites() {
  const auto* set = std::getenv("SCOP_SUITES");
  if (set != nullptr && *set != '\0') return set;
  const auto* source = std::getenv("SCOP_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "../shared/suites";
}

TEST(MtaStsVectors, AreReadAsTheSuiteSays) {
  std::ifstream file(suites() / "records/vectors.jsonl");
  if (!file) GTEST_SKIP() << "no " << suites() / "records/vectors.jsonl";
  std::size_t records = 0;
  std::size_t policies = 0;
  for (std::string line; std::getline(file, line);) {
    const auto vector = boost::json::parse(line).as_object();
    if (vector.at("suite") != "mtasts") continue;
    const bool good = vector.at("kind") == "good";
    const std::string text(vector.at("input").as_string());
    if (vector.at("func") == "TestRecord") {
      ++records;
      EXPECT_EQ(parse_record(text).has_value(), good) << text;
    } else {
      ++policies;
      EXPECT_EQ(parse_policy(text).has_value(), good) << text;
    }
  }
  EXPECT_EQ(records, 18U);
  EXPECT_EQ(policies, 24U);
}

}  // namespace
}  // namespace scop::mta_sts
