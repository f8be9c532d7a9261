#include "dkim/body_hash.hpp"

namespace scop::dkim {

namespace {
constexpr std::size_t buffered = 1'024;
}

BodyHash::BodyHash(Canonical form, Hash hash, std::optional<std::uint64_t> limit)
    : canonicalizer_(form), digest_(hash), left_(limit) {
  buffer_.reserve(buffered);
}

void BodyHash::feed(std::string_view chunk) { canonicalizer_.feed(chunk, *this); }

std::string BodyHash::finish() {
  canonicalizer_.finish(*this);
  digest_.update(buffer_);
  buffer_.clear();
  return digest_.finish();
}

void BodyHash::write(std::string_view octets) {
  length_ += octets.size();
  if (left_) {
    octets = octets.substr(0, *left_);
    *left_ -= octets.size();
  }
  if (buffer_.size() + octets.size() > buffered) {
    digest_.update(buffer_);
    buffer_.clear();
  }
  if (octets.size() > buffered) {
    digest_.update(octets);
  } else {
    buffer_ += octets;
  }
}

}  // namespace scop::dkim
