#include <gmock/gmock.h>

#include <map>

#include "backup/path.hpp"
#include "backup/reader.hpp"
#include "backup/writer.hpp"

namespace scop::backup {
namespace {

struct Kept final : Taker {
  Outcome<> head(const v1::BackupHead& head) override {
    domain = head.domain();
    return {};
  }
  Outcome<> folder(const v1::BackupEntry& entry) override {
    files[entry.path()] = "(folder)";
    return {};
  }
  Outcome<> begin_file(const v1::BackupEntry& entry) override {
    at = entry.path();
    files[at];
    return {};
  }
  Outcome<> data(std::string_view octets) override {
    files[at] += octets;
    return {};
  }
  Outcome<> end_file() override { return {}; }
  std::string domain;
  std::string at;
  std::map<std::string, std::string> files;
};

v1::BackupEntry entry(const std::string& path, std::size_t size = 0, bool folder = false) {
  v1::BackupEntry made;
  made.set_path(path);
  made.set_size(size);
  made.set_mode(0600);
  made.set_folder(folder);
  return made;
}

v1::BackupHead head_of(std::uint32_t format = 1) {
  v1::BackupHead head;
  head.set_format(format);
  head.set_domain("example.org");
  return head;
}

Outcome<> read(std::string_view stream, Kept& kept) {
  Reader reader(kept);
  if (auto pushed = reader.push(stream); !pushed) return pushed;
  return reader.finish();
}

std::string small_backup(const v1::BackupEntry& one) {
  Writer writer;
  auto out = writer.head(head_of());
  out += writer.begin_file(one) + writer.data("hello") + writer.end_file();
  return out + writer.finish();
}

TEST(Records, ComeBackAsTheyWere) {
  Writer writer;
  auto out = writer.head(head_of());
  out += writer.folder(entry("relay", 0, true));
  const std::string large(200'000, 'x');
  out += writer.begin_file(entry("relay/queue", large.size())) + writer.data(large) + writer.end_file();
  out += writer.begin_file(entry("relay/empty")) + writer.end_file() + writer.finish();
  Kept kept;
  ASSERT_TRUE(read(out, kept));
  EXPECT_EQ(kept.domain, "example.org");
  EXPECT_EQ(kept.files["relay/queue"], large);
  EXPECT_EQ(kept.files.size(), 3U);
  for (std::size_t size = 0; size < out.size(); size += size < 300 || size + 300 > out.size() ? 1 : 9973) {
    Kept part;
    EXPECT_FALSE(read(out.substr(0, size), part)) << "cut at " << size;
  }
}

TEST(Records, PathsStayInside) {
  for (const auto& path :
       std::vector<std::string>{"../x", "/etc/passwd", "a/../../b", "a//b", "./a", "a/.", "", "a/", "a\nb",
                                "a\\b", std::string("a\0b", 3), std::string(300, 'a')}) {
    EXPECT_FALSE(check_path(path)) << path;
    Kept kept;
    EXPECT_FALSE(read(small_backup(entry(path, 5)), kept)) << path;
    EXPECT_TRUE(kept.files.empty()) << path;
  }
  EXPECT_TRUE(check_path("relay/state/queue.db"));
}

TEST(Records, TakeNoSpecialBitsNoSecondFileAndNoLaterForm) {
  Kept kept;
  auto special = entry("a", 5);
  special.set_mode(04755);
  EXPECT_FALSE(read(small_backup(special), kept));
  Writer twice;
  auto out = twice.head(head_of());
  for (int i = 0; i < 2; ++i) out += twice.begin_file(entry("a")) + twice.end_file();
  EXPECT_FALSE(read(out + twice.finish(), kept));
  Writer later;
  const auto refused = read(later.head(head_of(2)) + later.finish(), kept);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
}

TEST(Records, AManifestThatTellsOfOtherFilesIsRefused) {
  Writer one;
  Writer other;
  auto out = one.head(head_of()) + one.begin_file(entry("a")) + one.end_file();
  static_cast<void>(other.begin_file(entry("b")) + other.end_file());
  Kept kept;
  EXPECT_FALSE(read(out + other.finish(), kept));
}

}  // namespace
}  // namespace scop::backup
