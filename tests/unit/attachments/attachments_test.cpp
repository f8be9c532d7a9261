#include "attachments/attachments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace scop;
using namespace scop::attachments;

namespace {

std::string little(std::uint64_t value, int octets) {
  std::string out;
  for (int i = 0; i < octets; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
  return out;
}

// A zip archive of one stored entry.
std::string zip_of(const std::string& name, const std::string& content, bool encrypted = false,
                   std::uint64_t claims = 0) {
  const auto flags = little(encrypted ? 1 : 0, 2);
  const auto sizes =
      little(0, 4) + little(content.size(), 4) + little(claims == 0 ? content.size() : claims, 4);
  const auto local = "PK\x03\x04" + little(20, 2) + flags + little(0, 6) + sizes + little(name.size(), 2) +
                     little(0, 2) + name + content;
  const auto central = "PK\x01\x02" + little(20, 2) + little(20, 2) + flags + little(0, 6) + sizes +
                       little(name.size(), 2) + std::string(16, '\0') + name;
  return local + central + "PK\x05\x06" + little(0, 4) + little(1, 2) + little(1, 2) +
         little(central.size(), 4) + little(local.size(), 4) + little(0, 2);
}

std::vector<Kind> kinds(std::string_view name, std::string_view octets) {
  std::vector<Kind> found;
  for (const auto& finding : inspect_octets(name, octets)) found.push_back(finding.kind);
  return found;
}

}  // namespace

TEST(Attachments, find_programs_by_name_and_by_content) {
  const auto program = "MZ" + std::string(100, '\0');
  EXPECT_THAT(kinds("a.EXE. ", "x"), testing::ElementsAre(Kind::executable));
  EXPECT_THAT(kinds("invoice.pdf.scr", "x"), testing::ElementsAre(Kind::executable, Kind::double_extension));
  EXPECT_THAT(kinds("photo.jpg", program), testing::ElementsAre(Kind::disguised));
  EXPECT_THAT(kinds("photo.jpg", "\xff\xd8"), testing::IsEmpty());
  EXPECT_THAT(kinds("cod.\xe2\x80\xae"
                    "txt.exe",
                    "x"),
              testing::Contains(Kind::double_extension));
}

TEST(Attachments, look_into_zip_archives_and_those_stored_in_them) {
  EXPECT_THAT(kinds("a.zip", zip_of("b.exe", "x")), testing::ElementsAre(Kind::executable_in_archive));
  EXPECT_THAT(kinds("a.zip", zip_of("b.txt", "x", true)), testing::ElementsAre(Kind::encrypted_archive));
  EXPECT_THAT(kinds("a.docx", zip_of("word/vbaProject.bin", "x")), testing::ElementsAre(Kind::macro));
  const auto findings = inspect_octets("a.zip", zip_of("b.zip", zip_of("c.js", "x")));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].name, "a.zip/b.zip/c.js");
}

TEST(Attachments, name_bombs) {
  EXPECT_THAT(kinds("a.zip", zip_of("b", "x", false, 4'000'000'000U)), testing::ElementsAre(Kind::bomb));
  auto nested = zip_of("x", "y");
  for (int i = 0; i < 5; ++i) nested = zip_of("n.zip", nested);
  EXPECT_THAT(kinds("a.zip", nested), testing::ElementsAre(Kind::bomb));
}

TEST(Attachments, are_found_in_a_message) {
  const auto message = mime_text::Message::read(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: "
      "application/octet-stream\n"
      "Content-Disposition: attachment; filename=\"a.pif\"\n\nx\n--b--\n");
  const auto findings = inspect(message);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0], (AttachmentFinding{Kind::executable, "a.pif", "extension .pif"}));
}
