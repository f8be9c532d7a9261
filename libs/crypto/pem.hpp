// What readers and writers of PEM and DER share.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "crypto/owners.hpp"

namespace scop::crypto {

// Reads from `octets`, which must outlive it.
Bio reader(std::string_view octets);
// What was written into a memory BIO.
std::string content_of(BIO* bio);

// For PEM_read_…: never asks a terminal.
int no_pass_phrase(char* buffer, int size, int writing, void* user);

// The reason that OpenSSL noted last, "doing: reason"; forgets it and all before.
std::unexpected<Error> failed(ErrorKind kind, std::string_view doing);

}  // namespace scop::crypto
