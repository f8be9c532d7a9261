// What the filter keeps of a message that passes: the header, and the body as far as it is looked at. All
// messages under way share one bound on memory; where it is used up, bodies are left out, headers never.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace scop::spamfilter {

class Memory {
 public:
  explicit Memory(std::uint64_t most) : most_(most) {}
  bool take(std::uint64_t octets);
  void give_back(std::uint64_t octets) { used_ -= octets; }
  std::uint64_t used() const { return used_; }

 private:
  std::uint64_t most_;
  std::uint64_t used_ = 0;
};

class Gathered {
 public:
  Gathered(Memory& memory, std::uint64_t most_body) : memory_(memory), most_body_(most_body) {}
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;
  ~Gathered() { memory_.give_back(taken_); }

  void add(std::string_view octets);
  const std::string& octets() const { return octets_; }
  std::string_view header() const { return std::string_view(octets_).substr(0, body_); }
  bool is_whole() const { return !full_; }

 private:
  void add_header(std::string_view octets);
  void add_body(std::string_view octets);
  bool take(std::size_t octets);

  Memory& memory_;
  std::uint64_t most_body_;
  std::string octets_;
  std::size_t body_ = std::string::npos;  // where it begins
  std::uint64_t taken_ = 0;
  bool full_ = false;
};

}  // namespace scop::spamfilter
