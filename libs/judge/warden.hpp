// The process that forks judges. It reads single octets from the keeper, and nothing of what they judge.
#pragma once

#include <sys/types.h>

#include <functional>

#include "judge/judge.hpp"

namespace scop::judge {

inline constexpr char kill_judge = 'k';  // the keeper's one command

// What the keeper gets for each new judge, with the judge's socket beside it (SCM_RIGHTS).
struct Announcement {
  pid_t process = 0;
};

// In the child of the fork. `control` is its end of a SOCK_STREAM pair.
[[noreturn]] void run_warden(int control, const Terms& terms, const std::function<Handler()>& make);

// One judge's life over `channel`: frames of a length (32 bits, native order) and so many octets, each way.
[[noreturn]] void run_judge(int channel, const Terms& terms, const Handler& handler);

}  // namespace scop::judge
