#include "spf/macro.hpp"

#include <gtest/gtest.h>

#include "spf/expand.hpp"
#include "spf/name.hpp"

namespace scop::spf {
namespace {

// RFC 7208 7.4's examples.
MacroValues values(const std::string& client = "192.0.2.3") {
  MacroValues values;
  values.local_part = "strong-bad";
  values.sender_domain = "email.example.com";
  values.domain = "email.example.com";
  values.helo = "mx.example.org";
  values.receiver = "mx.example.net";
  values.client = dns::Address::from_text(client).value();
  values.now = std::chrono::sys_seconds(std::chrono::seconds(1'000));
  return values;
}

std::string expanded(const std::string& text, const MacroValues& with = values()) {
  return expand_domain(parse_macro_string(text).value(), with).value();
}

TEST(MacroTest, expands_the_examples_of_rfc_7208) {
  EXPECT_EQ(expanded("%{s}"), "strong-bad@email.example.com");
  EXPECT_EQ(expanded("%{o}"), "email.example.com");
  EXPECT_EQ(expanded("%{d4}"), "email.example.com");
  EXPECT_EQ(expanded("%{d2}"), "example.com");
  EXPECT_EQ(expanded("%{d1}"), "com");
  EXPECT_EQ(expanded("%{dr}"), "com.example.email");
  EXPECT_EQ(expanded("%{d2r}"), "example.email");
  EXPECT_EQ(expanded("%{l}"), "strong-bad");
  EXPECT_EQ(expanded("%{l-}"), "strong.bad");
  EXPECT_EQ(expanded("%{lr}"), "strong-bad");
  EXPECT_EQ(expanded("%{lr-}"), "bad.strong");
  EXPECT_EQ(expanded("%{l1r-}"), "strong");
  EXPECT_EQ(expanded("%{ir}.%{v}._spf.%{d2}"), "3.2.0.192.in-addr._spf.example.com");
  EXPECT_EQ(expanded("%{lr-}.lp._spf.%{d2}"), "bad.strong.lp._spf.example.com");
  EXPECT_EQ(expanded("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}"), "bad.strong.lp.3.2.0.192.in-addr._spf.example.com");
  EXPECT_EQ(question_name(expanded("%{ir}.%{v}._spf.%{d2}", values("2001:db8::cb01"))),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST(MacroTest, escapes_for_urls_with_an_upper_case_letter) {
  EXPECT_EQ(expanded("%{S}"), "strong-bad%40email.example.com");
  EXPECT_EQ(expanded("%%-%_-%-"), "%- -%20");
}

TEST(MacroTest, refuses_what_the_grammar_does_not_have) {
  for (const auto* text : {"%", "%{", "%{}", "%{x}", "%{d", "%{d0}", "%{d-r}", "%{d 2}", "%(d)", "a b",
                           "%{rd}", "\x80", "%{d2rr}"}) {
    EXPECT_FALSE(parse_macro_string(text)) << text;
  }
  EXPECT_TRUE(parse_macro_string("%{d999999999999999999999}"));
  EXPECT_TRUE(parse_explanation("a b %{c}"));
}

TEST(MacroTest, a_domain_ends_with_a_top_label_or_a_macro) {
  for (const auto* text : {"example.com", "example.com.", "%{d}", "a.%{d}", "_spf.%{i}.example", "a.x-1"})
    EXPECT_TRUE(parse_domain_spec(text)) << text;
  for (const auto* text : {"", "com", "%{d}com", "example.-com", "example.com-", "192.0.2.1", "%{c}", "a..",
                           "example.com..", "%{d}/24"})
    EXPECT_FALSE(parse_domain_spec(text)) << text;
}

TEST(MacroTest, a_bomb_stays_small) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "%{s}";
  auto with = values();
  with.local_part = std::string(1000, 'x') + "." + std::string(60, 'y');
  const auto out = expand_domain(parse_macro_string(text).value(), with).value();
  EXPECT_LE(out.size(), longest_domain);
  EXPECT_TRUE(out.ends_with("@email.example.com"));
  EXPECT_FALSE(expand_text(parse_macro_string(text).value(), with, 512));
}

TEST(MacroTest, names_lose_labels_from_the_left_alone) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "ab.";
  name += "example";
  const auto kept = shortened(name);
  EXPECT_LE(kept.size(), longest_domain);
  EXPECT_TRUE(kept.starts_with("ab.") && kept.ends_with(".example"));
  EXPECT_FALSE(question_name(std::string(64, 'a') + ".example"));
  EXPECT_FALSE(question_name("a..example"));
  EXPECT_EQ(question_name(std::string("a\0b.Example", 11)), "a\\000b.example");
}

TEST(MacroTest, a_local_part_that_is_not_ascii_names_nothing) {
  auto with = values();
  with.local_part = "j\xc3\xb6rg";
  EXPECT_FALSE(expand_domain(parse_macro_string("%{l}.%{d}").value(), with));
  EXPECT_EQ(expanded("x.%{d}", with), "x.email.example.com");
  EXPECT_FALSE(expand_text(parse_macro_string("%{l}").value(), with, 512));
}

}  // namespace
}  // namespace scop::spf
