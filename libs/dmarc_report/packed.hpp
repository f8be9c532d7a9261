// Packed reports: gzip (RFC 1952) and zip (the first file with .xml in its name, stored or deflated).
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "gzip/gzip.hpp"

namespace scop::dmarc_report {

Outcome<std::string> unzip(std::string_view archive);

// By the first octets: gzip, zip, or anything else as it is.
Outcome<std::string> unpack(std::string_view octets);

}  // namespace scop::dmarc_report
