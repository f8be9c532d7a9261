// A query from the DNS port, and an answer of the library's fitted to it: the first two octets say where one
// ends.
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "dns/message.hpp"
#include "dns/reply.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop::dns;
  if (size < 2) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto length = static_cast<std::size_t>(data[0]) << 8U | data[1];
  const auto asked = octets.substr(2, length);
  const auto packet = length + 2 < size ? octets.substr(length + 2) : std::string_view();
  query_id(asked);
  const auto query = parse_query(asked);
  if (!query) return 0;
  ENSURE(query->udp_size >= 512 && query->udp_size <= 1232);
  ENSURE(query_id(asked) == query->id);
  for (const std::size_t most : {std::size_t{512}, std::size_t{65535}}) {
    const auto reply = fit_reply(*query, packet,
                                 {.secure = true,
                                  .age = static_cast<std::uint32_t>(length),
                                  .error = ExtendedError{InfoCode::dnssec_bogus, std::string(packet)}},
                                 most);
    ENSURE(reply.size() >= header_octets && reply.size() <= most);
    ENSURE(reply.substr(0, 2) == asked.substr(0, 2));
  }
  return 0;
}
