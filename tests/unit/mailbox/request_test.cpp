#include "mailbox/request.hpp"

#include <gtest/gtest.h>

namespace scop::mailbox {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;

TEST(CheckpasswordRequest, LoginAndPasswordEndWithNul) {
  const auto request = parse_request(
                           "ann@example.org\0p\xc3\xa4ss: \"w\0"
                           "1234\0"sv)
                           .value();
  EXPECT_EQ(request.login, "ann@example.org");
  EXPECT_EQ(request.password.reveal(), "p\xc3\xa4ss: \"w");
  EXPECT_TRUE(parse_request("ann\0\0\0"sv).value().password.empty()) << "a look-up";
}

TEST(CheckpasswordRequest, WhatIsNotWholeIsMalformed) {
  for (const auto octets :
       {""sv, "\0"sv, "\0\0\0"sv, "ann"sv, "ann\0"sv, "ann\0secret"sv, "a\nb\0secret\0\0"sv}) {
    EXPECT_FALSE(parse_request(octets));
  }
  EXPECT_FALSE(parse_request("ann\0"s + std::string(600, 'x') + '\0'));
}

}  // namespace
}  // namespace scop::mailbox
