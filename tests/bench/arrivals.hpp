// What has come to the sink: how many, when, and which keys how often.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace scop::bench {

// The value of X-Scop-Bench, else of Message-ID; empty where there is neither.
std::string key_of(std::string_view message);

class Arrivals {
 public:
  void note(std::string_view message);
  void note_connection() { ++connections_; }
  void reset() { *this = {}; }
  std::uint64_t count() const { return count_; }
  std::string as_json() const;
  // One line "KEY COUNT" for each.
  std::string keys() const;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t octets_ = 0;
  std::uint64_t connections_ = 0;
  double first_ = 0;
  double last_ = 0;
  std::unordered_map<std::string, std::uint32_t> keys_;
};

}  // namespace scop::bench
