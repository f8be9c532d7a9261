#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "tls_key/key.hpp"
#include "tls_key/request.hpp"

namespace scop::tls_key {
namespace {

TEST(TlsKey, EveryKindIsMadeAndToldApart) {
  for (const auto type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::rsa_2048}) {
    const auto key = make_key(type);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(type_of_key(key->reveal()), std::string(name_of(type)));
  }
  for (const auto name : type_names) EXPECT_EQ(name_of(*type_named(name)), name);
  EXPECT_FALSE(type_named("rsa-512").has_value());
}

TEST(TlsKey, AKeyUnderAPassPhraseOrNoKeyIsAnErrorAndAsksNobody) {
  EXPECT_FALSE(type_of_key("").has_value());
  EXPECT_FALSE(type_of_key("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").has_value());
  EXPECT_FALSE(type_of_certificate("nonsense").has_value());
}

TEST(TlsKey, ARequestNamesWhatWasAskedForAndIsSignedByTheKey) {
  const auto key = make_key(KeyType::ecdsa_p256);
  const std::vector<std::string> names{"mail.example.org", "*.example.net"};
  const auto pem = make_request(key->reveal(), names);
  ASSERT_TRUE(pem.has_value());
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())), BIO_free_all);
  const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> request(
      PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr), X509_REQ_free);
  ASSERT_TRUE(request);
  EXPECT_EQ(X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())), 1);
  auto* extensions = X509_REQ_get_extensions(request.get());
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> found(
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  ASSERT_TRUE(found);
  ASSERT_EQ(sk_GENERAL_NAME_num(found.get()), 2);
  for (int i = 0; i < 2; ++i) {
    const auto* name = sk_GENERAL_NAME_value(found.get(), i)->d.dNSName;
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                          static_cast<std::size_t>(ASN1_STRING_length(name))),
              names.at(static_cast<std::size_t>(i)));
  }
}

TEST(TlsKey, ANameThatWouldSayMoreThanANameIsRefused) {
  const auto key = make_key(KeyType::ecdsa_p256);
  for (const std::string name : {"", ".", "a..b", "mail.example.org,IP:192.0.2.1", "x y", "-a.example", "*",
                                 "a.*.b", "mail.example.org."}) {
    EXPECT_FALSE(make_request(key->reveal(), std::vector{name}).has_value()) << name;
  }
  EXPECT_FALSE(make_request(key->reveal(), {}).has_value());
  EXPECT_FALSE(make_request(key->reveal(), std::vector<std::string>(101, "a.example")).has_value());
}

}  // namespace
}  // namespace scop::tls_key
