// Octets that are wiped when they go: passwords, keys. Not copyable, never printed or compared in variable
// time.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace scop {

// Overwrites the octets in a way that the optimiser keeps, then empties the string.
void wipe(std::string& text);

// Equal in content; takes the same time wherever they differ (the lengths are not hidden).
bool equal_in_constant_time(std::string_view a, std::string_view b);

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string octets) : octets_(std::move(octets)) {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~Secret() { wipe(octets_); }

  std::string_view reveal() const { return octets_; }
  bool empty() const { return octets_.empty(); }

 private:
  // A short string lives inside the object: moving it would leave its octets behind.
  void take(Secret& other) {
    wipe(octets_);
    octets_.assign(other.octets_);
    wipe(other.octets_);
  }
  std::string octets_;
};

}  // namespace scop
