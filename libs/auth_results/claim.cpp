#include "auth_results/claim.hpp"

#include <algorithm>
#include <optional>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "message/lexer.hpp"

namespace scop::auth_results {

namespace {

// One spelling for all that name the same host.
std::string normal(std::string_view id) {
  while (id.ends_with('.')) id.remove_suffix(1);
  const auto domain = dns::to_a_labels(id);
  return domain ? *domain : ascii::to_lower(id);
}

bool is_id_char(char c) {
  return ascii::is_8bit(c) || (c > ' ' && c < 0x7f && !std::string_view("();\"\\,<>/").contains(c));
}

//   authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS]
// Only as far as the id is read; nullopt where what follows it is neither ";", a version nor the end.
std::optional<std::string> read_id(std::string_view value) {
  message::Lexer lexer(value);
  if (!lexer.skip_cfws()) return std::nullopt;
  std::string id;
  if (lexer.peek() == '"') {
    auto text = lexer.quoted_string();
    if (!text) return std::nullopt;
    id = std::move(*text);
  } else {
    while (is_id_char(lexer.peek())) {
      id += lexer.peek();
      lexer.take(lexer.peek());
    }
  }
  if (!lexer.skip_cfws()) return std::nullopt;
  lexer.digits();
  if (!lexer.skip_cfws() || (!lexer.at_end() && lexer.peek() != ';')) return std::nullopt;
  return id;
}

// What a careless reader sees before the first ";": no comments, quotes, escapes or controls.
std::string careless(std::string_view value) {
  std::string out;
  for (const char c : value.substr(0, value.find(';'))) {
    if (c > ' ' && c != 0x7f && !std::string_view("()\"\\").contains(c)) out += c;
    if (ascii::is_8bit(c)) out += c;
  }
  return ascii::to_lower(out);
}

}  // namespace

bool claims(std::string_view value, std::string_view authserv_id) {
  const auto ours = normal(authserv_id);
  const auto id = read_id(value);
  // An encoded word is no authserv-id, but some readers decode before they compare.
  if (!id || id->starts_with("=?")) {
    return careless(value).contains(ours) || value.substr(0, value.find(';')).contains("=?");
  }
  return normal(*id) == ours;
}

std::vector<std::uint32_t> claiming_fields(const message::HeaderView& header,
                                           std::span<const std::string> ids) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < header.fields.size(); ++i) {
    const auto& field = header.fields[i];
    if (!ascii::equals_ignoring_case(field.name, field_name)) continue;
    if (std::ranges::any_of(ids, [&](const auto& id) { return claims(field.value, id); })) found.push_back(i);
  }
  return found;
}

}  // namespace scop::auth_results
