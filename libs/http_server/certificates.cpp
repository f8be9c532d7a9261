#include "http_server/certificates.hpp"

#include <sys/stat.h>

namespace scop::http_server {

Certificates::Stamp Certificates::stamp_of(const std::filesystem::path& file) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {.inode = facts.st_ino,
          .size = facts.st_size,
          .nanoseconds = facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

std::vector<Certificates::Stamp> Certificates::stamps() const {
  std::vector<Stamp> found;
  for (const auto& pair : pairs_) {
    found.push_back(stamp_of(pair.certificate));
    found.push_back(stamp_of(pair.key));
  }
  return found;
}

Outcome<net::TlsContext> Certificates::load() {
  // Before reading: what changes meanwhile is seen as changed.
  seen_ = stamps();
  return server_context(pairs_);
}

bool Certificates::changed() const { return stamps() != seen_; }

}  // namespace scop::http_server
