// From a message to its tokens. Pure, bounded, for hostile octets: runs in the judge process, without table
// or database.
#pragma once

#include <span>
#include <string_view>

#include "attachments/attachments.hpp"
#include "bayes/tokens.hpp"
#include "mime_text/charset.hpp"
#include "mime_text/message.hpp"

namespace scop::bayes {

inline constexpr std::size_t most_text = 256U << 10U;  // octets of decoded text that are looked at

// Octets with CRLF or LF line ends; whatever they hold, tokens come out.
Tokens tokenize(std::string_view octets, mime_text::Charsets& charsets);

// For who has read the message and inspected its attachments already.
Tokens tokenize(const mime_text::Message& message, std::span<const attachments::AttachmentFinding> findings,
                mime_text::Charsets& charsets);

}  // namespace scop::bayes
