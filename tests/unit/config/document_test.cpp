#include "config/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace scop::config {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

Document document(std::string_view text) {
  auto parsed = Document::parse(text, "etc/scop.toml");
  if (!parsed) {
    ADD_FAILURE() << parsed.error().what;
    return std::move(*Document::parse("", "empty"));
  }
  return std::move(*parsed);
}

TEST(Document, GivesValuesOfEveryKind) {
  const auto read = document(R"([a]
text = "x"
list = ["one", "two"]
one = "alone"
number = 7
yes = true
wait = "5m"
size = "25MB"
plain = 12
file = "cert/x.pem"
absolute = "/etc/x"
word = "json"
)");
  const auto a = read.section("a");
  EXPECT_EQ(a.text("text"), "x");
  EXPECT_THAT(a.texts("list"), ElementsAre("one", "two"));
  EXPECT_THAT(a.texts("one"), ElementsAre("alone"));
  EXPECT_EQ(a.integer("number", 1, 0, 10), 7);
  EXPECT_TRUE(a.boolean("yes", false));
  EXPECT_EQ(a.duration("wait", milliseconds(1)), milliseconds(300'000));
  EXPECT_EQ(a.octets("size", 1), 25U << 20U);
  EXPECT_EQ(a.octets("plain", 1), 12U);
  EXPECT_EQ(a.path("file"), "etc/cert/x.pem");
  EXPECT_EQ(a.path("absolute"), "/etc/x");
  EXPECT_EQ(a.choice("word", "text", {"text", "json"}), "json");
  EXPECT_THAT(read.problems(), IsEmpty());
}

TEST(Document, GivesDefaultsForWhatIsAbsent) {
  const auto read = document("");
  const auto a = read.section("a");
  EXPECT_FALSE(a.has("text"));
  EXPECT_EQ(a.text("text", "y"), "y");
  EXPECT_THAT(a.texts("list", {"z"}), ElementsAre("z"));
  EXPECT_EQ(a.integer("number", 3, 0, 10), 3);
  EXPECT_TRUE(a.boolean("yes", true));
  EXPECT_EQ(a.duration("wait", milliseconds(9)), milliseconds(9));
  EXPECT_EQ(a.octets("size", 8), 8U);
  EXPECT_EQ(a.path("file", "state"), "etc/state");
  EXPECT_EQ(a.path("none"), "");
  EXPECT_THAT(read.problems(), IsEmpty());
}

TEST(Document, SaysWhereAndWhyAValueDoesNotFit) {
  const auto read = document(
      "[submission]\nmax_size = \"lots\"\n\nwait = 5\nmany = 1000\nname = 3\nflag = \"yes\"\nlist = [\"a\", "
      "1]\n"
      "word = \"xml\"\nwhen = 2020-01-01\n");
  const auto section = read.section("submission");
  EXPECT_EQ(section.octets("max_size", 5), 5U);
  EXPECT_EQ(section.duration("wait", milliseconds(7)), milliseconds(7));
  EXPECT_EQ(section.integer("many", 20, 1, 100), 20);
  EXPECT_EQ(section.text("name", "n"), "n");
  EXPECT_FALSE(section.boolean("flag", false));
  EXPECT_THAT(section.texts("list"), ElementsAre("a"));
  EXPECT_EQ(section.choice("word", "text", {"text", "json"}), "text");
  EXPECT_EQ(section.text("when"), "");
  EXPECT_THAT(
      read.problems(),
      ElementsAre("etc/scop.toml:2: [submission] max_size: expected a size such as \"25MB\" or \"512KB\", "
                  "found \"lots\"",
                  "etc/scop.toml:4: [submission] wait: expected a time such as \"90s\", \"5m\", \"1h30m\" or "
                  "\"7d\", found 5",
                  "etc/scop.toml:5: [submission] many: expected a whole number from 1 to 100, found 1000",
                  "etc/scop.toml:6: [submission] name: expected a text in quotes, found 3",
                  "etc/scop.toml:7: [submission] flag: expected true or false, found \"yes\"",
                  "etc/scop.toml:8: [submission] list: expected a list of texts, found 1 in it",
                  "etc/scop.toml:9: [submission] word: expected one of \"text\", \"json\", found \"xml\"",
                  "etc/scop.toml:10: [submission] when: expected a text in quotes, found a date, a time or a "
                  "fraction"));
}

TEST(Document, SaysTheSameFaultOnceHoweverOftenItIsRead) {
  const auto read = document("[a]\nx = 1\n");
  read.section("a").text("x");
  read.section("a").text("x");
  EXPECT_EQ(read.problems().size(), 1U);
}

TEST(Document, MissesWhatIsRequired) {
  const auto read = document("[mesh]\nempty = \"\"\n");
  read.section("mesh").required_text("domain");
  read.section("mesh").required_text("empty");
  read.section("absent").required_text("key");
  EXPECT_THAT(
      read.problems(),
      ElementsAre("etc/scop.toml:1: [absent] key: missing, with its whole section; expected a text in quotes",
                  "etc/scop.toml:1: [mesh] domain: missing; expected a text in quotes",
                  "etc/scop.toml:2: [mesh] empty: expected a text, found an empty one"));
}

TEST(Document, TakesTheReadersOwnFindings) {
  const auto read = document("[a]\nleast = 5\n");
  read.section("a").problem("least", "must be below most");
  EXPECT_THAT(read.problems(), ElementsAre("etc/scop.toml:2: [a] least: must be below most"));
}

TEST(Document, GivesSubsectionsByKeyAndByNumber) {
  const auto read = document(
      "[[courier.route]]\nto = \"a\"\n[[courier.route]]\nto = \"b\"\n[key.first]\nx = 1\n[key.second]\n");
  const auto routes = read.subsections("courier.route");
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].first, "0");
  EXPECT_EQ(routes[1].second.text("to"), "b");
  const auto keys = read.subsections("key");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].first, "first");
  EXPECT_EQ(keys[0].second.integer("x", 0, 0, 9), 1);
  routes[1].second.integer("to", 0, 0, 9);
  EXPECT_THAT(
      read.problems(),
      ElementsAre("etc/scop.toml:4: [courier.route.1] to: expected a whole number from 0 to 9, found \"b\""));
}

