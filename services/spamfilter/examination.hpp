// What the judge process finds in a message: tokens for the classifier and what its attachments are.
// examine() runs there, on hostile octets; the keeper reads the answer as if it were hostile too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attachments/attachments.hpp"
#include "bayes/tokens.hpp"
#include "core/error.hpp"
#include "mime_text/charset.hpp"

namespace scop::spamfilter {

struct Examination {
  bayes::Tokens tokens;
  std::vector<attachments::AttachmentFinding> findings;
};

Examination examine(std::string_view octets, mime_text::Charsets& charsets);

//   answer  = length tokens count *finding     ; numbers: 32 bits, little-endian
//   finding = kind length name length reason
std::string encode(const Examination& examination);
Outcome<Examination> decode_examination(std::string_view octets);

}  // namespace scop::spamfilter
