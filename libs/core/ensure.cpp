#include "core/ensure.hpp"

#include <cstdio>
#include <cstdlib>

#include "core/error.hpp"

namespace scop {

void ensure_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "scop: broken invariant: %s at %s:%d\n", condition, file, line);
  std::abort();
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::too_large:
      return "too large";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::not_found:
      return "not found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::timed_out:
      return "timed out";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::closed:
      return "closed";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::broken:
      return "broken";
  }
  return "?";
}

}  // namespace scop
