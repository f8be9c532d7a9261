#include "inspection.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "limits.hpp"

namespace scop::relay {

namespace {

evp_md_ctx_st* begin_digest() {
  auto* context = EVP_MD_CTX_new();
  ENSURE(context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  return context;
}

std::string end_digest(evp_md_ctx_st* context) {
  std::array<unsigned char, 32> octets{};
  unsigned length = 0;
  ENSURE(EVP_DigestFinal_ex(context, octets.data(), &length) == 1 && length == octets.size());
  return {octets.begin(), octets.end()};
}

bool has_8bit(std::string_view octets) {
  std::uint64_t seen = 0;
  while (octets.size() >= sizeof seen) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets.data(), sizeof word);
    seen |= word;
    octets.remove_prefix(sizeof word);
  }
  return (seen & 0x8080808080808080ULL) != 0 || !ascii::is_all_ascii(octets);
}

}  // namespace

Inspection::Inspection() : digest_(begin_digest(), EVP_MD_CTX_free) {}
Inspection::Inspection(Inspection&&) noexcept = default;
Inspection& Inspection::operator=(Inspection&&) noexcept = default;
Inspection::~Inspection() = default;

Outcome<> Inspection::feed(std::string_view octets) {
  if (auto good = line_rules(octets); !good) return good;
  ENSURE(EVP_DigestUpdate(digest_.get(), octets.data(), octets.size()) == 1);
  size_ += octets.size();
  eight_bit_ = eight_bit_ || has_8bit(octets);
  return {};
}

Outcome<> Inspection::line_rules(std::string_view octets) {
  const auto wrong = [&](std::string_view what) {
    return failure(ErrorKind::malformed, fmt::format("{} near octet {}", what, size_));
  };
  if (std::memchr(octets.data(), '\0', octets.size()) != nullptr) return wrong("a NUL");
  while (!octets.empty()) {
    if (after_cr_) {
      if (octets.front() != '\n') return wrong("a bare CR");
      octets.remove_prefix(1);
      after_cr_ = false;
      line_ = 0;
      continue;
    }
    const auto length = std::min(octets.find_first_of("\r\n"), octets.size());
    line_ += length;
    if (line_ > limits::line_octets) return wrong("a line over 998 octets");
    octets.remove_prefix(length);
    if (octets.empty()) break;
    if (octets.front() == '\n') return wrong("a bare LF");
    after_cr_ = true;
    octets.remove_prefix(1);
  }
  return {};
}

Outcome<std::string> Inspection::finish() {
  if (after_cr_ || line_ > 0) return failure(ErrorKind::malformed, "the last line has no CRLF");
  return end_digest(digest_.get());
}

}  // namespace scop::relay
