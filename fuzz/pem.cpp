// Keys and certificates in PEM: read or refused, whoever made them; a TLSA record made of one matches it.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dane/tlsa.hpp"
#include "dkim/key.hpp"
#include "mesh_ca/facts.hpp"
#include "tls_key/key.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view pem(reinterpret_cast<const char*>(data), size);
  if (const auto key = dkim::DkimKey::from_pem(pem)) {
    const auto again = dkim::DkimKey::from_pem(key->to_pem().reveal());
    ENSURE(again && again->record() == key->record() && key->bits() > 0);
    ENSURE(tls_key::type_of_key(pem).has_value());
  }
  static_cast<void>(tls_key::type_of_certificate(pem));
  static_cast<void>(mesh_ca::belong_together(pem, pem));
  if (const auto facts = mesh_ca::read_facts(pem)) ENSURE(facts->uris.size() + facts->hosts.size() <= size);
  for (const auto selector : {dane::whole_certificate, dane::public_key}) {
    for (const auto matching : {dane::full, dane::sha2_256, dane::sha2_512}) {
      const auto record = dane::tlsa_of(pem, dane::dane_ee, selector, matching);
      if (!record) continue;
      ENSURE(dane::is_usable(*record) && dane::matches(*record, pem) == true);
      ENSURE(dane::tlsa_from_text(dane::to_text(*record)) == *record);
    }
  }
  if (const auto record = dane::tlsa_from_text(pem))
    ENSURE(dane::tlsa_from_text(dane::to_text(*record)) == *record);
  return 0;
}
