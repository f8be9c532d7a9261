#include "resolver/cache_file.hpp"

#include <gtest/gtest.h>

namespace scop::resolver {
namespace {

const std::string digest(settings_digest_octets, 'd');

SavedAnswer saved(const std::string& key, dns::Rcode rcode = dns::Rcode::no_error) {
  Found found;
  found.answer.rcode = rcode;
  found.answer.validation = dns::Validation::secure;
  found.answer.canonical_name = "mx.test";
  found.answer.ttl = 60;
  if (rcode == dns::Rcode::no_error) found.answer.records = {std::string("\0\1", 2), "two"};
  found.packet = std::string("packet\0", 7);
  return {key, std::make_shared<const Found>(found), 60, Time{std::chrono::milliseconds(1'800'000'000'123)}};
}

TEST(CacheFile, GivesBackWhatWasWritten) {
  const std::vector<SavedAnswer> answers{saved(std::string("a.test\0\1", 8)),
                                         saved(std::string("b.test\0\x0f", 8), dns::Rcode::nx_domain)};
  const auto octets = write_cache(digest, answers);
  const auto read = read_cache(octets, digest);
  ASSERT_TRUE(read) << read.error().what;
  ASSERT_EQ(read->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ((*read)[i].key, answers[i].key);
    EXPECT_EQ((*read)[i].ttl, 60U);
    EXPECT_EQ((*read)[i].expires, answers[i].expires);
    EXPECT_EQ(*(*read)[i].found, *answers[i].found);
  }
}

TEST(CacheFile, IsRefusedAtEveryCutAndWithEveryOctetChanged) {
  const auto octets = write_cache(digest, {saved(std::string("a.test\0\1", 8))});
  for (std::size_t i = 0; i < octets.size(); ++i) {
    EXPECT_FALSE(read_cache(octets.substr(0, i), digest)) << i;
    auto changed = octets;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(read_cache(changed, digest)) << i;
  }
  EXPECT_FALSE(read_cache(octets + "x", digest));
}

TEST(CacheFile, IsOfTheSettingsThatItCameBy) {
  const auto octets = write_cache(digest, {});
  EXPECT_TRUE(read_cache(octets, digest));
  EXPECT_EQ(read_cache(octets, std::string(settings_digest_octets, 'e')).error().kind, ErrorKind::conflict);
}

TEST(CacheFile, HoldsNoFailuresAndNoNonsenseWithARightChecksum) {
  auto failed = *saved("key").found;
  failed.answer.rcode = dns::Rcode::serv_fail;
  auto one = saved("key");
  one.found = std::make_shared<const Found>(failed);
  EXPECT_FALSE(read_cache(write_cache(digest, {one}), digest));
  one = saved("key");
  one.ttl = 0;
  EXPECT_FALSE(read_cache(write_cache(digest, {one}), digest));
}

}  // namespace
}  // namespace scop::resolver
