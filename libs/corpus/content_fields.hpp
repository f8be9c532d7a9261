// Content-Type and Content-Disposition with parameters in every form (RFC 2045 5.1, RFC 2183, RFC 2231).
#pragma once

#include "corpus/expected.hpp"
#include "corpus/field_text.hpp"

namespace scop::corpus {

// ";" and the parameter. A value outside ASCII takes RFC 2231's form; `charset` is one that holds it.
void add_parameter(FieldText& text, std::string_view name, std::string_view value,
                   std::string_view charset = "utf-8");

// In any case that a writer may choose: "Text/Plain".
std::string in_some_case(Random& random, std::string_view token);

}  // namespace scop::corpus
