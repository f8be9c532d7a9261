// 128-bit transaction ids: drawn at random at the edge that begins a transaction, written as 32 hex digits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace scop {

class Id {
 public:
  Id() = default;  // all zero: "none"
  static Id random();
  static std::optional<Id> from_octets(std::string_view octets);  // exactly 16
  static std::optional<Id> from_text(std::string_view hex);       // exactly 32 digits

  std::string octets() const;
  std::string text() const;
  bool is_none() const { return *this == Id{}; }
  auto operator<=>(const Id&) const = default;

 private:
  friend struct std::hash<Id>;
  std::array<std::uint64_t, 2> words_{};
};

// `count` octets from the kernel's generator.
std::string random_octets(std::size_t count);

}  // namespace scop

template <>
struct std::hash<scop::Id> {
  std::size_t operator()(const scop::Id& id) const noexcept { return id.words_[0] ^ id.words_[1]; }
};
