#include "web_content/mobileconfig.hpp"

#include <fmt/format.h>

#include "core/ensure.hpp"
#include "web_content/autoconfig.hpp"
#include "web_content/digest.hpp"
#include "web_content/xml.hpp"

namespace scop::web_content {

namespace {

// RFC 9562 5.8: a UUID of our own making, by what it names.
std::string uuid_of(std::string_view what) {
  const auto hex = hex_digest(what);
  return fmt::format("{}-{}-8{}-a{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                     hex.substr(17, 3), hex.substr(20, 12));
}

std::string text(std::string_view key, std::string_view value, std::string_view indent) {
  return fmt::format("{0}<key>{1}</key>\n{0}<string>{2}</string>\n", indent, key, xml_text(value));
}

std::string server(std::string_view prefix, const settings::MailServer& server, std::string_view address) {
  constexpr std::string_view indent = "      ";
  return text(fmt::format("{}MailServerAuthentication", prefix), "EmailAuthPassword", indent) +
         text(fmt::format("{}MailServerHostName", prefix), server.host, indent) +
         fmt::format("{0}<key>{1}MailServerPortNumber</key>\n{0}<integer>{2}</integer>\n", indent, prefix,
                     server.port) +
         fmt::format("{0}<key>{1}MailServerUseSSL</key>\n{0}<true/>\n", indent, prefix) +
         text(fmt::format("{}MailServerUsername", prefix), address, indent);
}

}  // namespace

bool has_mobileconfig(const settings::Web& settings) {
  return settings.imap && (settings.submissions || settings.submission);
}

std::string mobileconfig(const settings::Web& settings, std::string_view address, std::string_view domain) {
  ENSURE(has_mobileconfig(settings));
  const auto& outgoing = settings.submissions ? *settings.submissions : *settings.submission;
  const auto identifier = fmt::format("mail.{}", domain);
  constexpr std::string_view indent = "      ";
  return fmt::format(
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
             "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
             "<plist version=\"1.0\">\n<dict>\n"
             "  <key>PayloadContent</key>\n  <array>\n    <dict>\n") +
         text("EmailAccountDescription", domain, indent) + text("EmailAccountType", "EmailTypeIMAP", indent) +
         text("EmailAddress", address, indent) + server("Incoming", *settings.imap, address) +
         server("Outgoing", outgoing, address) +
         fmt::format("{0}<key>OutgoingPasswordSameAsIncomingPassword</key>\n{0}<true/>\n", indent) +
         text("PayloadIdentifier", identifier + ".account", indent) +
         text("PayloadType", "com.apple.mail.managed", indent) +
         text("PayloadUUID", uuid_of(fmt::format("account {}", address)), indent) +
         fmt::format("{0}<key>PayloadVersion</key>\n{0}<integer>1</integer>\n    </dict>\n  </array>\n",
                     indent) +
         text("PayloadDisplayName", domain, "  ") + text("PayloadIdentifier", identifier, "  ") +
         text("PayloadType", "Configuration", "  ") +
         text("PayloadUUID", uuid_of(fmt::format("profile {}", address)), "  ") +
         "  <key>PayloadVersion</key>\n  <integer>1</integer>\n</dict>\n</plist>\n";
}

}  // namespace scop::web_content
