#include "mesh_ca/certificate.hpp"

#include <gtest/gtest.h>

#include "mesh_ca/facts.hpp"
#include "mesh_ca/openssl.hpp"

namespace scop::mesh_ca {
namespace {

using namespace std::chrono_literals;

const Time noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + 12h;

Pair a_ca() { return make_ca("example.org", noon).value(); }

// OpenSSL's own verdict on the chain at a time, for one purpose.
int verify_chain(const Pair& ca, std::string_view leaf, Time when, int purpose) {
  const auto authority = certificate_from_pem(ca.certificate).value();
  const auto certificate = certificate_from_pem(leaf).value();
  const std::unique_ptr<X509_STORE, Free<X509_STORE_free>> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), authority.get());
  const std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  auto* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters,
                             std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

TEST(MeshCa, issues_leaves_that_verify_for_both_ends_of_a_pipe) {
  const auto ca = a_ca();
  const auto leaf = issue(ca, "example.org", "signer", noon);
  ASSERT_TRUE(leaf) << leaf.error().what;
  EXPECT_EQ(verify_chain(ca, leaf->certificate, noon, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_EQ(verify_chain(ca, leaf->certificate, noon, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_EQ(verify_chain(a_ca(), leaf->certificate, noon, X509_PURPOSE_SSL_CLIENT),
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_TRUE(belong_together(leaf->certificate, leaf->key.reveal()).value());
  EXPECT_FALSE(belong_together(leaf->certificate, ca.key.reveal()).value());
}

TEST(MeshCa, leaves_say_who_they_are_and_live_thirty_days) {
  const auto ca = a_ca();
  const auto facts = read_facts(issue(ca, "example.org", "signer", noon)->certificate);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->uris, std::vector<std::string>{"spiffe://example.org/signer"});
  EXPECT_EQ(facts->hosts, std::vector<std::string>{"signer"});
  EXPECT_EQ(facts->subject, "CN=signer,O=example.org");
  EXPECT_EQ(facts->issuer, "CN=scop mesh CA,O=example.org");
  EXPECT_EQ(facts->not_before, noon - 1h);
  EXPECT_EQ(facts->not_after, noon + std::chrono::days(30));
  const auto late = issue(ca, "example.org", "signer", noon)->certificate;
  EXPECT_EQ(verify_chain(ca, late, noon + std::chrono::days(31), X509_PURPOSE_SSL_CLIENT),
            X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(MeshCa, a_leaf_cannot_issue) {
  const auto ca = a_ca();
  const auto leaf = issue(ca, "example.org", "signer", noon).value();
  const auto forged = issue(leaf, "example.org", "operator", noon).value();
  EXPECT_NE(verify_chain(ca, forged.certificate, noon, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_NE(verify_chain(leaf, forged.certificate, noon, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
}

TEST(MeshCa, renews_a_leaf_without_its_private_key) {
  const auto ca = a_ca();
  const auto old = issue(ca, "example.org", "signer", noon).value();
  const auto later = noon + std::chrono::days(25);
  const auto renewed = renew(ca, old.certificate, "example.org", "signer", later);
  ASSERT_TRUE(renewed) << renewed.error().what;
  EXPECT_TRUE(belong_together(*renewed, old.key.reveal()).value());
  EXPECT_EQ(read_facts(*renewed)->not_after, later + std::chrono::days(30));
}

TEST(MeshCa, renews_nothing_for_another_identity_or_of_another_ca) {
  const auto ca = a_ca();
  const auto old = issue(ca, "example.org", "courier", noon).value();
  EXPECT_EQ(renew(ca, old.certificate, "example.org", "signer", noon).error().kind, ErrorKind::denied);
  EXPECT_EQ(renew(a_ca(), old.certificate, "example.org", "courier", noon).error().kind, ErrorKind::denied);
  EXPECT_FALSE(renew(ca, "no certificate", "example.org", "courier", noon));
}

TEST(MeshCa, refuses_names_that_would_add_another_identity) {
  const auto ca = a_ca();
  EXPECT_FALSE(issue(ca, "example.org", "signer,URI:spiffe://example.org/operator", noon));
  EXPECT_FALSE(issue(ca, "example.org,DNS:x", "signer", noon));
  EXPECT_FALSE(make_self_signed("a,DNS:b", {}, noon));
  EXPECT_FALSE(make_self_signed("a", std::vector<std::string>{"192.0.2.7,DNS:b"}, noon));
  EXPECT_FALSE(make_self_signed("a", std::vector<std::string>{"1.2.3"}, noon));
}

TEST(MeshCa, takes_long_domains) {
  const auto domain = std::string(60, 'a') + '.' + std::string(60, 'b') + ".example";
  const auto ca = make_ca(domain, noon);
  ASSERT_TRUE(ca) << ca.error().what;
  const auto leaf = issue(*ca, domain, "signer", noon);
  ASSERT_TRUE(leaf) << leaf.error().what;
  EXPECT_EQ(read_facts(leaf->certificate)->uris.front(), "spiffe://" + domain + "/signer");
  EXPECT_TRUE(make_self_signed("mail." + domain, {}, noon));
}

TEST(MeshCa, makes_a_trial_certificate_for_the_public_ports) {
  const std::vector<std::string> addresses{"192.0.2.7", "2001:db8::7"};
  const auto pair = make_self_signed("mail.example.org", addresses, noon);
  ASSERT_TRUE(pair) << pair.error().what;
  EXPECT_EQ(read_facts(pair->certificate)->hosts, std::vector<std::string>{"mail.example.org"});
  EXPECT_TRUE(belong_together(pair->certificate, pair->key.reveal()).value());
  const auto certificate = certificate_from_pem(pair->certificate).value();
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.8", 0), 0);
}

}  // namespace
}  // namespace scop::mesh_ca
