// TSIG keys as an administrator copies them: read as what their file says, or refused.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/ensure.hpp"
#include "dns/name.hpp"
#include "dns_update/tsig_key.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(dns_update::parse_tsig_key(text, ""));
  const auto key = dns_update::parse_tsig_key(text, "scop.example");
  if (!key) return 0;
  ENSURE(key->name == "scop.example" && !key->secret.empty());
  const auto written = "key \"" + key->name + "\" { algorithm hmac-sha256; secret \"" +
                       to_base64(key->secret.reveal()) + "\"; };\n";
  const auto again = dns_update::parse_tsig_key(written, "");
  ENSURE(again && again->name == key->name && again->secret.reveal() == key->secret.reveal());
  return 0;
}
