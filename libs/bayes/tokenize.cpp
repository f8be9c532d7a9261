#include "bayes/tokenize.hpp"

#include "bayes/body_tokens.hpp"
#include "bayes/digest.hpp"
#include "bayes/header_tokens.hpp"
#include "bayes/trace_tokens.hpp"

namespace scop::bayes {

Tokens tokenize(std::string_view octets, mime_text::Charsets& charsets) {
  const auto message = mime_text::Message::read(octets);
  return tokenize(message, attachments::inspect(message), charsets);
}

Tokens tokenize(const mime_text::Message& message, std::span<const attachments::AttachmentFinding> findings,
                mime_text::Charsets& charsets) {
  Tokens tokens;
  tokens.digest = digest_of(message);
  add_structure(tokens, message, findings);
  add_header(tokens, message, charsets);
  add_trace(tokens, message);
  add_body(tokens, message, charsets);
  return tokens;
}

}  // namespace scop::bayes
