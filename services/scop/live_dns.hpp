// Live look-ups for the command line: of the mesh's resolver where an instance is configured, else of the
// system's. Both are bounded in time.
#pragma once

#include <functional>

#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "scop/context.hpp"

namespace scop::command {

using LookUp = std::function<dns::Answer(const dns::Question&)>;

LookUp live_dns(const Context& context);

}  // namespace scop::command
