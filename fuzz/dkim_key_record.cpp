// Key records and the keys in them.
#include <cstddef>
#include <cstdint>

#include "dkim/key_record.hpp"
#include "dkim/public_key.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = dkim::parse_key_record(text);
  if (!record) return 0;
  const auto key = dkim::PublicKey::from_octets(record->type, record->public_key);
  if (key)
    static_cast<void>(
        key->verifies(dkim::Hash::sha256, std::string(32, 'd'), std::string(key->bits() / 8, 's')));
  return 0;
}
