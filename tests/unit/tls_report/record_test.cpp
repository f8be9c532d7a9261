#include "tls_report/record.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "dns/rdata.hpp"

namespace scop::tls_report {
namespace {

std::filesystem::path suites() {
  const auto* set = std::getenv("SCOP_SUITES");
  if (set != nullptr && *set != '\0') return set;
  const auto* source = std::getenv("SCOP_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "../shared/suites";
}

using Texts = std::vector<std::string>;

std::vector<std::string> rdata(const Texts& texts) {
  std::vector<std::string> all;
  for (const auto& text : texts) all.push_back(dns::txt_to_rdata(text));
  return all;
}

TEST(TlsRptRecordTest, agrees_with_the_suite) {
  std::ifstream file(suites() / "records/vectors.jsonl");
  if (!file) GTEST_SKIP() << "no " << suites() / "records/vectors.jsonl";
  std::size_t seen = 0;
  for (std::string line; std::getline(file, line);) {
    const auto vector = boost::json::parse(line).as_object();
    if (vector.at("suite") != "tlsrpt-record") continue;
    ++seen;
    const std::string text(vector.at("input").as_string());
    EXPECT_EQ(parse_record(text).has_value(), vector.at("kind") == "good") << text;
  }
  EXPECT_EQ(seen, 20U);
}

TEST(TlsRptRecordTest, every_uri_of_every_rua_is_kept_in_order) {
  const auto record =
      parse_record("v=TLSRPTv1;rua=mailto:a@a.example,https://a.example/r\t;x=1 ; rua=mailto:b@b.example;");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->rua, (Texts{"mailto:a@a.example", "https://a.example/r", "mailto:b@b.example"}));
}

TEST(TlsRptRecordTest, size_and_count_are_bounded) {
  std::string many = "v=TLSRPTv1; rua=mailto:a@a.example";
  for (int i = 0; i < 10; ++i) many += ",mailto:a@a.example";
  EXPECT_EQ(parse_record(many).error().kind, ErrorKind::too_large);
  EXPECT_EQ(parse_record("v=TLSRPTv1; rua=mailto:" + std::string(5'000, 'a')).error().kind,
            ErrorKind::too_large);
  std::string fields = "v=TLSRPTv1; rua=mailto:a@a.example";
  for (int i = 0; i < 40; ++i) fields += ";x=1";
  EXPECT_EQ(parse_record(fields).error().kind, ErrorKind::too_large);
}

TEST(TlsRptRecordTest, exactly_one_record_among_the_texts_counts) {
  const std::string good = "v=TLSRPTv1; rua=mailto:a@a.example";
  const auto one = record_among(rdata({"v=spf1 -all", good, "v=TLSRPTv10; rua=x:y"}));
  ASSERT_TRUE(one && *one);
  EXPECT_EQ((*one)->rua, Texts{"mailto:a@a.example"});
  EXPECT_EQ(record_among({}).value(), std::nullopt);
  EXPECT_EQ(record_among(rdata({"v=spf1 -all"})).value(), std::nullopt);
  EXPECT_EQ(record_among(rdata({good, good})).value(), std::nullopt);
  EXPECT_EQ(record_among(rdata({"v=TLSRPTv1; rua="})).error().kind, ErrorKind::malformed);
}

TEST(TlsRptRecordTest, strings_of_one_record_are_joined_without_a_space) {
  std::string record("\x0dv=TLSRPTv1; r\x15ua=mailto:a@a.example", 36);
  ASSERT_TRUE(dns::read_txt(record));
  EXPECT_EQ(record_among({record}).value()->rua, Texts{"mailto:a@a.example"});
}

}  // namespace
}  // namespace scop::tls_report
