#include "primary/primary.hpp"

#include <fmt/format.h>

#include "core/id.hpp"
#include "net/stream.hpp"

namespace scop::primary {

namespace {

// RFC 1035 4.2.2: two octets of length before each message.
std::string with_length(std::string_view message) {
  std::string out;
  out += static_cast<char>(message.size() >> 8U);
  out += static_cast<char>(message.size() & 0xffU);
  return out.append(message);
}

Task<Outcome<std::string>> read_exactly(net::Stream& stream, std::size_t size, Deadline deadline) {
  std::string octets(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto got = co_await stream.read_some(std::span(octets).subspan(have), deadline);
    if (!got) co_return std::unexpected(got.error());
    have += *got;
  }
  co_return octets;
}

Task<Outcome<std::string>> exchange(Executor executor, net::Endpoint endpoint, std::string request,
                                    Deadline deadline) {
  auto stream = co_await net::Stream::connect(executor, endpoint, deadline);
  if (!stream) co_return std::unexpected(stream.error());
  if (auto sent = co_await stream->write(with_length(request), deadline); !sent)
    co_return std::unexpected(sent.error());
  const auto length = co_await read_exactly(*stream, 2, deadline);
  if (!length) co_return std::unexpected(length.error());
  const auto octet = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>((*length)[i]));
  };
  co_return co_await read_exactly(*stream, octet(0) << 8U | octet(1), deadline);
}

std::uint16_t random_id() {
  const auto octets = random_octets(2);
  return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[0]) << 8U |
                                    static_cast<unsigned char>(octets[1]));
}

}  // namespace

Task<Outcome<unsigned>> update(Executor executor, const Server& server, const dns_update::Update& update,
                               Deadline deadline) {
  const auto* key = server.key ? &*server.key : nullptr;
  const auto request = dns_update::encode_update(update, key, random_id());
  if (!request) co_return std::unexpected(request.error());
  const auto answer = co_await exchange(executor, server.endpoint, request->octets, deadline);
  if (!answer) co_return std::unexpected(answer.error());
  co_return dns_update::decode_response(*answer, *request, key, now());
}

Task<Outcome<dns_update::Reply>> query(Executor executor, const Server& server,
                                       const dns_update::Query& query, Deadline deadline) {
  const auto id = random_id();
  const auto request = dns_update::encode_query(query, id);
  if (!request) co_return std::unexpected(request.error());
  const auto answer = co_await exchange(executor, server.endpoint, *request, deadline);
  if (!answer) co_return std::unexpected(answer.error());
  co_return dns_update::decode_reply(*answer, query, id);
}

std::string explain(unsigned rcode, std::string_view zone) {
  if (rcode == 0) return {};
  const auto says = fmt::format("the primary says {}", dns_update::name_of_rcode(rcode));
  switch (rcode) {
    case 2:
      return says + ": its own log tells why (often: it cannot write the zone's journal)";
    case 3:
    case 6:
    case 7:
    case 8:
      return says + ": the zone has changed since it was looked at";
    case 5:
      return fmt::format("{}: its policy does not let this key write these records into {}", says, zone);
    case 9:  // Knot says so, too, where its rules refuse what a known key asks for
      return fmt::format(
          "{}: it is not primary of {}, does not know the TSIG key, or (Knot) does not let this key write "
          "these records",
          says, zone);
    case 10:
      return fmt::format("{}: a record lies outside of {}", says, zone);
    default:
      return says;
  }
}

}  // namespace scop::primary
