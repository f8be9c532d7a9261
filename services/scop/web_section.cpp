#include <fmt/format.h>

#include "scop/configuration.hpp"

namespace scop::command {

namespace {

constexpr std::string_view content =
    R"toml(# Mail programs are told these; imap has no default: "imap.example.org:993", another server's or none ("").
#imap = ""
# What mail servers are told (MTA-STS, RFC 8461): "testing" (deliver, but report), "enforce" once reports are good, "none" to end it.
#mta_sts = "testing"
# How long they may rely on it. Longer is safer, and slower to change.
#mta_sts_max_age = "7d"
# The MX hosts, "*.example.org" for any one label; default: [mesh] host. The id in the DNS changes with all of this: `scop dns show`.
#mta_sts_mx = ["mail.example.org"]
# Where Matrix federation ("matrix.example.org:443") and Matrix clients ("https://matrix.example.org") find the homeserver; "": not told.
#matrix_server = ""
#matrix_client = ""
# Whom to tell about security holes (RFC 9116): ["mailto:security@example.org"]; []: no security.txt.
#security_contact = []
#connections = 1000
# Of one client address; 0: no bound. Loopback is not counted.
#connections_per_address = 50
# Between requests, and from a request's first octet to its last.
#idle_timeout = "30s"
#request_timeout = "20s"
# Addresses of proxies that must send a PROXY v2 header first.
#proxy = []
# More certificates, each for the names in it; the one above is for all others.
#[[web.pair]]
#certificate = "tls/other-cert.pem"
#key = "tls/other-key.pem"

)toml";

std::string server_line(std::string_view key, std::string_view host, std::uint16_t port,
                        std::uint16_t usual) {
  return fmt::format("{}{} = \"{}:{}\"\n", port == usual ? "#" : "", key, host, port);
}

}  // namespace

std::string web_section(const Wanted& wanted) {
  const Wanted standard;
  return fmt::format(R"toml(# For others, over HTTPS: MTA-STS policy, settings for mail programs, .well-known.
[web]
# Such as ["0.0.0.0:443"]; []: nothing is served.
{}
# Such as ["0.0.0.0:80"]: sends whoever comes there to HTTPS.
#listen_http = []
# For mta-sts., autoconfig. and autodiscover.<domain>, and <domain>; mail servers want a valid one. The key is web's own.
#certificate = "tls/web-cert.pem"
#key = "tls/web-key.pem"
)toml",
                     wanted.web_port == 0 ? "#listen = []"
                                          : fmt::format("listen = [\"0.0.0.0:{}\"]", wanted.web_port)) +
         std::string(
             "# Where mail programs hand in mail: TLS from the start, and STARTTLS; \"\": not told.\n") +
         server_line("submissions", wanted.host, wanted.submissions_port, standard.submissions_port) +
         server_line("submission", wanted.host, wanted.submission_port, standard.submission_port) +
         std::string(content);
}

}  // namespace scop::command
