// Reads big-endian fields from the front of octets; nullopt, and no octet taken, where too few are left.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace scop::dns {

class Cursor {
 public:
  explicit Cursor(std::string_view octets) : rest_(octets) {}

  std::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }

  std::optional<std::string_view> take(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::optional<std::uint8_t> u8() { return number<std::uint8_t>(); }
  std::optional<std::uint16_t> u16() { return number<std::uint16_t>(); }
  std::optional<std::uint32_t> u32() { return number<std::uint32_t>(); }

 private:
  template <class T>
  std::optional<T> number() {
    const auto octets = take(sizeof(T));
    if (!octets) return std::nullopt;
    std::uint32_t value = 0;
    for (const char octet : *octets) value = value << 8U | static_cast<unsigned char>(octet);
    return static_cast<T>(value);
  }
  std::string_view rest_;
};

}  // namespace scop::dns
