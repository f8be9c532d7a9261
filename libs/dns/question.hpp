// What a decision wants to know of the DNS before it can go on.
#pragma once

#include <compare>
#include <string>

#include "dns/type.hpp"

namespace scop::dns {

struct Question {
  std::string name;  // presentation form, A-labels, without the last dot
  Type type = Type::txt;
  auto operator<=>(const Question&) const = default;
};

}  // namespace scop::dns
