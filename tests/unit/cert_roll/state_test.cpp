#include "cert_roll/state.hpp"

#include <gtest/gtest.h>

namespace scop::cert_roll {
namespace {

const std::string a(64, 'a');
const std::string b(64, 'b');

State full() {
  State state;
  state.step = Step::waiting;
  state.current = a;
  state.next = b;
  state.certificate = std::string(64, '0');
  state.abandoned = {std::string(64, 'c'), std::string(64, 'd')};
  state.since = Time(std::chrono::milliseconds(1'790'000'000'123));
  state.key_since = Time(std::chrono::milliseconds(1'700'000'000'000));
  state.ttl = std::chrono::seconds(3600);
  return state;
}

TEST(CertRollState, WhatIsWrittenIsReadAgain) {
  EXPECT_EQ(parse_state(to_text(full())).value(), full());
  EXPECT_EQ(parse_state(to_text(State{})).value(), State{});
  auto first = full();
  first.current.clear();
  EXPECT_EQ(parse_state(to_text(first)).value(), first);
}

TEST(CertRollState, EveryStepHasItsName) {
  for (const auto step : {Step::announcing, Step::waiting, Step::placing, Step::proving, Step::retiring}) {
    auto state = full();
    state.step = step;
    EXPECT_EQ(parse_state(to_text(state)).value().step, step);
  }
}

TEST(CertRollState, ATornOrForeignFileIsRefused) {
  const auto text = to_text(full());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto read = parse_state(text.substr(0, size));
    // A line that is missing as a whole cannot be told from one that was never there; the rest can.
    if (text.at(size == 0 ? 0 : size - 1) != '\n') EXPECT_FALSE(read.has_value()) << size;
  }
  EXPECT_FALSE(parse_state("").has_value());
  EXPECT_FALSE(parse_state("\n").has_value());
  EXPECT_FALSE(parse_state("scop-certificate-roll 2\nstep settled\n").has_value());
  EXPECT_FALSE(parse_state(text + "colour red\n").has_value());
  EXPECT_FALSE(parse_state(text + "since -1\n").has_value());
  EXPECT_FALSE(parse_state(text + "since 99999999999999999\n").has_value());
  EXPECT_FALSE(parse_state(text + "ttl 4294967296\n").has_value());
  EXPECT_FALSE(parse_state(text + "next " + a + "\n").has_value()) << "twice";
  EXPECT_FALSE(parse_state(text + "abandoned ../../etc/passwd\n").has_value());
}

TEST(CertRollState, AStepWithoutWhatComesNextIsRefused) {
  EXPECT_FALSE(parse_state("scop-certificate-roll 1\nstep waiting\ncurrent " + a + "\n").has_value());
  EXPECT_FALSE(parse_state("scop-certificate-roll 1\nstep settled\nnext " + a + "\n").has_value());
}

TEST(CertRollState, TooMuchIsRefused) {
  auto text = to_text(full());
  for (std::size_t i = 0; i < most_abandoned; ++i) text += "abandoned " + a + "\n";
  EXPECT_FALSE(parse_state(text).has_value());
  EXPECT_EQ(parse_state(std::string(most_state + 1, '\n')).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace scop::cert_roll
