// What went wrong the last time with a certificate, how often in a row, and when it is tried again; kept on
// disk so that a restart does not ask an ACME server's rate limits for more.
#pragma once

#include <string>

#include "core/clock.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

struct Trouble {
  unsigned failures = 0;  // 0: none
  Time retry_at{};
  std::string problem;  // one line
};

// A file that cannot be read is no trouble: then it is asked again.
Trouble read_trouble(const Pair& pair);
Outcome<> write_trouble(const Pair& pair, const Trouble& trouble);
Outcome<> forget_trouble(const Pair& pair);

}  // namespace scop::command::acme
