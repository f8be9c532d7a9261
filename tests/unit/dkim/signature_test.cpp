#include "dkim/signature.hpp"

#include <gtest/gtest.h>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::dkim {
namespace {

constexpr std::string_view least = "v=1; a=rsa-sha256; d=example.org; s=x; h=from; bh=Zm9v; b=YmFy";

std::string with(std::string_view more) { return std::string(least) + "; " + std::string(more); }

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(least);
  return text.replace(text.find(from), from.size(), to);
}

TEST(Signature, has_the_defaults_of_rfc_6376_3_5) {
  const auto signature = parse_signature(least);
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->header_form, Canonical::simple);
  EXPECT_EQ(signature->body_form, Canonical::simple);
  EXPECT_EQ(signature->identity, "@example.org");
  EXPECT_EQ(signature->body_length, std::nullopt);
  EXPECT_EQ(parse_signature(with("c=relaxed"))->body_form, Canonical::simple);
}

TEST(Signature, wants_its_required_tags) {
  for (const auto* tag :
       {"v=1; ", "a=rsa-sha256; ", "d=example.org; ", "s=x; ", "h=from; ", "bh=Zm9v; ", "; b=YmFy"}) {
    EXPECT_FALSE(parse_signature(replaced(tag, ""))) << tag;
  }
}

TEST(Signature, refuses_what_rfc_6376_6_1_1_lists) {
  for (const auto* more :
       {"i=a@other.org", "i=a@badexample.org", "i=example.org", "i=a=4@example.org", "x=5; t=6", "x=6; t=6",
        "t=-1", "x=1e9", "l=", "l=-1", "q=dns/a", "c=relaxed/", "c=other", "v=1"}) {
    EXPECT_FALSE(parse_signature(with(more))) << more;
  }
  for (const auto* to : {"h=subject", "h=", "h=from:", "h=from : a b"})
    EXPECT_FALSE(parse_signature(replaced("h=from", to))) << to;
  EXPECT_FALSE(parse_signature(replaced("v=1", "v=2")));
  EXPECT_FALSE(parse_signature(replaced("rsa-sha256", "rsa-md5")));
  EXPECT_FALSE(parse_signature(replaced("example.org", "exa mple.org")));
  EXPECT_FALSE(parse_signature(replaced("example.org", "a..b")));
  EXPECT_FALSE(parse_signature(replaced("YmFy", "Ym!y")));
}

TEST(Signature, takes_subdomains_in_i_and_other_queries) {
  EXPECT_EQ(parse_signature(with("i=a=40b@Sub.Example.org; q=dns/a : dns/txt; l=0; t=5; x=6"))->identity,
            "a@b@sub.example.org");
}

TEST(Signature, takes_far_times_and_lengths_as_far) {
  EXPECT_EQ(parse_signature(with("l=99999999999999999999999999"))->body_length, UINT64_MAX);
  EXPECT_TRUE(parse_signature(with("x=99999999999999999999999999")));
}

TEST(Signature, is_bounded_in_names) {
  std::string names = "h=from";
  for (std::size_t i = 0; i < most_signed_names; ++i) names += ":a";
  EXPECT_EQ(parse_signature(replaced("h=from", names)).error().kind, ErrorKind::too_large);
}

TEST(Signature, writes_folded_what_it_reads) {
  Signature signature;
  signature.header_form = signature.body_form = Canonical::relaxed;
  signature.domain = "mail.example.org";
  signature.selector = "r2026a";
  signature.identity = "@mail.example.org";
  signature.signed_names.assign(30, "Content-Transfer-Encoding");
  signature.signed_names.push_back("From");
  signature.body_hash = std::string(32, '\x01');
  signature.signature = std::string(512, '\xfe');
  signature.signed_at = Seconds(std::chrono::seconds(1'700'000'000));
  signature.expires = Seconds(std::chrono::seconds(1'700'000'001));
  const auto value = format_unsigned(signature) + fold_signature(signature.signature);
  EXPECT_EQ(parse_signature(value).value(), signature);
  const auto field = "DKIM-Signature:" + value + "\r\n";
  for (const auto line : ascii::split(field, '\n')) EXPECT_LE(line.size(), 78U) << line;
  EXPECT_EQ(message::parse_header(field)->fields.size(), 1U);
}

TEST(Signature, takes_out_the_content_of_b_alone) {
  EXPECT_EQ(without_signature("DKIM-Signature: bh=x; b = a\r\n b ; c=d\r\n"),
            "DKIM-Signature: bh=x; b =; c=d\r\n");
  EXPECT_EQ(without_signature("DKIM-Signature: bh=x; b=a\r\n b\r\n"), "DKIM-Signature: bh=x; b=");
  EXPECT_FALSE(without_signature("DKIM-Signature: bh=x"));
}

}  // namespace
}  // namespace scop::dkim
