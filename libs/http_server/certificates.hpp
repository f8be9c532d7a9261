// The pairs of one port on disk; whoever owns this asks changed() now and then.
#pragma once

#include <filesystem>
#include <vector>

#include "http_server/server_context.hpp"
#include "net/file_stamp.hpp"

namespace scop::http_server {

class Certificates {
 public:
  explicit Certificates(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {}

  // A pair that does not fit together (a renewal half done) is an error.
  Outcome<net::TlsContext> load();
  bool changed() const;  // since the last load, good or bad

 private:
  std::vector<net::FileStamp> stamps() const;

  std::vector<Pair> pairs_;
  std::vector<net::FileStamp> seen_;
};

}  // namespace scop::http_server
