#include "net/endpoint.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace scop::net {

namespace {

Outcome<Endpoint> not_an_endpoint(std::string_view text) {
  return failure(ErrorKind::malformed,
                 fmt::format("\"{}\" is no address and port such as 127.0.0.1:587 or [::1]:587",
                             ascii::printable(text, 80)));
}

}  // namespace

Outcome<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() > 64) return not_an_endpoint(text);
  const auto port = ascii::parse_unsigned(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!port || *port > 65'535 || text.size() - colon > 6) return not_an_endpoint(text);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  if (error || address.is_v6() != bracketed || host.find('\0') != std::string_view::npos)
    return not_an_endpoint(text);
  return Endpoint(address, static_cast<std::uint16_t>(*port));
}

std::string to_text(const Endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

}  // namespace scop::net
