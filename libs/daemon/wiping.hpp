// Memory is overwritten when it is given back: whatever a library has copied a password or key into does not
// stay behind. Both before any thread and any use of OpenSSL.
#pragma once

namespace scop::daemon {

// What OpenSSL gives back: key files' contents, records of TLS.
void wipe_memory_of_openssl();

// From now on everything that C++ gives back.
void wipe_all_memory();

}  // namespace scop::daemon
