#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/nearest.hpp"

namespace scop::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Document document(std::string_view text) { return std::move(*Document::parse(text, "scop.toml")); }

void read_mesh(const Document& read) {
  const auto mesh = read.section("mesh");
  mesh.text("domain");
  mesh.text("host");
}

TEST(UnknownKeys, AreReportedWithTheNearestKnownOne) {
  const auto read = document("[mesh]\ndomian = \"x\"\nhost = \"h\"\n");
  read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({"mesh"}),
              ElementsAre("scop.toml:2: [mesh] domian: unknown key; did you mean \"domain\"?"));
}

TEST(UnknownKeys, ThatAreLikeNothingGetTheListOfKnownOnes) {
  const auto read = document("[mesh]\nzzzzzzz = 1\n");
  read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({"mesh"}),
              ElementsAre("scop.toml:2: [mesh] zzzzzzz: unknown key; known here: domain, host"));
}

TEST(UnknownKeys, OfOtherDaemonsAreTheirOwnAffair) {
  const auto read = document("[mesh]\n[relay]\nwhatever = 1\n");
  read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({"mesh"}), IsEmpty());
}

TEST(UnknownKeys, InSubsectionsAreFoundToo) {
  const auto read = document("[[route]]\nto = \"a\"\n[[route]]\ntoo = \"b\"\n[mesh.inner]\nx = 1\n");
  read_mesh(read);
  for (const auto& [key, section] : read.subsections("route")) section.text("to");
  EXPECT_THAT(read.problems_and_unknown_keys({"mesh", "route"}),
              ElementsAre("scop.toml:5: [mesh.inner]: unknown section"));
  EXPECT_THAT(read.problems_and_unknown_keys({""}),
              ElementsAre("scop.toml:4: [route.1] too: unknown key; did you mean \"to\"?",
                          "scop.toml:5: [mesh.inner]: unknown section"));
}

TEST(UnknownSections, NextToAKnownNameAreSlips) {
  const auto read = document("[mehs]\ndomain = \"x\"\n[other]\n");
  read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({"mesh"}),
              ElementsAre("scop.toml:1: [mehs]: unknown section; did you mean [mesh]?"));
}

TEST(UnknownSections, AreAllReportedForTheWholeFile) {
  const auto read = document("stray = 1\n[mesh]\n[other]\n");
  read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({""}),
              ElementsAre("scop.toml:1: stray: unknown key; known here: mesh",
                          "scop.toml:3: [other]: unknown section"));
}

TEST(EditDistance, CountsSwapsAsOne) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", "abc"), 0U);
  EXPECT_EQ(edit_distance("domian", "domain"), 1U);
  EXPECT_EQ(edit_distance("host", "hosts"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace scop::config
