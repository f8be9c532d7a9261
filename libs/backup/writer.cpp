#include "backup/writer.hpp"

#include <openssl/evp.h>

#include "backup/limits.hpp"
#include "backup/running_digest.hpp"
#include "core/ensure.hpp"

namespace scop::backup {

namespace {

std::string record(char kind, std::string_view payload) {
  std::string out(1, kind);
  for (int shift = 0; shift < 32; shift += 8)
    out += static_cast<char>(static_cast<std::uint32_t>(payload.size()) >> shift & 0xffU);
  out += payload;
  return out;
}

std::string in_records(char kind, std::string_view octets) {
  std::string out;
  while (!octets.empty()) {
    out += record(kind, octets.substr(0, limits::record));
    octets.remove_prefix(std::min(limits::record, octets.size()));
  }
  return out;
}

}  // namespace

struct Writer::State {
  v1::BackupManifest manifest;
  RunningDigest digest;
  std::uint64_t left = 0;  // of the file under way
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::Writer(Writer&&) noexcept = default;
Writer::~Writer() = default;

std::string Writer::head(const v1::BackupHead& head) const { return record('H', head.SerializeAsString()); }

std::string Writer::folder(const v1::BackupEntry& entry) {
  state_->manifest.set_folders(state_->manifest.folders() + 1);
  return record('F', entry.SerializeAsString());
}

std::string Writer::begin_file(const v1::BackupEntry& entry) {
  auto* file = state_->manifest.add_files();
  file->set_path(entry.path());
  file->set_size(entry.size());
  file->set_schema(entry.schema());
  state_->left = entry.size();
  state_->digest = {};
  return record('F', entry.SerializeAsString());
}

std::string Writer::data(std::string_view octets) {
  ENSURE(octets.size() <= state_->left);
  state_->left -= octets.size();
  state_->digest.add(octets);
  return in_records('D', octets);
}

std::string Writer::end_file() {
  ENSURE(state_->left == 0);
  auto& manifest = state_->manifest;
  auto& file = *manifest.mutable_files(manifest.files_size() - 1);
  file.set_sha256(state_->digest.finish());
  manifest.set_octets(manifest.octets() + file.size());
  return record('E', file.sha256());
}

std::string Writer::finish() const {
  return in_records('M', state_->manifest.SerializeAsString()) + record('M', {});
}

const v1::BackupManifest& Writer::manifest() const { return state_->manifest; }

}  // namespace scop::backup
