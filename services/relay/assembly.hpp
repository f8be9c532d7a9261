// The header that is stored and delivered: our Received field (RFC 5321 4.4), the fields that earlier stages
// found, then the message's own, less those to be removed. Which stage may add or remove what is one table
// here.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "scop/v1/stage.pb.h"

namespace scop::relay {

// denied: a field that `caller` may not add or remove. malformed: the header or a field is no header or
// field. too_large: over the bounds. unsupported: more than 50 Received fields, a loop (RFC 5321 6.3).
// `header` includes the empty line; so does the result.
struct AssemblyView {
  const v1::Envelope& envelope;
  const v1::Findings& findings;
  std::string_view caller;
  std::string_view host;  // our name, in Received
  std::string_view header;
  Time received;
};
Outcome<std::string> assemble(const AssemblyView& assembly);

// Folded with CRLF before white space alone, so that it cannot be two fields or end the header.
bool is_field_value(std::string_view value);

bool may_prepend(std::string_view caller, std::string_view field);
bool may_remove(std::string_view caller, std::string_view field);

// RFC 5321 4.4, with the client's confirmed name and its address; these stay out of it for submitted
// messages: they say where a person sits.
std::string received_field(const v1::Envelope& envelope, std::string_view host, Time received);

}  // namespace scop::relay
