// Tokens of Received fields and dates: the way a message came. Private to bayes.
#pragma once

#include "bayes/tokens.hpp"
#include "mime_text/message.hpp"

namespace scop::bayes {

void add_trace(Tokens& tokens, const mime_text::Message& message);

}  // namespace scop::bayes
