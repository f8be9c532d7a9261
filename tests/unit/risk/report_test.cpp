#include "risk/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "mesh.hpp"
#include "risk/data.hpp"
#include "risk/page.hpp"

namespace scop::risk {
namespace {

using risk::testing::daemon;
using risk::testing::sound_mesh;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string any = "[relay]\n";

const DaemonReport& part(const Report& report, std::string_view name) {
  return *std::ranges::find(report.daemons, name, &DaemonReport::name);
}

const DataReport& part(const Report& report, Data data) {
  return *std::ranges::find(report.data, std::string(name_of(data)), &DataReport::data);
}

TEST(Report, says_of_every_port_whether_it_was_seen_open) {
  auto facts = sound_mesh(any);
  auto report = report_of(facts);
  for (const auto& exposure : part(report, "receiver").exposes)
    EXPECT_EQ(exposure.source, Source::kernel) << exposure.at;
  daemon(facts, "receiver").process.reset();
  report = report_of(facts);
  for (const auto& exposure : part(report, "receiver").exposes)
    EXPECT_EQ(exposure.source, Source::configuration);
}

TEST(Report, takes_the_kernels_word_for_walls_before_the_daemons) {
  auto facts = sound_mesh(any);
  daemon(facts, "web").process->filters_system_calls = false;
  const auto report = report_of(facts);
  const auto& walls = part(report, "web").walls;
  const auto filter = std::ranges::find(walls, "system-call filter", &Wall::name);
  ASSERT_NE(filter, walls.end());
  EXPECT_FALSE(filter->stands);
  EXPECT_EQ(filter->source, Source::kernel);
}

TEST(Report, says_how_each_secret_was_found) {
  const auto report = report_of(sound_mesh(any));
  const auto& holds = part(report, "submission").holds;
  ASSERT_FALSE(holds.empty());
  for (const auto& holding : holds) {
    EXPECT_EQ(holding.source, Source::disk);
    EXPECT_THAT(holding.as_found, HasSubstr("mode 600, user 64102"));
  }
}

TEST(Report, tells_where_each_kind_of_data_flows_rests_and_how_long) {
  const auto report = report_of(sound_mesh("[relay]\nexpire = \"3d\"\n"));
  const auto& bodies = part(report, Data::bodies);
  EXPECT_TRUE(std::ranges::any_of(
      bodies.flows, [](const Flow& flow) { return flow.from == "signer" && flow.to == "relay"; }));
  EXPECT_FALSE(std::ranges::any_of(bodies.flows, [](const Flow& flow) { return flow.to == "accounts"; }));
  EXPECT_TRUE(std::ranges::any_of(bodies.rests,
                                  [](const Rest& rest) { return rest.how_long.contains("at most 3 days"); }));
  for (const auto& rest : part(report, Data::passwords).rests)
    ADD_FAILURE() << "passwords rest with " << rest.holder;
  for (const auto& rest : bodies.rests) EXPECT_EQ(rest.holder, "relay") << "no other daemon keeps bodies";
}

TEST(Report, of_greylisting_remembers_contacts_only_where_it_is_on) {
  const auto has_greylist = [](const Report& report) {
    return std::ranges::any_of(part(report, Data::contacts).rests,
                               [](const Rest& rest) { return rest.holder == "receiver"; });
  };
  EXPECT_FALSE(has_greylist(report_of(sound_mesh(any))));
  EXPECT_TRUE(has_greylist(report_of(sound_mesh("[receiver]\ngreylisting = true\n"))));
}

TEST(Report, counts_how_its_statements_are_known) {
  auto facts = sound_mesh(any);
  const auto live = count_sources(report_of(facts));
  EXPECT_GT(live.at(3), 50U);
  for (auto& one : facts.daemons) {
    one.status.reset();
    one.process.reset();
  }
  facts.files.clear();
  const auto dead = count_sources(report_of(facts));
  EXPECT_EQ(dead.at(3), 0U);
  EXPECT_EQ(dead.at(1), 0U);
}

constexpr std::string_view hostile = "<script>alert(1)</script>|[x](javascript:y)\"'&`\x1b[31m";

Page hostile_page() {
  auto facts = sound_mesh(any);
  facts.settings.mesh.host = hostile;
  daemon(facts, "web").status.reset();
  daemon(facts, "web").trouble = hostile;
  facts.not_looked_at = {std::string(hostile)};
  return page_of(report_of(facts));
}

TEST(Html, escapes_what_comes_from_outside_and_fetches_nothing) {
  const auto html = to_html(hostile_page());
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(Markdown, escapes_what_comes_from_outside) {
  const auto markdown = to_markdown(hostile_page());
  EXPECT_THAT(markdown, HasSubstr("\\<script\\>"));
  for (auto at = markdown.find('<'); at != std::string::npos; at = markdown.find('<', at + 1))
    EXPECT_EQ(markdown.at(at - 1), '\\') << markdown.substr(at, 20);
  EXPECT_THAT(markdown, HasSubstr("\\|\\[x\\]"));
  EXPECT_THAT(markdown, Not(HasSubstr("\x1b")));
}

TEST(Markdown, has_rows_as_wide_as_their_head) {
  for (const auto& block : page_of(report_of(sound_mesh(any))).blocks) {
    for (const auto& row : block.rows) EXPECT_EQ(row.size(), block.head.size()) << block.head.front();
  }
}

TEST(Report, of_another_configuration_is_another) {
  const auto one = to_markdown(page_of(report_of(sound_mesh(any))));
  const auto other = to_markdown(page_of(report_of(sound_mesh("[courier]\ndane = false\n"))));
  EXPECT_NE(one, other);
}

}  // namespace
}  // namespace scop::risk
