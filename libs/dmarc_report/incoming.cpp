#include "dmarc_report/incoming.hpp"

#include <optional>
#include <string>

#include "core/ascii.hpp"
#include "dmarc_report/packed.hpp"
#include "dmarc_report/parse.hpp"
#include "message/mime_walk.hpp"

namespace scop::dmarc_report {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_packed(std::string_view octets) {
  return octets.starts_with("\x1f\x8b") || octets.starts_with("PK\x03\x04");
}

bool is_xml(std::string_view octets) {
  if (octets.starts_with(byte_order_mark)) octets.remove_prefix(byte_order_mark.size());
  return ascii::trim(octets.substr(0, 1'000)).starts_with('<');
}

Outcome<Report> report_in(std::string_view octets) {
  const auto xml = unpack(octets);
  return xml ? parse_xml(*xml) : std::unexpected(xml.error());
}

std::string decoded(std::string_view body, message::TransferEncoding encoding) {
  if (encoding == message::TransferEncoding::base64) return message::decode_base64_body(body).value_or("");
  if (encoding == message::TransferEncoding::quoted_printable) return message::decode_quoted_printable(body);
  return std::string(body);
}

// Whoever keeps mail in files often keeps its lines with LF.
std::string with_crlf(std::string_view text) {
  std::string out;
  char last = 0;
  for (const char c : text) {
    if (c == '\n' && last != '\r') out += '\r';
    out += last = c;
  }
  return out;
}

}  // namespace

Outcome<std::vector<Report>> reports_in(std::string_view octets) {
  if (is_packed(octets) || is_xml(octets)) {
    auto report = report_in(octets);
    if (!report) return std::unexpected(std::move(report.error()));
    return std::vector{std::move(*report)};
  }
  if (octets.size() > most_unpacked) return failure(ErrorKind::too_large, "message over 64 MiB");
  const auto message = with_crlf(octets);
  const auto parts = message::walk_leaf_parts(message);
  if (!parts) return std::unexpected(parts.error());
  std::vector<Report> reports;
  std::optional<Error> last;
  std::size_t tried = 0;
  for (const auto& part : *parts) {
    const auto body = std::string_view(message).substr(part.body_begin, part.body_end - part.body_begin);
    const auto content = decoded(body, part.encoding);
    const bool html = part.type.is("text", "html");
    if (html || !(is_packed(content) || is_xml(content)) || ++tried > most_attachments) continue;
    auto report = report_in(content);
    if (report) reports.push_back(std::move(*report));
    if (!report) last = std::move(report.error());
  }
  if (!reports.empty()) return reports;
  return std::unexpected(last.value_or(Error{ErrorKind::not_found, "no aggregate report in it"}));
}

}  // namespace scop::dmarc_report
