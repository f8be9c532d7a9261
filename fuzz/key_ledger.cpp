// The signer's ledger of keys: what is read is exactly what is written back.
#include <cstdint>

#include "core/ensure.hpp"
#include "key_life/life.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto ledger = key_life::parse_ledger(input);
  if (!ledger) return 0;
  ENSURE(key_life::to_text(*ledger) == input);
  key_life::Life life({.rotate_every = std::chrono::days{1}}, *ledger);
  life.pass(ledger->at + std::chrono::days{3}, std::nullopt);
  for (const auto& key : ledger->keys) {
    life.seen(key.selector, key_life::wanted_record(key), std::chrono::hours{1}, ledger->at);
  }
  life.take_stock({}, ledger->at);
  static_cast<void>(life.rotate(dkim::KeyType::rsa, true, ledger->at));
  // Two more than were read at most: by schedule, and by hand.
  ENSURE(life.ledger().keys.size() <= key_life::most_keys);
  return 0;
}
