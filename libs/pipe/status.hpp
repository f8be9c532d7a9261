// Result codes of calls, numbered as gRPC numbers them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace scop::pipe {

enum class Code {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

std::string_view name_of(Code code);

struct Status {
  Code code = Code::ok;
  std::string message;
  // Of failures of a call: whether the request may have reached the other side's application.
  bool may_have_been_seen = false;
};

template <class T = void>
using Result = std::expected<T, Status>;

inline std::unexpected<Status> fail(Code code, std::string message) {
  return std::unexpected(Status{code, std::move(message)});
}

}  // namespace scop::pipe
