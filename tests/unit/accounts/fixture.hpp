// A database of accounts in memory, with a domain and two users.
#pragma once

#include <gtest/gtest.h>

#include "accounts/directory.hpp"
#include "accounts/records.hpp"
#include "accounts/schema.hpp"

namespace scop::accounts {

class WithDatabase : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(database.migrate(schema()));
    ASSERT_TRUE(records::add_domain(database, "example.org", Time{}));
    ASSERT_TRUE(
        records::add_account(database, "ann@example.org", "hash of ann", Time{std::chrono::seconds(1)}));
    ASSERT_TRUE(
        records::add_account(database, "Bob@Example.org", "hash of bob", Time{std::chrono::seconds(2)}));
  }
  store::Database database = store::Database::open(":memory:").value();
  Directory directory{database};
};

}  // namespace scop::accounts
