// How a Pass can end before the next stage was asked to keep it.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <variant>

#include "scop/v1/stage.pb.h"

namespace scop::stage {

// The message is turned away: the reply for its sender, and the reason for the log.
struct Refusal {
  v1::Reply reply;
  std::string reason;
};

Refusal refusal(unsigned code, std::string_view enhanced, std::string text, std::string reason = {});

// The call ends with an error instead of a receipt: void streams and callers who may not.
struct Void {
  bool denied = false;
  std::string why;
};

using Ending = std::variant<Refusal, Void>;

template <class T = void>
using Stepped = std::expected<T, Ending>;

std::unexpected<Ending> refused(Refusal refusal);
std::unexpected<Ending> voided(std::string why, bool denied = false);

// 5xx: refused, 4xx: deferred.
v1::Receipt receipt_of(const v1::Reply& reply);

}  // namespace scop::stage
