#include "accounts/recipients.hpp"

#include "fixture.hpp"

namespace scop::accounts {
namespace {

using namespace std::chrono_literals;
using Reply = v1::CheckRecipientReply;

const Deadline start{};

class CheckRecipient : public WithDatabase {
 protected:
  Reply::Result at(Recipients& asked, const std::string& address, const std::string& connection = "one",
                   Deadline now = start, std::string_view daemon = "receiver") {
    v1::CheckRecipientRequest request;
    request.set_address(address);
    request.set_connection(connection);
    return asked.check(daemon, request, now)->result();
  }
  ResolveRules rules{.separator = '+', .postmaster_user = {}, .domain = "example.org"};
  Recipients recipients{directory, rules, {.unknown_per_connection = 3, .unknown_per_second = 1}};
};

TEST_F(CheckRecipient, knows_users_subaddresses_aliases_and_postmaster) {
  ASSERT_TRUE(records::add_alias(database, "info@example.org", {"far@away.example"}, {}, Time{}));
  for (const auto* address : {"ann@example.org", "ANN+lists@Example.org", "info@example.org", "postmaster",
                              "postmaster@example.org"})
    EXPECT_EQ(at(recipients, address), Reply::GOOD) << address;
}

TEST_F(CheckRecipient, tells_unknown_foreign_disabled_and_full_apart) {
  ASSERT_TRUE(records::set_disabled(database, "bob@example.org", true));
  ASSERT_TRUE(records::set_quota(database, "ann@example.org", 10));
  ASSERT_TRUE(records::note_usage(database, "ann@example.org", 10));
  EXPECT_EQ(at(recipients, "eve@example.org"), Reply::UNKNOWN);
  EXPECT_EQ(at(recipients, "ann@away.example"), Reply::NOT_OURS);
  EXPECT_EQ(at(recipients, "bob@example.org"), Reply::DISABLED);
  EXPECT_EQ(at(recipients, "ann@example.org"), Reply::FULL);
}

TEST_F(CheckRecipient, throttles_a_connection_with_too_many_unknown_ones_whatever_it_asks) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(at(recipients, "eve@example.org"), Reply::UNKNOWN);
  EXPECT_EQ(at(recipients, "ann@example.org"), Reply::THROTTLED);
  EXPECT_EQ(at(recipients, "ann@example.org", "two"), Reply::GOOD);
  EXPECT_EQ(at(recipients, "ann@example.org", "one", start, "submission"), Reply::GOOD);
}

TEST_F(CheckRecipient, throttles_guesses_of_all_connections_together_but_not_the_others) {
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(at(recipients, "eve@example.org", std::to_string(i)), Reply::UNKNOWN);
  EXPECT_EQ(at(recipients, "eve@example.org", "11"), Reply::THROTTLED);
  EXPECT_EQ(at(recipients, "ann@example.org", "11"), Reply::THROTTLED);
  EXPECT_EQ(at(recipients, "ann@example.org", "clean"), Reply::GOOD);
  EXPECT_EQ(at(recipients, "eve@example.org", "12", start + 2s), Reply::UNKNOWN);
}

TEST_F(CheckRecipient, counts_a_bounded_number_of_connections) {
  Recipients few(directory, rules, {.unknown_per_connection = 1, .most_connections = 2});
  EXPECT_EQ(at(few, "eve@example.org", "one"), Reply::UNKNOWN);
  EXPECT_EQ(at(few, "ann@example.org", "one"), Reply::THROTTLED);
  for (const auto* connection : {"two", "three"}) at(few, "eve@example.org", connection);
  EXPECT_EQ(at(few, "ann@example.org", "one"), Reply::GOOD);
}

}  // namespace
}  // namespace scop::accounts
