// When to send an HTTP/2 PING to a silent peer and when to take it for dead (RFC 9113 6.7). Time is an
// argument.
#pragma once

#include <algorithm>

#include "core/clock.hpp"

namespace scop::pipe {

class Keepalive {
 public:
  enum class Verdict { alive, ask, dead };

  Keepalive(std::chrono::milliseconds silence, std::chrono::milliseconds patience, Deadline now)
      : silence_(silence), patience_(patience), heard_(now) {}

  void heard(Deadline now) {
    heard_ = now;
    asked_ = false;
  }

  // `ask`: send a PING. To be asked again at next().
  Verdict check(Deadline now) {
    if (now - heard_ < silence_) return Verdict::alive;
    if (!asked_) {
      asked_ = true;
      asked_at_ = now;
      return Verdict::ask;
    }
    return now - asked_at_ < patience_ ? Verdict::alive : Verdict::dead;
  }
  Deadline next() const { return asked_ ? asked_at_ + patience_ : heard_ + silence_; }

 private:
  std::chrono::milliseconds silence_;
  std::chrono::milliseconds patience_;
  Deadline heard_;
  Deadline asked_at_{};
  bool asked_ = false;
};

}  // namespace scop::pipe
