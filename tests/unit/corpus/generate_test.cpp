#include "corpus/generate.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "corpus/breakage.hpp"
#include "corpus/compare.hpp"

namespace scop::corpus {
namespace {

constexpr std::uint64_t seed = 1;

TEST(Generate, GivesTheSameOctetsForTheSameNumbers) {
  for (std::uint64_t i = 0; i < 20; ++i) EXPECT_EQ(generate(seed, i).octets, generate(seed, i).octets);
  EXPECT_NE(generate(seed, 0).octets, generate(seed, 1).octets);
  EXPECT_NE(generate(seed, 0).octets, generate(seed + 1, 0).octets);
}

TEST(Random, GivesEachNumberAStreamOfItsOwn) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t number = 0; number < 200; ++number) {
    Random random(seed, number);
    for (int draw = 0; draw < 200; ++draw) EXPECT_TRUE(seen.insert(random.next()).second);
  }
}

TEST(Generate, ComesInThreeGradesAndEveryBreakage) {
  std::map<Grade, int> grades;
  std::map<std::string, int> breakages_seen;
  for (std::uint64_t i = 0; i < 1500; ++i) {
    const auto message = generate(seed, i);
    ++grades[message.grade];
    if (message.grade == Grade::broken) ++breakages_seen[message.breakage];
  }
  EXPECT_EQ(grades.size(), 3U);
  EXPECT_EQ(breakages_seen.size(), breakages().size() + 1);
}

// Generate, parse, compare, free the octets, encode from the values alone.
TEST(Proof, SomeHundredMessagesAreReadAsTheyWereMeantAndWrittenAsTheyWere) {
  mime_text::Charsets charsets;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto message = generate(seed, i);
    auto octets = message.octets;
    const auto entity = mime::parse(octets, charsets);
    octets.assign(octets.size(), 'x');
    for (const auto& difference : differences(message.expected, entity, charsets))
      ADD_FAILURE() << "message " << i << " (" << name_of(message.grade) << " " << message.breakage
                    << "): " << difference;
    ASSERT_EQ(mime::encode(entity), message.octets) << "message " << i;
    if (message.grade != Grade::broken) {
      ASSERT_TRUE(is_regular(entity)) << "message " << i;
    }
  }
}

}  // namespace
}  // namespace scop::corpus
