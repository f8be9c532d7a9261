#include "tls_report/record.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dns/rdata.hpp"

namespace scop::tls_report {

namespace {

constexpr std::string_view version = "v=TLSRPTv1";
constexpr std::size_t longest_name = 32;

std::string_view trim_wsp(std::string_view text) {
  while (!text.empty() && ascii::is_wsp(text.front())) text.remove_prefix(1);
  while (!text.empty() && ascii::is_wsp(text.back())) text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && ascii::is_alnum(name.front()) &&
         std::ranges::all_of(name,
                             [](char c) { return ascii::is_alnum(c) || c == '_' || c == '-' || c == '.'; });
}

bool is_visible(char c) { return c > ' ' && !ascii::is_control(c) && !ascii::is_8bit(c); }

bool is_value(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) { return is_visible(c) && c != '='; });
}

// RFC 3986 3: a scheme, then something; percent signs are escapes.
bool is_uri(std::string_view uri) {
  const auto colon = std::min(uri.find(':'), uri.size());
  const auto scheme = uri.substr(0, colon);
  if (scheme.empty() || colon + 1 >= uri.size() || !ascii::is_alpha(scheme.front())) return false;
  const auto in_scheme = [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; };
  if (!std::ranges::all_of(scheme, in_scheme)) return false;
  for (auto rest = uri.substr(colon + 1); !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    if (!is_visible(c) || std::string_view("\"<>\\^`{|}!").contains(c)) return false;
    const auto escaped = rest.substr(1, 2);
    if (c == '%' && (escaped.size() < 2 || !from_hex(escaped))) return false;
  }
  return true;
}

Outcome<> add_uris(std::string_view list, Record& record) {
  for (const auto part : ascii::split(list, ',')) {
    const auto uri = trim_wsp(part);
    if (!is_uri(uri))
      return failure(ErrorKind::malformed, "rua: not a URI: \"" + ascii::printable(uri, 80) + "\"");
    if (record.rua.size() == most_uris) return failure(ErrorKind::too_large, "rua: more than 10 URIs");
    record.rua.emplace_back(uri);
  }
  return {};
}

bool begins_as_record(std::string_view text) {
  if (!text.starts_with(version)) return false;
  const auto rest = trim_wsp(text.substr(version.size()));
  return rest.empty() || rest.starts_with(';');
}

}  // namespace

Outcome<Record> parse_record(std::string_view text) {
  if (text.size() > longest_record) return failure(ErrorKind::too_large, "record over 4096 octets");
  if (!begins_as_record(text)) return failure(ErrorKind::malformed, "not \"v=TLSRPTv1;\" at the beginning");
  auto fields = ascii::split(text, ';');
  fields.erase(fields.begin());
  if (!fields.empty() && trim_wsp(fields.back()).empty()) fields.pop_back();
  if (fields.size() > most_fields) return failure(ErrorKind::too_large, "more than 32 fields");
  Record record;
  for (const auto part : fields) {
    const auto field = trim_wsp(part);
    const auto equals = std::min(field.find('='), field.size());
    const auto name = field.substr(0, equals);
    const auto value = field.substr(std::min(equals + 1, field.size()));
    if (name == "rua") {
      if (auto added = add_uris(value, record); !added) return std::unexpected(std::move(added.error()));
    } else if (!is_name(name) || !is_value(value)) {
      return failure(ErrorKind::malformed, "not a field: \"" + ascii::printable(field, 80) + "\"");
    }
  }
  if (record.rua.empty()) return failure(ErrorKind::malformed, "no rua=");
  return record;
}

Outcome<std::optional<Record>> record_among(const std::vector<std::string>& txt_rdata) {
  std::vector<std::string> candidates;
  for (const auto& rdata : txt_rdata) {
    const auto strings = dns::read_txt(rdata);
    if (!strings) continue;
    std::string text;
    for (const auto& part : *strings) text += part;
    if (begins_as_record(text)) candidates.push_back(std::move(text));
  }
  if (candidates.size() != 1) return std::nullopt;
  auto record = parse_record(candidates.front());
  if (!record) return std::unexpected(std::move(record.error()));
  return std::optional(std::move(*record));
}

std::string record_name(std::string_view domain) { return "_smtp._tls." + std::string(domain); }

}  // namespace scop::tls_report
