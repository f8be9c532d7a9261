// A certificate from the ACME server for the key that is in hand, or for a new one; and what to do when there
// is none to be had.
#pragma once

#include "core/error.hpp"
#include "log/log.hpp"
#include "scop/acme_files.hpp"

namespace scop::command::acme {

// The chain, checked: for our key and names, and valid. Errors: denied: the ACME server or the client said no
// (or nothing), `what` is all it wrote; others are ours.
Outcome<std::string> order(const World& world, const Pair& pair, const Files& files, bool wants_new_key);

// The failure is counted, the time of the next try written down, and both are logged; louder towards the end
// of the certificate in use.
void note_order_failure(const World& world, const Pair& pair, const Log& log, const Error& error);

}  // namespace scop::command::acme
