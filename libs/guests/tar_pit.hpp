// What guessing recipients costs within one session: a few are free (typing errors), then each doubles the
// wait before its reply, then the session ends.
#pragma once

#include <chrono>

namespace scop::guests {

struct TarPitRules {
  unsigned free_unknown = 3;
  unsigned most_unknown = 20;
  std::chrono::milliseconds first_delay = std::chrono::seconds(1);
  std::chrono::milliseconds longest_delay = std::chrono::seconds(20);
};

class TarPit {
 public:
  explicit TarPit(TarPitRules rules) : rules_(rules) {}

  void unknown_recipient() { ++unknown_; }
  // Known from elsewhere to be a bad one: begins where others have used up what is free.
  void begin_slow() { slow_ = true; }
  std::chrono::milliseconds delay() const;
  bool is_over() const { return unknown_ >= rules_.most_unknown; }
  unsigned unknown() const { return unknown_; }

 private:
  TarPitRules rules_;
  unsigned unknown_ = 0;
  bool slow_ = false;
};

}  // namespace scop::guests