TEST(Document, RefusesAValueWhereASectionShouldBe) {
  const auto read = document("mesh = 1\n[courier]\nroute = \"x\"\n");
  EXPECT_FALSE(read.section("mesh").has("domain"));
  EXPECT_THAT(read.subsections("courier.route"), IsEmpty());
  EXPECT_THAT(
      read.problems(),
      ElementsAre("etc/scop.toml:1: [mesh]: expected a section, found a value",
                  "etc/scop.toml:3: [courier.route]: expected sections [[courier.route]], found a value"));
}

TEST(Document, GivesFileAndLineOfWrongSyntax) {
  const auto wrong = Document::parse("[mesh]\ndomain = \n", "scop.toml");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().what, testing::StartsWith("scop.toml:2: not valid TOML: "));
  EXPECT_FALSE(Document::parse("[a]\n[a]\n", "scop.toml"));
  EXPECT_FALSE(Document::parse("\xff\xfe", "scop.toml"));
}

// toml++ shows the character that it did not want, be it a line end or an escape of a terminal.
TEST(Document, NamesWrongSyntaxInOnePrintableLine) {
  for (const auto* text : {"sep= t\nrr", "a = \x1b[31m"}) {
    const auto wrong = Document::parse(text, "scop.toml");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().what.find_first_of("\n\x1b"), std::string::npos) << wrong.error().what;
  }
}

TEST(Document, IsLoadedWithItsFolderMadeAbsolute) {
  const auto folder = std::filesystem::temp_directory_path() / ("scop-config-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "scop.toml") << "[a]\nx = \"y\"\n";
  const auto read = Document::load(folder / "." / "scop.toml");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->folder(), folder);
  EXPECT_EQ(read->section("a").path("x"), folder / "y");
  EXPECT_EQ(Document::load(folder).error().what, folder.string() + ": not a file");
  std::filesystem::remove_all(folder);
  EXPECT_THAT(Document::load(folder / "scop.toml").error().what, testing::HasSubstr("there is no such file"));
}

}  // namespace
}  // namespace scop::config
