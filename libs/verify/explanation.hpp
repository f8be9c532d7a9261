// The steps of an inquiry in order, for people.
#pragma once

#include <map>
#include <vector>

#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "verify/judgement.hpp"

namespace scop::verify {

using Answers = std::map<dns::Question, dns::Answer>;

std::vector<Step> explain(const Envelope& envelope, const Judgement& judgement, const Answers& answers);

}  // namespace scop::verify
