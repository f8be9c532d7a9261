// The X-Spam-* fields, in the forms that mail programs and Sieve scripts know from SpamAssassin:
//   X-Spam-Flag: YES | NO
//   X-Spam-Score: 0.9871                 ; 0 ham to 1 spam
//   X-Spam-Level: *******                ; 5 at the label threshold, 10 at a score of 1
//   X-Spam-Status: Yes, score=0.9871 required=0.8000 tests=subject:viagra(0.99),…
//   X-Spam-Observed: dnsbl:zen.example … ; what the edge saw of the client, so that it can be learnt later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scop/v1/stage.pb.h"
#include "settings/spamfilter.hpp"

namespace scop::spamfilter {

struct Case;

std::vector<v1::Field> own_fields(const Case& found, const settings::AttachmentPolicy& policy, bool flagged);

// Printable ASCII without white space, commas and parentheses: those and the rest as %NN, a space as "+".
std::string shown_token(std::string_view token);

// 0 to 10.
unsigned level_of(double score, double label_threshold);

// A word that can stand in X-Spam-Observed.
bool is_observation(std::string_view text);
v1::Field observed_field(const std::vector<std::string>& observations);
// The first X-Spam-Observed of a header (text up to the body), as observations again.
std::vector<std::string> observed_in(std::string_view header);

// Which fields of a header (text up to the body) are X-Spam-*: whatever they say, it is not ours. Empty where
// the header is beyond the bounds of libs/message; then the relay refuses it anyway.
std::vector<std::uint32_t> foreign_fields(std::string_view header);

}  // namespace scop::spamfilter
