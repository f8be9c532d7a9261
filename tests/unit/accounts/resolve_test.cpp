#include "accounts/resolve.hpp"

#include "fixture.hpp"

namespace scop::accounts {
namespace {

using Kind = Resolution::Kind;

class Resolve : public WithDatabase {
 protected:
  Resolution at(std::string_view address) { return resolve(directory, address, rules).value(); }
  Resolution mailbox(std::string login, std::string detail = {}) {
    return {Kind::mailbox, std::move(login), std::move(detail), {}};
  }
  ResolveRules rules{.separator = '+', .postmaster_user = {}, .domain = "example.org"};
};

TEST_F(Resolve, a_user_in_any_spelling) {
  EXPECT_EQ(at("ann@example.org"), mailbox("ann@example.org"));
  EXPECT_EQ(at("Ann@EXAMPLE.org"), mailbox("ann@example.org"));
  EXPECT_EQ(at("\"ann\"@example.org"), mailbox("ann@example.org"));
}

TEST_F(Resolve, a_mailbox_is_full_where_its_quota_is_used_up) {
  ASSERT_TRUE(records::set_quota(database, "ann@example.org", 1000));
  EXPECT_FALSE(at("ann@example.org").full);
  EXPECT_EQ(at("ann@example.org").quota, 1000U);
  ASSERT_TRUE(records::note_usage(database, "ann@example.org", 1000));
  EXPECT_TRUE(at("ann@example.org").full);
  ASSERT_TRUE(records::note_usage(database, "ann@example.org", 999));
  EXPECT_FALSE(at("ann@example.org").full);
  ASSERT_TRUE(records::note_usage(database, "ann@example.org", UINT64_MAX));
  ASSERT_TRUE(records::set_quota(database, "ann@example.org", 0));
  EXPECT_FALSE(at("ann@example.org").full);
  EXPECT_FALSE(records::set_quota(database, "eve@example.org", 1));
  EXPECT_FALSE(records::set_quota(database, "ann@example.org", UINT64_MAX));
}

TEST_F(Resolve, what_is_not_ours_and_who_is_not_there) {
  EXPECT_EQ(at("ann@example.com").kind, Kind::not_ours);
  EXPECT_EQ(at("ann@sub.example.org").kind, Kind::not_ours);
  EXPECT_EQ(at("eve@example.org").kind, Kind::no_such_user);
  EXPECT_EQ(at("").kind, Kind::no_such_user);
  EXPECT_EQ(at("nonsense").kind, Kind::no_such_user);
  EXPECT_EQ(at("a@b@example.org").kind, Kind::no_such_user);
}

TEST_F(Resolve, subaddresses_with_their_detail) {
  EXPECT_EQ(at("ann+lists@example.org"), mailbox("ann@example.org", "lists"));
  EXPECT_EQ(at("ann+a+b@example.org"), mailbox("ann@example.org", "a+b"));
  EXPECT_EQ(at("eve+x@example.org").kind, Kind::no_such_user);
  EXPECT_EQ(at("+x@example.org").kind, Kind::no_such_user);
  rules.separator = '-';
  EXPECT_EQ(at("ann-lists@example.org"), mailbox("ann@example.org", "lists"));
  EXPECT_EQ(at("ann+lists@example.org").kind, Kind::no_such_user);
  rules.separator = '\0';
  EXPECT_EQ(at("ann-lists@example.org").kind, Kind::no_such_user);
}

TEST_F(Resolve, an_alias_to_all_its_targets) {
  ASSERT_TRUE(records::add_alias(database, "sales@example.org", {"ann@example.org", "Carol@Far.example"}, {},
                                 Time{}));
  const std::vector<std::string> targets{"Carol@far.example", "ann@example.org"};
  EXPECT_EQ(at("Sales@example.org"), (Resolution{Kind::addresses, "", "", targets}));
  EXPECT_EQ(at("sales+x@example.org"), (Resolution{Kind::addresses, "", "", targets}));
}

TEST_F(Resolve, an_alias_for_sending_only_gets_no_mail) {
  ASSERT_TRUE(records::add_alias(database, "noreply@example.org", {}, {"ann@example.org"}, Time{}));
  EXPECT_EQ(at("noreply@example.org").kind, Kind::no_such_user);
}

TEST_F(Resolve, the_catch_all_last) {
  ASSERT_TRUE(records::add_alias(database, "@example.org", {"bob@example.org"}, {}, Time{}));
  EXPECT_EQ(at("anything@example.org"), (Resolution{Kind::addresses, "", "", {"bob@example.org"}}));
  EXPECT_EQ(at("ann@example.org"), mailbox("ann@example.org"));
  EXPECT_EQ(at("ann+x@example.org"), mailbox("ann@example.org", "x"));
  EXPECT_EQ(at("postmaster@example.org"), mailbox("ann@example.org"));
}

TEST_F(Resolve, postmaster_and_abuse_to_somebody) {
  EXPECT_EQ(at("postmaster@example.org"), mailbox("ann@example.org")) << "the oldest";
  EXPECT_EQ(at("Abuse@example.org"), mailbox("ann@example.org"));
  EXPECT_EQ(at("Postmaster"), mailbox("ann@example.org")) << "RFC 5321 4.1.1.3";
  ASSERT_TRUE(records::set_disabled(database, "ann@example.org", true));
  EXPECT_EQ(at("postmaster@example.org"), mailbox("bob@example.org"));
  rules.postmaster_user = "Bob@example.org";
  EXPECT_EQ(at("abuse@example.org"), mailbox("bob@example.org"));
  ASSERT_TRUE(records::add_alias(database, "abuse@example.org", {"x@far.example"}, {}, Time{}));
  EXPECT_EQ(at("abuse@example.org").kind, Kind::addresses) << "its own alias goes before";
}

TEST_F(Resolve, a_disabled_account) {
  ASSERT_TRUE(records::set_disabled(database, "ann@example.org", true));
  EXPECT_EQ(at("ann@example.org").kind, Kind::disabled);
  EXPECT_EQ(at("ann+x@example.org").kind, Kind::disabled);
}

}  // namespace
}  // namespace scop::accounts
