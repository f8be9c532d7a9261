#include "web_content/autodiscover.hpp"

#include <fmt/format.h>

#include "http/date.hpp"
#include "web_content/autoconfig.hpp"
#include "web_content/autodiscover_request.hpp"
#include "web_content/xml.hpp"

namespace scop::web_content {

namespace {

constexpr std::string_view head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
constexpr std::string_view schema = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

// <Encryption> is newer than <SSL> and goes before it, where a program knows it.
std::string protocol(std::string_view type, const settings::MailServer& server, std::string_view login,
                     bool starttls) {
  return fmt::format(
      "      <Protocol>\n"
      "        <Type>{}</Type>\n"
      "        <Server>{}</Server>\n"
      "        <Port>{}</Port>\n"
      "        <LoginName>{}</LoginName>\n"
      "        <DomainRequired>off</DomainRequired>\n"
      "        <SPA>off</SPA>\n"
      "        <SSL>on</SSL>\n"
      "        <Encryption>{}</Encryption>\n"
      "        <AuthRequired>on</AuthRequired>\n"
      "{}"
      "      </Protocol>\n",
      type, xml_text(server.host), server.port, login, starttls ? "TLS" : "SSL",
      type == "SMTP" ? "        <UsePOPAuth>off</UsePOPAuth>\n        <SMTPLast>off</SMTPLast>\n" : "");
}

}  // namespace

std::string autodiscover_xml(const settings::Web& settings, std::string_view address) {
  const auto login = xml_text(address);
  auto xml = fmt::format(
      "{}<Autodiscover xmlns=\"{}\">\n"
      "  <Response xmlns=\"{}\">\n"
      "    <User>\n"
      "      <DisplayName>{}</DisplayName>\n"
      "    </User>\n"
      "    <Account>\n"
      "      <AccountType>email</AccountType>\n"
      "      <Action>settings</Action>\n",
      head, schema, outlook_schema, login);
  if (settings.imap) xml += protocol("IMAP", *settings.imap, login, begins_in_clear(*settings.imap));
  if (settings.submissions) xml += protocol("SMTP", *settings.submissions, login, false);
  if (settings.submission) xml += protocol("SMTP", *settings.submission, login, true);
  return xml + "    </Account>\n  </Response>\n</Autodiscover>\n";
}

std::string autodiscover_error_xml(AutodiscoverError error, Time now) {
  const bool invalid = error == AutodiscoverError::invalid_request;
  return fmt::format(
      "{}<Autodiscover xmlns=\"{}\">\n"
      "  <Response>\n"
      "    <Error Time=\"{}\" Id=\"0\">\n"
      "      <ErrorCode>{}</ErrorCode>\n"
      "      <Message>{}</Message>\n"
      "      <DebugData />\n"
      "    </Error>\n"
      "  </Response>\n"
      "</Autodiscover>\n",
      head, schema, http::format_timestamp(now).substr(11, 8), static_cast<unsigned>(error),
      invalid ? "Invalid Request" : "Provider is not available");
}

std::string autodiscover_json(std::string_view url) {
  return fmt::format("{{\"Protocol\":\"AutodiscoverV1\",\"Url\":\"{}\"}}\n", url);
}

std::string autodiscover_error_json() {
  return "{\"ErrorCode\":\"InvalidProtocol\",\"ErrorMessage\":\"The given protocol value is invalid. "
         "Supported values are 'AutodiscoverV1'.\"}\n";
}

}  // namespace scop::web_content
