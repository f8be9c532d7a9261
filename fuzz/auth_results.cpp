// Foreign Authentication-Results values: a value that begins with our id is a claim whatever follows; what we
// write from any text stays one field that claims its own id.
#include <cstddef>
#include <cstdint>

#include "auth_results/claim.hpp"
#include "auth_results/format.hpp"
#include "core/ensure.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  auth_results::claims(text, "mx.example.org");
  ENSURE(auth_results::claims(" mx.example.org; " + text, "mx.example.org"));
  const auto value = auth_results::format_value(
      "mx.example.org", {{"spf", "fail", text, text, {{"smtp", "mailfrom", text}, {"smtp", "helo", text}}}});
  const auto field = "Authentication-Results:" + value + "\r\n\r\n";
  const auto header = message::parse_header(field);
  ENSURE(header && header->fields.size() == 1 && header->malformed.empty() && header->complete);
  ENSURE(auth_results::claims(header->fields.front().value, "mx.example.org"));
  return 0;
}
