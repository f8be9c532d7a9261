// bh=: the hash of a canonical body (RFC 6376 3.7), in chunks, of the first `limit` canonical octets where l=
// says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dkim/canonical.hpp"
#include "dkim/digest.hpp"

namespace scop::dkim {

class BodyHash {
 public:
  BodyHash(Canonical form, Hash hash, std::optional<std::uint64_t> limit = std::nullopt);

  void feed(std::string_view chunk);
  // The digest in octets; the object is spent.
  std::string finish();
  // Canonical octets seen, those beyond the limit too. Whole after finish().
  std::uint64_t length() const { return length_; }

 private:
  friend class BodyCanonicalizer;
  void write(std::string_view octets);  // the canonicaliser's sink
  BodyCanonicalizer canonicalizer_;
  Digest digest_;
  std::optional<std::uint64_t> left_;  // until the limit
  std::uint64_t length_ = 0;
  std::string buffer_;  // small writes joined: bounded by its capacity
};

}  // namespace scop::dkim
