#include "scop/published_file.hpp"

#include <gtest/gtest.h>

#include "dns/rdata.hpp"

namespace scop::command {
namespace {

TEST(PublishedFile, comes_back_as_it_was_written) {
  const Published published{{"d.test",
                             {{"d.test", dns::Type::mx, dns::to_rdata(dns::Mx{10, "mail.d.test"}).value()},
                              {"x.d.test", dns::Type::txt, dns::txt_to_rdata(std::string("a\0\xff", 3))}}},
                            {"e.test", {}}};
  EXPECT_EQ(published_from_text(published_text(published)).value(), published);
}

TEST(PublishedFile, what_is_none_is_refused) {
  for (const auto* text :
       {"", "{}", "[]", R"({"version":2,"domains":{}})", R"({"version":1,"domains":[]})",
        R"({"version":1,"domains":{"d.test":3}})", R"({"version":1,"domains":{"d.test":[{}]}})",
        R"({"version":1,"domains":{"d.test":[{"name":"a..b","type":"MX","rdata":"00"}]}})",
        R"({"version":1,"domains":{"d.test":[{"name":"a","type":"MX","rdata":"0"}]}})"}) {
    EXPECT_FALSE(published_from_text(text)) << text;
  }
  EXPECT_TRUE(published_from_text(R"({"version":1,"domains":{}})"));
}

}  // namespace
}  // namespace scop::command
