#include "settings/mesh.hpp"

#include <arpa/inet.h>

#include <array>

#include "core/ascii.hpp"
#include "topology/topology.hpp"

namespace scop::settings {

namespace {

constexpr std::string_view endpoint_form =
    "expected a literal address and port such as \"127.0.0.1:7101\" or \"[::1]:7101\" (names are not "
    "resolved here)";

bool is_address(int family, std::string_view text) {
  std::array<unsigned char, 16> octets{};
  return inet_pton(family, std::string(text).c_str(), octets.data()) == 1;
}

bool is_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = ascii::parse_unsigned(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return false;
  const auto address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    return is_address(AF_INET6, address.substr(1, address.size() - 2));
  }
  return is_address(AF_INET, address);
}

// RFC 1123 2.1, lower case: what certificates, greetings and reports will say.
bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (const auto label : ascii::split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-')) return false;
    for (const char c : label) {
      if (!ascii::is_alnum(c) && c != '-') return false;
      if (c != ascii::lower(c)) return false;
    }
  }
  return true;
}

void read_names(const config::Section& section, Mesh& mesh) {
  constexpr std::string_view name_form =
      "expected a host name in lower case such as \"example.org\", found \"";
  mesh.domain = section.required_text("domain");
  if (!mesh.domain.empty() && !is_host_name(mesh.domain)) {
    section.problem("domain", std::string(name_form) + ascii::printable(mesh.domain) + "\"");
  }
  mesh.host = section.text("host", "mail." + mesh.domain);
  if (section.has("host") && !is_host_name(mesh.host)) {
    section.problem("host", std::string(name_form) + ascii::printable(mesh.host) + "\"");
  }
  mesh.postmaster = section.text("postmaster", "postmaster@" + mesh.domain);
  if (!mesh.postmaster.contains('@')) {
    section.problem("postmaster", "expected an address such as \"postmaster@example.org\"");
  }
}

void read_log(const config::Section& section, Mesh& mesh) {
  mesh.log_form = section.choice("log", "text", {"text", "json"}) == "json" ? LogForm::json : LogForm::text;
  const auto level = section.choice("log_level", "info", {"debug", "info", "warning", "error"});
  mesh.log_level = level == "debug"     ? LogLevel::debug
                   : level == "warning" ? LogLevel::warning
                   : level == "error"   ? LogLevel::error
                                        : LogLevel::info;
}

std::string read_endpoint(const config::Section& section, std::string_view daemon,
                          const std::string& otherwise) {
  auto endpoint = section.text(daemon, otherwise);
  if (is_endpoint(endpoint)) return endpoint;
  section.problem(daemon, std::string(endpoint_form) + ", found \"" + ascii::printable(endpoint) + "\"");
  return otherwise;
}

}  // namespace

Mesh read_mesh(const config::Document& document) {
  Mesh mesh;
  mesh.folder = document.folder();
  const auto section = document.section("mesh");
  read_names(section, mesh);
  read_log(section, mesh);
  // The highest leaves room for the offsets below 2^31.
  mesh.user_base = static_cast<unsigned>(section.integer("user_base", 0, 0, 2'000'000'000));
  mesh.strict_walls = section.boolean("strict_walls", false);

  const auto dial = document.section("pipes");
  const auto listen = document.section("pipes.listen");
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    const auto at = read_endpoint(dial, daemon.name, "127.0.0.1:" + std::to_string(daemon.pipe_port));
    mesh.dial.emplace(daemon.name, at);
    mesh.listen.emplace(daemon.name, read_endpoint(listen, daemon.name, at));
  }
  return mesh;
}

std::filesystem::path certificate_folder(const Mesh& mesh, std::string_view daemon) {
  return mesh.folder / daemon / "cert";
}

std::filesystem::path state_folder(const Mesh& mesh, std::string_view daemon) {
  return mesh.folder / daemon / "state";
}

}  // namespace scop::settings
