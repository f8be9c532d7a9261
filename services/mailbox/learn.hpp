// What a user moves into Junk, or out of it, teaches the spam filter.
#pragma once

#include <filesystem>
#include <string>

namespace scop::mailbox {

struct Lesson {
  std::string user;
  bool spam = false;
  bool ham = false;
  bool forget = false;
};

// The message comes on standard input. 0: learnt, or known before; 1: the filter does not learn it; 111: try
// again.
int teach(const std::filesystem::path& config, const Lesson& lesson);

}  // namespace scop::mailbox
