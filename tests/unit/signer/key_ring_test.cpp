#include "signer/key_ring.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace scop::signer {
namespace {

class KeyRingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "scop-keys-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& domain, const std::string& file, std::string_view content) {
    std::filesystem::create_directories(folder_ / domain);
    std::ofstream(folder_ / domain / file) << content;
  }
  std::filesystem::path folder_;
};

TEST_F(KeyRingTest, loads_every_key_of_every_domain_rsa_first) {
  const auto rsa = dkim::DkimKey::generate(dkim::KeyType::rsa).value();
  const auto ed25519 = dkim::DkimKey::generate(dkim::KeyType::ed25519).value();
  write("example.org", "e2026a.ed25519.pem", ed25519.to_pem().reveal());
  write("example.org", "r2026a.rsa.pem", rsa.to_pem().reveal());
  write("example.org", "notes.txt", "no key");
  write("example.net", "r2026a.rsa.pem", rsa.to_pem().reveal());
  std::vector<std::string> problems;
  auto ring = KeyRing::load(folder_, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(ring.all().size(), 3U);
  const auto keys = ring.of("example.org");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].selector, "r2026a");
  EXPECT_EQ(keys[1].selector, "e2026a");
  EXPECT_TRUE(ring.of("example.net").size() == 1);
  EXPECT_TRUE(ring.of("sub.example.org").empty());
}

TEST_F(KeyRingTest, leaves_out_what_is_no_key_and_keeps_the_rest) {
  const auto key = dkim::DkimKey::generate(dkim::KeyType::ed25519).value();
  write("example.org", "e.ed25519.pem", key.to_pem().reveal());
  write("example.org", "broken.rsa.pem", "-----BEGIN PRIVATE KEY-----\n");
  write("example.org", "wrong.rsa.pem", key.to_pem().reveal());
  write("example.org", "empty.rsa.pem", "");
  write("example.org", "large.rsa.pem", std::string(100'000, 'x'));
  write("Example.NET", "e.ed25519.pem", key.to_pem().reveal());
  std::vector<std::string> problems;
  const auto ring = KeyRing::load(folder_, problems);
  EXPECT_EQ(ring.all().size(), 1U);
  EXPECT_EQ(problems.size(), 5U);
}

TEST_F(KeyRingTest, is_empty_without_a_folder) {
  std::vector<std::string> problems;
  EXPECT_TRUE(KeyRing::load(folder_ / "none", problems).all().empty());
}

}  // namespace
}  // namespace scop::signer
