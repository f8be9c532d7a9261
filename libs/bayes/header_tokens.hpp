// Tokens of the header: who wrote to whom, with what, about what. Private to bayes.
#pragma once

#include "bayes/tokens.hpp"
#include "mime_text/charset.hpp"
#include "mime_text/message.hpp"

namespace scop::bayes {

void add_header(Tokens& tokens, const mime_text::Message& message, mime_text::Charsets& charsets);

}  // namespace scop::bayes
