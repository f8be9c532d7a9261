#include "relay/envelope.hpp"

#include <gtest/gtest.h>

#include "scop/v1/accounts.pb.h"

namespace scop::relay {
namespace {

v1::Envelope good() {
  v1::Envelope envelope;
  envelope.set_id(std::string(16, 'i'));
  envelope.set_role(v1::ROLE_SUBMITTED);
  envelope.set_reverse_path("a@our.example");
  envelope.add_recipients()->set_address("b@else.example");
  return envelope;
}

TEST(Envelope, AddressesThatWouldBreakOutOfACommandAreRefused) {
  for (const auto* bad : {"", "a", "@b", "a@", "a b@c", "a@b>", "<a@b", "a@b c", "a@b\r\nRCPT TO:<x@y>",
                          "a\n@b", "\"a@b", "a@b/../c", "a@b@c", "\xff@b"}) {
    EXPECT_FALSE(is_clean_address(bad)) << bad;
    auto envelope = good();
    envelope.add_recipients()->set_address(bad);
    EXPECT_FALSE(check(envelope)) << bad;
  }
  for (const auto* fine : {"a@b", "\"a b\"@c", "\"a@b\"@c", "o'x+y@b.c", "j\xc3\xb6@b", "a@[192.0.2.1]"}) {
    EXPECT_TRUE(is_clean_address(fine)) << fine;
  }
}

TEST(Envelope, TheNullReversePathIsFineAndABounceMustHaveIt) {
  auto envelope = good();
  envelope.set_reverse_path("");
  EXPECT_TRUE(check(envelope));
  envelope = good();
  envelope.set_role(v1::ROLE_BOUNCE);
  EXPECT_FALSE(check(envelope));
}

TEST(Envelope, AnIdIs16OctetsAndRecipientsAreBounded) {
  auto envelope = good();
  envelope.set_id("short");
  EXPECT_FALSE(check(envelope));
  envelope = good();
  envelope.clear_recipients();
  EXPECT_FALSE(check(envelope));
  for (int i = 0; i < 1001; ++i) envelope.add_recipients()->set_address("u" + std::to_string(i) + "@b");
  EXPECT_EQ(check(envelope).error().kind, ErrorKind::too_large);
}

TEST(Envelope, TextsCarryNoControls) {
  auto envelope = good();
  envelope.set_envid("a\r\nb");
  EXPECT_FALSE(check(envelope));
  envelope = good();
  envelope.mutable_recipients(0)->set_orcpt("rfc822;a\nb");
  EXPECT_FALSE(check(envelope));
}

TEST(Envelope, TheDigestIsOfWhatARepetitionRepeats) {
  const auto first = digest_of(good(), "hash");
  auto again = good();
  again.set_grant("another grant");
  again.set_trace("0123");
  EXPECT_EQ(digest_of(again, "hash"), first);
  EXPECT_NE(digest_of(again, "hash2"), first);
  again.mutable_recipients(0)->set_address("c@else.example");
  EXPECT_NE(digest_of(again, "hash"), first);
  auto shifted = good();
  shifted.set_reverse_path("a@our.exampl");
  shifted.set_envid("e");
  EXPECT_NE(digest_of(shifted, "hash"), first);
}

TEST(Envelope, TheEdgeIsTheGrantsOrTheRoles) {
  auto envelope = good();
  EXPECT_EQ(edge_of(envelope), "submission");
  v1::Grant grant;
  grant.set_edge("matrix");
  v1::SignedGrant sealed;
  sealed.set_grant(grant.SerializeAsString());
  envelope.set_grant(sealed.SerializeAsString());
  EXPECT_EQ(edge_of(envelope), "matrix");
  envelope.set_role(v1::ROLE_BOUNCE);
  EXPECT_EQ(edge_of(envelope), "relay");
}

TEST(Envelope, ARecipientNamedTwiceGetsOneCopy) {
  auto envelope = good();
  envelope.add_recipients()->set_address("c@else.example");
  envelope.add_recipients()->set_address("b@else.example");
  const auto message = queued_from(envelope, "signer", Time{});
  ASSERT_EQ(message.recipients.size(), 2U);
  EXPECT_EQ(message.recipients[1].position, 1);
}

}  // namespace
}  // namespace scop::relay
