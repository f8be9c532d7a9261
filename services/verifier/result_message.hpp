// A judgement as the keeper gets it: fields, verdicts, disposition, the row for the report.
#pragma once

#include "scop/v1/case.pb.h"
#include "verify/judgement.hpp"

namespace scop::verifier {

v1::CaseResult result_message(const v1::CaseBegin& begin, const verify::Judgement& judgement);

}  // namespace scop::verifier
