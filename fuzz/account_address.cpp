// Addresses and logins as accounts stores and compares them: one spelling each, whatever spelling came.
#include <cstddef>
#include <cstdint>

#include "accounts/address.hpp"
#include "core/ascii.hpp"
#include "core/ensure.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto login = accounts::canonical_login(text, "example.org");
  ENSURE(accounts::canonical_login(login, "example.org") == login);
  if (const auto address = accounts::read_address(text)) {
    ENSURE(address->local == ascii::to_lower(address->local) && ascii::is_all_ascii(address->domain));
    ENSURE(accounts::read_domain(address->domain) == address->domain);
    // What may be stored comes back as itself.
    if (accounts::objection_to_local(address->local).empty() &&
        accounts::objection_to_domain(address->domain).empty())
      ENSURE(accounts::read_address(address->text()) == address);
  }
  if (accounts::objection_to_local(text).empty())
    ENSURE(!text.contains('@') && !text.contains('*') && !text.contains('"'));
  return 0;
}
