// The hash of the header fields that h= chooses (RFC 6376 3.7 and 5.4.2): bottom up where a name stands
// several times, nothing where it stands once more than the field.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "dkim/canonical.hpp"
#include "dkim/digest.hpp"
#include "message/header.hpp"

namespace scop::dkim {

// Feeds the chosen fields in h='s order, each canonical with its CRLF.
void feed_signed_fields(std::span<const message::FieldView> header, const std::vector<std::string>& names,
                        Canonical form, Digest& digest);

// The signature's own field comes last, without b='s content and without CRLF.
void feed_signature_field(std::string_view raw_without_signature, Canonical form, Digest& digest);

}  // namespace scop::dkim
