// The domains of all addresses in all From fields, for DMARC.
#pragma once

#include <string>
#include <vector>

#include "message/header.hpp"

namespace scop::verify {

// An address without a domain, or a field that does not parse: an empty string. No field: nothing.
std::vector<std::string> author_domains(const message::HeaderView& header);

}  // namespace scop::verify
