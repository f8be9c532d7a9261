#include "auth_results/method.hpp"

#include <gtest/gtest.h>

namespace scop::auth_results {
namespace {

TEST(Method, reads_the_result_behind_comments_and_quotes) {
  EXPECT_EQ(result_of(" i=1; mx.example; spf=fail; dmarc=Pass (p=none)", "dmarc"), "pass");
  EXPECT_EQ(result_of(" mx.example 1 ; dmarc (x) = (y) fail", "dmarc"), "fail");
  EXPECT_EQ(result_of(" mx.example; spf=pass (; dmarc=pass) smtp.helo=\"; dmarc=pass\"", "dmarc"),
            std::nullopt);
}

TEST(Method, gives_nothing_for_what_is_doubtful) {
  EXPECT_EQ(result_of(" mx.example; dmarc=pass; dmarc=fail", "dmarc"), std::nullopt);
  EXPECT_EQ(result_of(" mx.example; spf=pass (never closed; dmarc=pass", "dmarc"), std::nullopt);
  EXPECT_EQ(result_of(" dmarc=pass", "dmarc"), std::nullopt);
  EXPECT_EQ(result_of("", "dmarc"), std::nullopt);
}

}  // namespace
}  // namespace scop::auth_results
