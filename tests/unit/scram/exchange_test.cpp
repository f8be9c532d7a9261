#include <gtest/gtest.h>

#include <array>

#include "core/base64.hpp"
#include "scram/client.hpp"
#include "scram/server.hpp"

namespace scop::scram {
namespace {

constexpr std::string_view password = "k2jq9-x7w3m-pd5tn-zc4hv-r8fy6";
const std::string salt = "0123456789abcdef";
const Mechanism plain{
    .plus_offered = true, .binding_name = "tls-exporter", .binding = "octets of this connection"};

Mechanism plus() {
  auto mechanism = plain;
  mechanism.plus = true;
  return mechanism;
}

StoredKeys keys_of(std::string_view text) {
  return stored_keys(salted_password(text, salt, least_iterations));
}

Outcome<std::optional<Finished>> play(Client& client, const Mechanism& mechanism,
                                      std::span<const StoredKeys> keys) {
  auto first = accept_first(client.first(), mechanism);
  if (!first) return std::unexpected(first.error());
  const auto begun = begin(*first, mechanism, salt, least_iterations, "server-nonce");
  const auto final = client.answer(begun.server_first);
  if (!final) return std::unexpected(final.error());
  return finish(begun.exchange, *final, keys);
}

// RFC 7677 3.
TEST(ScramExchange, follows_the_example_of_the_standard) {
  const Mechanism mechanism;
  const auto first = accept_first("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", mechanism);
  ASSERT_TRUE(first);
  const auto begun = begin(*first, mechanism, *from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096,
                           "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  EXPECT_EQ(begun.server_first,
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  const std::array keys{
      stored_keys(salted_password("pencil", *from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096))};
  const auto finished = finish(begun.exchange,
                               "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                               "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                               keys);
  ASSERT_TRUE(finished) << finished.error().what;
  ASSERT_TRUE(*finished);
  EXPECT_EQ((*finished)->server_final, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");

  Client client("user", Secret("pencil"), "rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client.answer(begun.server_first).value(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_TRUE(client.accepts((*finished)->server_final));
}

TEST(ScramExchange, finds_the_key_that_fits_among_several) {
  const std::array keys{keys_of("another"), keys_of(password), keys_of("a third")};
  Client client("ann@example.org", Secret(std::string(password)), "nonce");
  const auto finished = play(client, plain, keys);
  ASSERT_TRUE(finished) << finished.error().what;
  ASSERT_TRUE(*finished);
  EXPECT_EQ((*finished)->key, 1U);
  EXPECT_TRUE(client.accepts((*finished)->server_final));
}

TEST(ScramExchange, with_a_wrong_password_or_no_key_finds_none) {
  const std::array keys{keys_of("another")};
  Client client("ann@example.org", Secret(std::string(password)), "nonce");
  const auto finished = play(client, plain, keys);
  ASSERT_TRUE(finished);
  EXPECT_FALSE(*finished);
  EXPECT_FALSE(*play(client, plain, {}));
}

TEST(ScramExchange, binds_to_the_channel) {
  const std::array keys{keys_of(password)};
  Client bound("ann", Secret(std::string(password)), "nonce", "p=tls-exporter", plain.binding);
  EXPECT_TRUE(*play(bound, plus(), keys));
  Client elsewhere("ann", Secret(std::string(password)), "nonce", "p=tls-exporter",
                   "octets of another connection");
  EXPECT_EQ(play(elsewhere, plus(), keys).error().kind, ErrorKind::malformed);
  Client other_type("ann", Secret(std::string(password)), "nonce", "p=tls-unique", plain.binding);
  EXPECT_FALSE(play(other_type, plus(), keys));
}

TEST(ScramExchange, refuses_flags_that_do_not_fit_the_mechanism) {
  EXPECT_FALSE(accept_first("p=tls-exporter,,n=a,r=b", plain));
  EXPECT_FALSE(accept_first("n,,n=a,r=b", plus()));
  EXPECT_FALSE(accept_first("y,,n=a,r=b", plus()));
  auto without_binding = plus();
  without_binding.binding.clear();
  EXPECT_FALSE(accept_first("p=tls-exporter,,n=a,r=b", without_binding));
}

TEST(ScramExchange, sees_a_downgrade) {
  EXPECT_EQ(accept_first("y,,n=a,r=b", plain).error().kind, ErrorKind::denied);
  auto never_offered = plain;
  never_offered.plus_offered = false;
  EXPECT_TRUE(accept_first("y,,n=a,r=b", never_offered));
}

TEST(ScramExchange, refuses_a_final_message_of_another_exchange) {
  const std::array keys{keys_of(password)};
  Client client("ann", Secret(std::string(password)), "nonce");
  const auto one = begin(*accept_first(client.first(), plain), plain, salt, least_iterations, "one");
  const auto two = begin(*accept_first(client.first(), plain), plain, salt, least_iterations, "two");
  const auto answer = client.answer(one.server_first).value();
  EXPECT_TRUE(finish(one.exchange, answer, keys)->has_value());
  EXPECT_FALSE(finish(two.exchange, answer, keys));
}

TEST(ScramExchange, gives_every_name_a_lasting_salt) {
  const Secret secret("server secret");
  EXPECT_EQ(salt_of(secret, "ann"), salt_of(secret, "ann"));
  EXPECT_NE(salt_of(secret, "ann"), salt_of(secret, "bob"));
  EXPECT_NE(salt_of(secret, "ann"), salt_of(Secret("other"), "ann"));
  EXPECT_EQ(salt_of(secret, "ann").size(), 16U);
}

TEST(ScramClient, refuses_a_server_that_cheats) {
  Client client("ann", Secret("x"), "nonce");
  EXPECT_FALSE(client.answer("r=other,s=AAEC,i=4096"));
  EXPECT_FALSE(client.answer("r=nonce,s=AAEC,i=4096"));
  EXPECT_FALSE(client.answer("r=nonceX,s=AAEC,i=1"));
  EXPECT_FALSE(client.answer("r=nonceX,s=AAEC,i=99999999999"));
  EXPECT_FALSE(client.answer("garbage"));
  EXPECT_FALSE(client.accepts("v="));
}

}  // namespace
}  // namespace scop::scram
