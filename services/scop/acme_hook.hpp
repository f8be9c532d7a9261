// What an ACME client asks of its hook; see acme_hook.cpp.
#pragma once

#include <string>

#include "scop/context.hpp"

namespace scop::command::acme {

struct HookCall {
  std::string method;  // "begin", "done", "failed"
  std::string type;    // "dns-01", or another that is declined
  std::string name;    // to prove
  std::string token;
  std::string digest;  // what goes into the TXT record
};

// The exit status: 0 accepted or done, else declined or failed.
int hook(const Context& context, const HookCall& call);

}  // namespace scop::command::acme
