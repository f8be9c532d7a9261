#include "srs/srs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace scop::srs {
namespace {

constexpr Time start{std::chrono::days{20'000}};
constexpr std::string_view secret = "a secret of the relay's";

std::string rewritten(std::string_view path, Time now = start) {
  return rewrite(path, "our.example", secret, now).value();
}
Outcome<std::string> back(std::string_view address, Time now = start) {
  return resolve(address.substr(0, address.rfind('@')), secret, now);
}

TEST(Srs, ABounceFindsItsWayBack) {
  for (const std::string path :
       {"ann@else.example", "a=b+c@else.example", "\"a b\"@else.example", "J\xc3\xb6rg@else.example"}) {
    const auto address = rewritten(path);
    EXPECT_TRUE(address.starts_with("SRS0=") && address.ends_with("@our.example")) << address;
    EXPECT_TRUE(looks_like_srs(address.substr(0, address.rfind('@'))));
    EXPECT_EQ(back(address).value(), path);
  }
}

TEST(Srs, TheNullPathAndOurOwnStay) {
  EXPECT_EQ(rewritten(""), "");
  EXPECT_EQ(rewritten("ann@Our.Example"), "ann@Our.Example");
}

TEST(Srs, AForwardersAddressDoesNotGrow) {
  const auto second = rewritten("SRS0=abcd=xy=first.example=ann@second.example");
  EXPECT_TRUE(second.starts_with("SRS1=")) << second;
  EXPECT_EQ(back(second).value(), "SRS0=abcd=xy=first.example=ann@second.example");
  const auto third = rewrite(second, "third.example", "another", start).value();
  EXPECT_EQ(third.size(), second.size() + 2) << third << " is longer by its domain alone";
  EXPECT_EQ(resolve(third.substr(0, third.rfind('@')), "another", start).value(),
            "SRS0=abcd=xy=first.example=ann@second.example")
      << "from the third straight to the first";
}

TEST(Srs, CaseThatHostsChangeIsNoForgery) {
  auto address = rewritten("Ann@else.example");
  std::ranges::transform(address, address.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(back(address).value(), "ANN@ELSE.EXAMPLE");
}

TEST(Srs, WhatIsAlteredIsRefused) {
  const auto address = rewritten("ann@else.example");
  for (std::size_t i = 5; i < address.rfind('@'); ++i) {
    auto altered = address;
    altered[i] = altered[i] == 'b' ? 'c' : 'b';
    EXPECT_FALSE(back(altered)) << altered;
  }
  EXPECT_EQ(resolve(address.substr(0, address.rfind('@')), "another secret", start).error().kind,
            ErrorKind::denied);
}

TEST(Srs, ItEndsAfterItsLifetime) {
  const auto address = rewritten("ann@else.example");
  EXPECT_TRUE(back(address, start + lifetime));
  EXPECT_EQ(back(address, start + lifetime + std::chrono::days{1}).error().kind, ErrorKind::timed_out);
  EXPECT_FALSE(back(address, start - std::chrono::days{1})) << "from the future";
  const auto late = rewritten("ann@else.example", Time{std::chrono::days{1023}});
  EXPECT_TRUE(back(late, Time{std::chrono::days{1026}})) << "over the turn of the day count";
}

TEST(Srs, WhatCouldNotBeReadBackIsNotRewritten) {
  for (const auto* path : {"ann@a=b.example", "ann@", "SRS0=abcdefgh=aa=a.example=bob@first=b.example"})
    EXPECT_EQ(rewrite(path, "our.example", secret, start).error().kind, ErrorKind::malformed) << path;
}

TEST(Srs, WhatIsNoSrsIsMalformed) {
  for (const auto* local : {"", "SRS0", "SRS0=", "SRS0=a", "SRS0=abcdefgh=aa", "SRS0=abcdefgh=aa=d",
                            "SRS0=abcdefgh=aa=d=", "SRS0=abcdefgh=1!=d=l", "SRS0==aa=d=l",
                            "SRS1=abcdefgh=d=", "SRS1=abcdefgh=d=x", "srs2=a=b=c=d", "ann"}) {
    EXPECT_FALSE(looks_like_srs(local)) << local;
    EXPECT_EQ(resolve(local, secret, start).error().kind, ErrorKind::malformed) << local;
  }
  EXPECT_FALSE(rewrite(std::string(300, 'x') + "@else.example", "our.example", secret, start));
}

}  // namespace
}  // namespace scop::srs
