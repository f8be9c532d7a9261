// Counts who is in, for as long as they are.
#pragma once

#include <cstddef>

namespace scop::spamfilter {

class Entered {
 public:
  explicit Entered(std::size_t& count) : count_(count) { ++count_; }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;
  ~Entered() { --count_; }

 private:
  std::size_t& count_;
};

}  // namespace scop::spamfilter
