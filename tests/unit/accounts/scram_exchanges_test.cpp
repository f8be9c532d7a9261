#include "accounts/scram_exchanges.hpp"

#include <gtest/gtest.h>

#include "accounts/limits.hpp"

namespace scop::accounts {
namespace {

using namespace std::chrono_literals;

const Deadline start{1000h};

OpenExchange exchange_of(std::string daemon) {
  return {.daemon = std::move(daemon), .login = "ann@example.org"};
}

TEST(ScramExchanges, are_good_once_for_a_minute_and_for_who_began_them) {
  ScramExchanges exchanges;
  const auto one = exchanges.keep(exchange_of("submission"), start);
  EXPECT_FALSE(exchanges.take(one, "receiver", start));
  EXPECT_TRUE(exchanges.take(one, "submission", start + 59s));
  EXPECT_FALSE(exchanges.take(one, "submission", start + 59s));
  const auto late = exchanges.keep(exchange_of("submission"), start);
  EXPECT_FALSE(exchanges.take(late, "submission", start + 60s));
  EXPECT_FALSE(exchanges.take("", "submission", start));
}

TEST(ScramExchanges, are_bounded) {
  ScramExchanges exchanges;
  const auto first = exchanges.keep(exchange_of("submission"), start);
  for (std::size_t i = 0; i < limits::scram_exchanges; ++i) exchanges.keep(exchange_of("submission"), start);
  EXPECT_FALSE(exchanges.take(first, "submission", start));
}

}  // namespace
}  // namespace scop::accounts
