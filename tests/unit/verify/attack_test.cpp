// What hostile messages may cost: each within a second on one core, most within a tenth.
#include <gtest/gtest.h>

#include "world.hpp"

namespace scop::verify {
namespace {

using Clock = std::chrono::steady_clock;

const Envelope stranger = envelope_of("198.51.100.66", "evil.example", "x@evil.example");

class Stopwatch {
 public:
  ~Stopwatch() {
    const auto took = Clock::now() - began_;
    EXPECT_LT(took, std::chrono::seconds(1));
    ::testing::Test::RecordProperty(
        "took_ms", static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  }

 private:
  Clock::time_point began_ = Clock::now();
};

TEST(Attack, two_hundred_signatures_cost_ten) {
  World world;
  std::string message = "From: x@evil.example\r\n" + std::string(100'000, 'y') + ": z\r\n\r\nHello.\r\n";
  for (int i = 0; i < 200; ++i) {
    message = "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=s" + std::to_string(i) +
              "; h=from:from:from; bh=AAAA; b=AAAA\r\n" + message;
  }
  const Stopwatch stopwatch;
  const auto judgement = world.judge(message, stranger);
  ASSERT_EQ(judgement.dkim.size(), 200U);
  for (const auto& verdict : judgement.dkim) EXPECT_NE(verdict.result, dkim::Result::pass);
  EXPECT_EQ(judgement.dkim.back().result, dkim::Result::policy);
  const auto keys = std::ranges::count_if(
      world.asked, [](const auto& question) { return question.name.contains("._domainkey."); });
  EXPECT_EQ(keys, 10);
}

TEST(Attack, a_valid_signature_among_ten_still_passes) {
  World world;
  auto message = signed_with(world, "From: x@evil.example\r\n\r\nHello.\r\n", "evil.example");
  for (int i = 0; i < 9; ++i) message = "DKIM-Signature: v=1; b=\r\n" + message;
  EXPECT_EQ(world.judge(message, stranger).dkim.back().result, dkim::Result::pass);
}

TEST(Attack, a_header_of_a_hundred_thousand_fields_is_refused) {
  World world;
  std::string message = "From: x@evil.example\r\n";
  for (int i = 0; i < 100'000; ++i) message += "X: y\r\n";
  const Stopwatch stopwatch;
  const auto judgement = world.judge(message + "\r\nbody\r\n", stranger);
  EXPECT_EQ(judgement.decision.disposition, Disposition::refuse);
  EXPECT_NE(judgement.dmarc.result, dmarc::Result::pass);
}

TEST(Attack, lines_of_a_megabyte_cost_no_more_than_their_length) {
  World world;
  const std::string line(1U << 20U, 'x');
  {
    const Stopwatch stopwatch;
    EXPECT_EQ(
        world.judge("From: x@evil.example\r\nX: " + line + "\r\n\r\nbody\r\n", stranger).decision.disposition,
        Disposition::refuse);
  }
  const Stopwatch stopwatch;
  const auto message = signed_with(world, "From: x@evil.example\r\n\r\n" + line + "\r\n", "evil.example");
  EXPECT_EQ(world.judge(message, stranger).dkim.at(0).result, dkim::Result::pass);
}

TEST(Attack, a_dns_without_answers_costs_no_more_questions_than_limits_allow) {
  World world;
  std::string message = "From: x@evil.example\r\n\r\nHello.\r\n";
  for (int i = 0; i < 50; ++i) {
    message = "DKIM-Signature: v=1; a=rsa-sha256; d=d" + std::to_string(i) +
              ".example; s=s; h=from; bh=AAAA; b=AAAA\r\n" + message;
  }
  world.answers = false;
  const Stopwatch stopwatch;
  EXPECT_EQ(world.judge(message, stranger).dmarc.result, dmarc::Result::temperror);
}

TEST(Attack, ten_thousand_authors_are_bounded) {
  World world;
  std::string from = "From: ";
  for (int i = 0; i < 1'500; ++i) from += "a@d" + std::to_string(i) + ".example,\r\n ";
  const Stopwatch stopwatch;
  const auto judgement = world.judge(from + "x@evil.example\r\n\r\nHello.\r\n", stranger);
  EXPECT_NE(judgement.decision.disposition, Disposition::inbox);
  EXPECT_LT(world.asked.size(), 100U);
}

}  // namespace
}  // namespace scop::verify
