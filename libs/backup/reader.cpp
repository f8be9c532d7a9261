#include "backup/reader.hpp"

#include <set>

#include "backup/limits.hpp"
#include "backup/path.hpp"
#include "backup/running_digest.hpp"
#include "core/ascii.hpp"

namespace scop::backup {

namespace {

constexpr std::uint32_t known_format = 1;
constexpr std::size_t record_head = 5;

std::unexpected<Error> wrong(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }

}  // namespace

struct Reader::State {
  explicit State(Taker& taker_) : taker(taker_) {}

  Taker& taker;
  std::string pending;
  enum class At { head, entries, file, manifest, end } at = At::head;
  v1::BackupManifest seen;
  std::set<std::string, std::less<>> paths;
  std::string told;  // the manifest, as it comes
  v1::BackupManifest manifest;
  RunningDigest digest;
  std::uint64_t left = 0;

  Outcome<> take(char kind, std::string_view payload);
  Outcome<> take_head(std::string_view payload);
  Outcome<> take_entry(std::string_view payload);
  Outcome<> take_data(std::string_view payload);
  Outcome<> take_end(std::string_view payload);
  Outcome<> take_manifest(std::string_view payload);
};

Outcome<> Reader::State::take_head(std::string_view payload) {
  v1::BackupHead head;
  if (!head.ParseFromArray(payload.data(), static_cast<int>(payload.size())))
    return wrong("its head cannot be read");
  if (head.format() != known_format)
    return failure(ErrorKind::unsupported, "it was written by scop " + ascii::printable(head.version()) +
                                               " in a later form than this scop knows");
  at = At::entries;
  return taker.head(head);
}

Outcome<> Reader::State::take_entry(std::string_view payload) {
  v1::BackupEntry entry;
  if (!entry.ParseFromArray(payload.data(), static_cast<int>(payload.size())))
    return wrong("an entry cannot be read");
  if (auto good = check_path(entry.path()); !good) return good;
  if ((entry.mode() & ~0777U) != 0)
    return wrong("the mode of " + entry.path() + " has more than permissions");
  if (!paths.insert(entry.path()).second) return wrong(entry.path() + " is in it twice");
  if (paths.size() > limits::entries) return wrong("it has too many entries");
  if (entry.folder()) {
    seen.set_folders(seen.folders() + 1);
    return taker.folder(entry);
  }
  auto* file = seen.add_files();
  file->set_path(entry.path());
  file->set_size(entry.size());
  file->set_schema(entry.schema());
  left = entry.size();
  digest = {};
  at = At::file;
  return taker.begin_file(entry);
}

Outcome<> Reader::State::take_data(std::string_view payload) {
  if (payload.size() > left) return wrong("a file is longer than it was told to be");
  left -= payload.size();
  digest.add(payload);
  return taker.data(payload);
}

Outcome<> Reader::State::take_end(std::string_view payload) {
  auto& file = *seen.mutable_files(seen.files_size() - 1);
  if (left != 0) return wrong(file.path() + " is cut short");
  file.set_sha256(digest.finish());
  if (file.sha256() != payload) return wrong(file.path() + " has another digest than it was told to have");
  seen.set_octets(seen.octets() + file.size());
  at = At::entries;
  return taker.end_file();
}

Outcome<> Reader::State::take_manifest(std::string_view payload) {
  at = At::manifest;
  if (!payload.empty()) {
    if (told.size() + payload.size() > limits::manifest) return wrong("its manifest is too long");
    told += payload;
    return {};
  }
  if (!manifest.ParseFromString(told)) return wrong("its manifest cannot be read");
  bool same = manifest.files_size() == seen.files_size() && manifest.folders() == seen.folders() &&
              manifest.octets() == seen.octets();
  for (int i = 0; same && i < seen.files_size(); ++i)
    same = manifest.files(i).SerializeAsString() == seen.files(i).SerializeAsString();
  if (!same) return wrong("its manifest tells of other files than came");
  at = At::end;
  return {};
}

Outcome<> Reader::State::take(char kind, std::string_view payload) {
  if (at == At::head && kind == 'H') return take_head(payload);
  if (at == At::entries && kind == 'F') return take_entry(payload);
  if (at == At::file && kind == 'D') return take_data(payload);
  if (at == At::file && kind == 'E') return take_end(payload);
  if ((at == At::entries || at == At::manifest) && kind == 'M') return take_manifest(payload);
  return wrong("a record is out of order");
}

Reader::Reader(Taker& taker) : state_(std::make_unique<State>(taker)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader::~Reader() = default;

Outcome<> Reader::push(std::string_view octets) {
  auto& state = *state_;
  state.pending += octets;
  std::string_view rest = state.pending;
  Outcome<> taken;
  while (taken && rest.size() >= record_head) {
    std::size_t size = 0;
    for (std::size_t i = 4; i > 0; --i) size = size << 8U | static_cast<unsigned char>(rest[i]);
    if (size > limits::record) return wrong("a record is too long");
    if (rest.size() < record_head + size) break;
    taken = state.take(rest.front(), rest.substr(record_head, size));
    rest.remove_prefix(record_head + size);
  }
  state.pending.erase(0, state.pending.size() - rest.size());
  return taken;
}

Outcome<> Reader::finish() const {
  if (state_->at != State::At::end || !state_->pending.empty()) return wrong("it is cut short");
  return {};
}

const v1::BackupManifest& Reader::manifest() const { return state_->manifest; }

}  // namespace scop::backup
