// The records of a backup, whole and in pieces: what is taken is below the instance's folder, each path once,
// every file as long as it was told to be.
#include <cstdint>
#include <set>
#include <string>

#include "backup/path.hpp"
#include "backup/reader.hpp"
#include "core/ensure.hpp"

using namespace scop;

namespace {

struct Checked final : backup::Taker {
  Outcome<> head(const v1::BackupHead& head) override {
    ENSURE(head.format() == 1 && !begun);
    begun = true;
    return {};
  }
  void note(const v1::BackupEntry& entry) {
    ENSURE(begun && left == 0 && (entry.mode() & ~0777U) == 0);
    ENSURE(!entry.path().starts_with('/') && !("/" + entry.path() + "/").contains("/../"));
    ENSURE(entry.path().find('\0') == std::string::npos && paths.insert(entry.path()).second);
  }
  Outcome<> folder(const v1::BackupEntry& entry) override {
    note(entry);
    return {};
  }
  Outcome<> begin_file(const v1::BackupEntry& entry) override {
    note(entry);
    left = entry.size();
    return {};
  }
  Outcome<> data(std::string_view octets) override {
    ENSURE(octets.size() <= left);
    left -= octets.size();
    return {};
  }
  Outcome<> end_file() override {
    ENSURE(left == 0);
    return {};
  }
  bool begun = false;
  std::uint64_t left = 0;
  std::set<std::string> paths;
};

bool read(std::string_view octets, std::size_t piece) {
  Checked checked;
  backup::Reader reader(checked);
  while (!octets.empty()) {
    if (!reader.push(octets.substr(0, piece))) return false;
    octets.remove_prefix(std::min(piece, octets.size()));
  }
  return reader.finish().has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  static_cast<void>(backup::check_path(octets));
  ENSURE(read(octets, size + 1) == read(octets, 7));
  return 0;
}
