// Tokens of the body: structure, attachments, words, HTML, links. Private to bayes.
#pragma once

#include <span>

#include "attachments/attachments.hpp"
#include "bayes/tokens.hpp"
#include "mime_text/charset.hpp"
#include "mime_text/message.hpp"

namespace scop::bayes {

void add_structure(Tokens& tokens, const mime_text::Message& message,
                   std::span<const attachments::AttachmentFinding> findings);
void add_body(Tokens& tokens, const mime_text::Message& message, mime_text::Charsets& charsets);

}  // namespace scop::bayes
