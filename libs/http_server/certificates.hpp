// The pairs of one port on disk; whoever owns this asks changed() now and then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "http_server/server_context.hpp"

namespace scop::http_server {

class Certificates {
 public:
  explicit Certificates(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {}

  // A pair that does not fit together (a renewal half done) is an error.
  Outcome<net::TlsContext> load();
  bool changed() const;  // since the last load, good or bad

 private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    std::int64_t nanoseconds = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const std::filesystem::path& file);
  std::vector<Stamp> stamps() const;

  std::vector<Pair> pairs_;
  std::vector<Stamp> seen_;
};

}  // namespace scop::http_server
