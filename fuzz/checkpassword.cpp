// What a mail server writes for a checkpassword program: login and password as they stand before their NULs,
// or a refusal.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "mailbox/request.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto request = mailbox::parse_request(octets);
  if (!request) return 0;
  ENSURE(size <= mailbox::most_request_octets && !request->login.empty());
  for (const char c : request->login) ENSURE(!ascii::is_control(c));
  const std::string again = request->login + '\0' + std::string(request->password.reveal()) + '\0';
  ENSURE(octets.starts_with(again));
  return 0;
}
