#include "auth_results/format.hpp"

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::auth_results {

namespace {

constexpr std::size_t longest_value = 400;  // octets: of addresses, reasons and comments
constexpr std::size_t line_columns = 78;

// Valid UTF-8 without controls, cut at a whole character.
std::string clean(std::string_view text) {
  std::string out(text.substr(0, longest_value));
  const bool cut = text.size() > longest_value;
  while (cut && !out.empty() && !ascii::is_utf8(out) && ascii::is_8bit(out.back())) out.pop_back();
  if (!ascii::is_utf8(out)) std::ranges::replace_if(out, ascii::is_8bit, '?');
  std::ranges::replace_if(out, ascii::is_control, ' ');
  return out;
}

//   value = token / quoted-string, and what pvalue adds: [ [ local-part ] "@" ] domain-name
bool is_bare(std::string_view value) {
  const bool safe = std::ranges::all_of(value, [](char c) {
    return ascii::is_8bit(c) || (c > ' ' && c < 0x7f && !std::string_view("()<>,;:\\\"/[]?=").contains(c));
  });
  return safe && !value.empty() && std::ranges::count(value, '@') <= 1;
}

std::string quoted(std::string_view text, char open, char close) {
  std::string out(1, open);
  for (const char c : clean(text)) {
    if (c == '\\' || c == open || c == close) out += '\\';
    out += c;
  }
  return out += close;
}

std::string value_text(std::string_view value) {
  const auto cleaned = clean(value);
  return is_bare(cleaned) ? cleaned : quoted(cleaned, '"', '"');
}

// Parts that may not be torn by folding.
std::vector<std::string> parts_of(const MethodResult& result) {
  std::vector<std::string> parts{result.method + '=' + result.result};
  if (!result.comment.empty()) parts.push_back(quoted(result.comment, '(', ')'));
  if (!result.reason.empty()) parts.push_back("reason=" + quoted(result.reason, '"', '"'));
  for (const auto& [type, name, value] : result.properties) {
    parts.push_back(std::string(type).append(".").append(name).append("=").append(value_text(value)));
  }
  return parts;
}

}  // namespace

std::string format_results(const std::vector<MethodResult>& results) {
  if (results.empty()) return "none";
  std::string out;
  for (const auto& result : results) {
    if (!out.empty()) out += "; ";
    const auto parts = parts_of(result);
    for (std::size_t i = 0; i < parts.size(); ++i) out.append(i == 0 ? "" : " ").append(parts[i]);
  }
  return out;
}

std::string format_value(std::string_view authserv_id, const std::vector<MethodResult>& results) {
  std::string out = ' ' + value_text(authserv_id);
  if (results.empty()) return out + "; none";
  for (const auto& result : results) {
    out += ";\r\n";
    std::size_t column = 0;
    for (const auto& part : parts_of(result)) {
      if (column > 0 && column + 1 + part.size() > line_columns) {
        out += "\r\n ";
        column = 1;
      }
      out += ' ' + part;
      column += 1 + part.size();
    }
  }
  return out;
}

}  // namespace scop::auth_results
