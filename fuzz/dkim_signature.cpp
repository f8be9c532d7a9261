// DKIM-Signature values: what is read is written so that it is read as the same.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dkim/signature.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(reinterpret_cast<const char*>(data), size);
  static_cast<void>(dkim::without_signature("DKIM-Signature:" + value));
  auto signature = dkim::parse_signature(value);
  if (!signature) return 0;
  ENSURE(dkim::without_signature("DKIM-Signature:" + value));
  auto again =
      dkim::parse_signature(dkim::format_unsigned(*signature) + dkim::fold_signature(signature->signature));
  ENSURE(again);
  // What the signer never writes.
  again->identity = signature->identity;
  again->body_length = signature->body_length;
  ENSURE(*again == *signature);
  return 0;
}
