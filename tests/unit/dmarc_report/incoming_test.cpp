#include "dmarc_report/incoming.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base64.hpp"
#include "dmarc_report/packed.hpp"
#include "dmarc_report/parse.hpp"

namespace scop::dmarc_report {
namespace {

const std::string small = "<feedback><report_metadata><org_name>x</org_name></report_metadata></feedback>";

// `small` as r.xml: by Info-ZIP's format with a data descriptor, as Python's zipfile writes to a pipe.
const std::string small_zip =
    "504b03041400080008000000210000000000000000000000000005000000722e786d6cb3494b4d4d494a4cceb6b3294a"
    "2dc82f2a89cf4d2d494c492c49b4b3c92f4a8fcf4bcc4db5abb0d187b36df431d4e9c3cd0000504b0708ba5f03a73300"
    "00004e000000504b0102140314000800080000002100ba5f03a7330000004e0000000500000000000000000000008001"
    "00000000722e786d6c504b0506000000000100010033000000660000000000";

std::filesystem::path suite() {
  const auto* set = std::getenv("SCOP_SUITES");
  if (set != nullptr && *set != '\0') return std::filesystem::path(set) / "dmarc";
  const auto* source = std::getenv("SCOP_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "../shared/suites/dmarc";
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Report of(const std::string& name) {
  return parse_xml(contents(suite() / "dmarc-feedback" / (name + ".xml"))).value();
}

TEST(IncomingReportTest, reads_the_suite) {
  if (!std::filesystem::exists(suite())) GTEST_SKIP() << "no " << suite();
  const auto first = of("001");
  EXPECT_EQ(first.version, "2.0");
  EXPECT_EQ(first.report_id, "3v98abbp8ya9n3va8yr8oa3ya");
  EXPECT_EQ(first.begin, 161'212'415);
  EXPECT_EQ(first.published.testing, "n");
  ASSERT_EQ(first.rows.size(), 1U);
  EXPECT_EQ(first.rows[0].count, 123U);
  EXPECT_EQ(first.rows[0].disposition, "quarantine");
  EXPECT_EQ(first.rows[0].dkim_results.at(0), (AuthResult{"example.com", "abc123", "", "pass", ""}));
  EXPECT_EQ(of("002").org_name, "google.com");
  EXPECT_FALSE(of("003").rows.empty());
  EXPECT_FALSE(of("004").rows.empty());
  const auto last = of("005");
  EXPECT_EQ(last.rows.at(0).reasons.at(0), (Reason{"sampled_out", "legacy sampling"}));
  EXPECT_EQ(last.rows.at(0).spf_results.at(0).scope, "helo");
}

TEST(IncomingReportTest, a_document_type_is_refused) {
  const auto bomb = parse_xml(
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
      "\"&a;&a;&a;&a;\">]><feedback><version>&b;</version></feedback>");
  ASSERT_FALSE(bomb);
  EXPECT_TRUE(bomb.error().what.contains("document type"));
  EXPECT_FALSE(parse_xml("<feedback><version>&b;</version></feedback>"));
}

TEST(IncomingReportTest, depth_text_and_shape_are_bounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_EQ(parse_xml(deep).error().kind, ErrorKind::too_large);
  const auto wide = parse_xml("<feedback><version>" + std::string(100'000, 'x') + "</version></feedback>");
  EXPECT_EQ(wide.value().version.size(), longest_text);
  EXPECT_FALSE(parse_xml(""));
  EXPECT_FALSE(parse_xml("<other/>"));
  EXPECT_FALSE(parse_xml("<feedback><record>"));
  std::string many = "<feedback><record><auth_results>";
  for (int i = 0; i < 1'000; ++i) many += "<dkim><domain>d</domain></dkim>";
  EXPECT_EQ(parse_xml(many + "</auth_results></record></feedback>").value().rows[0].dkim_results.size(),
            most_per_row);
}

TEST(IncomingReportTest, gzip_and_zip_unpack) {
  EXPECT_EQ(unpack(gzip::deflate(small)).value(), small);
  EXPECT_EQ(reports_in(gzip::deflate(small)).value().at(0).org_name, "x");
  EXPECT_EQ(unzip(from_hex(small_zip).value()).value(), small);
  EXPECT_FALSE(unpack(gzip::deflate(small).substr(0, 30)));
  EXPECT_FALSE(unpack("PK\x03\x04 nonsense"));
}

TEST(IncomingReportTest, bombs_stop_while_they_unpack) {
  const auto bomb = unpack(gzip::deflate(std::string(70U << 20U, ' ')));
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().kind, ErrorKind::too_large);
  EXPECT_FALSE(unpack(gzip::deflate(std::string(4U << 20U, ' '))));
  EXPECT_EQ(unpack(std::string("\x1f\x8b") + std::string(17U << 20U, ' ')).error().kind,
            ErrorKind::too_large);
}

TEST(IncomingReportTest, a_message_without_report_says_so) {
  EXPECT_EQ(reports_in("Subject: x\n\nhello\n").error().kind, ErrorKind::not_found);
  const auto mail = "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" +
                    to_base64(from_hex(small_zip).value()) + "\n";
  EXPECT_EQ(reports_in(mail).value().size(), 1U);
  EXPECT_FALSE(reports_in(mail.substr(0, 120)));
}

}  // namespace
}  // namespace scop::dmarc_report
