#include "dmarc/tree.hpp"

#include <gtest/gtest.h>

namespace scop::dmarc {
namespace {

Found found(const std::string& domain, Psd psd = Psd::unknown) {
  Record record;
  record.psd = psd;
  return {domain, record};
}

TEST(TreeTest, walks_to_the_top) {
  EXPECT_EQ(walk_of("a.mail.example.com"),
            (std::vector<std::string>{"a.mail.example.com", "mail.example.com", "example.com", "com"}));
  EXPECT_EQ(walk_of("com"), std::vector<std::string>{"com"});
}

// RFC 9989 4.10's own list.
TEST(TreeTest, skips_labels_of_long_names) {
  EXPECT_EQ(walk_of("a.b.c.d.e.f.g.h.i.j.mail.example.com"),
            (std::vector<std::string>{"a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com",
                                      "h.i.j.mail.example.com", "i.j.mail.example.com", "j.mail.example.com",
                                      "mail.example.com", "example.com", "com"}));
  EXPECT_EQ(walk_of("a.b.c.d.e.f.g.h").size(), 8U);
  EXPECT_EQ(walk_of("a.b.c.d.e.f.g.h").at(1), "b.c.d.e.f.g.h");
  EXPECT_EQ(walk_of("a.b.c.d.e.f.g").size(), 7U);
}

TEST(TreeTest, finds_the_organizational_domain) {
  const std::string start = "a.mail.example.com";
  EXPECT_EQ(organizational_domain(start, {}), start);
  EXPECT_EQ(organizational_domain(start, {found("mail.example.com"), found("example.com")}), "example.com");
  EXPECT_EQ(organizational_domain(start, {found("mail.example.com", Psd::no)}), "mail.example.com");
  EXPECT_EQ(organizational_domain(start, {found("com", Psd::yes)}), "example.com");
  EXPECT_EQ(organizational_domain(start, {found("mail.example.com"), found("com", Psd::yes)}), "example.com");
  EXPECT_EQ(organizational_domain("com", {found("com", Psd::yes)}), "com");
}

}  // namespace
}  // namespace scop::dmarc
