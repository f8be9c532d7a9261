#include "tls_report/incoming.hpp"

#include <optional>
#include <string>

#include "core/ascii.hpp"
#include "gzip/gzip.hpp"
#include "message/leaf_content.hpp"
#include "tls_report/parse.hpp"

namespace scop::tls_report {

namespace {

bool is_json(std::string_view octets) { return ascii::trim(octets.substr(0, 1'000)).starts_with('{'); }

Outcome<Report> nothing() { return failure(ErrorKind::not_found, "no TLS report in it"); }

// `named`: its type says that it is a report.
Outcome<Report> report_in(std::string_view octets, bool named) {
  if (octets.starts_with(gzip::mark)) {
    const auto text = gzip::inflate(octets);
    if (!text) return named ? std::unexpected(text.error()) : nothing();
    return named || is_json(*text) ? parse_json(*text) : nothing();
  }
  return named || is_json(octets) ? parse_json(octets) : nothing();
}

bool is_named(const message::ContentType& type) {
  return type.is("application", "tlsrpt+gzip") || type.is("application", "tlsrpt+json");
}

}  // namespace

Outcome<std::vector<Report>> reports_in(std::string_view octets) {
  if (octets.starts_with(gzip::mark) || is_json(octets)) {
    auto report = report_in(octets, false);
    if (!report) return std::unexpected(std::move(report.error()));
    return std::vector{std::move(*report)};
  }
  std::size_t tried = 0;
  const auto look = [&](const message::LeafPart& part,
                        std::string_view message) -> std::optional<Outcome<Report>> {
    const bool named = is_named(part.type);
    const bool readable = part.type.is("text", "plain") || part.type.is("text", "html");
    if ((!named && readable) || ++tried > most_attachments) return std::nullopt;
    auto report = report_in(message::content_of(message, part), named);
    if (!report && report.error().kind == ErrorKind::not_found) return std::nullopt;
    return report;
  };
  return message::found_in_parts<Report>(octets, gzip::most_unpacked, nothing().error(), look);
}

}  // namespace scop::tls_report
