#include "message/header.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::message {

namespace {

constexpr std::string_view crlf = "\r\n";

// Length of the line at `at`, its CRLF included where there is one.
std::size_t line_length(std::string_view text, std::size_t at) {
  const auto end = text.find(crlf, at);
  return (end == std::string_view::npos ? text.size() : end + crlf.size()) - at;
}

// Length of the line at `at` with the continuation lines behind it.
std::size_t folded_length(std::string_view text, std::size_t at) {
  auto end = at + line_length(text, at);
  while (end < text.size() && ascii::is_wsp(text[end])) end += line_length(text, end);
  return end - at;
}

bool parse_field(std::string_view raw, FieldView& field) {
  const auto colon = raw.find(':');
  if (colon == std::string_view::npos) return false;
  auto name = raw.substr(0, colon);
  while (!name.empty() && ascii::is_wsp(name.back())) name.remove_suffix(1);
  if (!is_field_name(name)) return false;
  field.name = name;
  field.raw = raw;
  field.value = raw.substr(colon + 1);
  if (field.value.ends_with(crlf)) field.value.remove_suffix(crlf.size());
  return true;
}

}  // namespace

bool is_field_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != ':'; });
}

Outcome<HeaderView> parse_header(std::string_view message) {
  // One octet over the bound is enough to see that it is passed.
  const auto text = message.substr(0, most_header_octets + crlf.size() + 1);
  HeaderView header;
  std::size_t at = 0;
  while (at < text.size() && !text.substr(at).starts_with(crlf)) {
    const auto length = folded_length(text, at);
    if (at + length > most_header_octets) return failure(ErrorKind::too_large, "header section too large");
    if (header.fields.size() + header.malformed.size() == most_header_fields) {
      return failure(ErrorKind::too_large, "too many header fields");
    }
    const auto raw = text.substr(at, length);
    FieldView field;
    field.offset = at;
    if (parse_field(raw, field)) {
      header.fields.push_back(field);
    } else {
      header.malformed.push_back({raw, at});
    }
    at += length;
  }
  header.size = at;
  header.complete = text.substr(at).starts_with(crlf);
  header.body = header.complete ? at + crlf.size() : at;
  return header;
}

std::size_t find_body(std::string_view octets, std::size_t searched) {
  if (octets.starts_with(crlf)) return crlf.size();
  constexpr std::string_view empty_line = "\r\n\r\n";
  const auto from = searched < empty_line.size() ? 0 : searched - (empty_line.size() - 1);
  const auto found = octets.find(empty_line, from);
  return found == std::string_view::npos ? found : found + empty_line.size();
}

const FieldView* find(const HeaderView& header, std::string_view name) {
  const auto found = std::ranges::find_if(
      header.fields, [&](const FieldView& field) { return ascii::equals_ignoring_case(field.name, name); });
  return found == header.fields.end() ? nullptr : &*found;
}

std::vector<const FieldView*> find_all(const HeaderView& header, std::string_view name) {
  std::vector<const FieldView*> found;
  for (const auto& field : header.fields) {
    if (ascii::equals_ignoring_case(field.name, name)) found.push_back(&field);
  }
  return found;
}

std::size_t count(const HeaderView& header, std::string_view name) { return find_all(header, name).size(); }

std::string unfold(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    if (value.starts_with(crlf) && value.size() > crlf.size() && ascii::is_wsp(value[crlf.size()])) {
      value.remove_prefix(crlf.size());
      continue;
    }
    out += value.front();
    value.remove_prefix(1);
  }
  return std::string(ascii::trim(out));
}

}  // namespace scop::message
