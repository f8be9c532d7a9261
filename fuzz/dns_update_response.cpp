// Answers of a primary: none of them is trusted without our TSIG. And TSIG key files.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dns_update/update.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const dns_update::TsigKey key{"scop-signer", Secret(std::string(32, 'k'))};
  dns_update::EncodedUpdate request;
  request.id = 7;
  request.mac = std::string("\0\x20", 2) + std::string(32, 'm');
  const auto code =
      dns_update::decode_response(text, request, &key, Time(std::chrono::seconds(1'700'000'000)));
  ENSURE(!code || *code != 0);
  static_cast<void>(dns_update::decode_response(text, request, nullptr, Time{}));
  static_cast<void>(dns_update::parse_tsig_key(text, "scop-signer"));
  return 0;
}
