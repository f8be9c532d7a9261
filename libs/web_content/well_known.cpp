#include "web_content/well_known.hpp"

#include <fmt/format.h>

#include "http/date.hpp"

namespace scop::web_content {

std::string matrix_server_json(const settings::Web& settings) {
  return fmt::format("{{\"m.server\":\"{}\"}}\n", settings.matrix_server);
}

std::string matrix_client_json(const settings::Web& settings) {
  return fmt::format("{{\"m.homeserver\":{{\"base_url\":\"{}\"}}}}\n", settings.matrix_client);
}

std::string security_txt(const settings::Web& settings, std::string_view host, Time now) {
  std::string text;
  for (const auto& contact : settings.security_contact) text += fmt::format("Contact: {}\n", contact);
  const auto expires = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(30);
  return text + fmt::format("Expires: {}\nCanonical: https://{}/.well-known/security.txt\n",
                            http::format_timestamp(expires), host);
}

}  // namespace scop::web_content
