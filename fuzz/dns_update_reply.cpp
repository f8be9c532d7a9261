// Answers of any server to a question of ours.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "dns_update/query.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto type : {dns::Type::mx, dns::Type::a, dns::Type::cname, dns::Type::rrsig}) {
    const dns_update::Query query{.question = {"example.org", type}};
    const auto reply = dns_update::decode_reply(text, query, 0x4711);
    if (reply) ENSURE(reply->records.size() <= dns_update::most_answers);
  }
  return 0;
}
