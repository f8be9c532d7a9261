#include "http_server/certificates.hpp"

namespace scop::http_server {

std::vector<net::FileStamp> Certificates::stamps() const {
  std::vector<net::FileStamp> found;
  for (const auto& pair : pairs_) {
    found.push_back(net::stamp_of(pair.certificate));
    found.push_back(net::stamp_of(pair.key));
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
