// Address lists (RFC 5322 3.4, 4.4 where obsolete, RFC 6532 where UTF-8).
#pragma once

#include <vector>

#include "corpus/expected.hpp"
#include "corpus/field_text.hpp"

namespace scop::corpus {

ExpectedMailbox add_mailbox(FieldText& text);
std::vector<ExpectedAddress> add_address_list(FieldText& text, std::size_t count);
std::string domain_name(Random& random);
// "<id@domain>"
std::string message_id(Random& random);

}  // namespace scop::corpus
