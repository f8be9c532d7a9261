#include "dns_update/tsig_key.hpp"

#include <gtest/gtest.h>

namespace scop::dns_update {
namespace {

constexpr std::string_view base64 = "MDEyMzQ1Njc4OWFiY2RlZg==";

TEST(TsigKey, reads_what_tsig_keygen_writes) {
  const auto text = "# for scop\nkey \"Scop-Signer.\" {\n\talgorithm hmac-sha256; // the one\n\tsecret \"" +
                    std::string(base64) + "\";\n};\n";
  const auto key = parse_tsig_key(text, "");
  ASSERT_TRUE(key) << key.error().what;
  EXPECT_EQ(key->name, "scop-signer");
  EXPECT_EQ(key->secret.reveal(), "0123456789abcdef");
  EXPECT_TRUE(parse_tsig_key(text, "scop-signer."));
  EXPECT_FALSE(parse_tsig_key(text, "other"));
}

TEST(TsigKey, reads_a_secret_alone_under_a_given_name) {
  EXPECT_EQ(parse_tsig_key(std::string(base64) + "\n", "a.b.")->name, "a.b");
  EXPECT_FALSE(parse_tsig_key(base64, ""));
}

TEST(TsigKey, refuses_other_algorithms_and_short_secrets) {
  EXPECT_EQ(
      parse_tsig_key("key a { algorithm hmac-md5; secret \"MDEyMzQ1Njc4OWFiY2RlZg==\"; };", "").error().kind,
      ErrorKind::unsupported);
  for (const auto* text :
       {"", "key", "key a", "key a {", "\"", "/*", "Zm9v", "a b c",
        "key \"a\" { algorithm hmac-sha256; secret \"Zm9v\"; };", "key a { algorithm hmac-sha256; };"}) {
    EXPECT_FALSE(parse_tsig_key(text, "a")) << text;
  }
}

}  // namespace
}  // namespace scop::dns_update
