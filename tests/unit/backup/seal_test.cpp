#include "backup/seal.hpp"

#include <gmock/gmock.h>

#include <random>

#include "backup/limits.hpp"

namespace scop::backup {
namespace {

std::string sealed_for(const KeyPair& keys, std::string_view plain) {
  auto sealer = Sealer::for_key(keys.public_key);
  auto out = sealer.push(plain);
  return out + sealer.finish();
}

Opening opening_of(const KeyPair& keys) {
  return {.passphrase = {}, .secret_key = Secret(std::string(keys.secret_key.reveal()))};
}

// What came out, or why not; given in pieces of this size.
Outcome<std::string> opened(std::string_view file, Opening opening, std::size_t piece = 70'000) {
  Opener opener(std::move(opening));
  std::string plain;
  while (!file.empty()) {
    auto more = opener.push(file.substr(0, piece));
    if (!more) return more;
    plain += *more;
    file.remove_prefix(std::min(piece, file.size()));
  }
  if (auto whole = opener.finish(); !whole) return std::unexpected(whole.error());
  return plain;
}

std::string some_octets(std::size_t size) {
  std::mt19937 random(size);
  std::string octets(size, '\0');
  for (auto& c : octets) c = static_cast<char>(random());
  return octets;
}

TEST(Seal, GivesBackWhatWentInHoweverItIsCut) {
  const auto keys = make_keys();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, limits::chunk - 1, limits::chunk, 3 * limits::chunk + 7}) {
    const auto plain = some_octets(size);
    const auto file = sealed_for(keys, plain);
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{70'000}, file.size()}) {
      EXPECT_EQ(opened(file, opening_of(keys), piece), plain) << size;
    }
  }
  EXPECT_EQ(opened(sealed_for(keys, "short"), opening_of(keys), 1), "short");
}

TEST(Seal, OpensWithItsPassphraseAlone) {
  auto sealer = Sealer::with_passphrase(Secret("correct horse battery"));
  const auto file = sealer.push("hello") + sealer.finish();
  EXPECT_EQ(opened(file, {.passphrase = Secret("correct horse battery"), .secret_key = {}}), "hello");
  const auto wrong = opened(file, {.passphrase = Secret("another"), .secret_key = {}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::denied);
  const auto none = opened(file, opening_of(make_keys()));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::denied);
}

TEST(Seal, RefusesAnotherKey) {
  const auto wrong = opened(sealed_for(make_keys(), "hello"), opening_of(make_keys()));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::denied);
}

TEST(Seal, NoticesEveryCutAndEveryAlteredOctet) {
  const auto keys = make_keys();
  const auto file = sealed_for(keys, some_octets(100));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(opened(file.substr(0, size), opening_of(keys))) << "cut at " << size;
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto altered = file;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    EXPECT_FALSE(opened(altered, opening_of(keys))) << "altered at " << at;
  }
  EXPECT_FALSE(opened(file + "x", opening_of(keys)));
}

TEST(Seal, NoticesChunksThatAreLeftOutOrSwapped) {
  const auto keys = make_keys();
  const auto file = sealed_for(keys, some_octets(3 * limits::chunk));
  const auto chunk = limits::chunk + 17 + 4;
  const auto head = file.size() - 3 * chunk - (4 + 17);
  EXPECT_FALSE(opened(file.substr(0, head + chunk) + file.substr(head + 2 * chunk), opening_of(keys)));
  EXPECT_FALSE(opened(file.substr(0, head) + file.substr(head + chunk, chunk) + file.substr(head, chunk) +
                          file.substr(head + 2 * chunk),
                      opening_of(keys)));
}

TEST(Seal, AsksForNoMoreMemoryThanItsBound) {
  std::string file = "scop-backup 1\n\x01";
  file += std::string(16, 's') + std::string("\x03\0\0\0", 4) + std::string("\xff\xff\xff\xff", 4) +
          std::string(24, 'h');
  const auto read = opened(file, {.passphrase = Secret("correct horse battery"), .secret_key = {}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::malformed);
}

TEST(Keys, ComeBackFromTheirFiles) {
  const auto keys = make_keys();
  const auto secret = secret_key_from_file(to_file(keys.secret_key).reveal());
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->reveal(), keys.secret_key.reveal());
  EXPECT_EQ(public_key_from_file(to_file(keys.public_key)), keys.public_key);
  EXPECT_FALSE(public_key_from_file(to_file(keys.secret_key).reveal()))
      << "the halves do not pass for each other";
  EXPECT_FALSE(secret_key_from_file("scop-backup-secret !!"));
}

}  // namespace
}  // namespace scop::backup
