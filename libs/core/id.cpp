#include "core/id.hpp"

#include <sys/random.h>

#include <cerrno>
#include <span>

#include "core/base64.hpp"
#include "core/ensure.hpp"

namespace scop {

std::string random_octets(std::size_t count) {
  std::string octets;
  octets.resize(count);
  std::span<char> rest(octets);
  while (!rest.empty()) {
    const auto got = ::getrandom(rest.data(), rest.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    ENSURE(got > 0);
    rest = rest.subspan(static_cast<std::size_t>(got));
  }
  return octets;
}

Id Id::random() { return *from_octets(random_octets(16)); }

std::optional<Id> Id::from_octets(std::string_view octets) {
  if (octets.size() != 16) return std::nullopt;
  Id id;
  for (std::size_t i = 0; i < 16; ++i) {
    auto& word = i < 8 ? id.words_[0] : id.words_[1];
    word = word << 8 | static_cast<unsigned char>(octets[i]);
  }
  return id;
}

std::optional<Id> Id::from_text(std::string_view hex) {
  const auto octets = from_hex(hex);
  return octets ? from_octets(*octets) : std::nullopt;
}

std::string Id::octets() const {
  std::string out;
  for (const auto word : words_) {
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift & 0xff);
  }
  return out;
}

std::string Id::text() const { return to_hex(octets()); }

}  // namespace scop
