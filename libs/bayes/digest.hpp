// A message's identity for learning. Private to bayes.
#pragma once

#include <string>

#include "mime_text/message.hpp"

namespace scop::bayes {

// SHA-256 over Message-ID, Date, From, Subject and the body without the line ends at its end: what relays and
// mail clients leave alone.
std::string digest_of(const mime_text::Message& message);

}  // namespace scop::bayes
