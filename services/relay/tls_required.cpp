#include "tls_required.hpp"

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::relay {

bool asks_for_no_tls(std::string_view octets) {
  const auto header = message::parse_header(octets);
  if (!header) return false;
  const auto fields = message::find_all(*header, "TLS-Required");
  return fields.size() == 1 && ascii::equals_ignoring_case(message::unfold(fields.front()->value), "No");
}

}  // namespace scop::relay
