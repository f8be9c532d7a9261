// The relay's answers to a Pass.
#pragma once

#include <string>

#include "core/error.hpp"
#include "scop/v1/stage.pb.h"

namespace scop::relay {

v1::Receipt refused(unsigned code, std::string enhanced, std::string text);
v1::Receipt deferred(unsigned code, std::string enhanced, std::string text);
// By its code: 4xx defers.
v1::Receipt receipt_of(v1::Reply reply);
// The one table from kinds of error to replies.
v1::Receipt reply_for(const Error& error);

}  // namespace scop::relay
