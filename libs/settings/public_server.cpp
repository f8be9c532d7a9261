#include "settings/public_server.hpp"

#include <arpa/inet.h>

#include <array>

#include "core/ascii.hpp"

namespace scop::settings {

namespace {

bool is_address(std::string_view text) {
  std::array<unsigned char, 16> octets{};
  const std::string terminated(text);
  return inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1 ||
         inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1;
}

// "192.0.2.1:587", "[2001:db8::1]:587"; port 0 is the kernel's choice.
bool is_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = ascii::parse_unsigned(text.substr(colon + 1));
  if (!port || *port > 65535) return false;
  auto address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    return is_address(address.substr(1, address.size() - 2));
  return !address.contains(':') && is_address(address);
}

}  // namespace

std::vector<std::string> read_endpoints(const config::Section& section, std::string_view key,
                                        std::vector<std::string> otherwise) {
  auto endpoints = section.texts(key, std::move(otherwise));
  for (const auto& endpoint : endpoints) {
    if (is_endpoint(endpoint)) continue;
    section.problem(key, "expected addresses and ports such as \"0.0.0.0:587\" or \"[::]:587\", found \"" +
                             ascii::printable(endpoint) + "\"");
  }
  return endpoints;
}

unsigned read_count(const config::Section& section, std::string_view key, unsigned otherwise, unsigned least,
                    unsigned most) {
  return static_cast<unsigned>(section.integer(key, otherwise, least, most));
}

std::chrono::milliseconds read_timeout(const config::Section& section, std::string_view key,
                                       std::chrono::milliseconds otherwise) {
  const auto value = section.duration(key, otherwise);
  if (value.count() <= 0) section.problem(key, "expected a duration longer than nothing, such as \"5m\"");
  return value;
}

void read_public_server(const config::Section& section, std::string_view key, PublicServer& server) {
  server.certificate = section.path("certificate", "tls/cert.pem");
  server.key = section.path("key", key);
  server.max_message = section.octets("max_message", server.max_message);
  if (server.max_message < 65'536)
    section.problem("max_message", "expected at least \"64KB\" (RFC 5321 4.5.3.1.7)");
  server.max_recipients = read_count(section, "max_recipients", server.max_recipients, 1, 10'000);
  server.max_errors = read_count(section, "max_errors", server.max_errors, 1, 1'000);
  server.idle_timeout = read_timeout(section, "idle_timeout", server.idle_timeout);
  server.session_timeout = read_timeout(section, "session_timeout", server.session_timeout);
  server.connections = read_count(section, "connections", server.connections, 1, 100'000);
  server.connections_per_address =
      read_count(section, "connections_per_address", server.connections_per_address, 0, 100'000);
  server.proxy = section.texts("proxy");
  for (const auto& address : server.proxy) {
    if (!is_address(address))
      section.problem(
          "proxy", "expected an address such as \"127.0.0.1\", found \"" + ascii::printable(address) + "\"");
  }
  server.message_memory = section.octets("message_memory", server.message_memory);
}

}  // namespace scop::settings
