// date-time of RFC 5322 3.3, and 4.3's obsolete forms.
#pragma once

#include "corpus/expected.hpp"
#include "corpus/field_text.hpp"

namespace scop::corpus {

ExpectedDate add_date(FieldText& text);

}  // namespace scop::corpus
