#include "domain_records/difference.hpp"

#include <gtest/gtest.h>

#include "dns/name.hpp"
#include "dns/rdata.hpp"

namespace scop::domain_records {
namespace {

using dns::Type;

std::string mx(const char* host) { return dns::to_rdata(dns::Mx{10, host}).value(); }
std::string txt(const char* text) { return dns::txt_to_rdata(text); }
std::string alias(const char* host) { return dns::name_to_wire(host).value(); }

Record our_mx() { return {Kind::mx, "d.test", Type::mx, mx("mail.d.test"), "why"}; }
Record our_spf() { return {Kind::spf, "d.test", Type::txt, txt("v=spf1 mx -all"), "why"}; }
Record our_alias() { return {Kind::alias, "www.d.test", Type::cname, alias("mail.d.test"), "why"}; }

Wishes wishes(std::vector<Record> records) {
  Wishes made;
  made.zone = "d.test";
  made.records = std::move(records);
  made.ttl = 300;
  return made;
}

// One line per prerequisite and change.
std::string told(const Plan& plan) {
  std::string out;
  using Kind = dns_update::Prerequisite::Kind;
  for (const auto& wanted : plan.update.prerequisites) {
    out += wanted.kind == Kind::absent      ? "absent "
           : wanted.kind == Kind::equals    ? "equals "
           : wanted.kind == Kind::name_free ? "free "
                                            : "? ";
    out += wanted.name;
    if (wanted.kind != Kind::name_free) out += " " + dns::name_of(wanted.type);
    out += "\n";
  }
  for (const auto& change : plan.update.changes) {
    using What = dns_update::Change::Kind;
    out += change.kind == What::add ? "+ " : change.kind == What::remove ? "- " : "-- ";
    out += change.name + " " + dns::name_of(change.type);
    if (!change.rdata.empty()) out += " " + zone_text(change.type, change.rdata);
    if (change.kind == What::add) out += " " + std::to_string(change.ttl);
    out += "\n";
  }
  for (const auto& conflict : plan.conflicts) out += "! " + conflict.why + "\n";
  return out;
}

TEST(Difference, an_empty_zone_gets_everything_if_it_is_empty_still) {
  const auto plan = difference(wishes({our_mx(), our_alias()}), {});
  EXPECT_EQ(told(plan),
            "absent d.test MX\nabsent d.test CNAME\nabsent www.d.test CNAME\nfree www.d.test\n"
            "+ d.test MX 10 mail.d.test. 300\n+ www.d.test CNAME mail.d.test. 300\n");
  EXPECT_EQ(plan.written.size(), 2U);
}

TEST(Difference, what_is_as_wanted_needs_nothing_and_becomes_ours) {
  const auto plan = difference(wishes({our_mx()}), {{{"d.test", Type::mx}, {{mx("mail.d.test")}, 300}}});
  EXPECT_EQ(told(plan), "");
  EXPECT_EQ(plan.unchanged, 1U);
  EXPECT_TRUE(plan.written.contains({"d.test", Type::mx, mx("mail.d.test")}));
}

TEST(Difference, a_foreign_record_in_the_way_is_a_conflict_and_stays) {
  const auto plan =
      difference(wishes({our_mx(), our_spf()}), {{{"d.test", Type::mx}, {{mx("other.test")}, 60}}});
  ASSERT_EQ(plan.conflicts.size(), 1U);
  EXPECT_EQ(plan.conflicts.front().foreign, std::vector<std::string>{"10 other.test."});
  EXPECT_TRUE(plan.conflicts.front().why.contains("--take d.test/MX")) << plan.conflicts.front().why;
  ASSERT_EQ(plan.update.changes.size(), 1U);  // the SPF record goes its way
  EXPECT_EQ(plan.update.changes.front().type, Type::txt);
  EXPECT_EQ(plan.written.size(), 1U);
}

TEST(Difference, taking_over_replaces_the_foreign_record_if_it_is_still_that_one) {
  auto wanted = wishes({our_mx()});
  wanted.taken = {{"d.test", Type::mx}};
  const auto plan = difference(wanted, {{{"d.test", Type::mx}, {{mx("other.test")}, 300}}});
  EXPECT_EQ(told(plan), "equals d.test MX\n- d.test MX 10 other.test.\n+ d.test MX 10 mail.d.test. 300\n");
}

TEST(Difference, texts_of_others_at_the_same_name_are_let_be_and_keep_their_ttl) {
  const auto plan =
      difference(wishes({our_spf()}), {{{"d.test", Type::txt}, {{txt("google-site-verification=x")}, 7200}}});
  EXPECT_EQ(told(plan), "equals d.test TXT\n+ d.test TXT \"v=spf1 mx -all\" 7200\n");
}

TEST(Difference, a_second_spf_record_of_others_is_a_conflict) {
  const auto plan = difference(
      wishes({our_spf()}),
      {{{"d.test", Type::txt}, {{txt("v=spf1 include:x.test -all"), txt("v=spf1 mx -all")}, 300}}});
  ASSERT_EQ(plan.conflicts.size(), 1U);
  EXPECT_TRUE(plan.update.changes.empty());
}

TEST(Difference, what_we_wrote_and_no_longer_want_goes_and_nothing_else_does) {
  auto wanted = wishes({our_spf()});
  wanted.written = {{"d.test", Type::txt, txt("v=spf1 a -all")}, {"old.d.test", Type::txt, txt("gone")}};
  const auto plan =
      difference(wanted, {{{"d.test", Type::txt}, {{txt("v=spf1 a -all"), txt("else")}, 300}},
                          {{"old.d.test", Type::txt}, {{txt("gone"), txt("somebody's")}, 300}}});
  EXPECT_EQ(
      told(plan),
      "equals d.test TXT\nequals old.d.test TXT\n- d.test TXT \"v=spf1 a -all\"\n- old.d.test TXT \"gone\"\n"
      "+ d.test TXT \"v=spf1 mx -all\" 300\n");
  EXPECT_EQ(plan.written.size(), 1U);
}

TEST(Difference, what_we_wrote_and_somebody_removed_is_forgotten) {
  auto wanted = wishes({});
  wanted.written = {{"old.d.test", Type::txt, txt("gone")}};
  const auto plan = difference(wanted, {});
  EXPECT_EQ(told(plan), "");
  EXPECT_TRUE(plan.written.empty());
}

TEST(Difference, nothing_is_put_beside_an_alias_and_no_alias_beside_anything) {
  const auto beside = difference(wishes({our_mx()}), {{{"d.test", Type::cname}, {{alias("x.test")}, 300}}});
  ASSERT_EQ(beside.conflicts.size(), 1U);
  EXPECT_TRUE(beside.conflicts.front().why.contains("--take d.test/CNAME"));
  const auto onto =
      difference(wishes({our_alias()}), {{{"www.d.test", Type::a}, {{std::string(4, '\1')}, 300}}});
  ASSERT_EQ(onto.conflicts.size(), 1U);
  EXPECT_TRUE(onto.conflicts.front().why.contains("--take www.d.test/A")) << onto.conflicts.front().why;
  auto taking = wishes({our_alias()});
  taking.taken = {{"www.d.test", Type::a}};
  const auto taken = difference(taking, {{{"www.d.test", Type::a}, {{std::string(4, '\1')}, 300}}});
  EXPECT_EQ(told(taken),
            "equals www.d.test A\nabsent www.d.test CNAME\n- www.d.test A 1.1.1.1\n"
            "+ www.d.test CNAME mail.d.test. 300\n");
}

TEST(Difference, another_ttl_rewrites_a_set_that_is_ours_alone) {
  const auto plan = difference(wishes({our_mx()}), {{{"d.test", Type::mx}, {{mx("mail.d.test")}, 60}}});
  EXPECT_EQ(told(plan), "equals d.test MX\n-- d.test MX\n+ d.test MX 10 mail.d.test. 300\n");
}

TEST(Difference, running_it_on_its_own_result_changes_nothing) {
  const std::vector<Record> records{our_mx(), our_spf(), our_alias()};
  const auto first = difference(wishes(records), {});
  Present present;
  for (const auto& change : first.update.changes) {
    auto& set = present[{change.name, change.type}];
    set.records.push_back(change.rdata);
    set.ttl = change.ttl;
  }
  auto again = wishes(records);
  again.written = first.written;
  const auto second = difference(again, present);
  EXPECT_EQ(told(second), "");
  EXPECT_EQ(second.written, first.written);
}

TEST(Difference, names_go_to_the_longest_zone_that_holds_them) {
  const std::vector<std::string> zones{"test", "d.test", "mail.d.test"};
  EXPECT_EQ(zone_of("_dmarc.d.test", zones), "d.test");
  EXPECT_EQ(zone_of("mail.d.test", zones), "mail.d.test");
  EXPECT_EQ(zone_of("xd.test", zones), "test");
  EXPECT_EQ(zone_of("example.org", zones), "");
}

}  // namespace
}  // namespace scop::domain_records
