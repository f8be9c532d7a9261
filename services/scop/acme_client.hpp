// The ACME client, uacme (RFC 8555): started for one account or one certificate, watched and given up after a
// time. It gets a certificate request, never a key, and proves names by this program as its hook.
#pragma once

#include <string>

#include "scop/acme_world.hpp"

namespace scop::command::acme {

struct ClientResult {
  bool good = false;
  std::string output;  // what it wrote, its end where that was much
};

// Makes the account where there is none yet; the certificate for `request` (PEM) is the chain that comes
// back. Errors: not_found: the client is not installed. A refusal is the client's `output`, with good false.
struct Issued {
  ClientResult result;
  std::string chain;  // PEM; with result.good
};
Outcome<Issued> issue(const World& world, const Pair& pair, const std::string& request);

// The last thing that the client or the ACME server said, in one line for logs.
std::string in_one_line(const std::string& output);

}  // namespace scop::command::acme
