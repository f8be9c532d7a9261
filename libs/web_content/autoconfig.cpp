#include "web_content/autoconfig.hpp"

#include <fmt/format.h>

#include "web_content/xml.hpp"

namespace scop::web_content {

namespace {

constexpr std::uint16_t imap_in_clear = 143;

// The user's name is the whole address, which the program puts in.
std::string server_element(std::string_view element, std::string_view type,
                           const settings::MailServer& server, std::string_view socket_type) {
  return fmt::format(
      "    <{0} type=\"{1}\">\n"
      "      <hostname>{2}</hostname>\n"
      "      <port>{3}</port>\n"
      "      <socketType>{4}</socketType>\n"
      "      <username>%EMAILADDRESS%</username>\n"
      "      <authentication>password-cleartext</authentication>\n"
      "    </{0}>\n",
      element, type, xml_text(server.host), server.port, socket_type);
}

}  // namespace

bool begins_in_clear(const settings::MailServer& imap) { return imap.port == imap_in_clear; }

std::string autoconfig_xml(const settings::Web& settings, std::string_view domain) {
  const auto name = xml_text(domain);
  auto xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<clientConfig version=\"1.1\">\n"
      "  <emailProvider id=\"{0}\">\n"
      "    <domain>{0}</domain>\n"
      "    <displayName>{0}</displayName>\n"
      "    <displayShortName>{0}</displayShortName>\n",
      name);
  if (settings.imap)
    xml += server_element("incomingServer", "imap", *settings.imap,
                          begins_in_clear(*settings.imap) ? "STARTTLS" : "SSL");
  if (settings.submissions) xml += server_element("outgoingServer", "smtp", *settings.submissions, "SSL");
  if (settings.submission) xml += server_element("outgoingServer", "smtp", *settings.submission, "STARTTLS");
  return xml + "  </emailProvider>\n</clientConfig>\n";
}

}  // namespace scop::web_content
