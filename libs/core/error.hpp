// Errors as values. `kind` decides what happens next; `what` is for the log and never for a remote.
// A verdict (SPF fail, NXDOMAIN, 550) is a value of its own type, not an Error.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace scop {

enum class ErrorKind {
  malformed,    // bytes that do not follow their grammar
  too_large,    // a bound on size, depth or count was passed
  unsupported,  // well-formed, but not something we do
  not_found,
  conflict,     // exists already, or changed meanwhile
  denied,       // the asker may not
  exhausted,    // a throttle or a full resource (disk, memory, descriptors)
  timed_out,    // a deadline passed
  cancelled,    // we are shutting down, or the asker went away
  closed,       // the peer closed the connection
  unavailable,  // a service or file that should be there is not, for now
  broken,       // state on disk or a library's answer makes no sense
};

std::string_view name_of(ErrorKind kind);

struct Error {
  ErrorKind kind{};
  std::string what;
  bool operator==(const Error&) const = default;
};

template <class T = void>
using Outcome = std::expected<T, Error>;

inline std::unexpected<Error> failure(ErrorKind kind, std::string what) {
  return std::unexpected(Error{kind, std::move(what)});
}

}  // namespace scop
