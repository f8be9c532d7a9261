#include "dkim/canonical.hpp"

#include <gtest/gtest.h>

#include <random>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dkim/body_hash.hpp"

namespace scop::dkim {
namespace {

struct Text {
  std::string text;
  void write(std::string_view octets) { text += octets; }
};

std::string canonical(std::string_view body, Canonical form, std::size_t step = SIZE_MAX) {
  BodyCanonicalizer canonicalizer(form);
  Text out;
  for (; !body.empty(); body.remove_prefix(std::min(step, body.size())))
    canonicalizer.feed(body.substr(0, step), out);
  canonicalizer.finish(out);
  return out.text;
}

// RFC 6376 3.4.3 and 3.4.4 word by word, over the whole body: what the streaming form is compared with.
std::string by_the_book(std::string_view body, Canonical form) {
  std::vector<std::string> lines;
  while (!body.empty()) {
    const auto end = body.find("\r\n");
    std::string line(body.substr(0, end));
    if (form == Canonical::relaxed) {
      std::string packed;
      for (const char c : line) {
        const bool space = c == ' ' || c == '\t';
        if (!space || !packed.ends_with(' ')) packed += space ? ' ' : c;
      }
      while (packed.ends_with(' ')) packed.pop_back();
      line = packed;
    }
    lines.push_back(line);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string out;
  for (const auto& line : lines) out += line + "\r\n";
  return out.empty() && form == Canonical::simple ? "\r\n" : out;
}

TEST(Canonical, forms_the_example_of_rfc_6376_3_4_5) {
  EXPECT_EQ(canonical_field("A: X\r\n", Canonical::relaxed), "a:X\r\n");
  EXPECT_EQ(canonical_field("B : Y\t\r\n\tZ  \r\n", Canonical::relaxed), "b:Y Z\r\n");
  EXPECT_EQ(canonical_field("B : Y\t\r\n\tZ  \r\n", Canonical::simple), "B : Y\t\r\n\tZ  \r\n");
  EXPECT_EQ(canonical(" C \r\nD \t E\r\n\r\n\r\n", Canonical::relaxed), " C\r\nD E\r\n");
  EXPECT_EQ(canonical(" C \r\nD \t E\r\n\r\n\r\n", Canonical::simple), " C \r\nD \t E\r\n");
}

TEST(Canonical, makes_crlf_of_an_empty_body_in_the_simple_form_alone) {
  for (const auto* body : {"", "\r\n", "\r\n\r\n\r\n"}) {
    EXPECT_EQ(canonical(body, Canonical::simple), "\r\n");
    EXPECT_EQ(canonical(body, Canonical::relaxed), "");
  }
  EXPECT_EQ(canonical(" \r\n\t\r\n", Canonical::relaxed), "");
  EXPECT_EQ(canonical("x", Canonical::simple), "x\r\n");
  EXPECT_EQ(canonical("x", Canonical::relaxed), "x\r\n");
}

TEST(Canonical, hashes_empty_bodies_as_rfc_6376_3_4_says) {
  EXPECT_EQ(to_base64(BodyHash(Canonical::simple, Hash::sha256).finish()),
            "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
  EXPECT_EQ(to_base64(BodyHash(Canonical::relaxed, Hash::sha256).finish()),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(Canonical, does_not_depend_on_where_chunks_break) {
  std::mt19937 random(6376);
  constexpr std::string_view alphabet = "ab  \t\r\n\r\n\r\n";
  for (int round = 0; round < 3'000; ++round) {
    std::string body;
    for (auto length = random() % 40; length > 0; --length) {
      const auto c = alphabet[random() % alphabet.size()];
      body += c;
      if (c == '\r' && random() % 8 != 0) body += '\n';
    }
    for (const auto form : {Canonical::simple, Canonical::relaxed}) {
      const auto expected = by_the_book(body, form);
      for (const std::size_t step :
           {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, SIZE_MAX}) {
        ASSERT_EQ(canonical(body, form, step), expected) << ascii::printable(body) << " by " << step;
      }
    }
  }
}

TEST(BodyHash, stops_at_its_limit_and_counts_on) {
  BodyHash limited(Canonical::simple, Hash::sha256, 5);
  BodyHash short_one(Canonical::simple, Hash::sha256, 5);
  limited.feed("abc\r\nappended\r\n");
  short_one.feed("abc\r\n");
  EXPECT_EQ(limited.finish(), short_one.finish());
  EXPECT_EQ(limited.length(), 15U);
}

TEST(BodyHash, holds_a_flood_of_empty_lines_as_a_number) {
  BodyHash hash(Canonical::relaxed, Hash::sha256);
  const std::string lines(2'000'000, '\n');
  std::string flood;
  for (int i = 0; i < 1'000'000; ++i) flood += "\r\n";
  hash.feed(flood);
  hash.feed("x");
  hash.finish();
  EXPECT_EQ(hash.length(), flood.size() + 3);
}

}  // namespace
}  // namespace scop::dkim
