#include "settings/submission.hpp"

namespace scop::settings {

Submission read_submission(const config::Document& document) {
  Submission submission;
  const auto section = document.section("submission");
  submission.listen = read_endpoints(section, "listen", submission.listen);
  submission.listen_tls = read_endpoints(section, "listen_tls", submission.listen_tls);
  read_public_server(section, "tls/key.pem", submission);
  submission.auth_tries = read_count(section, "auth_tries", submission.auth_tries, 1, 100);
  submission.hide_client_address = section.boolean("hide_client_address", submission.hide_client_address);
  return submission;
}

}  // namespace scop::settings
