#include "accounts/records.hpp"

#include "accounts/grants.hpp"
#include "accounts/limits.hpp"
#include "fixture.hpp"
#include "grant/grant.hpp"
#include "grant/keys.hpp"

namespace scop::accounts {
namespace {

using Texts = std::vector<std::string>;

class Records : public WithDatabase {};

TEST_F(Records, users_need_a_domain_of_ours_and_a_free_name) {
  EXPECT_EQ(records::add_account(database, "ann@example.org", "x", Time{}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(records::add_account(database, "ann@other.org", "x", Time{}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(records::add_account(database, "a b@example.org", "x", Time{}).error().kind,
            ErrorKind::malformed);
  EXPECT_EQ(records::add_account(database, "@example.org", "x", Time{}).error().kind, ErrorKind::malformed);
  ASSERT_TRUE(records::add_alias(database, "sales@example.org", {"ann@example.org"}, {}, Time{}));
  EXPECT_EQ(records::add_account(database, "sales@example.org", "x", Time{}).error().kind,
            ErrorKind::conflict);
}

TEST_F(Records, a_removed_user_leaves_nothing_of_its_rights) {
  ASSERT_TRUE(records::add_app_password(database, "ann@example.org", "phone", {"k", "s"}, Time{}));
  ASSERT_TRUE(
      records::add_alias(database, "sales@example.org", {"bob@example.org"}, {"ann@example.org"}, Time{}));
  ASSERT_TRUE(records::remove_account(database, "ann@example.org"));
  EXPECT_FALSE(directory.find_account("ann@example.org")->has_value());
  ASSERT_TRUE(records::add_account(database, "ann@example.org", "another", Time{}));
  EXPECT_TRUE(directory.app_passwords("ann@example.org")->empty());
  EXPECT_TRUE(directory.sendable_aliases("ann@example.org")->empty());
}

TEST_F(Records, app_passwords_are_named_and_bounded) {
  EXPECT_EQ(records::add_app_password(database, "eve@example.org", "phone", {"k", "s"}, Time{}).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(records::add_app_password(database, "ann@example.org", "", {"k", "s"}, Time{}).error().kind,
            ErrorKind::malformed);
  for (std::size_t i = 0; i < limits::app_passwords; ++i) {
    ASSERT_TRUE(
        records::add_app_password(database, "ann@example.org", std::to_string(i), {"k", "s"}, Time{}));
  }
  EXPECT_EQ(
      records::add_app_password(database, "ann@example.org", "one more", {"k", "s"}, Time{}).error().kind,
      ErrorKind::exhausted);
  EXPECT_TRUE(records::remove_app_password(database, "ann@example.org", "7"));
  EXPECT_EQ(records::remove_app_password(database, "ann@example.org", "7").error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(directory.app_passwords("ann@example.org")->size(), limits::app_passwords - 1);
}

TEST_F(Records, aliases_grow_and_shrink) {
  ASSERT_TRUE(records::add_alias(database, "Sales@example.org", {"ann@example.org"}, {}, Time{}));
  ASSERT_TRUE(
      records::add_alias(database, "sales@example.org", {"bob@example.org"}, {"Bob@example.org"}, Time{}));
  EXPECT_EQ(*directory.targets("sales@example.org"), (Texts{"ann@example.org", "bob@example.org"}));
  ASSERT_TRUE(records::remove_alias(database, "sales@example.org", {"ANN@example.org"}, {}));
  EXPECT_EQ(*directory.targets("sales@example.org"), Texts{"bob@example.org"});
  EXPECT_FALSE(records::remove_alias(database, "sales@example.org", {"ann@example.org"}, {}));
  ASSERT_TRUE(records::remove_alias(database, "sales@example.org", {"bob@example.org"}, {"bob@example.org"}));
  EXPECT_TRUE(directory.aliases()->empty()) << "with the last target and sender it is gone";
}

TEST_F(Records, aliases_that_make_no_sense_are_refused) {
  EXPECT_FALSE(records::add_alias(database, "sales@example.org", {}, {}, Time{}));
  EXPECT_FALSE(records::add_alias(database, "sales@other.org", {"ann@example.org"}, {}, Time{}));
  EXPECT_FALSE(records::add_alias(database, "ann@example.org", {"bob@example.org"}, {}, Time{}));
  EXPECT_FALSE(records::add_alias(database, "sales@example.org", {"sales@example.org"}, {}, Time{}));
  EXPECT_FALSE(records::add_alias(database, "sales@example.org", {"nobody"}, {}, Time{}));
  EXPECT_FALSE(records::add_alias(database, "sales@example.org", {"a@b.example\r\n"}, {}, Time{}));
  EXPECT_FALSE(
      records::add_alias(database, "sales@example.org", {"ann@example.org"}, {"eve@example.org"}, Time{}));
  EXPECT_FALSE(records::add_alias(database, "@", {"ann@example.org"}, {}, Time{}));
}

TEST_F(Records, a_grant_names_what_the_login_may_use) {
  ASSERT_TRUE(
      records::add_alias(database, "sales@example.org", {"bob@example.org"}, {"ann@example.org"}, Time{}));
  ASSERT_TRUE(records::add_alias(database, "@example.org", {"bob@example.org"}, {"bob@example.org"}, Time{}));
  EXPECT_EQ(*send_as(directory, "ann@example.org", '+'),
            (Texts{"ann@example.org", "ann+*@example.org", "sales@example.org"}));
  EXPECT_EQ(*send_as(directory, "bob@example.org", '\0'), (Texts{"bob@example.org", "@example.org"}));
  const auto keys = grant::make_keys();
  const Time noon{std::chrono::hours(12)};
  const auto octets = make_grant(directory, keys.secret_key, "ann@example.org", "submission", {}, noon);
  const auto read = grant::verify(*octets, keys.public_key, "submission", noon);
  ASSERT_TRUE(read);
  EXPECT_TRUE(grant::may_send_as(*read, "Ann+x@example.org"));
  EXPECT_TRUE(grant::may_send_as(*read, "sales@example.org"));
  EXPECT_FALSE(grant::may_send_as(*read, "bob@example.org"));
}

TEST_F(Records, a_hash_is_replaced_only_where_it_is_still_the_same) {
  ASSERT_TRUE(records::replace_hash(database, "ann@example.org", "something else", "better"));
  EXPECT_EQ(directory.find_account("ann@example.org")->value().password, "hash of ann");
  ASSERT_TRUE(records::replace_hash(database, "ann@example.org", "hash of ann", "better"));
  EXPECT_EQ(directory.find_account("ann@example.org")->value().password, "better");
}

TEST_F(Records, a_lasting_secret_lasts) {
  const auto secret = records::lasting_secret(database, "salts");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->size(), 32U);
  EXPECT_EQ(records::lasting_secret(database, "salts"), secret);
  EXPECT_NE(records::lasting_secret(database, "other"), secret);
}

}  // namespace
}  // namespace scop::accounts
