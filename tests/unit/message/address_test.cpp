#include "message/address.hpp"

#include <gtest/gtest.h>

namespace scop::message {
namespace {

std::vector<Mailbox> mailboxes(std::string_view value, AddressForm form = AddressForm::obsolete) {
  const auto list = parse_addresses(value, form);
  EXPECT_TRUE(list) << value;
  return list ? mailboxes_of(*list) : std::vector<Mailbox>{};
}

bool takes(std::string_view value, AddressForm form) { return parse_addresses(value, form).has_value(); }

TEST(Address, parses_the_examples_of_rfc_5322_a_1_2_strictly) {
  EXPECT_EQ(mailboxes(" \"Joe Q. Public\" <john.q.public@example.com>", AddressForm::strict),
            (std::vector<Mailbox>{{"Joe Q. Public", "john.q.public", "example.com"}}));
  EXPECT_EQ(mailboxes("Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>", AddressForm::strict),
            (std::vector<Mailbox>{
                {"Mary Smith", "mary", "x.test"}, {"", "jdoe", "example.org"}, {"Who?", "one", "y.test"}}));
  EXPECT_EQ(
      mailboxes("<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>", AddressForm::strict),
      (std::vector<Mailbox>{{"", "boss", "nil.test"}, {"Giant; \"Big\" Box", "sysservices", "example.net"}}));
}

TEST(Address, parses_groups_empty_ones_too) {
  const auto list = parse_addresses(
      "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;, Undisclosed recipients:;",
      AddressForm::strict);
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 2U);
  EXPECT_TRUE(list->at(0).is_group);
  EXPECT_EQ(list->at(0).group_name, "A Group");
  EXPECT_EQ(list->at(0).mailboxes.size(), 3U);
  EXPECT_TRUE(list->at(1).mailboxes.empty());
}

TEST(Address, skips_comments_and_folding_of_rfc_5322_a_5) {
  EXPECT_EQ(
      mailboxes("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", AddressForm::obsolete),
      (std::vector<Mailbox>{{"Pete", "pete", "silly.test"}}));
  EXPECT_EQ(mailboxes(" a@b (one\r\n (two) )", AddressForm::strict), (std::vector<Mailbox>{{"", "a", "b"}}));
}

TEST(Address, takes_obsolete_forms_only_where_asked) {
  for (const auto* value : {"Joe <@a.test,@b.test:joe@c.test>", "joe . q @ c . test", "a@b,,c@d", ",a@b",
                            "jdoe@example .org", "G:a@b,,c@d;", "\"a\".b@c"}) {
    EXPECT_TRUE(takes(value, AddressForm::obsolete)) << value;
    EXPECT_FALSE(takes(value, AddressForm::strict)) << value;
  }
  EXPECT_EQ(mailboxes("Joe <@a.test,@b.test:joe@c.test>"), (std::vector<Mailbox>{{"Joe", "joe", "c.test"}}));
}

TEST(Address, takes_dots_in_display_names_in_both_forms) {
  EXPECT_EQ(mailboxes("Joe Q. Public <j@x>", AddressForm::strict),
            (std::vector<Mailbox>{{"Joe Q. Public", "j", "x"}}));
}

TEST(Address, takes_utf8_and_refuses_other_8bit) {
  EXPECT_EQ(mailboxes("J\xc3\xbcrgen <j\xc3\xbc@\xc3\xbc.test>", AddressForm::strict),
            (std::vector<Mailbox>{{"J\xc3\xbcrgen", "j\xc3\xbc", "\xc3\xbc.test"}}));
  EXPECT_FALSE(takes("J\xfcrgen <j@x.test>", AddressForm::obsolete));
}

TEST(Address, refuses_what_could_be_read_in_two_ways) {
  for (const auto* value :
       {"",         " ",    "a",      "a@",     "@b",       "a@b c@d",   "a@b <c@d>",   "<a@b> c",
        "<a@b",     "a@b>", "<>",     "a@b@c",  "\"a@b",    "a@b (open", "x:a@b",       "x:y:a@b;;",
        "a@b\r\nc", "a@b;", "a@[1.2", "a..b@c", "a@b\nc@d", "a@b..c",    "\"a\x01\"@b", "<a@b>, <c@d> x",
        ".a@b"}) {
    EXPECT_FALSE(takes(value, AddressForm::strict)) << value;
    EXPECT_FALSE(takes(value, AddressForm::obsolete) && std::string_view(value) != "") << value;
  }
}

TEST(Address, is_bounded_in_depth_and_count) {
  EXPECT_FALSE(takes(std::string(100'000, '(') + "a@b", AddressForm::obsolete));
  std::string many = "a@b";
  for (std::size_t i = 1; i < most_mailboxes; ++i) many += ",a@b";
  EXPECT_TRUE(takes(many, AddressForm::strict));
  EXPECT_EQ(parse_addresses(many + ",a@b").error().kind, ErrorKind::too_large);
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "a:";
  EXPECT_FALSE(takes(nested, AddressForm::obsolete));
}

TEST(Address, wants_exactly_one_mailbox_for_sender) {
  EXPECT_TRUE(parse_mailbox("S <s@x>"));
  EXPECT_FALSE(parse_mailbox("s@x, t@x"));
  EXPECT_FALSE(parse_mailbox("g: s@x;"));
}

TEST(Address, parses_a_bare_addr_spec) {
  EXPECT_EQ(parse_addr_spec("\"a b\"@x.test").value(), (Mailbox{"", "a b", "x.test"}));
  for (const auto* value : {"", " a@b", "a@b ", "<a@b>", "a@b(c)", "(c)a@b", "a", "a b@c"}) {
    EXPECT_FALSE(parse_addr_spec(value)) << value;
  }
}

TEST(Address, writes_what_it_reads) {
  for (const auto& mailbox : {Mailbox{"", "a", "b.test"}, Mailbox{"A \"B\", C", "a b", "[127.0.0.1]"},
                              Mailbox{"x@y.test", "\\\"", "z.test"}, Mailbox{"", "", "x"}}) {
    EXPECT_EQ(parse_mailbox(to_text(mailbox), AddressForm::strict).value(), mailbox);
  }
  EXPECT_EQ(to_text({"J\xc3\xbcrgen", "j", "x.test"}), "=?UTF-8?B?SsO8cmdlbg==?= <j@x.test>");
}

}  // namespace
}  // namespace scop::message
