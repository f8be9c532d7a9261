// The filter's findings and the verifier's, as the relay gets them.
#pragma once

#include <span>
#include <string>

#include "scop/v1/case.pb.h"
#include "stage/ending.hpp"

namespace scop::verifier {

// Of the filter's only X-Spam-* fields, its own verdicts and its dispositions are believed. Dispositions
// merge per recipient: REFUSE over JUNK over INBOX. Where every recipient is to be refused the message ends
// with that refusal; else those recipients get it as Junk: one reply covers all, and nobody is sent a bounce.
stage::Stepped<v1::Findings> merge(v1::Findings filter, const v1::CaseResult& ours,
                                   std::span<const std::string> recipients);

}  // namespace scop::verifier
