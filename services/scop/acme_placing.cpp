#include "scop/acme_placing.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <memory>

#include "core/id.hpp"
#include "files/descriptor.hpp"
#include "topology/topology.hpp"

namespace scop::command::acme {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_pem = 256U << 10U;

// A file that is written and waits beside its place; removed unless it gets there.
class Waiting {
 public:
  explicit Waiting(fs::path place) : place_(std::move(place)), beside_(place_) {
    beside_ += ".new-" + Id::random().text().substr(0, 8);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (!is_there_) ::unlink(beside_.c_str());
  }

  Outcome<> write(std::string_view content, mode_t mode, std::optional<gid_t> reader) const {
    const auto out = files::create(beside_, 0600);
    if (!out) return std::unexpected(out.error());
    if (auto written = files::write_all(*out, content, beside_); !written) return written;
    if (reader && ::fchown(out->number(), static_cast<uid_t>(-1), *reader) != 0)
      return std::unexpected(files::error_of(errno, "changing the group of", beside_));
    if (::fchmod(out->number(), mode) != 0)
      return std::unexpected(files::error_of(errno, "changing the mode of", beside_));
    return files::sync(*out, beside_);
  }

  Outcome<> put() {
    if (::rename(beside_.c_str(), place_.c_str()) != 0)
      return std::unexpected(files::error_of(errno, "replacing", place_));
    is_there_ = true;
    return {};
  }

 private:
  fs::path place_;
  fs::path beside_;
  bool is_there_ = false;
};

// As of a file that need not be written again: repeating a placement after a crash changes nothing.
bool is_there(const fs::path& file, std::string_view content, mode_t mode) {
  struct stat facts{};
  auto read = files::read_whole(file, most_pem);
  const Secret found(read ? std::move(*read) : std::string());
  return found.reveal() == content && ::lstat(file.c_str(), &facts) == 0 && (facts.st_mode & 07777U) == mode;
}

}  // namespace

Outcome<> place_all(const World& world, const Pair& pair, std::string_view chain, const Secret& key) {
  std::vector<std::unique_ptr<Waiting>> keys;
  std::map<fs::path, std::unique_ptr<Waiting>> chains;
  // The reader is a group: we own the file, its daemon reads it, nobody else does.
  const auto write_beside = [](const fs::path& file, std::string_view content, mode_t mode,
                               std::optional<gid_t> reader) -> Outcome<std::unique_ptr<Waiting>> {
    if (is_there(file, content, mode)) return nullptr;
    auto waiting = std::make_unique<Waiting>(file);
    if (auto written = waiting->write(content, mode, reader); !written)
      return std::unexpected(written.error());
    return waiting;
  };
  for (const auto& placement : pair.placements) {
    const auto* daemon = topology::find(placement.daemon);
    const bool has_readers = world.mesh.user_base != 0 && daemon != nullptr;
    const auto reader =
        has_readers ? std::optional<gid_t>(world.mesh.user_base + daemon->user_offset) : std::nullopt;
    auto one = write_beside(placement.key, key.reveal(), has_readers ? 0640 : 0600, reader);
    if (!one) return std::unexpected(one.error());
    if (*one) keys.push_back(std::move(*one));
    if (chains.contains(placement.certificate)) continue;
    auto other = write_beside(placement.certificate, chain, 0644, std::nullopt);
    if (!other) return std::unexpected(other.error());
    chains.emplace(placement.certificate, std::move(*other));
  }
  // Back to back, so that the time in which keys and certificates do not fit is that of a few renames.
  for (const auto& waiting : keys) {
    if (auto put = waiting->put(); !put) return put;
  }
  for (const auto& [file, waiting] : chains) {
    if (!waiting) continue;
    if (auto put = waiting->put(); !put) return put;
  }
  return files::sync_folder(world.tls);
}

}  // namespace scop::command::acme
