#include "signer/delivered_header.hpp"

#include <gtest/gtest.h>

#include "parts.hpp"

namespace scop::signer {
namespace {

constexpr std::string_view head = "Bcc: x@y\r\nFrom: a@b\r\nSubject: s\r\n t\r\n\r\n";

TEST(DeliveredHeader, drops_removed_fields_and_puts_added_ones_on_top) {
  v1::Findings findings;
  findings.add_remove(0);
  prepend(findings, "Date", " now");
  prepend(findings, "Message-ID", " <1@b>");
  DeliveredHeader delivered;
  ASSERT_TRUE(deliver(head, findings, delivered));
  EXPECT_EQ(delivered.text, "Date: now\r\nMessage-ID: <1@b>\r\nFrom: a@b\r\nSubject: s\r\n t\r\n");
  EXPECT_EQ(delivered.header.fields.size(), 4U);
}

TEST(DeliveredHeader, takes_a_header_without_a_body) {
  DeliveredHeader delivered;
  ASSERT_TRUE(deliver("From: a@b", {}, delivered));
  EXPECT_EQ(delivered.text, "From: a@b\r\n");
}

TEST(DeliveredHeader, refuses_fields_that_smuggle_others) {
  for (const auto& [name, value] :
       {std::pair{"Date", " now\r\nFrom: c@d"}, std::pair{"Date", " now\r\n\r\nbody"},
        std::pair{"Da te", " now"}, std::pair{"Date: x\r\nFrom", " c@d"}, std::pair{"", " x"},
        std::pair{"Date", "\r\nX"}, std::pair{"DKIM-Signature", " v=1"}}) {
    v1::Findings findings;
    prepend(findings, name, value);
    DeliveredHeader delivered;
    EXPECT_FALSE(deliver(head, findings, delivered)) << name << value;
  }
}

TEST(DeliveredHeader, refuses_removals_of_what_is_not_there_and_lines_that_are_no_fields) {
  v1::Findings findings;
  findings.add_remove(3);
  DeliveredHeader delivered;
  EXPECT_FALSE(deliver(head, findings, delivered));
  EXPECT_FALSE(deliver("From: a@b\r\nno field\r\n\r\n", {}, delivered));
}

}  // namespace
}  // namespace scop::signer
