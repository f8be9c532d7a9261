#include "dmarc_report/incoming.hpp"

#include <optional>
#include <string>

#include "core/ascii.hpp"
#include "dmarc_report/packed.hpp"
#include "dmarc_report/parse.hpp"
#include "message/leaf_content.hpp"

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

}  // namespace

Outcome<std::vector<Report>> reports_in(std::string_view octets) {
  if (is_packed(octets) || is_xml(octets)) {
    auto report = report_in(octets);
    if (!report) return std::unexpected(std::move(report.error()));
    return std::vector{std::move(*report)};
  }
  std::size_t tried = 0;
  const auto look = [&](const message::LeafPart& part,
                        std::string_view message) -> std::optional<Outcome<Report>> {
    const auto content = message::content_of(message, part);
    const bool html = part.type.is("text", "html");
    if (html || !(is_packed(content) || is_xml(content)) || ++tried > most_attachments) return std::nullopt;
    return report_in(content);
  };
  return message::found_in_parts<Report>(octets, gzip::most_unpacked,
                                         {ErrorKind::not_found, "no aggregate report in it"}, look);
}

}  // namespace scop::dmarc_report
