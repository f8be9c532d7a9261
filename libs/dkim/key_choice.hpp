// Which of the records at a key's name counts, and whether it may be used for a signature (RFC 6376 6.1.2).
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "dkim/key_record.hpp"
#include "dkim/signature.hpp"

namespace scop::dkim {

// The first record that is a key; RFC 6376 3.6.2.2 leaves several undefined. Looks at eight at most.
Outcome<KeyRecord> first_key(const std::vector<std::string>& records);

// Why a record may not be used for a signature; empty where it may.
std::string mismatch(const KeyRecord& record, const Signature& signature);

}  // namespace scop::dkim
