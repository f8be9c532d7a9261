// The header as it will be delivered: findings' removals applied, their fields on top. This is what is signed
// and what the rules look at: a From that submission added counts, one that it removed does not.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "message/header.hpp"
#include "scop/v1/stage.pb.h"

namespace scop::signer {

struct DeliveredHeader {
  std::string text;            // without the empty line
  message::HeaderView header;  // points into `text`
  DeliveredHeader() = default;
  DeliveredHeader(const DeliveredHeader&) = delete;
  DeliveredHeader& operator=(const DeliveredHeader&) = delete;
};

// `octets`: the message's header section as it came, with or without the empty line. malformed: a line that
// is no field, a removal of a field that is not there, an added field that is not exactly one.
Outcome<> deliver(std::string_view octets, const v1::Findings& findings, DeliveredHeader& into);

}  // namespace scop::signer
