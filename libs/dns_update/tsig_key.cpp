#include "dns_update/tsig_key.hpp"

#include <optional>
#include <vector>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::dns_update {

namespace {

constexpr std::size_t least_secret = 16;  // RFC 8945 8 wants as much as the digest, tsig-keygen writes 32

// Words, quoted strings without quotes, and the signs { } ; each alone. Comments of all three kinds are
// skipped.
std::vector<std::string_view> tokens_of(std::string_view text) {
  std::vector<std::string_view> tokens;
  while (!text.empty()) {
    const char c = text.front();
    std::size_t length = 1;
    if (c == '#' || text.starts_with("//")) {
      length = std::min(text.find('\n'), text.size());
    } else if (text.starts_with("/*")) {
      const auto end = text.find("*/", 2);
      length = end == std::string_view::npos ? text.size() : end + 2;
    } else if (c == '"') {
      const auto end = text.find('"', 1);
      length = end == std::string_view::npos ? text.size() : end + 1;
      tokens.push_back(text.substr(1, length - 2));
    } else if (c == '{' || c == '}' || c == ';') {
      tokens.push_back(text.substr(0, 1));
    } else if (!ascii::is_control(c) && c != ' ') {
      length = std::min(text.find_first_of(" \t\r\n{};\""), text.size());
      tokens.push_back(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return tokens;
}

std::string canonical_name(std::string_view name) {
  auto lower = ascii::to_lower(name);
  if (lower.ends_with('.')) lower.pop_back();
  return lower;
}

// The word behind `keyword`.
std::optional<std::string_view> behind(const std::vector<std::string_view>& tokens,
                                       std::string_view keyword) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i] == keyword) return tokens[i + 1];
  }
  return std::nullopt;
}

}  // namespace

Outcome<TsigKey> parse_tsig_key(std::string_view text, std::string_view name) {
  TsigKey key;
  key.name = canonical_name(name);
  const auto tokens = tokens_of(text);
  const auto named = behind(tokens, "key");
  auto secret = named ? behind(tokens, "secret") : std::nullopt;
  if (named) {
    if (!key.name.empty() && canonical_name(*named) != key.name) {
      return failure(ErrorKind::malformed, "the TSIG key file holds the key \"" + std::string(*named) + "\"");
    }
    key.name = canonical_name(*named);
    const auto algorithm = behind(tokens, "algorithm").value_or("");
    if (canonical_name(algorithm) != "hmac-sha256") {
      return failure(ErrorKind::unsupported, "the TSIG key's algorithm is not hmac-sha256");
    }
  } else if (tokens.size() == 1) {
    secret = tokens.front();
  }
  if (key.name.empty()) return failure(ErrorKind::malformed, "the TSIG key has no name");
  auto octets = secret ? from_base64(*secret) : std::nullopt;
  if (!octets || octets->size() < least_secret) {
    return failure(ErrorKind::malformed, "the TSIG key has no base64 secret of 16 octets or more");
  }
  key.secret = Secret(std::move(*octets));
  return key;
}

}  // namespace scop::dns_update
