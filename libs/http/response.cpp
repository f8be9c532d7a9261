#include "http/response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "http/date.hpp"

namespace scop::http {

namespace {

struct Phrase {
  unsigned status;
  std::string_view text;
};

constexpr std::array phrases{
    Phrase{200, "OK"},
    Phrase{204, "No Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
};

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void add_field(std::string& octets, std::string_view name, std::string_view value) {
  if (is_one_line(name) && is_one_line(value)) octets += fmt::format("{}: {}\r\n", name, value);
}

}  // namespace

const std::string* Request::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      fields, [&](const Field& field) { return ascii::equals_ignoring_case(field.name, name); });
  return found == fields.end() ? nullptr : &found->value;
}

std::string_view reason_phrase(unsigned status) {
  const auto* found = std::ranges::find(phrases, status, &Phrase::status);
  return found == phrases.end() ? std::string_view("Unknown") : found->text;
}

Response problem(unsigned status, std::string_view text) {
  return {.status = status,
          .type = "text/plain; charset=utf-8",
          .body = fmt::format("{} {}: {}\n", status, reason_phrase(status), text),
          .fields = {}};
}

std::string to_octets(const Response& response, const Framing& framing) {
  auto octets = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  add_field(octets, "Date", format_date(framing.now));
  if (!response.type.empty()) {
    add_field(octets, "Content-Type", response.type);
    add_field(octets, "X-Content-Type-Options", "nosniff");
  }
  for (const auto& field : response.fields) add_field(octets, field.name, field.value);
  // RFC 9110 8.6: none in a 204.
  if (response.status != 204) add_field(octets, "Content-Length", fmt::to_string(response.body.size()));
  add_field(octets, "Connection", framing.keep_alive ? "keep-alive" : "close");
  octets += "\r\n";
  if (!framing.head_only && response.status != 204) octets += response.body;
  return octets;
}

}  // namespace scop::http
